"""Finds and runs the tests of a project that has no pytest, with the standard library's unittest.

With arguments only the tests of these ids run.
"""

import os
import re
import sys
import traceback
import unittest

import ids_report
from ids_report import ROOT, emit, inside, place_in_text, shortened

LEFT_OUT = {"node_modules", "__pycache__", "build", "dist", "site-packages"}
HOLDER = re.compile(r"^(setUp|tearDown)(Class|Module) \((.+)\)$")


def is_test_file(name):
    return name.startswith("test") and name.endswith(".py") and name[:-3].isidentifier()


def is_package(folder):
    return os.path.isfile(os.path.join(folder, "__init__.py"))


def top_folders():
    """The folders that discovery has to start from: above each test file, the first that is no package."""
    tops = {}
    for folder, folders, files in os.walk(ROOT):
        folders[:] = sorted(
            name
            for name in folders
            if not name.startswith(".")
            and name not in LEFT_OUT
            and not os.path.exists(os.path.join(folder, name, "pyvenv.cfg"))
        )
        if not any(map(is_test_file, files)):
            continue
        while folder != ROOT and is_package(folder):
            folder = os.path.dirname(folder)
        tops[folder] = True
    return list(tops)


def cases(suite):
    for test in suite:
        if isinstance(test, unittest.BaseTestSuite):
            yield from cases(test)
        else:
            yield test


def file_of(module):
    file = getattr(sys.modules.get(module), "__file__", None)
    return inside(file) if file else None


def class_scope(name):
    """`path::Class` of `package.module.Class`."""
    parts = name.split(".")
    for cut in range(len(parts), 0, -1):
        path = file_of(".".join(parts[:cut]))
        if path:
            return "::".join([path, ".".join(parts[cut:])] if parts[cut:] else [path])
    return name


def id_of(test):
    kind = type(test)
    path = file_of(kind.__module__)
    method = getattr(test, "_testMethodName", None)
    if path is None or method is None:
        return test.id()
    return "::".join([path, kind.__qualname__, method])


def place_of(error):
    found = (None, 0)
    for frame, line in traceback.walk_tb(error[2]):
        path = None if "__unittest" in frame.f_globals else inside(frame.f_code.co_filename)
        if path is not None:
            found = (path, line)
    return found


def details(error):
    path, line = place_of(error)
    text = "".join(traceback.format_exception_only(error[0], error[1]))
    return {"path": path, "line": line, "message": shortened(text)}


class Reporter(unittest.TestResult):
    """Reports each test once it has ended; a failed subtest fails its test."""

    def __init__(self):
        super().__init__()
        self.event = "result"
        self.outcome = None

    def startTest(self, test):
        super().startTest(test)
        self.event = "result"
        self.outcome = None
        emit("start", id=id_of(test))

    def stopTest(self, test):
        super().stopTest(test)
        if self.outcome is not None:
            emit(self.event, id=id_of(test), **self.outcome)
        emit("finish", id=id_of(test))

    def fail(self, error):
        traceback.print_exception(*error)
        if self.event != "failure":
            self.event = "failure"
            self.outcome = details(error)

    def addSuccess(self, test):
        super().addSuccess(test)
        self.outcome = self.outcome or {"outcome": "passed"}

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.fail(err)

    def addError(self, test, err):
        super().addError(test, err)
        holder = HOLDER.match(test.id())
        if holder is None or hasattr(test, "_testMethodName"):
            self.fail(err)
            return
        # Of a class or a module: no test runs now.
        traceback.print_exception(*err)
        scope = class_scope(holder[3])
        if holder[1] == "setUp":
            emit("broken", scope=scope, **details(err))
        else:
            emit("failure", id="%s::%s" % (scope, holder[1] + holder[2]), **details(err))

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            self.fail(err)

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.outcome = self.outcome or {"outcome": "skipped"}

    def addExpectedFailure(self, test, err):
        super().addExpectedFailure(test, err)
        self.outcome = self.outcome or {"outcome": "passed"}

    def addUnexpectedSuccess(self, test):
        super().addUnexpectedSuccess(test)
        self.event = "failure"
        self.outcome = {"path": None, "line": 0, "message": "it passed, unexpectedly"}


def unloadable(top, test):
    """The loader puts a test of its own in the place of a module that it cannot import."""
    name = test._testMethodName
    base = os.path.join(top, *name.split("."))
    candidates = [base + ".py", os.path.join(base, "__init__.py")]
    scope = next((inside(file) for file in candidates if os.path.isfile(file)), None) or name
    text = str(getattr(test, "_exception", "") or "it cannot be imported")
    print(text, file=sys.stderr)
    path, line = place_in_text(text)
    lines = text.strip().splitlines()
    emit("broken", scope=scope, path=path or scope, line=line, message=shortened(lines[-1]))


def load(wanted):
    suite = unittest.TestSuite()
    count = 0
    for top in top_folders():
        found = unittest.TestLoader().discover(top, "test*.py", top)
        for test in cases(found):
            if type(test).__name__ == "_FailedTest":
                unloadable(top, test)
            elif not wanted or id_of(test) in wanted:
                suite.addTest(test)
                count += 1
    return suite, count


def main():
    sys.path[0] = ROOT
    suite, count = load(set(sys.argv[1:]) - {"--"})
    result = Reporter()
    suite.run(result)
    bad = result.failures or result.errors or result.unexpectedSuccesses
    status = 5 if count == 0 else 1 if bad else 0
    emit("end", status=status)
    sys.stdout.flush()
    sys.stderr.flush()
    return status


if __name__ == "__main__":
    import ids_site

    ids_site.add()
    code = main()
    # As the end of pytest's program does, but threads that tests left running must not hold it up.
    os._exit(code)
