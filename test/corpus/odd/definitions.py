import abc, os.path as p, sys
from . import sibling
from .. import parent as up
from ...a.b import (
    c,
    d as e,
)
from a import *

try:
    import tried
    if x:
        from tried import deeper
except ImportError:
    import fallback
else:
    import otherwise
finally:
    def last():
        import inside

if TYPE_CHECKING:
    import checked
    def checked_function():
        import checked_too
elif typing.TYPE_CHECKING:
    import checked_elif
else:
    import not_checked
if not TYPE_CHECKING:
    import never
if a.TYPE_CHECKING.b:
    import never_either

def everything(a, b=1, /, c: int=2, d: "str" = 'x', *args: int, e, f=(1, 2), g: dict[str, int] = {}, **kw: float) -> "None": "doc"
def bare(*, a, b=lambda x, *y: (yield)): ...
def star(*args, a): ...
def slash(a, /): ...
def both(a, /, *, b): ...
async def asynchronous(): await x
async def generating():
    yield 1

def nested(a=[i for i in x if i], b=f"{a!r:>{b}}", c=(d := 1), e=...):
    "  first line  \n  second"
    def gen():
        yield
    def of_outer(x=(yield)): pass
    class C:
        def m(self): return lambda: (yield)
        class D(metaclass=M):
            @staticmethod
            def s(): pass

@decorated((yield_ := 1))
@a.b.c
class E(a.B, C[int], x=1, **k):
    """

    Second line of the docstring, first that is not empty."""
    @property
    def p(self): return 1
    @p.setter
    def p(self, v): pass
    @p.deleter
    def p(self): pass
    @p.getter
    def p(self): pass
    @functools.cached_property
    def q(self): pass
    @cached_property()
    @staticmethod
    def r(self): pass
    @overload
    @classmethod
    def s(cls, a: int) -> int: ...
    @typing.overload
    def t(self): ...
    @abc.abstractmethod
    @property
    def u(self): yield from ()
    @setter
    def v(self): pass
    def w(self):
        def inner(self): pass
        return inner
    if True:
        def x(self): pass
    else:
        async def y(self): yield
    lambda_ = lambda self: (yield)

def lambdas():
    return lambda: (yield)

def lambda_default():
    return lambda x=(yield): x

def class_base():
    class A((yield)): pass

def decorating():
    @(yield)
    def f(): pass

def comprehension():
    return [x for x in (yield)]

class Mangled:
    def __private(self, __a=1, *, __b: "__C" = 2): self.__hidden = 1

global_function = 1
def with_global():
    global later
    def later(): pass
    class later2: pass

def strings(a='\ud800', b="it's", c=b'\xff', d=r'\d', e='"' "'", f=1_000, g=0xFF, h=1e400, i=-1j): pass
def no_doc(): b"bytes"
def f_doc(): f"no {doc}"
def empty_doc(): ""
def white_doc(): "   \n  "

for i in x:
    def in_for(): pass
else:
    def in_else(): pass
while x:
    class InWhile: pass
with a as b, c:
    def in_with(): pass
if __name__ == "__main__" == x:
    pass
