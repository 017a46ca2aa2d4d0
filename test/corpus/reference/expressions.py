"""Expressions as text, and the names by which the rules know them."""

import ast


def text(node):
    """As `ast.unparse` writes it; `...` where it cannot; None for nothing."""
    if node is None:
        return None
    try:
        return ast.unparse(node)
    except (RecursionError, ValueError, MemoryError):
        return "..."


def last_name(node):
    """`name` of `name` and of `a.b.name`; None of all else."""
    if isinstance(node, ast.Name):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else None


def called(node):
    """What a decorator or a value calls, or itself."""
    return node.func if isinstance(node, ast.Call) else node


def subscripted(node):
    """`List` of `List[int]`, or itself."""
    return node.value if isinstance(node, ast.Subscript) else node


def targets(node):
    """The places that a target of an assignment fills, through tuples, lists and stars."""
    if isinstance(node, (ast.Tuple, ast.List)):
        for element in node.elts:
            yield from targets(element)
    elif isinstance(node, ast.Starred):
        yield from targets(node.value)
    else:
        yield node


def own_statements(body):
    """The statements of a body and of the blocks in it, but not of the functions and classes in it."""
    for node in body:
        if isinstance(node, ast.stmt):
            yield node
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.expr)):
            yield from own_statements(ast.iter_child_nodes(node))


def first_doc_line(node):
    """The first line of the cleaned docstring; None if there is none or it is empty."""
    doc = ast.get_docstring(node)
    return (doc.split("\n")[0] or None) if doc else None
