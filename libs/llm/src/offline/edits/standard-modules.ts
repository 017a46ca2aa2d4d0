/** The top-level modules of Python's standard library that ordinary code imports. */
const STANDARD_MODULES = new Set(
  `abc argparse array ast asyncio atexit base64 bisect builtins bz2 calendar cmath cmd code codecs collections
  colorsys compileall concurrent configparser contextlib contextvars copy copyreg cProfile csv ctypes curses
  dataclasses datetime dbm decimal difflib dis doctest email encodings enum errno faulthandler fcntl filecmp
  fileinput fnmatch fractions ftplib functools gc getopt getpass gettext glob graphlib grp gzip hashlib heapq hmac
  html http imaplib importlib inspect io ipaddress itertools json keyword linecache locale logging lzma mailbox
  marshal math mimetypes mmap multiprocessing netrc numbers operator optparse os pathlib pdb pickle pickletools
  pkgutil platform plistlib poplib posix pprint profile pstats pty pwd py_compile queue quopri random re readline
  reprlib resource runpy sched secrets select selectors shelve shlex shutil signal site smtplib socket socketserver
  sqlite3 ssl stat statistics string stringprep struct subprocess symtable sys sysconfig syslog tarfile tempfile
  termios textwrap threading time timeit tkinter token tokenize tomllib trace traceback tracemalloc tty turtle types
  typing unicodedata unittest urllib uuid venv warnings wave weakref webbrowser winreg wsgiref xml xmlrpc zipapp
  zipfile zipimport zlib zoneinfo`
    .trim()
    .split(/\s+/),
);

export function isStandardModule(module: string): boolean {
  return STANDARD_MODULES.has(module.split('.')[0] ?? '');
}
