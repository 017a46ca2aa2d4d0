"""Signatures that `inspect` itself writes, from parameters that stand in for those of a live function."""

import inspect

from expressions import text


class Spelled(str):
    """A parameter's name; two of the same name are kept apart, since only the compiler refuses them."""

    __slots__ = ()
    __eq__ = object.__eq__
    __ne__ = object.__ne__
    __hash__ = object.__hash__


class Written:
    """An annotation or a default: `inspect` shows the `repr` of such objects."""

    def __init__(self, node):
        self.text = text(node)

    def __repr__(self):
        return self.text


def written(node):
    return inspect.Parameter.empty if node is None else Written(node)


def signature(node):
    """The `inspect.Signature` of a function definition."""
    arguments = node.args
    positional = arguments.posonlyargs + arguments.args
    defaults = [None] * (len(positional) - len(arguments.defaults)) + arguments.defaults
    parameters = []

    def add(kind, argument, default=None):
        name = Spelled(argument.arg)
        annotation = written(argument.annotation)
        parameters.append(inspect.Parameter(name, kind, default=written(default), annotation=annotation))

    for index, (argument, default) in enumerate(zip(positional, defaults)):
        if index < len(arguments.posonlyargs):
            add(inspect.Parameter.POSITIONAL_ONLY, argument, default)
        else:
            add(inspect.Parameter.POSITIONAL_OR_KEYWORD, argument, default)
    if arguments.vararg is not None:
        add(inspect.Parameter.VAR_POSITIONAL, arguments.vararg)
    for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults):
        add(inspect.Parameter.KEYWORD_ONLY, argument, default)
    if arguments.kwarg is not None:
        add(inspect.Parameter.VAR_KEYWORD, arguments.kwarg)
    return inspect.Signature(parameters, return_annotation=written(node.returns))


def shown(value):
    return None if value is inspect.Parameter.empty else repr(value)


def described(node):
    """What a function's entry says of its signature."""
    found = signature(node)
    return {
        "signature": str(found),
        "parameters": [
            {
                "name": str(each.name),
                "kind": each.kind.name.lower(),
                "annotation": shown(each.annotation),
                "default": shown(each.default),
            }
            for each in found.parameters.values()
        ],
        "returns": shown(found.return_annotation),
    }
