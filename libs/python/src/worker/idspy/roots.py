"""The folders of a project from which its modules are imported."""

import os

from . import settings, source
from .world import join

#: What makes a folder a project, also inside of another one.
MARKS = ("pyproject.toml", "setup.py", "setup.cfg")

SOURCE_FOLDERS = ("src", "lib", "source", "python")


class Roots:
    def __init__(self, world):
        self.world = world
        #: Folders that are on the path whatever file imports: the project's own, ``src``, and declared ones.
        self.top = [""]
        #: Those of which it is certain that modules are not imported from the folder above.
        self.exact = {""}
        self._nested = {}
        self._of = {}
        self.add_project("")
        if self.top == [""]:
            self.add("src")

    def add_project(self, base):
        marked = any(self.world.file(join(base, mark)) for mark in MARKS)
        before = len(self.top)
        declared = {os.path.normpath(join(base, folder)) for folder in settings.folders_of(self.world, base)}
        for folder in sorted(declared):
            inside = not folder.startswith(("..", "/"))
            if inside and not self.world.file(join(folder, "__init__.py")):
                self.add(folder.replace(os.sep, "/"))
        if marked and self.holds_packages(join(base, "src")):
            self.add(join(base, "src"))
        self.exact.update(
            folder
            for folder in self.top[before:]
            if marked and folder.rpartition("/")[2] in SOURCE_FOLDERS and self.holds_packages(folder)
        )
        return self.top[before:]

    def add(self, folder):
        folder = "" if folder == "." else folder
        if folder in self.top or not self.world.is_folder(folder):
            return
        if not self.world.file(join(folder, "__init__.py")):
            self.top.append(folder)

    def holds_packages(self, folder):
        if not self.world.is_folder(folder) or self.world.file(join(folder, "__init__.py")):
            return False
        return any(self.world.file(join(folder, name) + "/__init__.py") for name in self.world.names(folder))

    def of(self, path):
        """For one file also every folder above it that is no package: scripts and tests start there."""
        folder = os.path.dirname(path)
        if os.path.isabs(folder):
            return self.top
        if folder not in self._of:
            self._of[folder] = self.of_folder(folder)
        return self._of[folder]

    def of_folder(self, folder):
        found = []
        while folder:
            if not self.world.file(folder + "/__init__.py"):
                found.append(folder)
            found += self.nested(folder)
            folder = os.path.dirname(folder)
        return [*self.top, *(folder for folder in dict.fromkeys(found) if folder not in self.top)]

    def nested(self, base):
        """The folders of a project inside of this one, as in a repository of several packages."""
        if base not in self._nested:
            self._nested[base] = []
            if base not in self.top and any(self.world.file(join(base, mark)) for mark in MARKS):
                inner = Roots.__new__(Roots)
                inner.world, inner.top, inner.exact = self.world, [], set()
                self._nested[base] = inner.add_project(base)
        return self._nested[base]

    def changes_path(self, path, data):
        """Whether the file, or a module that runs before it, adds folders to the path while it runs."""
        if b"sys.path" in data or b"addsitedir" in data:
            return True
        folder = path
        while folder:
            folder = os.path.dirname(folder)
            for name in ("conftest.py", "sitecustomize.py", "__init__.py"):
                file = self.world.file(join(folder, name))
                if file and b"sys.path" in read(file):
                    return True
        return False

    def script_beside(self, path, name):
        """Whether a module lies beside the file, and a script that runs with this folder on the path."""
        folder = os.path.dirname(path)
        if not self.world.file(join(folder, name + ".py")):
            return False
        return any(
            self.is_script(join(folder, other)) for other in self.world.names(folder) if other.endswith(".py")
        )

    def is_script(self, path):
        file = self.world.file(path)
        return bool(file) and b"__main__" in read(file)

    def name_of(self, path):
        """The dotted name by which a file is imported from the nearest root above it; None if it has none."""
        inside = [root for root in self.top if not root or path.startswith(root + "/")]
        root = max(inside, key=len)
        stem = path[len(root) + 1 if root else 0 :]
        stem = stem[: -len(".py")] if stem.endswith(".py") else stem
        parts = stem.split("/")
        if parts[-1] == "__init__":
            parts.pop()
        return ".".join(parts) if parts and all(part.isidentifier() for part in parts) else None

    def module_names(self, path):
        names = set()
        for folder in self.of(path):
            for name in self.world.names(folder):
                stem = name[:-3] if name.endswith(".py") else name
                if stem.isidentifier():
                    names.add(stem)
        return names


def read(file):
    try:
        return source.read(file, 1024 * 1024)
    except (OSError, source.TooLarge):
        return b""
