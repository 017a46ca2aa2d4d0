"""What a file defines: functions with signatures, classes, imports, globals."""

import ast

from . import contexts, source, syntax
from .signatures import signature_of, written

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def analyze_file(args, _at):
    data = source.read(args["file"], args.get("maxBytes"))
    failure = syntax.failure_of(data)
    if failure is not None:
        return {"failure": failure}
    tree = source.parse(data)
    found = Collector()
    found.collect(tree)
    lines = source.text_lines(data)
    return {
        "lines": len(lines) - (1 if lines[-1] == "" else 0),
        "encoding": source.encoding_of(data),
        "doc": first_line(tree),
        "imports": [import_of(place) for place in contexts.imports_of(tree)],
        "functions": found.functions,
        "classes": found.classes,
        "globals": list(globals_of(tree)),
    }


class Collector:
    def __init__(self):
        self.functions = []
        self.classes = []

    def collect(self, tree):
        """Walks statements with a stack of its own, so that no nesting of a project's code is too deep."""
        waiting = [(tree, "")]
        while waiting:
            node, prefix = waiting.pop()
            inside = prefix
            if isinstance(node, FUNCTIONS):
                self.functions.append(function(node, prefix))
                inside = prefix + node.name + ".<locals>."
            elif isinstance(node, ast.ClassDef):
                self.classes.append(class_(node, prefix))
                inside = prefix + node.name + "."
            waiting.extend((child, inside) for child in reversed(list(contexts.statements_in(node))))


def function(node, prefix):
    return {
        "name": node.name,
        "qualifiedName": prefix + node.name,
        "signature": signature_of(node),
        "async": isinstance(node, ast.AsyncFunctionDef),
        "generator": is_generator(node),
        "decorators": [written(decorator) for decorator in node.decorator_list],
        "doc": first_line(node),
        "line": node.lineno,
        "endLine": node.end_lineno,
    }


def class_(node, prefix):
    return {
        "name": node.name,
        "qualifiedName": prefix + node.name,
        "bases": [written(base) for base in node.bases],
        "keywords": [
            "%s=%s" % (keyword.arg, written(keyword.value)) if keyword.arg else "**" + written(keyword.value)
            for keyword in node.keywords
        ],
        "decorators": [written(decorator) for decorator in node.decorator_list],
        "doc": first_line(node),
        "attributes": list(class_attributes(node)) + list(instance_attributes(node)),
        "line": node.lineno,
        "endLine": node.end_lineno,
    }


def class_attributes(node):
    seen = set()
    for name, annotation, line in assigned(node):
        if name not in seen:
            seen.add(name)
            yield {"name": name, "annotation": annotation, "kind": "class", "line": line}


def instance_attributes(node):
    """What methods assign to their first argument, each name once."""
    seen = set()
    for method in node.body:
        arguments = isinstance(method, FUNCTIONS) and method.args.posonlyargs + method.args.args
        if not arguments:
            continue
        for target, annotation in targets_within(method):
            if not (isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name)):
                continue
            if target.value.id == arguments[0].arg and target.attr not in seen:
                seen.add(target.attr)
                yield {
                    "name": target.attr,
                    "annotation": annotation,
                    "kind": "instance",
                    "line": target.lineno,
                }


def globals_of(tree):
    seen = set()
    for name, annotation, line in assigned(tree):
        if name not in seen:
            seen.add(name)
            yield {"name": name, "annotation": annotation, "line": line}


def assigned(node):
    """The names that the statements of a module or class assign, conditional ones too."""
    for target, annotation in targets_within(node):
        if isinstance(target, ast.Name):
            yield target.id, annotation, target.lineno


def targets_within(node):
    for statement in contexts.own_statements(node):
        if isinstance(statement, ast.AnnAssign):
            yield statement.target, written(statement.annotation)
        elif isinstance(statement, ast.Assign):
            for target in statement.targets:
                for part in unpacked(target):
                    yield part, None
        elif type(statement).__name__ == "TypeAlias":
            yield statement.name, None


def unpacked(target):
    waiting = [target]
    while waiting:
        node = waiting.pop()
        if isinstance(node, (ast.Tuple, ast.List)):
            waiting.extend(reversed(node.elts))
        elif isinstance(node, ast.Starred):
            waiting.append(node.value)
        else:
            yield node


def is_generator(node):
    waiting = list(node.body)
    while waiting:
        inner = waiting.pop()
        if isinstance(inner, (ast.Yield, ast.YieldFrom)):
            return True
        if not isinstance(inner, FUNCTIONS + (ast.ClassDef, ast.Lambda)):
            waiting.extend(ast.iter_child_nodes(inner))
    return False


def import_of(place):
    node, alias = place.node, place.alias
    shared = {
        "line": node.lineno,
        "typeChecking": place.type_checking,
        "guarded": place.guarded,
        "local": place.local,
    }
    if alias is not None:
        return dict(shared, module=alias.name, level=0, names=None, alias=alias.asname)
    names = [{"name": each.name, "alias": each.asname} for each in node.names]
    return dict(shared, module=node.module or "", level=node.level, names=names, alias=None)


def first_line(node):
    doc = ast.get_docstring(node)
    lines = doc.strip().split("\n") if doc else []
    return lines[0].strip() if lines else None
