"""A project's files with a change laid over them, and the places outside of it where modules are found."""

import os

SKIPPED = {"__pycache__", "node_modules", "site-packages", "__pypackages__"}


class World:
    """The files as they are, or as they would be: ``added`` stands in place of what is on disk.

    What was listed or found once is taken to stay so: a world lives as long as one question.
    """

    def __init__(self, root, added=None, removed=()):
        self.root = root
        self.added = dict(added or {})
        self.removed = set(removed) - set(self.added)
        self.added_folders = set()
        self._added_in = {}
        for path in self.added:
            while path:
                folder, _, name = path.rpartition("/")
                self._added_in.setdefault(folder, set()).add(name)
                if folder:
                    self.added_folders.add(folder)
                path = folder
        self._emptied = {above for path in self.removed for above in folders_above(path)}
        self._files = {}
        self._listings = {}
        self._folders = {}

    def file(self, path):
        """Where the file of this path lies; None if there is none. ``path`` may lead out of the project."""
        if path not in self._files:
            self._files[path] = self._file(path)
        return self._files[path]

    def _file(self, path):
        if path in self.added:
            return self.added[path]
        if path in self.removed:
            return None
        file = os.path.join(self.root, path)
        return file if os.path.isfile(file) else None

    def is_folder(self, path):
        if path not in self._folders:
            self._folders[path] = self._is_folder(path)
        return self._folders[path]

    def _is_folder(self, path):
        if path in self.added_folders or path == "":
            return True
        folder = os.path.join(self.root, path)
        if not os.path.isdir(folder):
            return False
        return path not in self._emptied or self.holds_anything(folder)

    def holds_anything(self, folder):
        """Whether a folder is left once the removed files are gone: an empty one is no package."""
        for parent, _, names in os.walk(folder):
            if os.path.basename(parent) == "__pycache__":
                continue
            for name in names:
                relative = os.path.relpath(os.path.join(parent, name), self.root).replace(os.sep, "/")
                if relative not in self.removed:
                    return True
        return False

    def names(self, path):
        """The names of files and folders in a folder, in the case in which they are written."""
        if path not in self._listings:
            self._listings[path] = self._names(path)
        return self._listings[path]

    def _names(self, path):
        try:
            names = set(os.listdir(os.path.join(self.root, path)))
        except OSError:
            names = set()
        if path in self._emptied or not path:
            names = {name for name in names if join(path, name) not in self.removed}
            gone = {name for name in names if join(path, name) in self._emptied}
            names -= {name for name in gone if not self.is_folder(join(path, name))}
        return names | self._added_in.get(path, set())

    def python_files(self, most):
        """The paths of the project's Python files, at most so many; virtual environments are left out."""
        count = 0
        for path in sorted(self.added):
            if path.endswith(".py") and not os.path.isfile(os.path.join(self.root, path)):
                yield path
        for folder, folders, names in os.walk(self.root):
            if "pyvenv.cfg" in names:
                folders[:] = []
                continue
            folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in SKIPPED)
            for name in sorted(names):
                path = os.path.relpath(os.path.join(folder, name), self.root).replace(os.sep, "/")
                if name.endswith(".py") and path not in self.removed:
                    count += 1
                    if count > most:
                        return
                    yield path


def folders_above(path):
    while path:
        path = path.rpartition("/")[0]
        if path:
            yield path


def join(folder, name):
    return folder + "/" + name if folder else name
