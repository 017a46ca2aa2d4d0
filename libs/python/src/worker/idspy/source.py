"""Reading source files as CPython reads them."""

import ast
import codecs
import re

from .limits import TooLarge  # noqa: F401 - part of this module's face

BOM = codecs.BOM_UTF8
NEWLINE = re.compile(rb"\r\n?|\n")
#: PEP 263, as the tokenizer looks for it.
COOKIE = re.compile(rb"[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
BLANK = re.compile(rb"[ \t\f]*(?:#|$)")
LATIN_1 = ("latin-1", "iso-8859-1", "iso-latin-1")


def read(file, max_bytes=None):
    with open(file, "rb") as stream:
        data = stream.read() if max_bytes is None else stream.read(max_bytes + 1)
    if max_bytes is not None and len(data) > max_bytes:
        raise TooLarge("%d bytes" % max_bytes)
    return data


def encoding_of(data):
    """The encoding by PEP 263, as a person would name it; like the tokenizer, not like ``tokenize``.

    That one refuses files which the parser takes: a comment before the cookie, or in a file without one,
    that is not UTF-8.
    """
    marked = data.startswith(BOM)
    named = cookie(data[len(BOM) :] if marked else data)
    if named is None:
        return "utf-8"
    encoding = normal_name(named)
    if marked and encoding != "utf-8":
        raise SyntaxError("encoding problem: %s with BOM" % encoding)
    try:
        codecs.lookup(encoding)
    except LookupError:
        raise SyntaxError("unknown encoding: %s" % encoding) from None
    return encoding


def cookie(data):
    """What the first line names, or the second if the first is blank or a comment."""
    start = 0
    for _ in range(2):
        end = NEWLINE.search(data, start)
        line = data[start : end.start() if end else len(data)]
        if b"coding" in line:
            found = COOKIE.match(line)
            if found:
                return found.group(1).decode("ascii")
        if end is None or not BLANK.match(line):
            return None
        start = end.end()
    return None


def normal_name(name):
    short = name[:12].lower().replace("_", "-")
    if short == "utf-8" or short.startswith("utf-8-"):
        return "utf-8"
    if short in LATIN_1 or short.startswith(tuple(known + "-" for known in LATIN_1)):
        return "iso-8859-1"
    return name


def text_of(data):
    """What the bytes say in their encoding; None if they are not in it."""
    try:
        return data.decode(encoding_of(data))
    except (SyntaxError, ValueError, LookupError):
        return None


def text_lines(data):
    """The lines as CPython counts them: a form feed or a Unicode line separator ends none."""
    text = text_of(data)
    if text is None:
        text = data.decode("utf-8", "replace")
    return text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")


def count_lines(data, encoding):
    """How many lines CPython counts, the last one also without its newline."""
    if encoding != "utf-8":
        lines = text_lines(data)
        return len(lines) - (lines[-1] == "")
    breaks = data.count(b"\n")
    if b"\r" in data:
        breaks += data.count(b"\r") - data.count(b"\r\n")
    ended = data.endswith((b"\n", b"\r")) or data in (b"", BOM)
    return breaks + (not ended)


def line_text(lines, number):
    return lines[number - 1] if 0 < number <= len(lines) else ""


def column(lines, number, byte_offset):
    """A column from 1 in characters, of an offset from 0 in UTF-8 bytes."""
    before = line_text(lines, number).encode("utf-8", "replace")[:byte_offset]
    return len(before.decode("utf-8", "replace")) + 1


def parse(data):
    return ast.parse(data)
