"""The ``yield`` expressions of one function; not those of functions, lambdas and classes inside."""

import ast

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
SCOPES = (*FUNCTIONS, ast.ClassDef)
YIELDS = (ast.Yield, ast.YieldFrom)
BLOCKS = ("body", "orelse", "finalbody")
#: Fields of a statement whose expressions are not all its own.
PARTS = (*BLOCKS, "handlers", "cases")


def is_generator(function, places):
    """``places`` says on which lines there is something to look for."""
    if not places.has_yield(function):
        return False
    waiting = [iter(function.body)]
    while waiting:
        for statement in waiting[-1]:
            if not places.has_yield(statement):
                continue
            if holds_yield(own_expressions(statement)):
                return True
            if not isinstance(statement, SCOPES):
                waiting.extend(map(iter, blocks_of(statement)))
                break
        else:
            waiting.pop()
    return False


def blocks_of(statement):
    parts = [statement, *getattr(statement, "handlers", ()), *getattr(statement, "cases", ())]
    return [block for part in parts for name in BLOCKS for block in [getattr(part, name, None)] if block]


def holds_yield(expressions):
    waiting = expressions
    while waiting:
        node = waiting.pop()
        if isinstance(node, YIELDS):
            return True
        if isinstance(node, ast.Lambda):
            # Its defaults are evaluated where it stands.
            waiting.append(node.args)
        else:
            waiting.extend(ast.iter_child_nodes(node))
    return False


def own_expressions(statement):
    """Those of a statement, besides the statements in it."""
    if isinstance(statement, FUNCTIONS):
        parts = [*statement.decorator_list, statement.args, statement.returns]
        return [part for part in parts if part is not None]
    if isinstance(statement, ast.ClassDef):
        return [*statement.decorator_list, *statement.bases, *statement.keywords]
    if not hasattr(statement, "body") and not hasattr(statement, "cases"):
        return [statement]
    found = []
    for name, value in ast.iter_fields(statement):
        if name not in PARTS:
            found.extend(value if isinstance(value, list) else [value])
    found.extend(handler.type for handler in getattr(statement, "handlers", ()))
    for case in getattr(statement, "cases", ()):
        found += [case.pattern, case.guard]
    return [part for part in found if isinstance(part, ast.AST)]
