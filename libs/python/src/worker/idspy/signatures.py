"""Signatures and expressions as Python would write them."""

import ast


def written(node):
    """An expression as source; what is too deep or too long to be written is an ellipsis."""
    try:
        return ast.unparse(node)
    except (RecursionError, ValueError):
        return "..."


def signature_of(node):
    arguments = node.args
    parts = []
    positional = arguments.posonlyargs + arguments.args
    without_default = len(positional) - len(arguments.defaults)
    for index, argument in enumerate(positional):
        default = arguments.defaults[index - without_default] if index >= without_default else None
        parts.append(parameter(argument, default))
        if index + 1 == len(arguments.posonlyargs):
            parts.append("/")
    if arguments.vararg:
        parts.append("*" + parameter(arguments.vararg, None))
    elif arguments.kwonlyargs:
        parts.append("*")
    for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults):
        parts.append(parameter(argument, default))
    if arguments.kwarg:
        parts.append("**" + parameter(arguments.kwarg, None))
    returns = " -> " + written(node.returns) if node.returns else ""
    return "(%s)%s" % (", ".join(parts), returns)


def parameter(argument, default):
    text = argument.arg
    if argument.annotation:
        text += ": " + written(argument.annotation)
    if default is not None:
        text += (" = " if argument.annotation else "=") + written(default)
    return text
