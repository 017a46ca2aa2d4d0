"""What ``.pth`` files, editable installs and start-up modules of site-packages add: read, never run."""

import ast
import os
import re
import zipfile

BIGGEST = 1024 * 1024
IMPORT_LINE = re.compile(r"^import\s+([A-Za-z_]\w*)")
#: Lines of easy_install that only change the order of the path.
ORDER_ONLY = ("__plen", "__egginsert")
OPENING = re.compile(r"sys\s*\.\s*path\b|meta_path|path_hooks|addsitedir")


class SiteLines:
    """What the files of one folder add to where modules are found."""

    def __init__(self, folder, names):
        self.folders = []
        #: Top-level or dotted names, with the file or folder that each is.
        self.mapped = {}
        #: Top-level names that may come from an import hook or an archive: nothing can be said of them.
        self.hooked = set()
        #: Whether code that runs at start-up may add any folder at all.
        self.open = False
        for name in sorted(names):
            file = os.path.join(folder, name)
            if name.endswith(".pth"):
                self.read_pth(file, folder)
            elif name.endswith(".egg-link"):
                self.add_folder((text_of(file).splitlines() or [""])[0], folder)
            elif is_editable(name):
                self.read_editable(file)
            elif name in ("sitecustomize.py", "usercustomize.py"):
                self.open = self.open or bool(OPENING.search(text_of(file)))

    def read_pth(self, file, folder):
        for line in text_of(file).splitlines():
            line = line.strip()
            if not line or line.startswith("#"):
                continue
            if not line.startswith(("import ", "import\t")):
                self.add_folder(line, folder)
            elif OPENING.search(line):
                self.open = self.open or not any(word in line for word in ORDER_ONLY)
            elif "_distutils_hack" in line:
                self.hooked.add("distutils")
            else:
                self.read_hook(IMPORT_LINE.match(line), folder)

    def read_hook(self, match, folder):
        """The module that an ``import`` line loads, where it is one that can add modules."""
        file = match and os.path.join(folder, match.group(1) + ".py")
        if not file or not os.path.isfile(file) or is_editable(os.path.basename(file)):
            return
        if OPENING.search(text_of(file)):
            self.hooked |= strings_of(file)

    def add_folder(self, line, folder):
        path = os.path.normpath(os.path.join(folder, line.strip()))
        if os.path.isdir(path):
            self.folders.append(path)
        elif os.path.isfile(path):
            names = archive_names(path)
            self.open = self.open or names is None
            self.hooked |= names or set()

    def read_editable(self, file):
        literals = module_literals(file, {"MAPPING", "NAMESPACES"})
        mapping = literals.get("MAPPING")
        if isinstance(mapping, dict):
            self.mapped.update((str(name), str(path)) for name, path in mapping.items())
            spaces = literals.get("NAMESPACES")
            for name, folders in spaces.items() if isinstance(spaces, dict) else ():
                # The folders of a namespace are searched like any other's.
                parents = {os.path.dirname(str(each)) for each in folders if "." not in str(name)}
                self.folders += sorted(path for path in parents if os.path.isdir(path))
                self.hooked.add(str(name).partition(".")[0])
            return
        redirected = dict(redirections(file))
        self.mapped.update(redirected)
        if not redirected:
            self.hooked |= strings_of(file)


def is_editable(name):
    return name.endswith(".py") and name.startswith("_") and "editable" in name


def text_of(file):
    try:
        with open(file, encoding="utf-8-sig", errors="replace") as stream:
            return stream.read(BIGGEST)
    except OSError:
        return ""


def tree_of(file):
    try:
        with open(file, "rb") as stream:
            return ast.parse(stream.read(BIGGEST))
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        return ast.Module([], [])


def module_literals(file, names):
    """The literal values that a module assigns to some names."""
    found = {}
    for node in tree_of(file).body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        for target in targets:
            if isinstance(target, ast.Name) and target.id in names and getattr(node, "value", None):
                try:
                    found[target.id] = ast.literal_eval(node.value)
                except (ValueError, TypeError, RecursionError, MemoryError):
                    continue
    return found


def redirections(file):
    """The pairs of ``map_module(name, file)``, as the package ``editables`` writes them."""
    for node in ast.walk(tree_of(file)):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", None) == "map_module":
            values = [argument.value for argument in node.args if isinstance(argument, ast.Constant)]
            if len(values) == 2:
                yield str(values[0]), str(values[1])


def strings_of(file):
    """The first parts of all strings of a module that may be the names of modules."""
    found = set()
    for node in ast.walk(tree_of(file)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            first = node.value.partition(".")[0]
            if first.isidentifier():
                found.add(first)
    return found


def archive_names(file):
    """The top-level names in a zip file; None if it cannot be read as one."""
    try:
        with zipfile.ZipFile(file) as archive:
            return {name.partition("/")[0].partition(".")[0] for name in archive.namelist()}
    except (OSError, ValueError, zipfile.BadZipFile, NotImplementedError):
        return None
