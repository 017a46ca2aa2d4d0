"""Statements of a tree, and the conditions under which its imports stand."""

import ast

SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
TRIES = (ast.Try, getattr(ast, "TryStar", ast.Try))
LOOPS = (ast.For, ast.AsyncFor, ast.While)
MISSING = {"ImportError", "ModuleNotFoundError", "Exception", "BaseException"}
#: Conditions on the platform or the version: whether their branches run here is not asked.
PLATFORM = {"version_info", "platform", "implementation", "hexversion"}
CHECKING = {"TYPE_CHECKING", "MYPY"}


class Place:
    """An import and where it stands."""

    def __init__(self, node, alias, type_checking, guarded, local):
        self.node = node
        #: One name of a plain ``import``; None for a ``from`` import.
        self.alias = alias
        self.type_checking = type_checking
        self.guarded = guarded
        self.local = local


def statements_in(node):
    """The statements directly inside of a node, in order, also those of handlers and match cases."""
    for field in ("body", "handlers", "cases", "orelse", "finalbody"):
        children = getattr(node, field, None)
        if not isinstance(children, list):
            continue
        for child in children:
            if isinstance(child, ast.stmt):
                yield child
            else:
                yield from child.body


def own_statements(node):
    """All statements of a scope except those of scopes inside of it."""
    waiting = list(reversed(list(statements_in(node))))
    while waiting:
        statement = waiting.pop()
        yield statement
        if not isinstance(statement, SCOPES):
            waiting.extend(reversed(list(statements_in(statement))))


def running(tree):
    """The statements that run when a module is loaded, in order: (statement, certainly, for checkers only).

    Bodies of functions and classes are left out, and so is what stands under a condition that is never true.
    """
    waiting = [(child, True, False) for child in reversed(tree.body)]
    while waiting:
        statement, certain, checking = waiting.pop()
        yield statement, certain, checking
        if not isinstance(statement, SCOPES):
            waiting.extend(reversed(list(inside(statement, certain, checking))))


def inside(statement, certain, checking):
    if isinstance(statement, ast.If):
        kind = kind_of_test(statement.test)
        if kind != "never":
            body = checking or kind == "checking"
            yield from ((child, certain and kind == "running", body) for child in statement.body)
        # The other branch of what type checkers alone see is what runs.
        sure = certain and kind in ("checking", "never")
        yield from ((child, sure, checking or kind == "running") for child in statement.orelse)
        return
    whole = isinstance(statement, (ast.With, ast.AsyncWith))
    for child in statements_in(statement):
        yield child, certain and whole, checking


def kind_of_test(test):
    """``checking``: true for type checkers only; ``running``: for programs only; ``never``; else None."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        inner = kind_of_test(test.operand)
        return {"checking": "running", "running": "checking"}.get(inner)
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
        return "checking" if any(kind_of_test(value) == "checking" for value in test.values) else None
    if isinstance(test, ast.Constant) and not test.value:
        return "never"
    name = getattr(test, "id", None) or getattr(test, "attr", None)
    return "checking" if name in CHECKING else None


def expressions_of(statement):
    """The expressions, patterns and context managers of a statement, not of the statements inside of it."""
    for field, value in ast.iter_fields(statement):
        if field in ("body", "orelse", "finalbody", "handlers", "annotation"):
            continue
        for each in value if isinstance(value, list) else [value]:
            if type(each).__name__ == "match_case":
                yield each.pattern
                if each.guard is not None:
                    yield each.guard
            elif isinstance(each, ast.AST) and not isinstance(each, ast.stmt):
                yield each


def imports_of(tree):
    waiting = [(child, False, False, False) for child in reversed(tree.body)]
    while waiting:
        node, checking, guarded, local = waiting.pop()
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Place(node, alias, checking, guarded, local)
        elif isinstance(node, ast.ImportFrom):
            yield Place(node, None, checking, guarded, local)
        else:
            waiting.extend(reversed(list(inner_places(node, checking, guarded, local))))


def inner_places(node, checking, guarded, local):
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        local = True
    body_checking, else_checking = checking, checking
    body_guarded, else_guarded = guarded, guarded
    if isinstance(node, TRIES) and catches_import_error(node):
        body_guarded = True
    elif isinstance(node, (ast.With, ast.AsyncWith)) and suppresses_import_error(node):
        body_guarded = True
    elif isinstance(node, ast.If):
        kind = kind_of_test(node.test)
        body_checking = checking or kind == "checking"
        else_checking = checking or kind == "running"
        body_guarded = guarded or kind == "never"
        if asks_platform(node.test):
            body_guarded = else_guarded = True
    for child in getattr(node, "body", []):
        yield child, body_checking, body_guarded, local
    for handler in getattr(node, "handlers", []):
        # The other way of an import that failed: whether it is ever taken is not known.
        for child in handler.body:
            yield child, checking, guarded or body_guarded, local
    for case in getattr(node, "cases", []):
        for child in case.body:
            yield child, checking, guarded, local
    for field in ("orelse", "finalbody"):
        for child in getattr(node, field, []):
            yield child, else_checking, else_guarded, local


def asks_platform(test):
    if mentions(test, PLATFORM):
        return True
    names = [node for node in ast.walk(test) if isinstance(node, ast.Attribute) and node.attr == "name"]
    return any(getattr(node.value, "id", None) in ("os", "_os") for node in names)


def catches_import_error(node):
    return any(handler.type is None or mentions(handler.type, MISSING) for handler in node.handlers)


def suppresses_import_error(node):
    for item in node.items:
        call = item.context_expr
        if isinstance(call, ast.Call) and mentions(call.func, {"suppress", "raises"}):
            if any(mentions(argument, MISSING) for argument in call.args):
                return True
        if isinstance(call, ast.Call) and changes_where_modules_are(call.func):
            return True
    return False


def changes_where_modules_are(called):
    """``with on_sys_path(…):`` and the like: what can be imported inside is another matter."""
    name = getattr(called, "attr", None) or getattr(called, "id", None) or ""
    return "import" in name.lower() or "syspath" in name.lower().replace("_", "")


def mentions(expression, names):
    """Whether one of the names occurs in an expression, alone or as an attribute."""
    for node in ast.walk(expression):
        if isinstance(node, ast.Name) and node.id in names:
            return True
        if isinstance(node, ast.Attribute) and node.attr in names:
            return True
    return False
