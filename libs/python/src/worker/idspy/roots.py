"""The folders of a project from which its modules are imported."""

import os

from . import source
from .lint_settings import dictionary, load_toml, strings
from .world import join


class Roots:
    def __init__(self, world):
        self.world = world
        #: Folders that are on the path whatever file imports: the project's own, ``src``, and declared ones.
        self.top = [""]
        if world.is_folder("src") and not world.file("src/__init__.py"):
            self.top.append("src")
        for folder in declared_roots(world):
            folder = os.path.normpath(folder).replace(os.sep, "/")
            inside = not folder.startswith(("..", "/"))
            if inside and folder not in self.top and world.is_folder(folder):
                self.top.append(folder)

    def of(self, path):
        """For one file also every folder above it that is no package: scripts and tests start there."""
        folder = os.path.dirname(path)
        if os.path.isabs(folder):
            return self.top
        found = []
        while folder:
            if not self.world.file(folder + "/__init__.py"):
                found.append(folder)
            folder = os.path.dirname(folder)
        return [*self.top, *(folder for folder in found if folder not in self.top)]

    def changes_path(self, path, data):
        """Whether the file, or a conftest.py above it, adds folders to the path while it runs."""
        if b"sys.path" in data or b"addsitedir" in data:
            return True
        folder = path
        while folder:
            folder = os.path.dirname(folder)
            file = self.world.file(join(folder, "conftest.py"))
            if file and b"sys.path" in read(file):
                return True
        return False

    def script_beside(self, path, name):
        """Whether a module lies beside the file and a script too, which is then run with this folder on the path."""
        folder = os.path.dirname(path)
        if not self.world.file(join(folder, name + ".py")):
            return False
        for other in self.world.names(folder):
            file = other.endswith(".py") and self.world.file(join(folder, other))
            if file and b"__main__" in read(file):
                return True
        return False

    def module_names(self, path):
        names = set()
        for folder in self.of(path):
            for name in self.world.names(folder):
                stem = name[:-3] if name.endswith(".py") else name
                if stem.isidentifier():
                    names.add(stem)
        return names


def declared_roots(world):
    file = world.file("pyproject.toml")
    tools = dictionary(dictionary((file and load_toml(file)) or {}).get("tool"))
    setuptools = dictionary(tools.get("setuptools"))
    yield from (
        folder for folder in dictionary(setuptools.get("package-dir")).values() if isinstance(folder, str)
    )
    yield from strings(dictionary(dictionary(setuptools.get("packages")).get("find")).get("where"))
    poetry = dictionary(tools.get("poetry")).get("packages")
    for package in poetry if isinstance(poetry, list) else []:
        folder = dictionary(package).get("from")
        if isinstance(folder, str):
            yield folder
    options = dictionary(dictionary(tools.get("pytest")).get("ini_options"))
    paths = options.get("pythonpath")
    yield from [paths] if isinstance(paths, str) else strings(paths)


def read(file):
    try:
        return source.read(file, 1024 * 1024)
    except (OSError, source.TooLarge):
        return b""
