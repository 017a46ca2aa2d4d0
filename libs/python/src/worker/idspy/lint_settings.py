"""The lint rules that a project chose, as far as they are plain data in its own files."""

import os

try:
    import tomllib
except ImportError:
    tomllib = None

NONE = {"extendSelect": [], "ignore": [], "perFileIgnores": {}, "source": None}


def load_toml(file):
    """The parsed file; None if there is none, it is broken, or this Python has no parser for it."""
    if tomllib is None:
        return None
    try:
        with open(file, "rb") as stream:
            return tomllib.load(stream)
    except (OSError, ValueError, RecursionError):
        return None


def read(args, _at):
    """``ruff.toml`` goes before ``pyproject.toml``, as for ruff; ``extend`` is not followed."""
    root = args["root"]
    for name in (".ruff.toml", "ruff.toml"):
        table = load_toml(os.path.join(root, name))
        if table is not None:
            return settings(table, name)
    table = load_toml(os.path.join(root, "pyproject.toml")) or {}
    ruff = dictionary(dictionary(table.get("tool")).get("ruff"))
    return settings(ruff, "pyproject.toml") if ruff else NONE


def settings(table, name):
    merged = dict(table, **dictionary(table.get("lint")))
    found = {
        "extendSelect": strings(merged.get("extend-select")),
        "ignore": strings(merged.get("ignore")) + strings(merged.get("extend-ignore")),
        "perFileIgnores": {
            str(pattern): strings(codes)
            for pattern, codes in dictionary(merged.get("per-file-ignores")).items()
        },
        "source": name,
    }
    if "select" in merged:
        found["select"] = strings(merged["select"])
    return found


def dictionary(value):
    return value if isinstance(value, dict) else {}


def strings(value):
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
