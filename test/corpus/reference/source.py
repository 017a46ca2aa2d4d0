"""A source file as CPython takes it: its text, its lines, its tree, or why there is none."""

import ast
import io
import re
import sys
import tokenize

LINE_END = re.compile(r"\r\n|\r|\n")
USUAL = 1_000
DEEP = 200_000


class ParseFailure(Exception):
    def __init__(self, position):
        super().__init__(position["message"])
        self.position = position


class Source:
    """A file that parses.

    :raises ParseFailure: with the message and the place of what `ast.parse` raised
    """

    def __init__(self, file):
        with open(file, "rb") as handle:
            self.data = handle.read()
        # The parser has to meet the usual limit, the visitors must not.
        sys.setrecursionlimit(USUAL)
        try:
            self.tree = ast.parse(self.data)
        except (SyntaxError, ValueError) as error:
            raise ParseFailure(position(self.data, error, ast.parse)) from None
        sys.setrecursionlimit(DEEP)
        encoding, _ = tokenize.detect_encoding(io.BytesIO(self.data).readline)
        self.encoding = "utf-8" if encoding == "utf-8-sig" else encoding
        self.texts = LINE_END.split(self.data.decode(encoding))

    @property
    def lines(self):
        """Lines as CPython counts them; nothing after the last line end is no line."""
        return len(self.texts) - (self.texts[-1] == "")

    def column(self, node):
        """From 1, in characters; the tree counts from 0 in bytes of UTF-8, in any encoding."""
        before = self.texts[node.lineno - 1].encode("utf-8")[: node.col_offset]
        return len(before.decode("utf-8")) + 1


def position(data, error, attempt):
    """Message, line and column, in characters from 1, of what `attempt` raised for a file's bytes.

    `SyntaxError.offset` cannot be taken as it is. Tried on 3.11 with letters beyond ASCII before each kind
    of error: the tokenizer counts characters; the parser counts characters if the source is text or declares
    its encoding (cookie or byte order mark), and bytes of UTF-8 in bytes that declare none; the number
    tokenizer's ranges and everything after the parser (symbol table, code generation) count bytes always. So
    the same error is made again where the two cannot differ: in the text with a plain letter for each such
    character.
    """
    line = getattr(error, "lineno", None) or 1
    offset = getattr(error, "offset", None) or 1
    message = error.msg if isinstance(error, SyntaxError) else str(error)
    if not data.isascii():
        offset = characters(data, (message, line, offset), attempt)
    return {"message": message, "line": max(line, 1), "column": max(offset, 1)}


def characters(data, seen, attempt):
    message, line, offset = seen
    text = as_text(data)
    if text is not None:
        for again in (plain(text), text):
            found = raised(attempt, again)
            if found is not None and found[:2] == (plain(message) if again != text else message, line):
                return found[2]
    # It cannot be made again, for example since the bytes are not in their encoding.
    if declares_encoding(data) or line < 1:
        return offset
    lines = re.split(rb"\r\n|\r|\n", data)
    before = lines[line - 1][: offset - 1] if line <= len(lines) else b""
    return len(before.decode("utf-8", "replace")) + 1 + max(0, offset - 1 - len(before))


def raised(attempt, text):
    """What the text raises, with the column; None if it raises nothing of the kind."""
    try:
        attempt(text)
    except SyntaxError as error:
        return error.msg, error.lineno or 1, error.offset or 1
    except (ValueError, RecursionError, MemoryError):
        return None
    return None


def plain(text):
    """The text with a letter that begins no keyword, prefix or number in the place of each beyond ASCII."""
    return re.sub(r"[^\x00-\x7f]", "q", text)


def as_text(data):
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        return data.decode(encoding)
    except (SyntaxError, ValueError):
        return None


def declares_encoding(data):
    if data.startswith(b"\xef\xbb\xbf"):
        return True
    head = data.split(b"\n", 2)[:2]
    return any(re.match(rb"[ \t\f]*#.*?coding[:=][ \t]*[-\w.]+", line) for line in head)
