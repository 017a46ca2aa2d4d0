"""Functions, classes and imports, found by recursion in the order of the source."""

import ast

import bindings
import signature
from expressions import called, first_doc_line, last_name, text

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
TRIES = (ast.Try,) + ((ast.TryStar,) if hasattr(ast, "TryStar") else ())


class Definitions(ast.NodeVisitor):
    def __init__(self, source):
        self.source = source
        self.scopes = []
        self.trying = False
        self.type_checking = False
        self.imports = []
        self.functions = []
        self.classes = []

    def generic_visit(self, node):
        for child in ast.iter_child_nodes(node):
            # No expression holds a statement.
            if not isinstance(child, ast.expr):
                self.visit(child)

    def visit(self, node):
        if isinstance(node, TRIES):
            before, self.trying = self.trying, True
            self.generic_visit(node)
            self.trying = before
        elif isinstance(node, FUNCTIONS):
            self.visit_function(node)
        else:
            super().visit(node)

    def visit_If(self, node):
        before = self.type_checking
        self.type_checking = before or last_name(node.test) == "TYPE_CHECKING"
        for child in node.body:
            self.visit(child)
        self.type_checking = before
        for child in node.orelse:
            self.visit(child)

    def visit_function(self, node):
        in_class = bool(self.scopes) and isinstance(self.scopes[-1], ast.ClassDef)
        entry = self.definition(node)
        entry["kind"] = bindings.function_kind(node, in_class)
        entry["async"] = isinstance(node, ast.AsyncFunctionDef)
        entry["generator"] = any(yields(each) for each in node.body)
        entry["overload"] = any(last_name(called(each)) == "overload" for each in node.decorator_list)
        entry.update(signature.described(node))
        self.functions.append(entry)
        self.visit_body(node)

    def visit_ClassDef(self, node):
        entry = self.definition(node)
        kind = bindings.class_kind(node)
        entry["kind"] = kind
        entry["bases"] = [text(base) for base in node.bases]
        entry["keywords"] = [
            "%s=%s" % (each.arg, text(each.value)) if each.arg else "**%s" % text(each.value)
            for each in node.keywords
        ]
        metaclass = [each.value for each in node.keywords if each.arg == "metaclass"]
        entry["metaclass"] = text(metaclass[0]) if metaclass else None
        entry["fields"] = bindings.fields(node, kind)
        entry["attributes"] = bindings.attributes(node)
        self.classes.append(entry)
        self.visit_body(node)

    def visit_body(self, node):
        self.scopes.append(node)
        for child in node.body:
            self.visit(child)
        self.scopes.pop()

    def definition(self, node):
        start = min([each.lineno for each in node.decorator_list], default=node.lineno)
        return {
            "name": node.name,
            "qualifiedName": self.qualified(node.name),
            "depth": len(self.scopes),
            "typeParameters": [text(each) for each in getattr(node, "type_params", [])],
            "decorators": [text(each) for each in node.decorator_list],
            "doc": first_doc_line(node),
            "line": node.lineno,
            "column": self.source.column(node),
            "startLine": start,
            "endLine": node.end_lineno,
            "lines": node.end_lineno - start + 1,
        }

    def qualified(self, name):
        outer = [
            scope.name + (".<locals>" if isinstance(scope, FUNCTIONS) else "") for scope in self.scopes
        ]
        return ".".join(outer + [name])

    def visit_Import(self, node):
        for alias in node.names:
            self.add_import(node, module=alias.name, level=0, names=None, alias=alias.asname)

    def visit_ImportFrom(self, node):
        names = [{"name": alias.name, "alias": alias.asname} for alias in node.names]
        self.add_import(node, module=node.module or "", level=node.level, names=names, alias=None)

    def add_import(self, node, **said):
        place = {"line": node.lineno, "column": self.source.column(node), "endLine": node.end_lineno}
        stands = {
            "typeChecking": self.type_checking,
            "inTry": self.trying,
            "local": any(isinstance(scope, FUNCTIONS) for scope in self.scopes),
        }
        self.imports.append({**said, **place, **stands})


def yields(node):
    """Whether a node of a function's body makes it a generator."""
    if isinstance(node, (ast.Yield, ast.YieldFrom)):
        return True
    return any(yields(child) for child in evaluated_here(node))


def evaluated_here(node):
    """The children of a node that run in the function it stands in: not the body of what it defines."""
    if isinstance(node, FUNCTIONS):
        return node.decorator_list + defaults(node.args)
    if isinstance(node, ast.Lambda):
        return defaults(node.args)
    if isinstance(node, ast.ClassDef):
        return node.decorator_list + node.bases + [each.value for each in node.keywords]
    return ast.iter_child_nodes(node)


def defaults(arguments):
    return arguments.defaults + [each for each in arguments.kw_defaults if each is not None]
