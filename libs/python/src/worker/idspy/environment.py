"""Where an interpreter finds modules, read off files: site-packages, ``.pth`` lines, editable installs."""

import ast
import os
import site
import sys
import sysconfig
import _imp

#: Names that exist only while Python runs, or only for type checkers.
SPECIAL = {"__main__", "_frozen_importlib", "_frozen_importlib_external", "_typeshed"}
STDLIB_NAMES = set(getattr(sys, "stdlib_module_names", ())) | set(sys.builtin_module_names)
VENVS = (".venv", "venv", "env")


class Environment:
    def __init__(self, root):
        self.stdlib = [path for path in sys.path if os.path.isdir(path)]
        self.site = []
        #: Top-level names of editable installs, with the file or folder of each.
        self.mapped = {}
        #: Top-level names that an import hook provides: nothing can be said of them.
        self.hooked = set()
        for folder in site_folders(root):
            self.add_site(folder)

    def add_site(self, folder):
        if folder in self.site or not os.path.isdir(folder):
            return
        self.site.append(folder)
        for name in sorted(os.listdir(folder)):
            file = os.path.join(folder, name)
            if name.endswith(".pth"):
                self.site.extend(path for path in pth_folders(file, folder) if path not in self.site)
            elif name.startswith("__editable__") and name.endswith("finder.py"):
                self.read_finder(file)

    def read_finder(self, file):
        literals = module_literals(file, {"MAPPING", "NAMESPACES"})
        mapping = literals.get("MAPPING", {})
        if isinstance(mapping, dict):
            for name, path in mapping.items():
                if "." not in str(name):
                    self.mapped[str(name)] = str(path)
        self.hooked.update(str(name).partition(".")[0] for name in literals.get("NAMESPACES", {}))

    def installed_names(self):
        """Top-level names, for suggestions."""
        names = set()
        for folder in self.site:
            for name in os.listdir(folder):
                name = name.partition(".")[0]
                if name.isidentifier() and not name.startswith("_"):
                    names.add(name)
        return names


def is_builtin(name):
    return name in sys.builtin_module_names or _imp.is_frozen(name)


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


def pth_folders(file, folder):
    """The folders a ``.pth`` file names; its ``import`` lines are code and are left alone."""
    try:
        with open(file, encoding="utf-8", errors="replace") as stream:
            lines = stream.read().splitlines()
    except OSError:
        return
    for line in lines:
        line = line.strip()
        if line and not line.startswith(("#", "import ", "import\t")):
            path = os.path.normpath(os.path.join(folder, line))
            if os.path.isdir(path):
                yield path


def module_literals(file, names):
    """The literal values that a module assigns to some names."""
    found = {}
    try:
        with open(file, "rb") as stream:
            tree = ast.parse(stream.read())
    except (OSError, SyntaxError, ValueError, RecursionError):
        return found
    for node in tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        for target in targets:
            if isinstance(target, ast.Name) and target.id in names and getattr(node, "value", None):
                try:
                    found[target.id] = ast.literal_eval(node.value)
                except (ValueError, RecursionError):
                    continue
    return found
