/** Python files that a careless line editor breaks. */
export const TRICKY_FILES: Readonly<Record<string, string>> = {
  'docstring, future and sorted imports': `#!/usr/bin/env python3
# -*- coding: utf-8 -*-
"""Title.

A text with
=======
a line that looks like a marker.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass

import requests


@dataclass
class Order:
    name: str
    total: float = 0.0

    def pay(self, amount: float) -> None:
        if amount > self.total:
            raise ValueError(f"{amount:.2f} is more than {self.total!r}, 100% wrong")
        self.total -= amount
`,
  'no import and no docstring': `# A header.
# Of two lines.

class A:
    def set_x(self, x):
        self.x = x
        if x < 0:
            raise ValueError('negative')
`,
  'comment that belongs to the first statement': `# the answer
ANSWER = 42
def ask(question):
    if not question:
        raise ValueError("no question")
    return ANSWER
`,
  'strings that look like code': `import sys

TEXT = """
def fake(self):
    raise ValueError("x")
import zzz
"""
OTHER = 'it\\'s # no comment'
RAW = r"\\\\"


def real(path):
    '''raise ValueError("in a docstring")'''
    value = f"{path!r:>{len(path)}} {{literal}} {'nested'}"  # raise ValueError
    data = open(path).read()
    if "raise" in data: raise ValueError("one line")
    return (value,
            data)
`,
  'continuations and brackets': `class Box:
    def __init__(self, items, \\
                 limit=10):
        self.items = items
        self.limit = limit

    def put(
        self,
        item,
        *rest,
        **options
    ):
        if len(self.items) \\
                >= self.limit:
            raise OverflowError(
                "the box is full, "
                "take something out"
            )
        self.items.append(
            item
        )

    def take(self, index): return self.items.pop(index)

    def take_last(self):
        return self.items.pop()
`,
  'async, decorators and nesting': `import asyncio, functools
from functools import (
    wraps,
    lru_cache,
)


def retry(times):
    def outer(function):
        @wraps(function)
        async def inner(*args, **kwargs):
            for _ in range(times):
                try:
                    return await function(*args, **kwargs)
                except OSError:
                    continue
            raise TimeoutError
        return inner
    return outer


class Client:
    def __init__(self):
        self.open = {}

    @property
    def count(self): return len(self.open)

    @retry(
        times=3,
    )
    async def connect(self, host, password):
        async with self.lock:
            self.open[host] = await dial(host, password)

    @classmethod
    def make(cls): return cls()

    async def close_all(self):
        for host in list(self.open):
            self.open.pop(host)
        else:
            pass

    async def each(self):
        for host in self.open:
            yield host
`,
  tabs: `class T:\n\tdef start(self, name):\n\t\tif not name:\n\t\t\traise ValueError("no name")\n\t\tself.name = name\n\n\tdef stop(self): pass\n`,
  'Windows line ends and no final one':
    'import sys\r\n\r\n\r\ndef save(path, text):\r\n    with open(path, "w") as f:\r\n        f.write(text)',
  'branches and handlers': `import contextlib


class Store:
    def __init__(self, path):
        self.path = path
        self.rows = []
        self.errors = 0

    def update(self, row, flag=False):
        if flag:
            self.rows.append(row)
        elif row is None:
            raise TypeError("row")
        else:
            self.rows.insert(0, row); self.errors = 0
        return flag

    def delete(self, row):
        with contextlib.suppress(ValueError):
            self.rows.remove(row)

    def load(self):
        try:
            with open(self.path) as handle:
                for line in handle:
                    self.rows.append(line)
        except OSError:
            self.errors += 1
            return False
        except Exception as error:
            raise RuntimeError("cannot load") from error
        else:
            return True
        finally:
            pass

    def find(self, row):
        for index, each in enumerate(self.rows):
            if each == row:
                self.last = index
                return index
        raise KeyError(row)
`,
  'guarded imports': `import abc
from typing import TYPE_CHECKING

try:
    import tomllib
except ImportError:
    tomllib = None
else:
    pass

if TYPE_CHECKING:
    from collections.abc import Sequence
CONSTANT = 1


def read(path, mode="r", size=1024, ratio=.5, raw=False, note=None):
    logger_name = "x"
    return open(path, mode).read(size)
`,
  'third-party imports first': `from flask import Flask

app = Flask(__name__)


@app.route("/")
def index():
    print("hello")
    return "hello"
`,
  'from imports sorted by module': `from abc import ABC, abstractmethod
import os
from typing import Any


class Shape(ABC):
    @abstractmethod
    def area(self): ...

    def resize(self, factor: float, note: str = 'n/a') -> Any:
        """Change the size."""
        if factor <= 0: raise ValueError(factor)
        self.factor = factor
        return os.getpid()
`,
  'a method with a docstring only, match and walrus': `def only():
    """Nothing."""


def choose(command, *, strict=True):
    match command:
        case ["go", direction] if (n := len(direction)):
            raise LookupError(f"cannot go {direction} by {n}")
        case {"x": 1}:
            return not strict
        case _:
            return False
    return False
`,
  'f-strings with quotes inside': `def show(d):
    print(f"{d['a']:{d['w']}} and {d['b']!r}")
    return f'''{
        d["c"]
    }'''
`,
};
