"""What statements bind: globals, attributes of classes and instances, fields."""

import ast

from expressions import called, last_name, own_statements, subscripted, targets, text

ENUMS = {"Enum", "IntEnum", "StrEnum", "Flag", "IntFlag", "ReprEnum"}
NOT_FIELDS = {"ClassVar", "InitVar", "KW_ONLY"}
TYPE_ALIAS = getattr(ast, "TypeAlias", ())


class Binding:
    """One target of one statement."""

    def __init__(self, statement, target, whole):
        self.statement = statement
        self.target = target
        self.whole = whole
        self.annotation = getattr(statement, "annotation", None)
        self.value = None if isinstance(statement, TYPE_ALIAS) else statement.value
        self.is_alias = isinstance(statement, TYPE_ALIAS)
        self.name = target.id if isinstance(target, ast.Name) else target.attr

    @property
    def entry(self):
        return {"name": self.name, "annotation": text(self.annotation), "line": self.target.lineno}


def assignments(statements):
    """Each target of each assignment, with whether it is a whole side of it, in the order of the source."""
    for statement in statements:
        if isinstance(statement, ast.Assign):
            sides = statement.targets
        elif isinstance(statement, ast.AnnAssign):
            sides = [statement.target]
        elif isinstance(statement, TYPE_ALIAS):
            sides = [statement.name]
        else:
            continue
        for side in sides:
            for target in targets(side):
                yield statement, target, target is side


def bound(statements):
    """The plain names that statements bind."""
    for statement, target, whole in assignments(statements):
        if isinstance(target, ast.Name):
            yield Binding(statement, target, whole)


def unique(bindings):
    """The first binding of each name, in their order."""
    seen = {}
    for binding in bindings:
        seen.setdefault(binding.name, binding)
    return list(seen.values())


def instance_bindings(function):
    """`self.name = …` in the statements of a method, whatever its first parameter is called."""
    positional = function.args.posonlyargs + function.args.args
    if not positional:
        return
    for statement, target, whole in assignments(own_statements(function.body)):
        if not isinstance(target, ast.Attribute) or not isinstance(target.value, ast.Name):
            continue
        if target.value.id == positional[0].arg:
            yield Binding(statement, target, whole)


def attributes(node):
    """The entries of a class's attributes: its own, then those of its instances."""
    of_class = unique(bound(own_statements(node.body)))
    methods = [
        each
        for each in own_statements(node.body)
        if isinstance(each, (ast.FunctionDef, ast.AsyncFunctionDef))
        and function_kind(each, True) not in ("staticmethod", "classmethod")
    ]
    of_instance = unique(binding for method in methods for binding in instance_bindings(method))
    return [dict(binding.entry, kind="class") for binding in of_class] + [
        dict(binding.entry, kind="instance") for binding in of_instance
    ]


def class_kind(node):
    names = [last_name(subscripted(base)) for base in node.bases]
    if any(last_name(called(each)) == "dataclass" for each in node.decorator_list):
        return "dataclass"
    if any(name in ENUMS for name in names):
        return "enum"
    for base, kind in (("TypedDict", "typed_dict"), ("NamedTuple", "named_tuple"), ("Protocol", "protocol")):
        if base in names:
            return kind
    return "class"


def fields(node, kind):
    """The entries of a class's fields, by the rules of its kind."""
    found = list(bound(own_statements(node.body)))
    if kind == "enum":
        members = [
            each for each in found if isinstance(each.statement, ast.Assign) and not each.name.startswith("_")
        ]
        return [
            dict(each.entry, default=text(each.value) if each.whole else None) for each in unique(members)
        ]
    if kind not in ("dataclass", "typed_dict", "named_tuple"):
        return []
    annotated = [each for each in found if isinstance(each.statement, ast.AnnAssign)]
    if kind == "dataclass":
        annotated = [
            each for each in annotated if last_name(subscripted(each.annotation)) not in NOT_FIELDS
        ]
    return [dict(each.entry, default=text(each.value)) for each in unique(annotated)]


def function_kind(node, in_class):
    if not in_class:
        return "function"
    for decorator in node.decorator_list:
        said = called(decorator)
        name = last_name(said)
        if name in ("staticmethod", "classmethod"):
            return name
        if name in ("property", "cached_property"):
            return "property"
        if isinstance(said, ast.Attribute) and name in ("getter", "setter", "deleter"):
            return "property" if name == "getter" else name
    return "method"
