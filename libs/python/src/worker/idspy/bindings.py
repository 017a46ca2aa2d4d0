"""The names that a module binds, read from its source; or that nobody can know them."""

import ast
import os

from . import source

#: Calls that may bind names nobody can read off the source; those of the second set only at module level.
CALLS_ANYWHERE = {"globals", "exec", "extend_path", "_convert_"}
CALLS_AT_TOP = {"vars", "locals"}
DYNAMIC_NAMES = {"__getattr__", "__path__"}
SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
BIGGEST = 4 * 1024 * 1024
CACHE_SIZE = 4_000
_cache = {}


class Bindings:
    def __init__(self, dynamic=False):
        self.names = set()
        #: What a literal ``__all__`` adds to the names a star import takes.
        self.public = set()
        #: Whether ``__all__`` is computed, so that a star import may take any name.
        self.computed_public = False
        #: The modules of ``from … import *``, as (module, level).
        self.stars = []
        #: Nothing can be said of names that are not among these.
        self.dynamic = dynamic

    def star_names(self):
        if self.computed_public:
            return self.names
        return self.public | {name for name in self.names if not name.startswith("_")}


UNKNOWABLE = Bindings(dynamic=True)


def of_file(file, at, skip=()):
    """The bindings of a source file, remembered for as long as the file is the same."""
    if file in skip:
        return UNKNOWABLE
    try:
        status = os.stat(file)
        key = (status.st_mtime_ns, status.st_size, status.st_ino)
        known = _cache.get(file)
        if known is not None and known[0] == key:
            return known[1]
        at(file)
        bindings = of_tree(source.parse(source.read(file, BIGGEST)))
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError, source.TooLarge):
        return UNKNOWABLE
    if len(_cache) >= CACHE_SIZE:
        _cache.clear()
    _cache[file] = (key, bindings)
    return bindings


def of_tree(tree):
    bindings = Bindings()
    waiting = [(node, True) for node in tree.body]
    while waiting:
        node, at_top = waiting.pop()
        if at_top:
            bind(node, bindings)
        if isinstance(node, ast.Global):
            bindings.names.update(node.names)
        if is_dynamic(node, at_top):
            bindings.dynamic = True
        inside = at_top and not isinstance(node, SCOPES)
        waiting.extend((child, inside) for child in ast.iter_child_nodes(node))
    if bindings.names & DYNAMIC_NAMES:
        bindings.dynamic = True
    return bindings


def bind(node, bindings):
    names = bindings.names
    if isinstance(node, ast.Name):
        if isinstance(node.ctx, ast.Store):
            names.add(node.id)
    elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        names.add(node.name)
    elif isinstance(node, ast.Import):
        names.update(alias.asname or alias.name.partition(".")[0] for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        for alias in node.names:
            if alias.name == "*":
                bindings.stars.append((node.module or "", node.level))
            else:
                names.add(alias.asname or alias.name)
    elif type(node).__name__ in ("MatchAs", "MatchStar", "ExceptHandler") and node.name:
        names.add(node.name)
    elif type(node).__name__ == "MatchMapping" and node.rest:
        names.add(node.rest)
    if isinstance(node, (ast.Assign, ast.AugAssign, ast.AnnAssign)):
        remember_public(node, bindings)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        if getattr(node.func.value, "id", None) == "__all__":
            bindings.computed_public = True


def remember_public(node, bindings):
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    if not any(getattr(target, "id", None) == "__all__" for target in targets):
        return
    try:
        bindings.public.update(name for name in ast.literal_eval(node.value) if isinstance(name, str))
    except (ValueError, TypeError, RecursionError):
        bindings.computed_public = True


def is_dynamic(node, at_top):
    if isinstance(node, ast.Call):
        called = getattr(node.func, "id", None) or getattr(node.func, "attr", None)
        if called in CALLS_ANYWHERE or (at_top and called in CALLS_AT_TOP):
            return True
        if called == "setattr":
            return not node.args or getattr(node.args[0], "id", None) not in ("self", "cls")
        return called == "update" and getattr(getattr(node.func, "value", None), "attr", None) == "__dict__"
    if isinstance(node, ast.Subscript):
        return getattr(node.value, "attr", None) == "modules" and (
            isinstance(node.ctx, ast.Store) or has_name(node.slice, "__name__")
        )
    if isinstance(node, (ast.ClassDef, ast.FunctionDef)):
        return any(has_name(decorator, "global_enum") for decorator in node.decorator_list)
    return False


def has_name(expression, name):
    return any(
        getattr(node, "id", None) == name or getattr(node, "attr", None) == name
        for node in ast.walk(expression)
    )
