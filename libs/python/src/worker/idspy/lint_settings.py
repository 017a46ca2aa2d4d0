"""Settings of ruff as they stand in a file, as plain data. Which file counts is decided by who asks."""

import os
import sys

try:
    import tomllib
except ImportError:
    tomllib = None

LARGEST = 1024 * 1024
#: JSON numbers beyond this are not exact where they are read.
EXACT = 2**53
NO_PARSER = "Python %d.%d has no parser for TOML" % sys.version_info[:2]


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
    """The table of ruff in a file, null if it has none; `problem`: why it could not be read."""
    file = args["file"]
    found = {"table": None, "requiresPython": None, "problem": None, "standard": sorted(standard_modules())}
    try:
        table = parse(file)
    except (OSError, ValueError, RecursionError) as error:
        return dict(found, problem=(" ".join(str(error).split()) or type(error).__name__)[:200])
    if os.path.basename(file) == "pyproject.toml":
        requires = dictionary(table.get("project")).get("requires-python")
        found["requiresPython"] = requires if isinstance(requires, str) else None
        table = dictionary(table.get("tool")).get("ruff")
    return dict(found, table=plain(table) if isinstance(table, dict) else None)


def parse(file):
    if tomllib is None:
        raise ValueError(NO_PARSER)
    with open(file, "rb") as stream:
        data = stream.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise ValueError("it is larger than %d bytes" % LARGEST)
    return tomllib.loads(data.decode("utf-8"))


def standard_modules():
    """Known from Python 3.10."""
    return getattr(sys, "stdlib_module_names", ())


def plain(value):
    """What JSON can say: numbers it cannot, and dates, are texts."""
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    if isinstance(value, (bool, str)):
        return value
    if isinstance(value, (int, float)) and abs(value) < EXACT:
        return value
    return "a number too large" if isinstance(value, int) else str(value)


def dictionary(value):
    return value if isinstance(value, dict) else {}


def strings(value):
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
