type Vector[T] = list[T]
type Plain = int


def generic[T: int, *Ts, **P](a: T, *args: *Ts, **kw: P.kwargs) -> T:
    return a


class Box[T: (int, str)](Base[T]):
    type Inner = T
    value: T

    def get[S](self) -> S: ...
