"""Finding modules by file lookups, as CPython's path finder would, without running a line of them."""

import importlib

from . import bindings, environment
from .world import join

BINARY = (".so", ".pyd", ".pyc")


class Module:
    """``path`` is None for namespace packages and modules inside of the interpreter."""

    def __init__(self, name, path=None, folders=(), native=False):
        self.name = name
        self.path = path
        #: Where its submodules lie; empty if it is no package.
        self.folders = list(folders)
        #: An extension or built-in module: its names are not in a source.
        self.native = native


class Missing(Exception):
    """A module that is proven not to be there. ``name`` is the part of the dotted name that is missing."""

    def __init__(self, name, parent=None):
        super().__init__(name)
        self.name = name
        self.parent = parent


class Finder:
    def __init__(self, world, env, at, skip=()):
        self.world = world
        self.env = env
        self.at = at
        self.skip = skip
        self._listings = {}
        self._tops = {}

    def candidates(self, top, roots):
        """Every module of this top-level name that one of the roots, Python or site-packages has."""
        key = (top, tuple(roots))
        if key not in self._tops:
            self._tops[key] = list(self.find_all(top, [*roots, *self.env.stdlib, *self.env.site]))
            if top in self.env.mapped:
                self._tops[key].append(self.mapped(top, self.env.mapped[top]))
            if environment.is_builtin(top):
                self._tops[key].append(Module(top, native=True))
        return self._tops[key]

    def find_all(self, name, folders):
        spaces = []
        for folder in folders:
            found = self.find_in(folder, name)
            if found is None:
                if self.world.is_folder(join(folder, name)):
                    spaces.append(join(folder, name))
            else:
                yield found
        if spaces:
            yield Module(name, folders=spaces)

    def find_in(self, folder, name):
        base = join(folder, name)
        init = base + "/__init__.py"
        if self.world.file(init):
            return Module(name, init, [base])
        if self.world.file(base + ".py"):
            return Module(name, base + ".py")
        names = self.listing(folder)
        if any(other.startswith(name + ".") and other.endswith(BINARY) for other in names):
            return Module(name, base + ".so", native=True)
        inside = self.listing(base) if name in names else ()
        if any(other.startswith("__init__.") and other.endswith(BINARY) for other in inside):
            return Module(name, base + "/__init__.so", [base], native=True)
        return None

    def listing(self, folder):
        if folder not in self._listings:
            self._listings[folder] = self.world.names(folder)
        return self._listings[folder]

    def mapped(self, name, path):
        if self.world.file(path + "/__init__.py"):
            return Module(name, path + "/__init__.py", [path])
        return Module(name, path if self.world.file(path) else path + ".py", native=not self.world.file(path))

    def package_at(self, folder, name):
        """The package that a folder is, with or without an ``__init__.py``."""
        init = join(folder, "__init__.py")
        return Module(name, init if self.world.file(init) else None, [folder])

    def walk(self, module, parts):
        """The submodule of a module; None if it cannot be known. Raises Missing."""
        name = module.name
        for part in parts:
            if not module.folders or module.native:
                if self.is_dynamic(module):
                    return None
                raise Missing(name + "." + part, module)
            found = next(iter(self.find_all(part, module.folders)), None)
            if found is None:
                if self.is_dynamic(module):
                    return None
                raise Missing(name + "." + part, module)
            name = found.name = name + "." + part
            module = found
        return module

    def bindings_of(self, module):
        file = module.path and self.world.file(module.path)
        if module.native or not file:
            return None
        return bindings.of_file(file, self.at, self.skip)

    def is_dynamic(self, module):
        if module.native:
            return True
        found = self.bindings_of(module)
        return found is not None and found.dynamic

    def native_names(self, module):
        """The names of one of Python's own extension modules; None for those of others."""
        if module.path and not any(module.path.startswith(folder + "/") for folder in self.env.stdlib):
            return None
        return _native_names(module.name)


_native = {}


def _native_names(name):
    """Imports a module of the interpreter itself: with ``-I -S`` no other can be found by that name."""
    if name not in _native:
        try:
            _native[name] = set(dir(importlib.import_module(name)))
        except Exception:
            _native[name] = None
    return _native[name]
