"""What a file defines: functions with signatures, classes, imports, globals. One walk over its statements."""

import ast
import json

from . import limits, source, syntax
from .classes import kind_of
from .definitions import CLASS, class_, first_line, function, imports, method_kind
from .expressions import last_name
from .json_text import listed, optional, quoted, shape, truth
from .places import Places
from .scopes import Class, Method, Module, Scope

FILE = shape("lines", "encoding", "doc", "imports", "functions", "classes", "globals", "entryPoint")
#: Kinds of method whose first parameter is not an instance.
NO_INSTANCE = ("staticmethod", "classmethod")


def analysis_of(file, max_bytes):
    """What a file defines, or ``failure`` if it cannot be parsed, as JSON."""
    data = source.read(file, max_bytes)
    tree, failure = syntax.parsed(data)
    if failure is not None:
        return '{"failure":%s}' % json.dumps(failure)
    return Analysis(data, tree).told()


class Symbols:
    """Counts what is told of a file, so that no file tells without end."""

    def __init__(self):
        self._count = 0
        self._characters = 0

    def count(self, *records):
        self._count += len(records)
        self._characters += sum(map(len, records))
        if self._count > limits.MOST_SYMBOLS:
            raise limits.TooLarge("%d symbols" % limits.MOST_SYMBOLS)
        if self._characters > limits.MOST_BYTES:
            raise limits.TooLarge("%d bytes of analysis" % limits.MOST_BYTES)


class Analysis:
    def __init__(self, data, tree):
        self.data = data
        self.tree = tree
        self.encoding = source.encoding_of(data)
        self.places = Places(data, self.encoding)
        self.symbols = Symbols()
        self.imports = []
        self.functions = []
        #: Each with its scope, which says what its body made.
        self.classes = []
        self.entry_point = False

    def told(self):
        module = Module()
        self.walk(module)
        self.symbols.count(*module.globals.records)
        classes = []
        for values, scope in self.classes:
            fields, attributes = scope.told()
            self.symbols.count(*fields, *attributes)
            classes.append(CLASS % (*values, listed(fields), listed(attributes)))
        text = FILE % (
            source.count_lines(self.data, self.encoding),
            quoted(self.encoding),
            optional(first_line(self.tree)),
            listed(self.imports),
            listed(self.functions),
            listed(classes),
            listed(module.globals.records),
            truth(self.entry_point),
        )
        if len(text) > limits.MOST_BYTES:
            raise limits.TooLarge("%d bytes of analysis" % limits.MOST_BYTES)
        return text

    def walk(self, module, only=None):
        """With a stack of its own, so that no nesting of a project's code is too deep."""
        waiting = [(iter(self.tree.body), module, False, False)]
        while waiting:
            statements, scope, checking, in_try = waiting[-1]
            visits = only or (VISITS if scope.bind is None else BINDING_VISITS)
            for node in statements:
                kind = type(node)
                if kind in visits:
                    blocks = visits[kind](self, node, scope, checking, in_try)
                    if blocks:
                        waiting.extend(blocks)
                        break
            else:
                waiting.pop()

    # Each tells what a statement holds, and gives the blocks in it, the last one first.

    def assignment(self, node, scope, _checking, _in_try):
        scope.bind(node)

    def import_(self, node, scope, checking, in_try):
        records = imports(node, scope, checking, in_try, self.places)
        self.symbols.count(*records)
        self.imports += records

    def function(self, node, scope, checking, in_try):
        kind = method_kind(node.decorator_list) if scope.in_class else "function"
        record = function(node, scope, kind, self.places)
        self.symbols.count(record)
        self.functions.append(record)
        prefix, depth = scope.prefix + node.name + ".<locals>.", scope.depth + 1
        positional = node.args.posonlyargs or node.args.args
        if scope.in_class and positional and kind not in NO_INSTANCE:
            inner = Method(prefix, depth, positional[0].arg, scope.instance)
        else:
            inner = Scope(prefix, depth)
        return [(iter(node.body), inner, checking, in_try)]

    def class_(self, node, scope, checking, in_try):
        kind = kind_of(node)
        inner = Class(scope.prefix + node.name + ".", scope.depth + 1, scope.local, kind)
        values = class_(node, scope, kind, self.places)
        self.symbols.count("".join(map(str, values)))
        self.classes.append((values, inner))
        return [(iter(node.body), inner, checking, in_try)]

    def if_(self, node, scope, checking, in_try):
        test = node.test
        if scope.depth == 0 and asks_for_main(test):
            self.entry_point = True
        body = (iter(node.body), scope, checking or asks_for_checker(test), in_try)
        return [(iter(node.orelse), scope, checking, in_try), body] if node.orelse else [body]

    def loop(self, node, scope, checking, in_try):
        blocks = [node.orelse, node.body] if node.orelse else [node.body]
        return [(iter(block), scope, checking, in_try) for block in blocks]

    def with_(self, node, scope, checking, in_try):
        return [(iter(node.body), scope, checking, in_try)]

    def try_(self, node, scope, checking, _in_try):
        handlers = [handler.body for handler in reversed(node.handlers)]
        blocks = [node.finalbody, node.orelse, *handlers, node.body]
        return [(iter(block), scope, checking, True) for block in blocks]

    def match(self, node, scope, checking, in_try):
        return [(iter(case.body), scope, checking, in_try) for case in reversed(node.cases)]


def known(*kinds):
    """Those of these statements that this version has."""
    return [getattr(ast, kind) for kind in kinds if hasattr(ast, kind)]


VISITS = {
    ast.Import: Analysis.import_,
    ast.ImportFrom: Analysis.import_,
    ast.FunctionDef: Analysis.function,
    ast.AsyncFunctionDef: Analysis.function,
    ast.ClassDef: Analysis.class_,
    ast.If: Analysis.if_,
    ast.For: Analysis.loop,
    ast.AsyncFor: Analysis.loop,
    ast.While: Analysis.loop,
    ast.With: Analysis.with_,
    ast.AsyncWith: Analysis.with_,
    **dict.fromkeys(known("Try", "TryStar"), Analysis.try_),
    **dict.fromkeys(known("Match"), Analysis.match),
}
#: In the module, classes and methods also what binds names.
BINDING_VISITS = {
    **VISITS,
    **dict.fromkeys(known("Assign", "AnnAssign", "TypeAlias"), Analysis.assignment),
}


def asks_for_checker(test):
    return last_name(test) == "TYPE_CHECKING" and type(test) in (ast.Name, ast.Attribute)


def asks_for_main(test):
    if type(test) is not ast.Compare or len(test.ops) != 1 or type(test.ops[0]) is not ast.Eq:
        return False
    sides = (test.left, test.comparators[0])
    names = [side.id for side in sides if type(side) is ast.Name]
    values = [side.value for side in sides if type(side) is ast.Constant]
    return names == ["__name__"] and values == ["__main__"]
