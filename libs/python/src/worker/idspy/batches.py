"""The analysis of one file, or of many with one question: what one of them costs is its own fault."""

import resource

from . import analysis, facts, limits, source
from .json_text import Encoded, listed, quoted


def analyze_file(args, _at):
    return Encoded(analysis.analysis_of(args["file"], args.get("maxBytes")))


def analyze_many(args, at):
    """For each file its analysis or only its facts, its ``failure`` or an ``error``; before each, ``at``."""
    made_of = facts.facts_of if args.get("form") == "facts" else analysis.analysis_of
    max_bytes = args.get("maxBytes")
    return Encoded(listed([answer_for(placed, made_of, max_bytes, at) for placed in args["files"]]))


def answer_for(placed, made_of, max_bytes, at):
    at(placed["path"])
    try:
        return made_of(placed["file"], max_bytes)
    except Exception as error:
        if isinstance(error, MemoryError) and is_short_of_memory():
            # The files after it would pay for it: all of the question fails, over the file that it was at.
            raise
        kind, reason = blame(error)
        return '{"error":{"kind":"%s","reason":%s}}' % (kind, quoted(reason))


def is_short_of_memory():
    """Whether this process has grown large. If not, a MemoryError means that the parser's stack was full."""
    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    return limits.peak_kilobytes() * 1024 > limit // 2


def blame(error):
    """What an exception says of the file: a limit that it exceeds, or that something failed."""
    if isinstance(error, source.TooLarge):
        return "limit", str(error)
    if isinstance(error, MemoryError):
        return "limit", "memory" if is_short_of_memory() else "nesting depth"
    if isinstance(error, RecursionError):
        return "limit", "nesting depth"
    return "failed", ("%s: %s" % (type(error).__name__, error))[:500]
