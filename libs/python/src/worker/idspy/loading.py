"""What a module does while it is loaded, in order: bind names, import, read attributes of modules."""

import ast
import os

from . import bindings, contexts, source

CACHE_SIZE = 4_000
_cache = {}


class Step:
    """One step. ``kind`` is ``bind``, ``delete``, ``import``, ``from`` or ``use``."""

    def __init__(self, kind, node, certain, guarded, name="", parts=()):
        self.kind = kind
        self.node = node
        #: Whether it runs each time the module is loaded.
        self.certain = certain
        #: Whether its failing is caught.
        self.guarded = guarded
        self.name = name
        self.parts = parts

    def shape(self):
        """What it does, wherever it stands."""
        if self.kind == "import":
            what = [(alias.name, alias.asname) for alias in self.node.names]
        elif self.kind == "from":
            names = [(alias.name, alias.asname) for alias in self.node.names]
            what = (self.node.module, self.node.level, names)
        else:
            what = (self.name, tuple(self.parts))
        return self.kind, self.certain, self.guarded, str(what)


def steps_of(file, at, skip=()):
    """The steps of a source file, remembered for as long as it is the same; none if it cannot be parsed."""
    if file in skip:
        return []
    try:
        status = os.stat(file)
        key = (status.st_mtime_ns, status.st_size, status.st_ino)
        known = _cache.get(file)
        if known is not None and known[0] == key:
            return known[1]
        at(file)
        steps = list(of_body(source.parse(source.read(file, bindings.BIGGEST)).body))
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError, source.TooLarge):
        return []
    if len(_cache) >= CACHE_SIZE:
        _cache.clear()
    _cache[file] = (key, steps)
    return steps


def of_body(body):
    waiting = [(statement, True, False, True) for statement in reversed(body)]
    while waiting:
        statement, certain, guarded, at_top = waiting.pop()
        if isinstance(statement, Step):
            yield statement
            continue
        yield from own_steps(statement, certain, guarded, at_top)
        inner = list(within(statement, certain, guarded, at_top))
        if isinstance(statement, ast.ClassDef) and at_top:
            bound = Step("bind", statement, certain, guarded, statement.name)
            inner.append((bound, certain, guarded, at_top))
        waiting.extend(reversed(inner))


def own_steps(statement, certain, guarded, at_top):
    for node, parts in uses_of(statement):
        yield Step("use", node, certain, guarded, parts[0], parts[1:])
    if isinstance(statement, ast.Import):
        yield Step("import", statement, certain, guarded)
    elif isinstance(statement, ast.ImportFrom):
        yield Step("from", statement, certain, guarded)
    elif isinstance(statement, ast.Delete) and at_top and certain:
        for name in bindings.deleted_by(statement):
            yield Step("delete", statement, certain, guarded, name)
    elif at_top and not isinstance(statement, ast.ClassDef):
        for name, _ in bindings.bound_by(statement):
            yield Step("bind", statement, certain, guarded, name)


def within(statement, certain, guarded, at_top):
    """The statements inside of one that run with it: bodies of functions do not."""
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return
    if isinstance(statement, ast.ClassDef):
        yield from ((child, certain, guarded, False) for child in statement.body)
    elif isinstance(statement, (ast.With, ast.AsyncWith)):
        caught = guarded or contexts.suppresses_import_error(statement)
        yield from ((child, certain, caught, at_top) for child in statement.body)
    elif isinstance(statement, contexts.TRIES):
        caught = guarded or bool(statement.handlers)
        yield from ((child, certain, caught, at_top) for child in statement.body)
        for handler in statement.handlers:
            yield from ((child, False, True, at_top) for child in handler.body)
        yield from ((child, certain, guarded, at_top) for child in [*statement.orelse, *statement.finalbody])
    elif isinstance(statement, ast.If):
        yield from within_if(statement, certain, guarded, at_top)
    else:
        yield from ((child, False, guarded, at_top) for child in contexts.statements_in(statement))


def within_if(statement, certain, guarded, at_top):
    kind = contexts.kind_of_test(statement.test)
    if contexts.mentions(statement.test, {"__name__"}):
        kind = "checking"
    if kind not in ("checking", "never"):
        yield from ((child, certain and kind == "running", guarded, at_top) for child in statement.body)
    if kind != "running":
        sure = certain and kind in ("checking", "never")
        yield from ((child, sure, guarded, at_top) for child in statement.orelse)


def uses_of(statement):
    """Attribute reads that happen for certain: (node, [name, attribute, …]). Annotations may stay unread."""
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
        arguments = statement.args
        waiting = [*statement.decorator_list, *arguments.defaults, *filter(None, arguments.kw_defaults)]
    else:
        waiting = list(contexts.expressions_of(statement))
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
            parts = dotted_parts(node)
            if parts:
                yield node, parts
                continue
        if not isinstance(node, (ast.Lambda, ast.BoolOp, ast.IfExp, *bindings.COMPREHENSIONS)):
            waiting.extend(ast.iter_child_nodes(node))


def dotted_parts(node):
    parts = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return [node.id, *reversed(parts)] if isinstance(node, ast.Name) else None
