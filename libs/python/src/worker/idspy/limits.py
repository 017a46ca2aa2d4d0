"""What the analysis of one file may give back; what a file may cost is bounded by the process around it."""

import resource
import sys

#: Functions, classes, imports, globals, attributes and fields of one file.
MOST_SYMBOLS = 50_000
#: Bytes of one file's analysis, as JSON.
MOST_BYTES = 8 * 1024 * 1024


class TooLarge(Exception):
    """A file is larger than what is looked at, or its answer than what is given."""


def peak_kilobytes():
    """The most memory that this process has held. What ``getrusage`` says begins with that of its parent."""
    try:
        with open("/proc/self/status", "rb") as status:
            for line in status:
                if line.startswith(b"VmHWM:"):
                    return int(line.split()[1])
    except OSError:
        pass
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak // 1024 if sys.platform == "darwin" else peak
