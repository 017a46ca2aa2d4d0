"""The packages that are installed and the modules that each of them brings, by their own records."""

import os
import re

BIGGEST = 4 * 1024 * 1024
INFO = re.compile(r"^(.+?)-[^-]*(?:-py[\d.]+)?\.(?:dist-info|egg-info)$")


def normal(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def installed(folders):
    """By normalized name: (the name, its top-level modules as far as they are recorded)."""
    found = {}
    for folder in folders:
        for entry in listed(folder):
            match = INFO.match(entry)
            if match:
                modules = modules_of(os.path.join(folder, entry))
                found.setdefault(normal(match.group(1)), (match.group(1), modules))
    return found


def modules_of(info):
    names = set(text_of(os.path.join(info, "top_level.txt")).split())
    for line in text_of(os.path.join(info, "RECORD")).splitlines():
        first, slash, rest = line.split(",")[0].strip('"').partition("/")
        stem = first.partition(".")[0]
        if slash and first.isidentifier() and rest:
            names.add(first)
        elif not slash and stem.isidentifier() and first.endswith((".py", ".so", ".pyd")):
            names.add(stem)
    return {name for name in names if name.isidentifier() and name != "__pycache__"}


def listed(folder):
    try:
        return sorted(os.listdir(folder))
    except OSError:
        return []


def text_of(file):
    try:
        with open(file, encoding="utf-8", errors="replace") as stream:
            return stream.read(BIGGEST)
    except OSError:
        return ""
