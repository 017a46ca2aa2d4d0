"""What is told of one function, class or import, as JSON."""

import ast

from . import classes
from .expressions import called, last_name, written
from .json_text import listed, optional, quoted, shape, truth
from .signatures import signature_of
from .yields import is_generator

DEFINITION = (
    *("name", "qualifiedName", "depth", "typeParameters", "decorators", "doc"),
    *("line", "column", "startLine", "endLine", "lines"),
)
FUNCTION = shape(
    *(*DEFINITION, "kind", "signature", "parameters", "returns", "async", "generator", "overload"),
)
CLASS = shape(*DEFINITION, "kind", "bases", "keywords", "metaclass", "fields", "attributes")
IMPORT = shape(
    *("module", "level", "names", "alias", "line", "column", "endLine", "typeChecking", "inTry", "local"),
)
NAME = shape("name", "alias")

#: What a decorator's last name makes of a method.
BY_NAME = {
    "staticmethod": "staticmethod",
    "classmethod": "classmethod",
    "property": "property",
    "cached_property": "property",
}
#: And what the name after a property's makes of it.
BY_ATTRIBUTE = {"setter": "setter", "deleter": "deleter", "getter": "property"}


def function(node, scope, kind, places):
    returns = None if node.returns is None else written(node.returns)
    signature, parameters = signature_of(node.args, returns)
    return FUNCTION % (
        *definition(node, scope, places),
        '"%s"' % kind,
        quoted(signature),
        parameters,
        optional(returns),
        truth(type(node) is ast.AsyncFunctionDef),
        truth(is_generator(node, places)),
        truth(is_overload(node.decorator_list)),
    )


def class_(node, scope, kind, places):
    """All of its values but those that its body decides."""
    return (
        *definition(node, scope, places),
        '"%s"' % kind,
        expressions(node.bases),
        listed(quoted(classes.keyword(each)) for each in node.keywords),
        optional(classes.metaclass_of(node)),
    )


def definition(node, scope, places):
    line, end, decorators = node.lineno, node.end_lineno, node.decorator_list
    start = min(line, min(each.lineno for each in decorators)) if decorators else line
    return (
        quoted(node.name),
        quoted(scope.prefix + node.name),
        scope.depth,
        expressions(getattr(node, "type_params", ())),
        expressions(decorators),
        optional(first_line(node)),
        line,
        places.column(node),
        start,
        end,
        end - start + 1,
    )


def expressions(nodes):
    return listed([quoted(written(node)) for node in nodes]) if nodes else "[]"


def is_overload(decorators):
    for decorator in decorators:
        if last_name(decorator) == "overload":
            return True
    return False


def method_kind(decorators):
    for decorator in decorators:
        if type(decorator) is ast.Attribute and decorator.attr in BY_ATTRIBUTE:
            return BY_ATTRIBUTE[decorator.attr]
        kind = BY_NAME.get(last_name(called(decorator)))
        if kind:
            return kind
    return "method"


def imports(node, scope, checking, in_try, places):
    """One record of a ``from`` import, one per name of a plain ``import``."""
    place = (
        node.lineno,
        places.column(node),
        node.end_lineno,
        truth(checking),
        truth(in_try),
        truth(scope.local),
    )
    if type(node) is ast.ImportFrom:
        names = listed([NAME % (quoted(each.name), optional(each.asname)) for each in node.names])
        return [IMPORT % (quoted(node.module or ""), node.level or 0, names, "null", *place)]
    return [IMPORT % (quoted(each.name), 0, "null", optional(each.asname), *place) for each in node.names]


def first_line(node):
    """Of the docstring, as ``ast.get_docstring`` cleans it; None if that is empty."""
    body = node.body
    if not body or type(body[0]) is not ast.Expr or type(body[0].value) is not ast.Constant:
        return None
    doc = body[0].value.value
    if type(doc) is not str:
        return None
    if doc[:1].isspace():
        # How much goes before the first word is decided by all the lines.
        doc = ast.get_docstring(node)
    line = doc.partition("\n")[0]
    return (line.expandtabs() if "\t" in line else line) or None
