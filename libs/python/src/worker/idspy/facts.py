"""What the summary of a folder needs of a file: its totals, its imports and whether it can be run."""

import ast
import json

from . import source, syntax
from .analysis import VISITS, Analysis
from .json_text import listed, shape, truth
from .scopes import Scope

FILE = shape("lines", "functions", "classes", "entryPoint", "imports")


def facts_of(file, max_bytes):
    """The facts of a file, or ``failure`` if it cannot be parsed, as JSON."""
    data = source.read(file, max_bytes)
    tree, failure = syntax.parsed(data)
    if failure is not None:
        return '{"failure":%s}' % json.dumps(failure)
    return Facts(data, tree).told()


class Loaded(Scope):
    """What runs when the module is loaded."""

    local = False


class Facts(Analysis):
    """The same walk, in which functions and classes are only counted."""

    def __init__(self, data, tree):
        super().__init__(data, tree)
        self.function_count = 0
        self.class_count = 0

    def told(self):
        self.walk(Loaded("", 0), FACTS)
        return FILE % (
            source.count_lines(self.data, self.encoding),
            self.function_count,
            self.class_count,
            truth(self.entry_point),
            listed(self.imports),
        )

    def counted_function(self, node, _scope, checking, in_try):
        self.function_count += 1
        return [(iter(node.body), Scope("", 1), checking, in_try)]

    def counted_class(self, node, scope, checking, in_try):
        self.class_count += 1
        return [(iter(node.body), type(scope)("", 1), checking, in_try)]


FACTS = {
    **VISITS,
    ast.FunctionDef: Facts.counted_function,
    ast.AsyncFunctionDef: Facts.counted_function,
    ast.ClassDef: Facts.counted_class,
}
