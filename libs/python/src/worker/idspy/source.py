"""Reading source files as CPython reads them."""

import ast
import io
import tokenize


class TooLarge(Exception):
    """A file is larger than what is looked at."""


def read(file, max_bytes=None):
    with open(file, "rb") as stream:
        data = stream.read() if max_bytes is None else stream.read(max_bytes + 1)
    if max_bytes is not None and len(data) > max_bytes:
        raise TooLarge("%d bytes" % max_bytes)
    return data


def encoding_of(data):
    """The encoding by PEP 263, as a person would name it."""
    encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    return "utf-8" if encoding == "utf-8-sig" else encoding


def text_lines(data):
    """The lines as CPython counts them: a form feed or a Unicode line separator ends none."""
    try:
        text = data.decode(encoding_of(data))
    except (SyntaxError, UnicodeDecodeError, LookupError):
        text = data.decode("utf-8", "replace")
    return text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")


def line_text(lines, number):
    return lines[number - 1] if 0 < number <= len(lines) else ""


def column(lines, number, byte_offset):
    """A column from 1 in characters, of an offset from 0 in UTF-8 bytes."""
    before = line_text(lines, number).encode("utf-8", "replace")[:byte_offset]
    return len(before.decode("utf-8", "replace")) + 1


def parse(data):
    return ast.parse(data)
