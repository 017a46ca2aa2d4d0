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
from idspy import analysis, imports, lint_settings, source, syntax  # noqa: E402

sys.path.remove(HERE)

RECYCLED = 75
OPERATIONS = {
    "syntax": syntax.check_file,
    "analyze": analysis.analyze_file,
    "imports": imports.check_imports,
    "lint-settings": lint_settings.read,
}


def main(settings):
    limit = settings["memoryMb"] * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    gc.disable()
    out = sys.stdout.buffer

    def say(message):
        out.write(json.dumps(message).encode("ascii") + b"\n")
        out.flush()

    for line in sys.stdin.buffer:
        question = json.loads(line)
        # The default action of SIGPROF ends the process, also in the middle of a parse.
        signal.setitimer(signal.ITIMER_PROF, question["cpuSeconds"])
        say(answer(question, say))
        signal.setitimer(signal.ITIMER_PROF, 0)
        gc.collect()
        if resource.getrusage(resource.RUSAGE_SELF).ru_maxrss > settings["recycleMb"] * 1024:
            return RECYCLED
    return 0


def answer(question, say):
    identity = question["id"]

    def at(path):
        say({"id": identity, "at": path})

    try:
        return {"id": identity, "value": OPERATIONS[question["op"]](question["args"], at)}
    except source.TooLarge as error:
        return failure(identity, "limit", str(error))
    except MemoryError:
        return failure(identity, "limit", "memory")
    except RecursionError:
        return failure(identity, "limit", "nesting depth")
    except Exception as error:
        return failure(identity, "failed", "%s: %s" % (type(error).__name__, error))


def failure(identity, kind, reason):
    return {"id": identity, "error": {"kind": kind, "reason": reason[:500]}}


if __name__ == "__main__":
    sys.exit(main(json.loads(sys.argv[1])))
