"""Attributes of modules that a change removes, and the places in the project that still read them.

Only what is proven: the module is imported under a name that means nothing else anywhere in the file, it had
the attribute, which can no longer come from anywhere, and no file of the project sets it from outside.
"""

import ast
import re
import sys

from . import contexts, loading, source
from .modules import Missing

CATCHING = {"AttributeError", "Exception", "BaseException"}
SET_OUTSIDE = r"(?<!self)(?<!cls)\.\s*(?:%s)\s*(?::[^=\n]+)?=(?!=)"


def missing_attributes(after, lost, paths):
    """``lost``: by the path of a module, the names that it no longer has."""
    names = {name for each in lost.values() for name in each}
    if not names:
        return []
    texts = {path: after.hints.bytes_of(path) for path in paths}
    kept = {name for name in names if not any(set_outside(name, text) for text in texts.values())}
    found = []
    for path, text in texts.items():
        here = {name for name in kept if name.encode() in text and not quoted(name, text)}
        if here:
            found += reads(after, path, {module: each & here for module, each in lost.items()})
    return found


def set_outside(name, text):
    return re.search((SET_OUTSIDE % re.escape(name)).encode(), text) is not None


def quoted(name, text):
    """Whether a file asks for a name as a string, as ``hasattr`` and ``setattr`` do."""
    return b'"%s"' % name.encode() in text or b"'%s'" % name.encode() in text


def reads(after, path, lost):
    parsed = after.parsed(path)
    if parsed is None:
        return
    data, tree = parsed
    known = modules_named(after, path, tree)
    if not known:
        return
    lines = source.text_lines(data)
    for node in certain_reads(tree, delayed=postpones(tree)):
        parts = loading.dotted_parts(node)
        module = known.get(".".join(parts[:-1])) if parts else None
        if module and parts[-1] in lost.get(module.path, ()):
            line = node.end_lineno
            column = source.column(lines, line, node.end_col_offset) - len(node.attr)
            problem = after.hints.missing_attribute(node.attr, module, path)
            yield dict(problem, path=path, line=line, column=column)


def modules_named(after, path, tree):
    """By the dotted text that names them in a file: the project's modules that it imports for certain."""
    found, counts = {}, {}
    for node in ast.walk(tree):
        for name in names_bound(node):
            counts[name] = counts.get(name, 0) + 1
    for statement, certain, checking in contexts.running(tree):
        if not certain or checking or not isinstance(statement, (ast.Import, ast.ImportFrom)):
            continue
        for text, alias, dotted, level in named(statement):
            first = text.partition(".")[0]
            same = alias.asname is None and counts.get(first) == imported(tree, first)
            if same or counts.get(first) == 1:
                module = only_module(after, statement, alias, dotted, level, path)
                if module is not None:
                    found[text] = module
    return found


def named(statement):
    for alias in statement.names:
        if isinstance(statement, ast.Import):
            yield alias.asname or alias.name, alias, alias.name, 0
        elif alias.name != "*":
            yield alias.asname or alias.name, alias, statement.module or "", statement.level


def imported(tree, first):
    """How often plain imports bind a top-level name: all of them mean the same module."""
    statements = (node for node in ast.walk(tree) if isinstance(node, ast.Import))
    return sum(alias.name.partition(".")[0] == first for node in statements for alias in node.names)


def only_module(after, statement, alias, dotted, level, path):
    try:
        modules = after.modules(dotted, level, path)
        if len(modules) != 1 or modules[0] is None:
            return None
        if isinstance(statement, ast.Import):
            return modules[0]
        package = modules[0]
        bindings = after.finder.bindings_of(package)
        if bindings is not None and (bindings.dynamic or bindings.stars or alias.name in bindings.names):
            return None
        return after.finder.walk(package, [alias.name])
    except Missing:
        return None


def names_bound(node):
    """The names that a node binds, in whatever scope."""
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        yield from (alias.asname or alias.name.partition(".")[0] for alias in node.names)
    elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
        yield node.id
    elif isinstance(node, ast.arg):
        yield node.arg
    elif isinstance(node, (ast.Global, ast.Nonlocal)):
        yield from node.names
    elif getattr(node, "name", None) and not isinstance(node, ast.alias):
        yield node.name if isinstance(node.name, str) else ""


def certain_reads(tree, delayed):
    """The attribute reads of a file that no handler catches and that are not only for type checkers."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
            yield node
        if isinstance(node, contexts.TRIES) and any(catches(handler) for handler in node.handlers):
            waiting.extend([*node.orelse, *node.finalbody])
            continue
        if isinstance(node, ast.If):
            kind = contexts.kind_of_test(node.test)
            if kind in ("checking", "never"):
                waiting.extend(node.orelse)
                continue
        for field, value in ast.iter_fields(node):
            if field in ("annotation", "returns") and (delayed or isinstance(node, ast.AnnAssign)):
                continue
            children = value if isinstance(value, list) else [value]
            waiting.extend(child for child in children if isinstance(child, ast.AST))


def catches(handler):
    return handler.type is None or contexts.mentions(handler.type, CATCHING)


def postpones(tree):
    """Whether annotations are not evaluated when the file is loaded."""
    if sys.version_info >= (3, 14):
        return True
    futures = (node for node in tree.body if isinstance(node, ast.ImportFrom) and node.module == "__future__")
    return any(alias.name == "annotations" for node in futures for alias in node.names)
