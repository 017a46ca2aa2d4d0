"""A project's files with a change laid over them, and the places outside of it where modules are found."""

import os


class World:
    """The files as they are, or as they would be: ``added`` stands in place of what is on disk."""

    def __init__(self, root, added=None, removed=()):
        self.root = root
        self.added = {path: file for path, file in (added or {}).items()}
        self.removed = set(removed) - set(self.added)
        self.added_folders = set()
        for path in self.added:
            while "/" in path:
                path = path.rpartition("/")[0]
                self.added_folders.add(path)

    def file(self, path):
        """Where the file of this path lies; None if there is none. ``path`` may lead out of the project."""
        if path in self.added:
            return self.added[path]
        if path in self.removed:
            return None
        file = os.path.join(self.root, path)
        return file if os.path.isfile(file) else None

    def is_folder(self, path):
        if path in self.added_folders or path == "":
            return True
        folder = os.path.join(self.root, path)
        if not os.path.isdir(folder):
            return False
        return not self.removed or self.holds_anything(path, folder)

    def holds_anything(self, path, folder):
        """Whether a folder is left once the removed files are gone: an empty one is no package."""
        below = [removed for removed in self.removed if removed.startswith(path + "/")]
        if not below:
            return True
        for parent, _, names in os.walk(folder):
            if os.path.basename(parent) == "__pycache__":
                continue
            for name in names:
                relative = os.path.relpath(os.path.join(parent, name), self.root).replace(os.sep, "/")
                if relative not in self.removed:
                    return True
        return False

    def names(self, path):
        """The names of files and folders in a folder, for suggestions and to look for scripts."""
        try:
            on_disk = os.listdir(os.path.join(self.root, path))
        except OSError:
            on_disk = []
        prefix = path + "/" if path else ""
        names = {name for name in on_disk if prefix + name not in self.removed}
        for other in list(self.added) + list(self.added_folders):
            if other.startswith(prefix):
                names.add(other[len(prefix) :].partition("/")[0])
        return names


def join(folder, name):
    return folder + "/" + name if folder else name
