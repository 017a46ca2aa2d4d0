"""What kind of class the source alone makes it, and its fields."""

import ast

from .expressions import called, last_name, unpacked, written
from .json_text import optional, quoted, shape

FIELD = shape("name", "annotation", "default", "line")

ENUMS = {"Enum", "IntEnum", "StrEnum", "Flag", "IntFlag", "ReprEnum"}
#: By a base's last name, the first kind that fits any base.
BY_BASE = (
    ("enum", ENUMS),
    ("typed_dict", {"TypedDict"}),
    ("named_tuple", {"NamedTuple"}),
    ("protocol", {"Protocol"}),
)
WITHOUT_FIELDS = ("class", "protocol")
#: Annotations in a dataclass that make no field.
NO_FIELD = {"ClassVar", "InitVar", "KW_ONLY"}


def kind_of(node):
    if any(last_name(called(decorator)) == "dataclass" for decorator in node.decorator_list):
        return "dataclass"
    bases = {last_name(base) for base in node.bases}
    for kind, names in BY_BASE:
        if bases & names:
            return kind
    return "class"


def keyword(node):
    value = written(node.value)
    return "**" + value if node.arg is None else node.arg + "=" + value


def metaclass_of(node):
    for each in node.keywords:
        if each.arg == "metaclass":
            return written(each.value)
    return None


def fields_of(kind, statement):
    """The fields that an assignment in the body of a class of this kind makes: name and JSON."""
    if kind == "enum":
        return members(statement) if type(statement) is ast.Assign else []
    if type(statement) is not ast.AnnAssign or type(statement.target) is not ast.Name:
        return []
    if kind == "dataclass" and last_name(statement.annotation) in NO_FIELD:
        return []
    default = None if statement.value is None else written(statement.value)
    return [field(statement.target, written(statement.annotation), default)]


def members(statement):
    """Of an enumeration; of a value that is unpacked no part is told."""
    found = []
    for target in statement.targets:
        for part in unpacked(target):
            if type(part) is ast.Name and not part.id.startswith("_"):
                found.append(field(part, None, written(statement.value) if part is target else None))
    return found


def field(target, annotation, default):
    return target.id, FIELD % (quoted(target.id), optional(annotation), optional(default), target.lineno)
