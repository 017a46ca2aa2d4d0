"""Where the names of an import stand in the source, in lines and characters."""

import re

from . import source

FROM = re.compile(r"from\s*(\.*[^\W\d][\w.]*|\.+)")
WORD = re.compile(r"#[^\n]*|[^\W\d]\w*|\*")


def of_module(lines, node):
    """Where the module of a ``from`` import is named; the statement's place where a line break hides it."""
    column = source.column(lines, node.lineno, node.col_offset)
    match = FROM.match(source.line_text(lines, node.lineno), column - 1)
    return node.lineno, match.start(1) + 1 if match else column


def of_name(lines, node, alias):
    """Where a name is imported. Before Python 3.10 it has no place of its own and is looked for."""
    if hasattr(alias, "lineno"):
        return alias.lineno, source.column(lines, alias.lineno, alias.col_offset)
    column = source.column(lines, node.lineno, node.col_offset)
    name = alias.name.partition(".")[0]
    reached = False
    for number in range(node.lineno, (node.end_lineno or node.lineno) + 1):
        text = source.line_text(lines, number)
        for match in WORD.finditer(text, column - 1 if number == node.lineno else 0):
            if reached and match.group() == name:
                return number, match.start() + 1
            reached = reached or match.group() == "import"
    return node.lineno, column
