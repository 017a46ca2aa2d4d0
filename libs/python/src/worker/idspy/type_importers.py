"""The project's files that import changed ones, straight or through others, by their import statements.

Words are enough here: a file too many costs the type checker a moment, and nothing is concluded from it.
"""

import os
import re

from .world import join

SKIPPED = {"__pycache__", "node_modules", "site-packages", "__pypackages__"}
#: What is looked through: a project beyond that is judged with the importers among its first files.
MOST_FILES = 4_000
BIGGEST = 1024 * 1024
STATEMENT = re.compile(
    rb"^[ \t]*(?:from[ \t]+([.\w]+)[ \t]+import[ \t]*(\([^)]*\)|[^\n]*)|import[ \t]+([^\n]*))", re.MULTILINE
)
COMMENT = re.compile(rb"#[^\n]*")
NAME = re.compile(rb"[^\W\d]\w*")


def of_change(world, changed, roots, most):
    """Paths, nearest first, at most ``most``; the changed ones are not among them."""
    if not most:
        return []
    files = [path for path in python_files(world) if world.file(path)]
    known = set(files) | set(changed)
    users = {}
    for path in files:
        for target in targets(path, read(world.file(path)), known, roots):
            users.setdefault(target, []).append(path)
    return nearest(users, changed, most)


def nearest(users, changed, most):
    seen = set(changed)
    found, layer = [], list(changed)
    while layer and len(found) < most:
        above = []
        for path in layer:
            for user in users.get(path, ()):
                if user not in seen:
                    seen.add(user)
                    above.append(user)
        found += sorted(above)
        layer = above
    return found[:most]


def targets(path, data, known, roots):
    """Which of the project's files the statements of a file may mean."""
    found = set()
    for dotted, names, plain in STATEMENT.findall(data):
        if dotted:
            words = NAME.findall(COMMENT.sub(b"", names))
            stem = dotted.lstrip(b".").decode("utf-8", "replace")
            level = len(dotted) - len(dotted.lstrip(b"."))
            for name in [b"", *words]:
                found |= meant(path, level, dotted_name(stem, name.decode("utf-8", "replace")), known, roots)
        else:
            for part in COMMENT.sub(b"", plain).split(b","):
                name = part.strip().split(b" ")[0].decode("utf-8", "replace")
                found |= meant(path, 0, name, known, roots)
    return found - {path}


def dotted_name(stem, name):
    return stem + "." + name if stem and name else stem or name


def meant(path, level, dotted, known, roots):
    """An absolute name may start at any folder on the way to the file, or at a root of the project."""
    parts = [part for part in dotted.split(".") if part]
    folders = path.split("/")[:-1]
    if level:
        base = folders[: len(folders) - level + 1] if level <= len(folders) + 1 else []
        return {file for file in places("/".join(base), parts) if file in known}
    starts = {"/".join(folders[:count]) for count in range(len(folders) + 1)} | set(roots)
    return {file for start in starts for file in places(start, parts) if file in known}


def places(start, parts):
    """The module and the packages above it: importing it loads those too."""
    folder = start
    if not parts:
        yield join(folder, "__init__.py")
    for part in parts:
        folder = join(folder, part)
        for ending in (".py", ".pyi", "/__init__.py", "/__init__.pyi"):
            yield folder + ending


def python_files(world):
    listed = {path for path in world.added if path.endswith((".py", ".pyi"))}
    for folder, folders, names in os.walk(world.root):
        if "pyvenv.cfg" in names:
            folders[:] = []
            continue
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in SKIPPED)
        for name in names:
            if name.endswith((".py", ".pyi")):
                listed.add(os.path.relpath(os.path.join(folder, name), world.root).replace(os.sep, "/"))
        if len(listed) > MOST_FILES:
            break
    return sorted(listed)


def read(file):
    try:
        with open(file, "rb") as stream:
            return stream.read(BIGGEST)
    except OSError:
        return b""
