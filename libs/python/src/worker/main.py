"""A worker of libs/python: reads questions as JSON lines, answers each with one JSON line, in order.

Started with ``-I -S``, so that nothing but the standard library and this folder can be imported. It looks at
a project's files and never imports or runs them.
"""

import gc
import json
import os
import resource
import signal
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
from idspy import batches, imports, limits, lint_settings, syntax, type_settings  # noqa: E402
from idspy.json_text import Encoded  # noqa: E402

sys.path.remove(HERE)

RECYCLED = 75
OPERATIONS = {
    "syntax": syntax.check_file,
    "analyze": batches.analyze_file,
    "analyze-many": batches.analyze_many,
    "imports": imports.check_imports,
    "lint-settings": lint_settings.read,
    "type-settings": type_settings.read,
}
#: Here the limit of time is for each file it is at, not for all of them.
LIMITED_PER_FILE = {"analyze-many"}


def main(settings):
    limit = settings["memoryMb"] * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    gc.disable()
    # What is loaded by now stays: no collection needs to look at it again.
    gc.freeze()
    for line in sys.stdin.buffer:
        say(answer(json.loads(line)))
        limit_time(0)
        gc.collect()
        if limits.peak_kilobytes() > settings["recycleMb"] * 1024:
            return RECYCLED
    return 0


def say(text):
    out = sys.stdout.buffer
    out.write(text.encode("ascii"))
    out.write(b"\n")
    out.flush()


def limit_time(seconds):
    # The default action of SIGPROF ends the process, also in the middle of a parse.
    signal.setitimer(signal.ITIMER_PROF, seconds)


def answer(question):
    """One line of JSON; while it is worked on, the files that it is at are said."""
    identity, operation, seconds = question["id"], question["op"], question["cpuSeconds"]
    limit_time(seconds)

    def at(path):
        if operation in LIMITED_PER_FILE:
            limit_time(seconds)
        say('{"id":%d,"at":%s}' % (identity, json.dumps(path)))

    try:
        value = OPERATIONS[operation](question["args"], at)
        text = value.text if isinstance(value, Encoded) else json.dumps(value)
        return '{"id":%d,"value":%s}' % (identity, text)
    except Exception as error:
        kind, reason = batches.blame(error)
        return json.dumps({"id": identity, "error": {"kind": kind, "reason": reason}})


if __name__ == "__main__":
    sys.exit(main(json.loads(sys.argv[1])))
