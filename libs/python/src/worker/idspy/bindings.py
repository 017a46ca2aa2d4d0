"""The names that a module binds, read from its source; or that nobody can know them."""

import ast
import os
import re

from . import contexts, source

#: Calls that may bind names nobody can read off the source; those of the second set only at module level.
CALLS_ANYWHERE = {"globals", "extend_path", "_convert_", "declare_namespace"}
CALLS_AT_TOP = {"vars", "locals"}
DYNAMIC_NAMES = {"__getattr__", "__path__"}
#: None of these words in a file: it does nothing that only its expressions would tell.
DYNAMIC_WORDS = re.compile(
    rb"\b(?:globals|exec|extend_path|_convert_|declare_namespace|vars|locals|setattr|__dict__|modules"
    rb"|global_enum|import_module|__name__|__import__|global|__setattr__)\b"
)
#: Calls that take ``__name__`` to name something; others may put names into the module of this name.
NAMING = {
    *("getLogger", "get_logger", "getChild", "Logger", "Flask", "Quart", "Blueprint", "Celery", "Dash"),
    *("files", "path", "resource_filename", "resource_string", "get_data", "print", "format", "run", "main"),
    *("Sanic", "Namespace", "TypeVar", "NewType", "exit", "warn", "append", "add", "join", "split", "rsplit"),
    "startswith",
}
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
SCOPES = (*FUNCTIONS, ast.ClassDef)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
BIGGEST = 4 * 1024 * 1024
CACHE_SIZE = 4_000
_cache = {}


class Bindings:
    def __init__(self, dynamic=False):
        #: Each name that may be bound once the module is loaded, with the line that binds it first.
        self.lines = {}
        #: Bound for type checkers only.
        self.checking = set()
        #: Bound, and deleted again for certain.
        self.deleted = set()
        #: What ``__all__`` lists; None if there is none.
        self.public = None
        #: Whether each name of it is listed for certain.
        self.public_certain = True
        #: Whether ``__all__`` is computed, so that a star import may take any name.
        self.computed_public = False
        #: The modules of ``from … import *``, as (module, level).
        self.stars = []
        #: Nothing can be said of names that are not among these.
        self.dynamic = dynamic

    @property
    def names(self):
        return self.lines.keys()

    def star_names(self):
        """What a star import may take of the names here."""
        if self.computed_public:
            return set(self.names)
        if self.public is not None:
            return self.public
        return {name for name in self.names if not name.startswith("_")}

    def lets_through(self, name):
        """Whether a star import of this module may take a name that it has from a star import of its own."""
        if self.computed_public:
            return True
        return name in self.public if self.public is not None else not name.startswith("_")


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
        data = source.read(file, BIGGEST)
        bindings = of_tree(source.parse(data), bool(DYNAMIC_WORDS.search(data)))
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError, source.TooLarge):
        return UNKNOWABLE
    if len(_cache) >= CACHE_SIZE:
        _cache.clear()
    _cache[file] = (key, bindings)
    return bindings


def of_tree(tree, may_be_dynamic=True):
    found = Bindings()
    for statement, certain, checking in contexts.running(tree):
        if checking:
            found.checking.update(name for name, _ in bound_by(statement))
            continue
        if isinstance(statement, ast.Delete) and certain:
            for name in deleted_by(statement):
                found.lines.pop(name, None)
                found.deleted.add(name)
        for name, line in bound_by(statement):
            found.lines.setdefault(name, line)
            found.deleted.discard(name)
        remember_stars(statement, found)
        remember_public(statement, certain, found)
    if may_be_dynamic:
        look_inside(tree, found)
    if DYNAMIC_NAMES & found.names:
        found.dynamic = True
    found.checking -= found.names
    return found


def bound_by(statement):
    """The names that a statement itself binds, without those of the statements inside of it."""
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        yield statement.name, statement.lineno
    elif isinstance(statement, ast.Import):
        for alias in statement.names:
            yield alias.asname or alias.name.partition(".")[0], statement.lineno
    elif isinstance(statement, ast.ImportFrom):
        for alias in statement.names:
            if alias.name != "*":
                yield alias.asname or alias.name, statement.lineno
    if isinstance(statement, ast.AnnAssign) and statement.value is None:
        return
    for expression in contexts.expressions_of(statement):
        yield from bound_in(expression)


def bound_in(expression):
    """The names that an expression or a pattern binds; the target of a comprehension is its own."""
    waiting = [(expression, False)]
    while waiting:
        node, inner = waiting.pop()
        if isinstance(node, ast.NamedExpr):
            yield node.target.id, node.lineno
            waiting.append((node.value, inner))
            continue
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and not inner:
            yield node.id, node.lineno
        kind = type(node).__name__
        if kind in ("MatchAs", "MatchStar") and node.name:
            yield node.name, node.lineno
        elif kind == "MatchMapping" and node.rest:
            yield node.rest, node.lineno
        if not isinstance(node, ast.Lambda):
            inside = inner or isinstance(node, COMPREHENSIONS)
            waiting.extend((child, inside) for child in ast.iter_child_nodes(node))


