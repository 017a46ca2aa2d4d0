"""The verdict of CPython on one file: of its compiler, or of its parser alone."""

import re

from . import source

BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")


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
        compiled(data)
        return None
    except (SyntaxError, ValueError) as error:
        return place(error, data, compiled)


def compiled(text):
    compile(text, "<source>", "exec", dont_inherit=True)


def parsed(data):
    """The tree and None, or None and the failure. Errors that are found after parsing are none here."""
    try:
        return source.parse(data), None
    except (SyntaxError, ValueError) as error:
        return None, place(error, data, source.parse)


def place(error, data, judge):
    """Where an error of the parser or the compiler stands: from 1, the column in characters."""
    if not isinstance(error, SyntaxError):
        if type(error) is ValueError and b"\0" not in data:
            # Short of memory, the parser may find that its own nodes lack a part.
            raise MemoryError from error
        # Null bytes before Python 3.11.4, some bytes that are not UTF-8 in 3.12.
        return {"line": 1, "column": 1, "message": str(error)}
    line = max(error.lineno or 1, 1)
    column = max(error.offset or 1, 1)
    if column > 1:
        column = in_characters(error, data, line, column, judge)
    return {"line": line, "column": column, "message": str(error.msg)}


def in_characters(error, data, line, column, judge):
    """The parser counts some columns in characters and some in bytes of UTF-8, the compiler always in bytes.

    So where it makes a difference the same error is made again where it makes none: with a plain letter in
    place of each character beyond ASCII.
    """
    raw = raw_line(data, line)
    if raw.isascii():
        return column
    text = source.text_of(data)
    for again in () if text is None else (plain(text.lstrip("\ufeff")), text):
        found = failure_in(again, judge)
        if found is not None and found.lineno == error.lineno and plain(found.msg) == plain(error.msg):
            return max(found.offset or 1, 1)
    if text is None:
        # Bytes in no encoding, each of which is one character.
        return min(column - 1, len(raw[: column - 1].decode("utf-8", "replace"))) + 1
    return source.column(source.text_lines(data), line, column - 1)


def raw_line(data, number):
    lines = source.NEWLINE.split(data)
    return lines[number - 1] if number <= len(lines) else b""


def failure_in(text, judge):
    try:
        judge(text)
    except SyntaxError as error:
        return error
    except ValueError:
        pass
    return None


def plain(text):
    """A letter that begins no keyword, number or prefix of a string stands for each character beyond ASCII."""
    return BEYOND_ASCII.sub("q", text or "")
