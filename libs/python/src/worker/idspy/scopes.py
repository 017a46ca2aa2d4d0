"""Module, classes and functions while they are walked through, and what assignments make in each."""

import ast

from . import classes, limits, module_globals
from .expressions import NESTED, unpacked, written
from .json_text import optional, quoted, shape

GLOBAL = shape("name", "annotation", "kind", "line")
#: The same of a class.
ATTRIBUTE = GLOBAL


class Scope:
    """A function; what is defined inside of it is named, counted and placed by it."""

    __slots__ = ("prefix", "depth")
    in_class = False
    #: Inside of a function.
    local = True
    #: What is done with an assignment of its own; None if nothing is.
    bind = None

    def __init__(self, prefix, depth):
        self.prefix = prefix
        self.depth = depth


class Names:
    """JSON records, each name once."""

    def __init__(self):
        self.records = []
        self._seen = set()

    def is_new(self, name):
        if name in self._seen:
            return False
        self._seen.add(name)
        if len(self._seen) > limits.MOST_SYMBOLS:
            raise limits.TooLarge("%d symbols" % limits.MOST_SYMBOLS)
        return True


class Module(Scope):
    local = False

    def __init__(self):
        super().__init__("", 0)
        self.globals = Names()

    def bind(self, statement):
        for target in targets_of(statement):
            if type(target) is ast.Name and self.globals.is_new(target.id):
                kind = module_globals.kind_of(target.id, statement)
                self.globals.records.append(named(target.id, statement, kind, target.lineno))


class Class(Scope):
    in_class = True

    def __init__(self, prefix, depth, local, kind):
        super().__init__(prefix, depth)
        self.local = local
        self.kind = kind
        self.fields = Names()
        self.attributes = Names()
        #: What its methods assign to their first parameter.
        self.instance = Names()

    def bind(self, statement):
        for target in targets_of(statement):
            if type(target) is ast.Name and self.attributes.is_new(target.id):
                self.attributes.records.append(named(target.id, statement, "class", target.lineno))
        if self.kind not in classes.WITHOUT_FIELDS:
            for name, field in classes.fields_of(self.kind, statement):
                if self.fields.is_new(name):
                    self.fields.records.append(field)

    def told(self):
        """Its fields and its attributes, each as JSON."""
        return self.fields.records, self.attributes.records + self.instance.records


class Method(Scope):
    """A function of a class whose first parameter is an instance."""

    __slots__ = ("_first", "_instance")

    def __init__(self, prefix, depth, first, instance):
        self.prefix = prefix
        self.depth = depth
        self._first = first
        self._instance = instance

    def bind(self, statement):
        for target in targets_of(statement):
            if type(target) is not ast.Attribute:
                continue
            value = target.value
            if type(value) is ast.Name and value.id == self._first and self._instance.is_new(target.attr):
                record = named(target.attr, statement, "instance", target.lineno)
                self._instance.records.append(record)


def targets_of(statement):
    """Where an assignment puts something, with tuples and lists unpacked."""
    if type(statement) is ast.Assign:
        targets = statement.targets
        if len(targets) > 1:
            return [part for target in targets for part in unpacked(target)]
        return unpacked(targets[0]) if type(targets[0]) in NESTED else targets
    return (statement.target if type(statement) is ast.AnnAssign else statement.name,)


def named(name, statement, kind, line):
    annotation = written(statement.annotation) if type(statement) is ast.AnnAssign else None
    return ATTRIBUTE % (quoted(name), optional(annotation), '"%s"' % kind, line)