def deleted_by(statement):
    waiting = list(statement.targets)
    while waiting:
        target = waiting.pop()
        if isinstance(target, ast.Name):
            yield target.id
        elif isinstance(target, (ast.Tuple, ast.List)):
            waiting.extend(target.elts)


def remember_stars(statement, found):
    if isinstance(statement, ast.ImportFrom) and any(alias.name == "*" for alias in statement.names):
        found.stars.append((statement.module or "", statement.level))


def remember_public(statement, certain, found):
    if isinstance(statement, (ast.Assign, ast.AugAssign, ast.AnnAssign)):
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        if statement.value is None or not any(names_all(part) for part in parts_of(targets)):
            return
        if isinstance(statement, ast.AugAssign) or found.public is None:
            found.public_certain = found.public_certain and certain
        elif certain:
            found.public = None
        else:
            # What was listed before is kept: whether it is set again is not known.
            found.public_certain = False
        add_public(statement.value, found, whole=len(targets) == 1 and names_all(targets[0]))
    elif isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        call = statement.value
        if isinstance(call.func, ast.Attribute) and names_all(call.func.value):
            one = call.func.attr in ("append", "extend") and len(call.args) == 1
            value = ast.List([call.args[0]], ast.Load()) if one and call.func.attr == "append" else None
            found.public_certain = found.public_certain and certain
            add_public(value or (call.args[0] if one else None), found, one)


def add_public(value, found, whole):
    try:
        listed = ast.literal_eval(value) if whole and value is not None else None
    except (ValueError, TypeError, RecursionError, MemoryError):
        listed = None
    if not isinstance(listed, (list, tuple, set)):
        found.computed_public = True
        return
    found.public = (found.public or set()) | {name for name in listed if isinstance(name, str)}


def parts_of(targets):
    for target in targets:
        yield from target.elts if isinstance(target, (ast.Tuple, ast.List)) else [target]


def names_all(node):
    return isinstance(node, ast.Name) and node.id == "__all__"


def look_inside(tree, found):
    """What functions and classes do to the module: names they call global, and ways to bind any name."""
    modules = {
        alias.asname or alias.name.partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for alias in node.names
    }
    waiting = [(node, True) for node in tree.body]
    while waiting:
        node, at_top = waiting.pop()
        if isinstance(node, ast.Global):
            for name in node.names:
                found.lines.setdefault(name, node.lineno)
        if is_dynamic(node, at_top, modules):
            found.dynamic = True
            return
        inside = at_top and not isinstance(node, SCOPES)
        waiting.extend((child, inside) for child in ast.iter_child_nodes(node))


def is_dynamic(node, at_top, modules):
    if isinstance(node, ast.Call):
        return binds_any_name(node, at_top, modules)
    if isinstance(node, ast.Subscript):
        value = node.value
        if getattr(value, "attr", None) == "modules" or getattr(value, "id", None) == "modules":
            return isinstance(node.ctx, ast.Store) or mentions_itself(node.slice)
        if getattr(value, "attr", None) == "__dict__" and isinstance(node.ctx, ast.Store):
            return may_be_module(value.value, modules)
        return False
    if isinstance(node, (ast.ClassDef, ast.FunctionDef)):
        return any(contexts.mentions(decorator, {"global_enum"}) for decorator in node.decorator_list)
    return False


def binds_any_name(call, at_top, modules):
    called = getattr(call.func, "id", None) or getattr(call.func, "attr", None)
    if called in CALLS_ANYWHERE:
        return True
    if called in CALLS_AT_TOP:
        return at_top and not call.args
    if called == "exec":
        # With a dictionary of its own it binds nothing here.
        return len(call.args) < 2
    if called in ("setattr", "__setattr__"):
        return not call.args or may_be_module(call.args[0], modules)
    if at_top and called not in NAMING and any(names_itself(argument) for argument in call.args):
        return True
    if called in ("import_module", "__import__"):
        return any(mentions_itself(argument) for argument in call.args)
    holder = getattr(call.func, "value", None)
    if called in ("update", "setdefault") and getattr(holder, "attr", None) == "__dict__":
        return may_be_module(holder.value, modules)
    return False


def may_be_module(expression, modules):
    """Whether an expression may be this module: found by a look-up, or by a name that was imported."""
    while isinstance(expression, ast.Attribute):
        expression = expression.value
    return not isinstance(expression, ast.Name) or expression.id in modules


def names_itself(expression):
    return isinstance(expression, ast.Name) and expression.id == "__name__"


def mentions_itself(expression):
    return contexts.mentions(expression, {"__name__", "__package__"})
