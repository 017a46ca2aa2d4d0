"""Modules of a project that a tool writes: that their files are not there proves nothing."""

import os

from . import settings

BUILT = {
    *("maturin", "scikit-build", "scikit_build", "mesonpy", "cython", "cffi", "ext_modules", "mypyc"),
    "pybind11",
}
MOST_FOLDERS = 5_000


class Generated:
    def __init__(self, world):
        self.world = world
        self._texts = None
        self._protos = None

    @property
    def texts(self):
        if self._texts is None:
            names = ("pyproject.toml", "setup.py", "setup.cfg")
            self._texts = "\n".join(settings.text_of(self.world, name) for name in names)
        return self._texts

    def may_be(self, base):
        """Whether the project's settings name this module's file, or have modules built beside stubs."""
        folder, _, name = base.rpartition("/")
        for ending in ("_pb2", "_pb2_grpc"):
            if name.endswith(ending):
                return name[: -len(ending)] in self.protos
        if name + ".py" in self.texts and base.rpartition("/")[2] + ".py" in self.texts:
            return base + ".py" in self.texts or "src/" + base + ".py" in self.texts
        if name + ".pyi" in self.world.names(folder):
            return any(word in self.texts.lower() for word in BUILT)
        return any(word in self.texts for word in self.built_names(base))

    def built_names(self, base):
        """How settings name an extension module that they build: by its dotted name."""
        dotted = base.replace("/", ".")
        for name in (dotted, dotted.partition("src.")[2] or dotted):
            if any(word in self.texts.lower() for word in BUILT) and "." in name:
                yield '"%s"' % name
                yield "'%s'" % name

    @property
    def protos(self):
        """The stems of the project's protocol files."""
        if self._protos is None:
            self._protos = set()
            for count, (_, folders, names) in enumerate(os.walk(self.world.root)):
                folders[:] = [name for name in folders if not name.startswith(".") and name != "node_modules"]
                self._protos |= {name[:-6].replace("-", "_") for name in names if name.endswith(".proto")}
                if count > MOST_FOLDERS:
                    break
        return self._protos
