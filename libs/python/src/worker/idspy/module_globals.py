"""What kind of global an assignment makes."""

import ast
import re

from .expressions import last_name

CONSTANT = re.compile(r"_{0,2}[A-Z][A-Z0-9_]*")
TYPE_VARIABLES = {"TypeVar", "ParamSpec", "TypeVarTuple"}


def kind_of(name, statement):
    if name == "__all__":
        return "all"
    annotation = last_name(getattr(statement, "annotation", None))
    value = getattr(statement, "value", None)
    made_by = last_name(value.func) if type(value) is ast.Call else None
    if annotation == "TypeAlias" or made_by == "NewType" or type(statement).__name__ == "TypeAlias":
        return "type_alias"
    if made_by in TYPE_VARIABLES:
        return "type_variable"
    if annotation == "Final" or CONSTANT.fullmatch(name):
        return "constant"
    return "variable"
