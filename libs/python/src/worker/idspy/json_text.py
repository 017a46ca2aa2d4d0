"""JSON written piece by piece: for many small records half the work of building and encoding dictionaries."""

from json.encoder import encode_basestring_ascii as quoted  # noqa: F401 - part of this module's face


def shape(*names):
    """The text of an object, to be filled in with ``%`` by the JSON of its values."""
    return "{" + ",".join('"%s":%%s' % name for name in names) + "}"


def optional(text):
    return "null" if text is None else quoted(text)


def truth(value):
    return "true" if value else "false"


def listed(values):
    return "[" + ",".join(values) + "]"


class Encoded:
    """An answer that is JSON already."""

    def __init__(self, text):
        self.text = text
