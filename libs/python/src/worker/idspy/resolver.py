"""Which imports of a file cannot work, judged against a project as it is or as it would be."""

import types

from . import contexts, environment, source, spots, stdlib
from .generated import Generated
from .hints import Hints
from .modules import Finder, Missing, Module
from .roots import Roots
from .world import join

#: What every module has, whatever it binds.
ALWAYS = {"__file__", "__cached__", "__builtins__", "__dict__", "__annotations__"}
ALWAYS |= set(dir(types.ModuleType("")))
# What is imported by these names is set from outside, if it is not written down.
ALWAYS |= {"__warningregistry__", "__all__"}
ALWAYS |= set(dir(object)) - {"__name__"}


class Resolver:
    def __init__(self, world, env, at, skip=()):
        self.world = world
        self.env = env
        self.at = at
        self.skip = skip
        self.roots = Roots(world)
        self.finder = Finder(world, env, at, skip, Generated(world))
        self.hints = Hints(self)

    def parsed(self, path):
        """The bytes and the tree of the file at a path; None if it cannot be read or parsed."""
        file = self.world.file(path)
        if file is None or file in self.skip:
            return None
        self.at(file)
        try:
            data = source.read(file)
            return data, source.parse(data)
        except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
            return None

    def check(self, path):
        """The findings of the file at a path, in order; none if it cannot be read or parsed."""
        parsed = self.parsed(path)
        if parsed is None:
            return []
        data, tree = parsed
        lines = source.text_lines(data)
        findings = []
        for place in contexts.imports_of(tree):
            if place.guarded or place.type_checking:
                continue
            for alias, problem in self.problems(place, path, data):
                if alias is None:
                    line, column = spots.of_module(lines, place.node)
                else:
                    line, column = spots.of_name(lines, place.node, alias)
                findings.append(dict(problem, path=path, line=line, column=column))
        return findings

    def problems(self, place, path, data):
        """Pairs of the name that is wrong (None: a ``from`` import's module) and what is wrong with it."""
        node = place.node
        if place.alias is not None:
            dotted, level, names = place.alias.name, 0, []
        else:
            dotted, level, names = node.module or "", node.level, node.names
        try:
            modules = self.modules(dotted, level, path)
        except Missing as missing:
            if level or not self.cannot_know(missing, path, data):
                yield place.alias, self.hints.missing_module(missing, dotted, level, path, data)
            return
        for alias in names:
            if alias.name == "*":
                for name in self.unbound_public(modules):
                    yield alias, self.hints.unbound_public(name, dotted, level)
            elif not any(self.provides(module, alias.name) for module in modules):
                yield alias, self.hints.missing_name(alias.name, modules[0], dotted, level, path)

    def modules(self, dotted, level, path):
        """All that an import may mean; an unknowable one is None. Raises Missing if it means nothing."""
        parts = dotted.split(".") if dotted else []
        if level:
            return [self.finder.walk(self.package(path, level, dotted), parts)]
        top = parts[0]
        if top in environment.SPECIAL or top in self.env.hooked:
            return [None]
        found = []
        first_missing = None
        for module in self.visible(top, path):
            try:
                found.append(self.finder.walk(module, parts[1:]))
            except Missing as missing:
                first_missing = first_missing or missing
        if found:
            return found
        if first_missing is None and (top in stdlib.NAMES or self.env.open):
            # Of another platform, left out of this build, or from a folder that only a running Python knows.
            return [None]
        raise first_missing or Missing(top)

    def visible(self, top, path):
        """The modules of a top-level name, without those that another one hides for certain."""
        candidates = self.finder.candidates(top, self.roots.of(path))
        own = [module for module in candidates if module.path and not module.path.startswith("/")]
        if top in stdlib.NAMES:
            standard = [module for module in candidates if self.finder.is_standard(module)]
            if standard and not stdlib.can_be_hidden(top):
                return standard
            first = self.first_folder(path)
            return [module for module in own if first is not None and root_of(module) == first] or candidates
        if any(root_of(module) in self.roots.exact for module in own):
            return own
        return candidates

    def first_folder(self, path):
        """The folder that lies first on the path when this file runs; None if nobody knows."""
        folder = path.rpartition("/")[0]
        if folder and not path.startswith("/") and not self.world.file(folder + "/__init__.py"):
            return folder if self.roots.is_script(path) else None
        while folder and self.world.file(folder + "/__init__.py"):
            folder = folder.rpartition("/")[0]
        return "" if not folder and not path.startswith("/") else None

    def package(self, path, level, dotted):
        """The package that a relative import starts from."""
        folders = path.split("/")[:-1]
        shown = "." * level + dotted
        if level - 1 > len(folders):
            raise Missing(shown)
        folder = "/".join(folders[: len(folders) - (level - 1)])
        name = self.roots.name_of(folder + "/__init__.py") if folder else None
        package = self.finder.package_at(folder, name or "." * level)
        # What is on the path is no package itself, unless it says so.
        if folder in self.roots.exact and package.path is None:
            raise Missing(shown)
        if package.path is None:
            package.folders = self.portions(folder, path)
        return package

    def portions(self, folder, path):
        """All folders of a namespace package, one of which is given: under other roots it goes on."""
        found = [folder]
        roots = self.roots.of(path)
        for root in roots:
            if root and not folder.startswith(root + "/"):
                continue
            inside = folder[len(root) + 1 :] if root else folder
            for other in (*roots, *self.env.site):
                place = join(other, inside)
                if self.world.is_folder(place) and not self.world.file(place + "/__init__.py"):
                    found.append(place)
        return list(dict.fromkeys(found))

    def provides(self, module, name):
        """Whether a module has a name, or may have it."""
        if module is None or module.unknown or name in ALWAYS or (name == "__path__" and module.folders):
            return True
        found = self.finder.bindings_of(module)
        if module.native or (found is not None and found.dynamic):
            if (found and name in found.names) or self.may_have_unseen(module, name):
                return True
        elif found is not None:
            if name in found.names or any(self.star_provides(module, star, name, ()) for star in found.stars):
                return True
        if not module.folders:
            return False
        try:
            self.finder.walk(module, [name])
            return True
        except Missing:
            return False

    def may_have_unseen(self, module, name):
        """For modules whose source does not tell their names, or that have none."""
        names = self.finder.known_names(module)
        # A stub beside an extension module proves nothing: those of real packages leave names out.
        return names is None or name in names

    def star_provides(self, module, star, name, seen):
        if (module.path, star) in seen:
            return False
        try:
            sources = self.modules(star[0], star[1], module.path)
        except Missing:
            return True
        inner = (*seen, (module.path, star))
        return any(self.passes_on(each, name, inner) for each in sources)

    def passes_on(self, module, name, seen):
        """Whether a star import of a module may bring a name."""
        if module is None:
            return True
        found = self.finder.bindings_of(module)
        if module.native or (found is not None and found.dynamic):
            names = self.finder.known_names(module)
            return names is None or name in names
        if found is None or not found.lets_through(name):
            return False
        if name in found.star_names():
            return True
        if any(self.star_provides(module, star, name, seen) for star in found.stars):
            return True
        return bool(module.folders) and self.provides(Module(module.name, folders=module.folders), name)

    def unbound_public(self, modules):
        """The names that ``__all__`` of the only module meant lists, and that it does not have."""
        module = modules[0] if len(modules) == 1 else None
        found = self.finder.bindings_of(module) if module else None
        if not found or found.dynamic or found.public is None or not found.public_certain:
            return []
        return sorted(name for name in found.public if not self.provides(module, name))

    def names_of(self, path):
        """All names that the source file at a path binds, by star imports too; none if there is no file."""
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


def root_of(module):
    """The folder that a top-level module of the project lies in."""
    path = module.path[: -len("/__init__.py")] if module.path.endswith("/__init__.py") else module.path
    return path.rpartition("/")[0]
