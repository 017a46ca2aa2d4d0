"""The import layer: what a change breaks among the imports of its files and of the project's others."""

import os

from . import bindings, source
from .environment import Environment
from .resolver import Resolver
from .world import World

SKIPPED = {"__pycache__", "node_modules", "site-packages", "__pypackages__"}
#: Other files of the project that are looked through for imports of what the change removes.
MOST_FILES = 10_000


def check_imports(args, at):
    skip = set(args["skip"])
    env = Environment(args["root"])
    staged = args.get("staged")
    if staged is None:
        placed = {item["path"]: item["file"] for item in args["files"]}
        now = Resolver(World(args["root"], placed), env, at, skip)
        findings = [finding for path in placed for finding in now.check(path)]
        return {"findings": findings, "existing": 0}
    before = Resolver(World(args["root"]), env, at, skip)
    after = Resolver(World(args["root"], staged["added"], staged["removed"]), env, at, skip)
    renamed = args.get("renamed", {})
    paths = [item["path"] for item in args["files"]]
    findings, existing = [], 0
    for path in [*paths, *others(before, after, staged, set(paths))]:
        found = after.check(path)
        fresh = without_known(found, before.check(renamed.get(path, path)) if found else [])
        findings += fresh
        existing += len(found) - len(fresh)
    return {"findings": findings, "existing": existing}


def without_known(found, known):
    """Those that were not there before, by code and message: a line that moved is no new finding."""
    left = [(finding["code"], finding["message"]) for finding in known]
    fresh = []
    for finding in found:
        key = (finding["code"], finding["message"])
        if key in left:
            left.remove(key)
        else:
            fresh.append(finding)
    return fresh


def others(before, after, staged, own):
    """The project's other files that name something which the change takes away."""
    words = removed_words(before, after, [*staged["added"], *staged["removed"]])
    if not words:
        return
    for path in python_files(before.world.root):
        file = after.world.file(path)
        if path in own or file is None or path in staged["removed"]:
            continue
        try:
            data = source.read(file, bindings.BIGGEST)
        except (OSError, source.TooLarge):
            continue
        if any(word in data for word in words):
            yield path


def removed_words(before, after, paths):
    """Names that modules no longer bind, and the names of modules that are gone."""
    words = set()
    for path in paths:
        if not path.endswith(".py") or not before.world.file(path):
            continue
        if not after.world.file(path):
            words.add(path[:-3].removesuffix("/__init__").rpartition("/")[2])
        words |= before.names_of(path) - after.names_of(path)
    return {word.encode() for word in words if word}


def python_files(root):
    count = 0
    for folder, folders, names in os.walk(root):
        if "pyvenv.cfg" in names:
            folders[:] = []
            continue
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in SKIPPED)
        for name in sorted(names):
            if name.endswith(".py"):
                count += 1
                if count > MOST_FILES:
                    return
                yield os.path.relpath(os.path.join(folder, name), root).replace(os.sep, "/")
