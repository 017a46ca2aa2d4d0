"""Where in a file its definitions stand: columns in characters, and the lines that hold a ``yield``."""

import bisect

from . import source


class Places:
    """The syntax tree counts columns in UTF-8 bytes; only a line that is not ASCII makes a difference."""

    def __init__(self, data, encoding):
        self._data = data
        self._encoding = encoding
        self._ascii = data.isascii() and encoding in ("utf-8", "ascii", "iso-8859-1")
        self._lines = None
        #: The last place asked for, so that many on one long line cost one pass over it.
        self._last = (0, 0, 0)
        self.yields = self._lines_of_yields() if self._may_yield() else []

    def column(self, node):
        """From 1, in characters."""
        offset = node.col_offset
        if self._ascii or not offset:
            return offset + 1
        line, start, before = self._last
        if line != node.lineno or start > offset:
            start = before = 0
        before += characters(self._line(node.lineno)[start:offset])
        self._last = (node.lineno, offset, before)
        return before + 1

    def has_yield(self, node):
        """Whether the word stands in one of its lines or its decorators' lines, be it in a comment."""
        yields = self.yields
        if not yields:
            return False
        decorators = getattr(node, "decorator_list", None)
        start = decorators[0].lineno if decorators else node.lineno
        index = bisect.bisect_left(yields, start)
        return index < len(yields) and yields[index] <= node.end_lineno

    def _may_yield(self):
        return self._encoding != "utf-8" or b"yield" in self._data

    def _line(self, number):
        if self._lines is None:
            self._lines = self._text().split(b"\n")
        return self._lines[number - 1] if number <= len(self._lines) else b""

    def _text(self):
        """The file as the tokenizer has it: UTF-8, each newline one byte."""
        data = self._data
        if self._encoding != "utf-8":
            return "\n".join(source.text_lines(data)).encode("utf-8", "replace")
        data = data[len(source.BOM) :] if data.startswith(source.BOM) else data
        return data.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in data else data

    def _lines_of_yields(self):
        text, found = self._text(), []
        line, counted = 1, 0
        position = text.find(b"yield")
        while position >= 0:
            line += text.count(b"\n", counted, position)
            if not found or found[-1] != line:
                found.append(line)
            counted = position
            position = text.find(b"yield", position + 1)
        return found


def characters(data):
    """How many characters a piece of UTF-8 holds: all its bytes but those that continue one."""
    return len(data) if data.isascii() else len(data.decode("utf-8", "replace"))
