"""A second implementation of what libs/python says of files, made to be compared with it.

It shares no code with it and goes other ways to the same facts: recursion over `ast.NodeVisitor` in a thread
with a large stack, and `inspect.Signature` objects that write themselves. Started as
``python3 -I -S -B FOLDER analysis|verdict ROOT``; it reads paths relative to ROOT, one a line, and answers
each with one line of JSON.
"""

import json
import sys
import threading

import module
from source import ParseFailure, Source, position

STACK_BYTES = 512 * 1024 * 1024


def analysis(root, path):
    try:
        return {"path": path, "analysis": module.analysis(Source(root + "/" + path), path)}
    except ParseFailure as failure:
        return {"path": path, "failure": failure.position}


def verdict(root, path):
    """What `compile` says of a file; None if it takes it."""
    file = root + "/" + path
    with open(file, "rb") as handle:
        data = handle.read()
    try:
        compile(data, file, "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as error:
        # Under a name that is no file, since the compiler reads the line of an error from the file.
        return {
            "path": path,
            "verdict": position(
                data, error, lambda text: compile(text, "<again>", "exec", dont_inherit=True)
            ),
        }
    return {"path": path, "verdict": None}


def main(mode, root):
    answer = {"analysis": analysis, "verdict": verdict}[mode]
    for line in sys.stdin:
        print(json.dumps(answer(root, line.rstrip("\n"))), flush=True)


if __name__ == "__main__":
    threading.stack_size(STACK_BYTES)
    thread = threading.Thread(target=main, args=sys.argv[1:])
    thread.start()
    thread.join()
