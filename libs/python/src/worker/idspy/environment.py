"""Where an interpreter finds other packages: its site-packages, or those of a project's environment."""

import os
import re
import site
import sys
import sysconfig
from importlib.machinery import EXTENSION_SUFFIXES

from . import distributions, stdlib
from .site_lines import SiteLines

#: Names that exist only while Python runs, or only for type checkers; the compiler judges ``__future__``.
SPECIAL = {"__main__", "__future__", "_frozen_importlib", "_frozen_importlib_external", "_typeshed"}
VENVS = (".venv", "venv", "env")
VERSION = re.compile(r"python(\d+\.\d+)t?$")


class Environment:
    def __init__(self, root, site_packages=()):
        self.stdlib = stdlib.FOLDERS
        self.site = []
        #: Names of editable installs, also dotted ones, with the file or folder of each.
        self.mapped = {}
        #: Top-level names of which nothing can be said.
        self.hooked = set()
        #: Whether something that runs at start-up may add folders that no file names.
        self.open = False
        for folder in site_packages or site_folders(root):
            self.add_site(folder)
        self.native = set(EXTENSION_SUFFIXES) if self.is_of_this_version() else None
        self._distributions = None

    def add_site(self, folder):
        folder = os.path.normpath(folder)
        if folder in self.site or not os.path.isdir(folder):
            return
        self.site.append(folder)
        lines = SiteLines(folder, os.listdir(folder))
        self.site += [path for path in dict.fromkeys(lines.folders) if path not in self.site]
        self.mapped.update(lines.mapped)
        self.hooked |= lines.hooked
        self.open = self.open or lines.open

    def is_of_this_version(self):
        """Whether the extension modules found are built for the Python that judges."""
        own = "%d.%d" % sys.version_info[:2]
        for folder in self.site:
            version = VERSION.match(os.path.basename(os.path.dirname(folder)))
            if version and version.group(1) != own:
                return False
        return True

    def is_native(self, name, stem):
        """Whether a file is the extension module of a name, for this Python."""
        if not name.startswith(stem + "."):
            return False
        ending = name[len(stem) :]
        if self.native is None:
            return ending.endswith((".so", ".pyd")) and "/" not in ending
        return ending in self.native

    @property
    def distributions(self):
        if self._distributions is None:
            self._distributions = distributions.installed(self.site)
        return self._distributions

    def installed_names(self):
        """Top-level names, for suggestions."""
        names = set()
        for folder in self.site:
            for name in os.listdir(folder):
                name = name.partition(".")[0]
                if name.isidentifier() and not name.startswith("_"):
                    names.add(name)
        return names

    def stubs_of(self, top):
        """Whether type stubs of a package are installed: they alone make no import work."""
        return any(os.path.isdir(os.path.join(folder, top + "-stubs")) for folder in self.site)


def site_folders(root):
    """Those of the project's virtual environment where it has one, else those of this interpreter."""
    for name in VENVS:
        settings = read_settings(os.path.join(root, name, "pyvenv.cfg"))
        if settings is None:
            continue
        yield from venv_folders(os.path.join(root, name))
        if settings.get("include-system-site-packages", "").lower() == "true":
            yield from interpreter_folders()
        return
    yield from interpreter_folders()


def interpreter_folders():
    own = os.path.dirname(os.path.dirname(os.path.abspath(sys.executable)))
    settings = read_settings(os.path.join(own, "pyvenv.cfg"))
    if settings is not None:
        yield from venv_folders(own)
        if settings.get("include-system-site-packages", "").lower() != "true":
            return
    for key in ("purelib", "platlib"):
        yield sysconfig.get_path(key)
    yield from site.getsitepackages([sys.base_prefix, sys.base_exec_prefix])
    yield site.getusersitepackages()


def venv_folders(venv):
    yield os.path.join(venv, "Lib", "site-packages")
    for lib in ("lib", "lib64"):
        folder = os.path.join(venv, lib)
        for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else []:
            if name.startswith("python"):
                yield os.path.join(folder, name, "site-packages")


def read_settings(file):
    """The ``key = value`` lines of a pyvenv.cfg; None if there is none."""
    try:
        with open(file, encoding="utf-8", errors="replace") as stream:
            pairs = [line.partition("=") for line in stream if "=" in line]
    except OSError:
        return None
    return {key.strip().lower(): value.strip() for key, _, value in pairs}
