"""Tries imports for real: which of the given places of a project's files import what they say they do.

Reads {"roots": [folders for sys.path], "root": the project, "places": [{"path", "line", "name", "module"}]}
and writes one verdict for each place: "accepted", "ImportError: ...", or another error. ``name`` is one name
of a ``from`` import, ``module`` one of a plain import; null for all of the statement. Each statement runs in
a process of its own, in an empty folder.
"""

import ast
import json
import os
import signal
import sys
import tempfile

SECONDS = 30


def statement_at(root, place):
    """The import at a place as source, and the package that it is relative to."""
    with open(os.path.join(root, place["path"]), "rb") as stream:
        tree = ast.parse(stream.read())
    for node in ast.walk(tree):
        if not isinstance(node, (ast.Import, ast.ImportFrom)):
            continue
        if not node.lineno <= place["line"] <= node.end_lineno:
            continue
        names = [alias.name for alias in node.names]
        if isinstance(node, ast.Import):
            module = place["module"] or ""
            wanted = [name for name in names if name.startswith(module)]
            if wanted:
                return "import " + ", ".join(wanted), 0
            continue
        if place["name"] not in (None, *names):
            continue
        only = [place["name"]] if place["name"] else names
        return "from %s%s import %s" % ("." * node.level, node.module or "", ", ".join(only)), node.level
    raise LookupError("%(path)s:%(line)s" % place)


def package_of(root, roots, path):
    full = os.path.join(root, path)
    for folder in sorted(roots, key=len, reverse=True):
        if full.startswith(folder + "/"):
            return os.path.dirname(full[len(folder) + 1 :]).replace("/", ".")
    return ""


def attempt(statement, package):
    scope = {"__name__": (package + "." if package else "") + "tried", "__package__": package or None}
    try:
        if package:
            __import__(package)
        exec(compile(statement, "<tried>", "exec"), scope)
    except ImportError as error:
        return "ImportError: %s" % error
    except BaseException as error:
        return "%s: %s" % (type(error).__name__, error)
    return "accepted"


def in_a_process(statement, package, cwd):
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        os.chdir(cwd)
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nowhere, stream)
        signal.alarm(SECONDS)
        os.write(writing, attempt(statement, package).encode("utf-8", "replace")[:4000])
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as stream:
        verdict = stream.read().decode("utf-8", "replace")
    _, status = os.waitpid(child, 0)
    return verdict or "ended: %d" % status


def main():
    question = json.load(sys.stdin)
    root, roots = question["root"], question["roots"]
    sys.path[:0] = roots
    sys.dont_write_bytecode = True
    known, verdicts = {}, []
    with tempfile.TemporaryDirectory() as cwd:
        for place in question["places"]:
            statement, level = statement_at(root, place)
            package = package_of(root, roots, place["path"]) if level else ""
            key = (statement, package)
            if key not in known:
                known[key] = in_a_process(statement, package, cwd)
            verdicts.append({"statement": statement, "verdict": known[key]})
    json.dump(verdicts, sys.stdout)


if __name__ == "__main__":
    main()
