"""Which of the project's other files a change may break, found by the words in them."""

import re

from . import stdlib
from .declared import FILES
from .modules import Missing, Module
from .other_names import OTHER_NAMES
from .world import folders_above, join

#: Other files of the project that are looked through for imports of what the change removes.
MOST_FILES = 10_000
TOKEN = re.compile(rb"[^\W\d]\w*")
#: More words than this are looked for by their tokens instead of one by one.
FEW = 30


class Change:
    def __init__(self, before, after, staged):
        self.before = before
        self.after = after
        self.paths = [*staged["added"], *staged["removed"]]
        self.added = [path for path in staged["added"] if path.endswith(".py")]
        #: By the path of a module that is left: the names that it no longer has.
        self.lost = {}
        self.words = {word for word in self.find_words() if word}

    def find_words(self):
        for path in self.paths:
            if not path.endswith(".py"):
                if FILES.search(path):
                    yield from self.undeclared()
                elif path.endswith((".so", ".pyd")):
                    yield path.rpartition("/")[2].partition(".")[0]
            elif not self.before.world.file(path):
                yield from self.hidden_by(path)
            else:
                yield from self.taken_from(path)

    def taken_from(self, path):
        """Names that a module no longer has or gives away, and the name of one that is gone or fixed."""
        had = self.before.finder.bindings_of(Module("", path))
        names = self.before.names_of(path) - self.after.names_of(path)
        if not self.after.world.file(path):
            yield stem_of(path).rpartition("/")[2]
            yield from self.hidden_by(path)
            for folder in folders_above(path):
                if not self.after.world.is_folder(folder):
                    yield folder.rpartition("/")[2]
        else:
            has = self.after.finder.bindings_of(Module("", path))
            yield from had.star_names() - has.star_names()
            if (had.dynamic and not has.dynamic) or has.public is not None:
                yield stem_of(path).rpartition("/")[2]
            self.lost[path] = {name for name in names & had.names if not self.has(path, name)}
        yield from names

    def has(self, path, name):
        folders = [path.rpartition("/")[0]] if path.endswith("/__init__.py") else []
        return self.after.provides(Module("", path, folders), name)

    def hidden_by(self, path):
        """The name of a new module, if another one was found by this name before."""
        folder, _, name = stem_of(path).rpartition("/")
        known = self.before.finder.find_all(name, [folder])
        top = folder in self.before.roots.of(join(folder, "-.py"))
        try:
            other = next(iter(known), None) or (top and self.before.modules(name, 0, join(folder, "-.py"))[0])
        except Missing:
            other = None
        if other or name in stdlib.NAMES:
            yield name

    def undeclared(self):
        """The modules of packages that are no longer declared."""
        gone = set(self.before.hints.declared("").packages) - set(self.after.hints.declared("").packages)
        for package in gone:
            yield package.replace("-", "_")
            yield from package.split("-")
            yield from (name.replace("-", "_") for name, other in OTHER_NAMES.items() if package in other)

    def users(self):
        """Pairs of each file that has one of the words in it, and the words that it has."""
        words = {word.encode(): word for word in self.words}
        for path in self.after.world.python_files(MOST_FILES) if words else ():
            data = self.after.hints.bytes_of(path)
            if len(words) > FEW:
                found = words.keys() & set(TOKEN.findall(data))
            else:
                found = {word for word in words if word in data}
            if found:
                yield path, {words[word] for word in found}


def stem_of(path):
    return path[: -len("/__init__.py")] if path.endswith("/__init__.py") else path[: -len(".py")]
