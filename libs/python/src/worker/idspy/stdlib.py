"""What the interpreter itself brings: its modules, and the names inside of those that no source tells."""

import importlib
import os
import sys
import warnings
import _imp

FOLDERS = [path for path in sys.path if os.path.isdir(path)]
#: Modules of other platforms and of builds with more parts: Python before 3.10 does not list its own.
ELSEWHERE = {
    *("_msi", "_overlapped", "_scproxy", "_winapi", "_winreg", "crypt", "msilib", "msvcrt", "nis", "nt"),
    *("ossaudiodev", "pwd", "spwd", "winreg", "winsound", "curses", "dbm", "readline", "sqlite3", "tkinter"),
    *("_tkinter", "_gdbm", "_dbm", "_curses", "_lzma", "_bz2", "_sqlite3", "_ssl", "_ctypes", "_uuid"),
}
#: Loaded before the first line of a program: a file of the same name does not hide them.
AT_START = {
    *("_collections_abc", "_sitebuiltins", "_stat", "abc", "builtins", "codecs", "encodings", "genericpath"),
    *("io", "marshal", "ntpath", "os", "posix", "posixpath", "site", "stat", "sys", "time", "zipimport"),
    *("_abc", "_codecs", "_io", "_signal", "_thread", "_warnings", "_weakref", "__main__", "__future__"),
}
#: Standard modules that compute their names. They are no code of a project and do nothing when imported.
COMPUTED = {
    *("ast", "asyncio", "concurrent.futures", "contextvars", "ctypes", "dis", "email", "enum", "hashlib"),
    *("http", "importlib", "inspect", "locale", "logging", "ntpath", "opcode", "os", "platform", "posixpath"),
    *("re", "select", "selectors", "shutil", "signal", "socket", "ssl", "stat", "string", "subprocess"),
    *("symtable", "tempfile", "threading", "time", "token", "tokenize", "types", "typing", "uuid"),
    *("warnings", "weakref"),
    *("json", "decimal", "datetime", "zoneinfo", "statistics", "fractions", "random", "calendar", "copy"),
}


def module_names():
    listed = set(getattr(sys, "stdlib_module_names", ())) | set(sys.builtin_module_names)
    if not hasattr(sys, "stdlib_module_names"):
        for folder in FOLDERS:
            listed.update(name.partition(".")[0] for name in os.listdir(folder))
        listed |= ELSEWHERE
    return {name for name in listed if name.isidentifier()} - {"__pycache__", "__phello__"}


NAMES = module_names()


def is_builtin(name):
    return name in sys.builtin_module_names or _imp.is_frozen(name)


def can_be_hidden(name):
    """Whether a file of this name that lies first on the path is found in place of the standard module."""
    return name in NAMES and name not in AT_START and not is_builtin(name)


_known = {}


def native_names(name):
    """The names of an extension or built-in module: with ``-I -S`` only Python's own can be found."""
    if name not in _known:
        _known[name] = _names(name)
    return _known[name]


def computed_names(name):
    """The names of a standard module that computes them; None if it is not known to be harmless."""
    return native_names(name) if name in COMPUTED else None


def _names(name):
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            module = importlib.import_module(name)
    except Exception:
        return None
    return set(dir(module)) | set(getattr(module, "__all__", ()))
