"""The verdict of CPython's compiler on one file."""

import ast

from . import source


def check_file(args, _at):
    data = source.read(args["file"], args.get("maxBytes"))
    failure = failure_of(data)
    if failure is None:
        return []
    return [dict(failure, path=args["path"], code="syntax-error", severity="error")]


def failure_of(data):
    """None if the file compiles, else where and why it does not."""
    try:
        # No file of this name can be found: for a message CPython would read a line of it.
        compile(data, "<source>", "exec", dont_inherit=True)
        return None
    except SyntaxError as error:
        return place(error, data)
    except ValueError as error:
        # Null bytes, before Python 3.12.
        return {"line": 1, "column": 1, "message": str(error)}


def place(error, data):
    line = max(error.lineno or 1, 1)
    column = max(error.offset or 1, 1)
    if column > 1:
        column = in_characters(error, data, line, column)
    return {"line": line, "column": column, "message": str(error.msg)}


def in_characters(error, data, line, column):
    """The parser counts in characters only where it gets them, the compiler always in UTF-8 bytes."""
    lines = source.text_lines(data)
    try:
        ast.parse("\n".join(lines))
    except SyntaxError as same:
        return max(same.offset or 1, 1) if same.msg == error.msg and same.lineno == error.lineno else column
    except ValueError:
        return column
    return source.column(lines, line, column - 1)
