"""Expressions as ``ast.unparse`` writes them, and the names in them."""

import ast

ELLIPSIS = "..."
#: Names within names: deeper than that ``ast.unparse`` decides, which may refuse.
DEEPEST = 8
#: Targets that hold others.
NESTED = frozenset((ast.Tuple, ast.List, ast.Starred))


def written(node):
    """An expression as source; what is too deep or too long to be written is an ellipsis."""
    try:
        return plain(node, DEEPEST) or ast.unparse(node)
    except (RecursionError, ValueError, MemoryError):
        return ELLIPSIS


def plain(node, depth):
    """What annotations, defaults and bases mostly are: twenty times quicker. None if it is something else."""
    kind = type(node)
    if kind is ast.Name:
        return node.id
    if kind is ast.Constant:
        return constant(node)
    if not depth:
        return None
    if kind is ast.Attribute:
        value = dotted(node.value, depth - 1)
        return value and value + "." + node.attr
    if kind is ast.Subscript:
        value = dotted(node.value, depth - 1)
        return value and subscript(value, node.slice, depth - 1)
    if kind is ast.BinOp and type(node.op) is ast.BitOr:
        return union(node, depth - 1)
    if kind is ast.Tuple:
        return None if node.elts else "()"
    if kind is ast.List:
        return None if node.elts else "[]"
    if kind is ast.Dict:
        return None if node.keys else "{}"
    return None


def constant(node):
    value = node.value
    kind = type(value)
    if kind is str:
        return ("u" if node.kind == "u" else "") + repr(value)
    if kind is int or kind is bool or value is None:
        return repr(value)
    return None


def dotted(node, depth):
    if type(node) is ast.Name:
        return node.id
    if type(node) is ast.Attribute and depth:
        value = dotted(node.value, depth - 1)
        return value and value + "." + node.attr
    return None


def subscript(value, index, depth):
    if type(index) is ast.Tuple:
        # One element keeps its comma, none its brackets.
        if len(index.elts) < 2:
            return None
        parts = [plain(element, depth) for element in index.elts]
        return None if None in parts else "%s[%s]" % (value, ", ".join(parts))
    inner = plain(index, depth)
    return inner and "%s[%s]" % (value, inner)


def union(node, depth):
    left, right = plain(node.left, depth), plain(node.right, depth)
    if left is None or right is None or type(node.right) is ast.BinOp:
        return None
    return "%s | %s" % (left, right)


def last_name(node):
    """`C` of `C`, `a.b.C` and `a.b.C[T]`; None of anything else."""
    while type(node) is ast.Subscript:
        node = node.value
    if type(node) is ast.Name:
        return node.id
    return node.attr if type(node) is ast.Attribute else None


def called(node):
    """What is called, of a call; else the expression itself."""
    return node.func if type(node) is ast.Call else node


def unpacked(target):
    """The targets of an assignment, those in tuples and lists too, in the order of the source."""
    if type(target) not in NESTED:
        return (target,)
    found, waiting = [], [target]
    while waiting:
        node = waiting.pop()
        if type(node) is ast.Starred:
            waiting.append(node.value)
        elif type(node) in NESTED:
            waiting.extend(reversed(node.elts))
        else:
            found.append(node)
    return found
