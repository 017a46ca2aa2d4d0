"""A plugin of pytest that reports each test by its exact id. It changes nothing about the run."""

import ids_report
from ids_report import emit, inside, place_in_text, shortened

_rootdir = None
_started = set()


def pytest_configure(config):
    global _rootdir
    _rootdir = str(getattr(config, "rootpath", None) or config.rootdir)


def full(nodeid):
    """Ids count from pytest's root folder, which need not be the project's."""
    path, separator, rest = nodeid.partition("::")
    return (inside(path, _rootdir or ids_report.ROOT) or path) + separator + rest


def place_of(report):
    """The last frame in the project, else where the test begins."""
    longrepr = getattr(report, "longrepr", None)
    traceback = getattr(longrepr, "reprtraceback", None)
    for entry in reversed(getattr(traceback, "reprentries", None) or []):
        location = getattr(entry, "reprfileloc", None)
        path = location and inside(location.path, _rootdir or ids_report.ROOT)
        if path:
            return path, location.lineno
    path, line = place_in_text(text_of(report))
    if path is not None:
        return path, line
    location = getattr(report, "location", None)
    if location:
        return inside(location[0], _rootdir or ids_report.ROOT), (location[1] or 0) + 1
    return None, 0


def text_of(report):
    try:
        return str(report.longrepr)
    except Exception:
        return ""  # A failing repr() of the project's own classes.


def message_of(report):
    crash = getattr(getattr(report, "longrepr", None), "reprcrash", None)
    if crash is not None and crash.message:
        return shortened(crash.message)
    lines = text_of(report).splitlines()
    errors = [line[1:] for line in lines if line.startswith("E ")]
    return shortened("\n".join(reversed(errors or lines)))


def details(report):
    path, line = place_of(report)
    return {"path": path, "line": line, "message": message_of(report)}


def pytest_runtest_logstart(nodeid, location):
    _started.add(nodeid)
    emit("start", id=full(nodeid))


def pytest_runtest_logfinish(nodeid, location):
    emit("finish", id=full(nodeid))


def pytest_runtest_logreport(report):
    test = full(report.nodeid)
    if report.outcome == "failed":
        emit("failure", id=test, **details(report))
    elif report.outcome == "skipped":
        expected = hasattr(report, "wasxfail")
        emit("result", id=test, outcome="passed" if expected else "skipped")
    elif report.outcome == "passed" and report.when == "call":
        emit("result", id=test, outcome="passed")


def pytest_collectreport(report):
    if report.outcome == "failed":
        emit("broken", scope=full(report.nodeid), **details(report))


def pytest_internalerror(excrepr):
    emit("aborted", message=message_of(type("Report", (), {"longrepr": excrepr})))


def pytest_sessionfinish(session, exitstatus):
    # `pytest.exit(returncode=0)` ends a run early and calls it a success.
    # With `-n` this process has no items.
    missed = {item.nodeid for item in getattr(session, "items", ())} - _started
    if int(exitstatus) == 0 and missed:
        emit("aborted", message="the run ended before %d of its tests had run" % len(missed))
    emit("end", status=int(exitstatus))
