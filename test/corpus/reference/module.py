"""The entry of a whole file."""

import ast
import re
import sys

from bindings import bound, unique
from definitions import Definitions
from expressions import called, first_doc_line, last_name, own_statements, subscripted

CONSTANT = re.compile(r"_{0,2}[A-Z][A-Z0-9_]*")


def analysis(source, path):
    tree = source.tree
    found = Definitions(source)
    found.visit(tree)
    return {
        "kind": "file",
        "path": path,
        "bytes": len(source.data),
        "lines": source.lines,
        "encoding": source.encoding,
        "python": "%d.%d.%d" % sys.version_info[:3],
        "pythonNote": None,
        "doc": first_doc_line(tree),
        "imports": found.imports,
        "functions": found.functions,
        "classes": found.classes,
        "globals": global_names(tree),
        "entryPoint": any(is_entry(node) for node in own_statements(tree.body)),
    }


def global_names(tree):
    found = unique(bound(own_statements(tree.body)))
    return [dict(binding.entry, kind=global_kind(binding)) for binding in found]


def global_kind(binding):
    annotation = last_name(subscripted(binding.annotation))
    value = binding.value
    maker = last_name(called(value)) if isinstance(value, ast.Call) else None
    if binding.name == "__all__":
        return "all"
    if binding.is_alias or annotation == "TypeAlias" or maker == "NewType":
        return "type_alias"
    if maker in ("TypeVar", "ParamSpec", "TypeVarTuple"):
        return "type_variable"
    return "constant" if CONSTANT.fullmatch(binding.name) or annotation == "Final" else "variable"


def is_entry(node):
    if not isinstance(node, ast.If) or not isinstance(node.test, ast.Compare):
        return False
    test = node.test
    if len(test.ops) != 1 or not isinstance(test.ops[0], ast.Eq):
        return False
    sides = [test.left, test.comparators[0]]
    names = [side for side in sides if isinstance(side, ast.Name) and side.id == "__name__"]
    mains = [side for side in sides if isinstance(side, ast.Constant) and side.value == "__main__"]
    return len(names) == len(mains) == 1
