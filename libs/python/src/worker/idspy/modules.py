"""Finding modules by file lookups, as CPython's path finder would, without running a line of them."""

from . import bindings, stdlib
from .world import join

#: Beside a name in a project: its module is built, or may be, from these.
SOURCES_OF_BUILDS = (".pyx", ".pxd", ".c", ".cc", ".cpp", ".rs", ".f90")


class Module:
    """``path`` is None for namespace packages and modules inside of the interpreter."""

    def __init__(self, name, path=None, folders=(), native=False, unknown=False):
        self.name = name
        self.path = path
        #: Where its submodules lie; empty if it is no package.
        self.folders = list(folders)
        #: An extension or built-in module: its names are not in a source.
        self.native = native
        #: It may be there, once it is built or generated.
        self.unknown = unknown


class Missing(Exception):
    """A module that is proven not to be there. ``name`` is the part of the dotted name that is missing."""

    def __init__(self, name, parent=None):
        super().__init__(name)
        self.name = name
        self.parent = parent


class Finder:
    def __init__(self, world, env, at, skip=(), generated=None):
        self.world = world
        self.env = env
        self.at = at
        self.skip = skip
        self.generated = generated
        self._found = {}
        self._tops = {}

    def candidates(self, top, roots):
        """Every module of this top-level name: of the roots, then Python's own, then site-packages."""
        key = (top, tuple(roots))
        if key not in self._tops:
            self._tops[key] = list(self.find_all(top, [*roots, *self.env.stdlib, *self.env.site]))
            if top in self.env.mapped:
                self._tops[key].append(self.mapped(top, self.env.mapped[top]))
            if stdlib.is_builtin(top):
                self._tops[key].append(Module(top, native=True))
        return self._tops[key]

    def find_all(self, name, folders, prefix=""):
        spaces = []
        unknown = None
        for folder in folders:
            found = self.find_in(folder, name)
            if found is None:
                if name in self.world.names(folder) and self.world.is_folder(join(folder, name)):
                    spaces.append(join(folder, name))
            elif found.unknown:
                unknown = found
            else:
                yield found
        if spaces:
            yield Module(name, folders=spaces)
        elif unknown:
            yield unknown

    def find_in(self, folder, name):
        key = (folder, name)
        if key not in self._found:
            self._found[key] = self._find_in(folder, name)
        found = self._found[key]
        return found and Module(found.name, found.path, found.folders, found.native, found.unknown)

    def _find_in(self, folder, name):
        names = self.world.names(folder)
        base = join(folder, name)
        if name in names and self.world.is_folder(base):
            inside = self.world.names(base)
            if any(self.env.is_native(other, "__init__") for other in inside):
                return Module(name, base + "/__init__.so", [base], native=True)
            if "__init__.py" in inside and self.world.file(base + "/__init__.py"):
                return Module(name, base + "/__init__.py", [base])
            if "__init__.pyc" in inside:
                return Module(name, base + "/__init__.pyc", [base], native=True)
        if any(self.env.is_native(other, name) for other in names):
            return Module(name, base + ".so", native=True)
        if name + ".py" in names and self.world.file(base + ".py"):
            return Module(name, base + ".py")
        if name + ".pyc" in names:
            return Module(name, base + ".pyc", native=True)
        if not folder.startswith("/") and self.may_come(base, name, names):
            return Module(name, base, unknown=True)
        return None

    def may_come(self, base, name, names):
        if any(name + ending in names for ending in SOURCES_OF_BUILDS):
            return True
        return self.generated is not None and self.generated.may_be(base)

    def mapped(self, name, path):
        """What an editable install's finder maps a name to: a package, a folder, or a file."""
        if self.world.file(path + "/__init__.py"):
            return Module(name, path + "/__init__.py", [path])
        if self.world.file(path):
            package = path.endswith("/__init__.py")
            return Module(name, path, [path[: -len("/__init__.py")]] if package else [])
        if self.world.is_folder(path):
            return Module(name, folders=[path])
        if self.world.file(path + ".py"):
            return Module(name, path + ".py")
        return Module(name, path, native=True)

    def package_at(self, folder, name):
        """The package that a folder is, with or without an ``__init__.py``."""
        init = join(folder, "__init__.py")
        return Module(name, init if self.world.file(init) else None, [folder])

    def walk(self, module, parts):
        """The submodule of a module; None if it cannot be known. Raises Missing."""
        name = module.name
        for part in parts:
            if module.unknown:
                return None
            found = self.submodule(module, name, part)
            if found is None:
                if self.is_dynamic(module) and self.may_have(module, part):
                    return None
                raise Missing(name + "." + part, module)
            name = found.name = name + "." + part
            module = found
        return None if module.unknown else module

    def submodule(self, module, name, part):
        found = next(iter(self.find_all(part, module.folders)), None)
        if found is None and name + "." + part in self.env.mapped:
            return self.mapped(part, self.env.mapped[name + "." + part])
        return found

    def bindings_of(self, module):
        file = module.path and self.world.file(module.path)
        if module.native or module.unknown or not file:
            return None
        return bindings.of_file(file, self.at, self.skip)

    def is_dynamic(self, module):
        if module.native:
            return True
        if module.name.partition(".")[0] in self.env.hooked:
            return True
        found = self.bindings_of(module)
        return found is not None and found.dynamic

    def may_have(self, module, name):
        names = self.known_names(module)
        return names is None or name in names

    def is_standard(self, module):
        if module.path is None:
            return module.native
        return any(module.path.startswith(folder + "/") for folder in self.env.stdlib) and (
            "/site-packages/" not in module.path and "/dist-packages/" not in module.path
        )

    def known_names(self, module):
        """The names of one of Python's own modules that no source tells; None for those of others."""
        if not self.is_standard(module):
            return None
        return stdlib.native_names(module.name) if module.native else stdlib.computed_names(module.name)
