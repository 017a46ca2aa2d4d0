"""What the analysis of one file may give back; what a file may cost is bounded by the process around it."""

#: Functions, classes, imports, globals, attributes and fields of one file.
MOST_SYMBOLS = 50_000
#: Bytes of one file's analysis, as JSON.
MOST_BYTES = 8 * 1024 * 1024


class TooLarge(Exception):
    """A file is larger than what is looked at, or its answer than what is given."""
