"""Starts mypy so that nothing else runs: with ``-I -S``, and its folders put on the path as plain paths.

No ``.pth`` line, sitecustomize or usercustomize is run, neither of this interpreter nor of a project's
environment, and mypy gets no reason to start another interpreter.
"""

import importlib.util
import json
import os
import re
import resource
import runpy
import site
import sys
import sysconfig


def main(settings, arguments):
    limit(resource.RLIMIT_AS, settings["memoryMb"] * 1024 * 1024)
    limit(resource.RLIMIT_CPU, settings["seconds"])
    limit(resource.RLIMIT_CORE, 0)
    sys.path.extend(settings["tool"] or own_folders())
    sys.argv = ["mypy", *arguments]
    if "--version" not in arguments:
        sys.argv[1:1] = search_options(settings["packages"])
    runpy.run_module("mypy", run_name="__main__", alter_sys=True)


def limit(kind, most):
    """Never above what already holds."""
    _, hard = resource.getrlimit(kind)
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(kind, (most, hard))


def search_options(packages):
    """Where mypy finds typed packages: it asks the module pyinfo, of this process for its own executable."""
    import mypy.pyinfo

    mypy.pyinfo.getsearchdirs = lambda: ([], packages)
    # Before mypy 0.990.
    mypy.pyinfo.getsitepackages = lambda: packages
    os.stat = changed_at(os.stat)
    # In one file: quicker to load, and to copy.
    cache = ["--sqlite-cache"] if importlib.util.find_spec("_sqlite3") else []
    return [*cache, "--python-executable=" + sys.executable]


def changed_at(stat):
    """``os.stat`` with the time of the inode's last change as that of the content.

    mypy takes a file of the same size and the same second for the same file; a file's own time can be set to
    anything. Where the times differ it compares the contents.
    """

    def of(*args, **options):
        found = stat(*args, **options)
        times = {name: getattr(found, name) for name in dir(found) if name.startswith("st_")}
        return os.stat_result(found[:10], dict(times, st_mtime=float(found.st_ctime_ns // 1000 % 2**48)))

    return of


def own_folders():
    """The site-packages of this interpreter, of its virtual environment if it lies in one."""
    home = os.path.dirname(os.path.dirname(os.path.abspath(sys.executable)))
    folders, alone = [], False
    try:
        with open(os.path.join(home, "pyvenv.cfg"), encoding="utf-8", errors="replace") as stream:
            alone = not re.search(r"(?im)^include-system-site-packages\s*=\s*true", stream.read())
        version = "python%d.%d" % sys.version_info[:2]
        folders += [os.path.join(home, lib, version, "site-packages") for lib in ("lib", "lib64")]
    except OSError:
        pass
    if not alone:
        folders += [sysconfig.get_path("purelib"), sysconfig.get_path("platlib")]
        folders += site.getsitepackages([sys.base_prefix, sys.base_exec_prefix])
        folders.append(site.getusersitepackages())
    return [folder for folder in dict.fromkeys(folders) if os.path.isdir(folder)]


if __name__ == "__main__":
    main(json.loads(sys.argv[1]), sys.argv[2:])
