"""


   
   Not the first line, nor the second.
"""

from __future__ import annotations

import enum
import typing
from dataclasses import KW_ONLY, InitVar, dataclass, field
from enum import IntFlag
from typing import ClassVar, Final, NamedTuple, NewType, ParamSpec, Protocol, TypedDict, TypeVar

__all__ = ["A", "b"]
__all__ += ["c"]
T = TypeVar("T", bound=int)
P = typing.ParamSpec("P")
UserId = NewType("UserId", int)
Alias: typing.TypeAlias = "dict[str, int]"
Annotated: Final[int] = 3
lower: Final = 4
_PRIVATE = __DUNDER = ___MORE = 1
first, (second, *THIRD), [fourth] = 1, (2, 3), [4]
first = "again"
annotated_only: int
(parenthesized): int = 1
object.attribute = 1
THIRD[0] = 5
if typing.TYPE_CHECKING:
    HIDDEN = 1
for loop in range(3):
    IN_LOOP = loop
with open("x") as handle:
    text = handle.read()
try:
    tried = 1
except (ValueError, TypeError) as error:
    excepted = 1
else:
    otherwise = 1
finally:
    at_last = 1
while (walrus := 0):
    in_while: int = walrus
else:
    after_while = 1


@dataclass(order=True)
class Point:
    x: int
    y: "int" = 0
    _: KW_ONLY
    z: float = field(default_factory=float)
    count: ClassVar[int] = 0
    other: typing.ClassVar = 1
    given: InitVar[str] = ""
    untyped = 3
    if True:
        nested: int = 1
    x: str = "again"
    (odd): int = 2
    self.place: int = 1


class Colour(str, enum.Enum):
    RED = "r"
    GREEN, BLUE = "g", "b"
    ALIAS = OTHER = "a"
    _ignore_ = ["x"]
    annotated: int = 4
    [LIST, *REST] = 1, 2
    RED = "again"

    def method(self):
        return self.RED


class Flags(IntFlag, boundary=enum.KEEP):
    A = 1


class Typed(TypedDict, total=False):
    key: typing.Required[int]
    other: str


class Named(NamedTuple):
    a: int
    b: str = "b"
    c = 3


class Shape(Protocol[T]):
    def area(self) -> float: ...


class Both(NamedTuple, Protocol, typing.Generic[T], metaclass=type, **{"a": 1}):
    x: int = 1


class Attributes(*[object], metaclass=type("M", (type,), {})):
    one = two = 1
    (three, *four), five = [1, 2], 3
    six: int
    one: str = "again"

    def __init__(self, a, /, b):
        self.one, (self.two, *self.three) = a, b
        self.four: int = 4
        self.four: str = "again"
        self.five.six = 5
        other.seven = 6
        for self.eight in b:
            self.nine = self.ten = 9
        with a as self.eleven:
            pass

        def inner(self):
            self.hidden = 1

        class Inner:
            self.hidden_too = 1

        self.after = 1

    def __new__(cls):
        cls.made = 1

    @staticmethod
    def static(x):
        x.no = 1

    @classmethod
    def of_class(cls):
        cls.no = 1

    @property
    def lazy(this):
        this.yes = 1

    def nobody():
        self.no = 1

    def only_stars(*self, **more):
        self.no = 1

    def positional(me, /):
        me.positional = 1

    if one:

        async def conditional(it):
            it.conditional = 1


if "__main__" == __name__:
    ready = True
