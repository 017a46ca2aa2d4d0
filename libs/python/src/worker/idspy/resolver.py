"""Which imports of a file cannot work, judged against a project as it is or as it would be."""

import difflib

from . import contexts, environment, source
from .declared import Declared
from .modules import Finder, Missing, Module
from .roots import Roots

HINT = "declare the package that provides it (requirements.txt or pyproject.toml) if there is one"


class Resolver:
    def __init__(self, world, env, at, skip=()):
        self.world = world
        self.env = env
        self.at = at
        self.skip = skip
        self.finder = Finder(world, env, at, skip)
        self.roots = Roots(world)
        self._declared = None

    @property
    def declared(self):
        self._declared = self._declared or Declared(self.world)
        return self._declared

    def check(self, path):
        """The findings of the file at a path, in order; none if it cannot be read or parsed."""
        file = self.world.file(path)
        if file is None or file in self.skip:
            return []
        self.at(file)
        try:
            data = source.read(file)
            tree = source.parse(data)
        except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
            return []
        lines = source.text_lines(data)
        findings = []
        for place in contexts.imports_of(tree):
            if place.guarded or place.type_checking:
                continue
            for node, code, severity, message in self.problems(place, path, data):
                findings.append(
                    {
                        "path": path,
                        "line": node.lineno,
                        "column": source.column(lines, node.lineno, node.col_offset),
                        "code": code,
                        "severity": severity,
                        "message": message,
                    }
                )
        return findings

    def problems(self, place, path, data):
        node = place.node
        if place.alias is not None:
            dotted, level, names = place.alias.name, 0, []
        else:
            dotted, level, names = node.module or "", node.level, node.names
        try:
            modules = self.modules(dotted, level, path)
        except Missing as missing:
            if level or not self.cannot_know(missing, path, data):
                # Before Python 3.10 a name of an import has no place of its own.
                spot = place.alias if hasattr(place.alias, "lineno") else node
                yield (spot, *self.missing_module(missing, dotted, level, path))
            return
        for alias in names:
            if alias.name == "*" or any(self.provides(module, alias.name) for module in modules):
                continue
            spot = alias if hasattr(alias, "lineno") else node
            yield spot, "missing-name", "error", self.missing_name(alias.name, modules[0], dotted, level)

    def modules(self, dotted, level, path):
        """All that an import may mean; an unknowable one is None. Raises Missing if it means nothing."""
        parts = dotted.split(".") if dotted else []
        if level:
            return [self.finder.walk(self.package(path, level, dotted), parts)]
        if parts[0] in environment.SPECIAL or parts[0] in self.env.hooked:
            return [None]
        found = []
        first_missing = None
        for module in self.finder.candidates(parts[0], self.roots.of(path)):
            try:
                found.append(self.finder.walk(module, parts[1:]))
            except Missing as missing:
                first_missing = first_missing or missing
        if found:
            return found
        if first_missing is None and parts[0] in environment.STDLIB_NAMES:
            # Of another platform, or left out of this build.
            return [None]
        raise first_missing or Missing(parts[0])

    def package(self, path, level, dotted):
        """The package that a relative import starts from."""
        folders = path.split("/")[:-1]
        shown = "." * level + dotted
        if level - 1 > len(folders):
            raise Missing(shown)
        folder = "/".join(folders[: len(folders) - (level - 1)])
        package = self.finder.package_at(folder, shown)
        # What is on the path is no package itself, unless it says so.
        if folder in self.roots.top and package.path is None:
            raise Missing(shown)
        return package

    def provides(self, module, name, seen=()):
        """Whether a module has a name, or may have it."""
        if module is None or (name.startswith("__") and name.endswith("__")):
            return True
        if module.native:
            names = self.finder.native_names(module)
            return names is None or name in names
        bindings = self.finder.bindings_of(module)
        if bindings is not None:
            if name in bindings.names or bindings.dynamic:
                return True
            if any(self.star_provides(module, star, name, seen) for star in bindings.stars):
                return True
        if not module.folders:
            return False
        try:
            self.finder.walk(module, [name])
            return True
        except Missing:
            return False

    def star_provides(self, module, star, name, seen):
        if (module.path, star) in seen:
            return False
        try:
            sources = self.modules(star[0], star[1], module.path)
        except Missing:
            return True
        for each in sources:
            bindings = None if each is None else self.finder.bindings_of(each)
            if bindings is None or bindings.dynamic or name in bindings.star_names():
                return True
            inner = (*seen, (module.path, star))
            if any(self.star_provides(each, further, name, inner) for further in bindings.stars):
                return True
        return False

    def names_of(self, path):
        """All names that the source file at a path binds, also by star imports; none if there is no such file."""
        file = self.world.file(path)
        if not file:
            return set()
        bindings = self.finder.bindings_of(Module("", path))
        names = set(bindings.names)
        waiting, seen = [(path, star) for star in bindings.stars], set()
        while waiting:
            place, star = waiting.pop()
            if (place, star) in seen:
                continue
            seen.add((place, star))
            try:
                sources = self.modules(star[0], star[1], place)
            except Missing:
                continue
            for each in sources:
                inner = each and self.finder.bindings_of(each)
                if inner:
                    names |= inner.star_names()
                    waiting += [(each.path, further) for further in inner.stars]
        return names

    def cannot_know(self, missing, path, data):
        if "." in missing.name:
            return False
        return self.roots.changes_path(path, data) or self.roots.script_beside(path, missing.name)

    def missing_module(self, missing, dotted, level, path):
        name = missing.name
        if level:
            if missing.parent is None:
                return "unresolved-import", "error", (
                    "attempted relative import beyond the top-level package: %s" % name
                )
            return "unresolved-import", "error", "No module named '%s'%s" % (name, self.near(missing, path))
        declared = self.declared.of_module(dotted.split("."))
        if declared is not None and self.may_be_third_party(missing):
            package, file = declared
            message = "'%s' is declared in %s but not installed; install it with: python3 -m pip install %s"
            return "not-installed", "warning", message % (package, file, package)
        hint = self.near(missing, path) or ("; " + HINT if missing.parent is None else "")
        message = "No module named '%s'%s" % (name, hint)
        return "unresolved-import", "error", message

    def may_be_third_party(self, missing):
        return missing.parent is None or missing.parent.path is None

    def near(self, missing, path):
        last = missing.name.rpartition(".")[2]
        if missing.parent is None:
            known = environment.STDLIB_NAMES | self.env.installed_names() | self.roots.module_names(path)
        else:
            known = module_names(self.world, missing.parent.folders)
            if missing.parent.path and not missing.parent.folders:
                return "; '%s' is not a package" % missing.parent.name
        return suggestion(last, known, missing.name.rpartition(".")[0])

    def missing_name(self, name, module, dotted, level):
        shown = "." * level + dotted
        bindings = self.finder.bindings_of(module)
        known = module_names(self.world, module.folders)
        if bindings is not None:
            known |= bindings.names
        elif module.native:
            known |= self.finder.native_names(module) or set()
        return "cannot import name '%s' from '%s'%s" % (name, shown, suggestion(name, known))


def module_names(world, folders):
    listed = (name for folder in folders for name in world.names(folder))
    names = {name[:-3] if name.endswith(".py") else name for name in listed}
    return {name for name in names if name.isidentifier() and not name.startswith("__")}


def suggestion(name, known, prefix=""):
    near = difflib.get_close_matches(name, sorted(known - {name}), n=1, cutoff=0.7)
    if not near:
        return ""
    return "; did you mean '%s'?" % (prefix + "." + near[0] if prefix.strip(".") else near[0])
