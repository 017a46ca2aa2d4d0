"""Loads modules for real, each in a process of its own: reads [{"roots", "sites", "module"}].

``roots`` go before all else on the path; ``sites`` are folders whose ``.pth`` lines are run, as at start-up.
Writes a verdict for each: "accepted", or the error's type and message.
"""

import json
import os
import signal
import site
import sys

SECONDS = 30


def attempt(case):
    sys.path[:0] = case["roots"]
    sys.dont_write_bytecode = True
    for folder in case.get("sites", ()):
        site.addsitedir(folder)
    try:
        __import__(case["module"])
    except BaseException as error:
        return "%s: %s" % (type(error).__name__, error)
    return "accepted"


def in_a_process(case):
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nowhere, stream)
        signal.alarm(SECONDS)
        os.write(writing, attempt(case).encode("utf-8", "replace")[:2000])
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as stream:
        verdict = stream.read().decode("utf-8", "replace")
    _, status = os.waitpid(child, 0)
    return verdict or "ended: %d" % status


if __name__ == "__main__":
    json.dump([in_a_process(case) for case in json.load(sys.stdin)], sys.stdout)
