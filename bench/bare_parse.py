"""The least that an analysis can be: one warm process that reads files and parses them.

Reads paths, one a line, up to an empty line; then for each further line it parses all of them and answers
with how many it did.
"""

import ast
import sys


def parse_all(paths):
    for path in paths:
        with open(path, "rb") as handle:
            data = handle.read()
        try:
            ast.parse(data)
        except (SyntaxError, ValueError):
            pass
    return len(paths)


def main():
    paths = []
    for line in sys.stdin:
        path = line.rstrip("\n")
        if path == "":
            break
        paths.append(path)
    for _ in sys.stdin:
        print(parse_all(paths), flush=True)


main()
