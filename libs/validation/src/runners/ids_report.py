"""Writes what happens in a test run as JSON lines, each at once: what is written stays if the run dies."""

import hashlib
import json
import os
import re

MESSAGE = 500
# Of an id; the reader takes no longer ones. Names of parametrized tests can hold whole texts.
ID = 3000
_pid = os.getpid()
_file = None

ROOT = os.path.realpath(os.environ.get("IDS_TEST_ROOT", "."))
PREFIX = ROOT + os.sep
ENVIRONMENT = os.environ.get("IDS_TEST_ENVIRONMENT")
FRAME = re.compile(r"""^\s*(?:File ")?([^\s"][^"\n]*?\.pyw?)(?:", line |:)(\d+)""", re.M)


def emit(event, **values):
    """Only from the process that runs the tests, not from what they fork."""
    global _file
    if os.getpid() != _pid or "PYTEST_XDIST_WORKER" in os.environ:
        return
    if _file is None:
        _file = os.open(os.environ["IDS_TEST_REPORT"], os.O_WRONLY | os.O_APPEND)
        os.set_inheritable(_file, False)
    for name in {"id", "scope"} & set(values):
        values[name] = bounded(values[name])
    line = json.dumps({"event": event, **values}).encode("ascii") + b"\n"
    while line:
        line = line[os.write(_file, line) :]


def bounded(name):
    """A long name by its beginning and a sum of all of it, so that it is the same in each run."""
    if len(name) <= ID:
        return name
    return name[:ID] + "#" + hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()


def inside(file, base=ROOT):
    """The path in the project, with slashes; None for what lies elsewhere."""
    file = os.path.realpath(os.path.join(base, str(file)))
    if not file.startswith(PREFIX) or (ENVIRONMENT and file.startswith(ENVIRONMENT + os.sep)):
        return None
    return os.path.relpath(file, ROOT).replace(os.sep, "/")


def place_in_text(text):
    """The last frame of a printed traceback that lies in the project."""
    found = (None, 0)
    for file, line in FRAME.findall(text):
        path = inside(file)
        if path is not None:
            found = (path, int(line))
    return found


def shortened(text):
    """The first line that says something, with paths as the project knows them."""
    text = str(text).replace(PREFIX, "")
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[0][:MESSAGE] if lines else ""
