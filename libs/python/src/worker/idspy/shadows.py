"""New modules of a project that hide a standard module from the rest of it."""

from . import contexts, stdlib


def new_shadows(before, after, added, users):
    """Warnings; ``users`` are the project's files that name such a module, as (path, words)."""
    for path in sorted(added):
        top, folder = hiding(path, after)
        if top is None or before.world.file(path) or hiding_before(before, top, folder):
            continue
        near = [user for user, words in users if top in words and in_reach(user, folder)]
        importers = [user for user in near if imports(after, user, top)]
        if importers:
            more = " and %d more" % (len(importers) - 1) if len(importers) > 1 else ""
            plain = "it hides the standard module '%s', which %s imports" % (top, importers[0] + more)
            yield {
                "path": path,
                "line": 1,
                "column": 1,
                "code": "shadows-stdlib",
                "severity": "warning",
                "message": plain,
                "plain": "hides '%s'" % top,
                "importers": importers,
            }


def hiding(path, after):
    """The standard module that a file may hide, and the folder from which it does."""
    stem = path[: -len("/__init__.py")] if path.endswith("/__init__.py") else path[: -len(".py")]
    folder, _, top = stem.rpartition("/")
    if not path.endswith(".py") or not stdlib.can_be_hidden(top):
        return None, None
    if folder and (after.world.file(folder + "/__init__.py") or not holds_script(after, folder)):
        return None, None
    return top, folder


def hiding_before(before, top, folder):
    found = before.finder.find_in(folder, top)
    return found is not None and not found.unknown


def holds_script(after, folder):
    names = after.world.names(folder)
    return any(after.roots.is_script(folder + "/" + name) for name in names if name.endswith(".py"))


def in_reach(user, folder):
    return not folder or user.rpartition("/")[0] == folder


def imports(after, path, top):
    parsed = after.parsed(path)
    for place in contexts.imports_of(parsed[1]) if parsed else ():
        if place.type_checking:
            continue
        if place.alias is not None:
            dotted = place.alias.name
        else:
            dotted = "" if place.node.level else place.node.module
        if dotted and dotted.partition(".")[0] == top:
            return True
    return False
