"""Statements of a tree, and the conditions under which its imports stand."""

import ast

SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
TRIES = (ast.Try, getattr(ast, "TryStar", ast.Try))
MISSING = {"ImportError", "ModuleNotFoundError", "Exception", "BaseException"}
#: Conditions on the platform or the version: whether their branches run here is not asked.
PLATFORM = {"version_info", "platform", "implementation", "hexversion"}


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
    body_checking, body_guarded, else_guarded = checking, guarded, guarded
    if isinstance(node, TRIES) and catches_import_error(node):
        body_guarded = True
    elif isinstance(node, (ast.With, ast.AsyncWith)) and suppresses_import_error(node):
        body_guarded = True
    elif isinstance(node, ast.If):
        body_checking = checking or mentions(node.test, {"TYPE_CHECKING"})
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
            yield child, checking, else_guarded, local


def asks_platform(test):
    if mentions(test, PLATFORM):
        return True
    attributes = [node for node in ast.walk(test) if isinstance(node, ast.Attribute)]
    return any(node.attr == "name" and getattr(node.value, "id", None) in ("os", "_os") for node in attributes)


def catches_import_error(node):
    return any(handler.type is None or mentions(handler.type, MISSING) for handler in node.handlers)


def suppresses_import_error(node):
    for item in node.items:
        call = item.context_expr
        if isinstance(call, ast.Call) and mentions(call.func, {"suppress", "raises"}):
            if any(mentions(argument, MISSING) for argument in call.args):
                return True
    return False


def mentions(expression, names):
    """Whether one of the names occurs in an expression, alone or as an attribute."""
    for node in ast.walk(expression):
        if isinstance(node, ast.Name) and node.id in names:
            return True
        if isinstance(node, ast.Attribute) and node.attr in names:
            return True
    return False
