"""Parameters and signatures as ``inspect.signature`` would write them."""

from .expressions import written
from .json_text import listed, optional, quoted, shape

PARAMETER = shape("name", "kind", "annotation", "default")
#: Most parameters are a name alone, and mostly one of a few.
_plain = {}
MOST_PLAIN = 10_000
LONGEST_PLAIN = 40


def signature_of(arguments, returns):
    """The text, and the parameters as JSON."""
    parts, found = [], []

    def add(argument, kind, default, stars=""):
        text, annotation = stars + argument.arg, argument.annotation
        if annotation is None and default is None:
            parts.append(text)
            found.append(plain_parameter(argument.arg, kind))
            return
        if annotation is not None:
            annotation = written(annotation)
            text += ": " + annotation
        if default is not None:
            default = written(default)
            text += "=" + default if annotation is None else " = " + default
        parts.append(text)
        found.append(PARAMETER % (quoted(argument.arg), kind, optional(annotation), optional(default)))

    positional_only, defaults = arguments.posonlyargs, arguments.defaults
    if defaults:
        missing = len(positional_only) + len(arguments.args) - len(defaults)
        defaults = [None] * missing + defaults
    for index, argument in enumerate(positional_only):
        add(argument, '"positional_only"', defaults and defaults[index] or None)
    if positional_only:
        parts.append("/")
    for index, argument in enumerate(arguments.args, len(positional_only)):
        add(argument, '"positional_or_keyword"', defaults and defaults[index] or None)
    if arguments.vararg:
        add(arguments.vararg, '"var_positional"', None, "*")
    elif arguments.kwonlyargs:
        parts.append("*")
    for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults):
        add(argument, '"keyword_only"', default)
    if arguments.kwarg:
        add(arguments.kwarg, '"var_keyword"', None, "**")
    text = "(" + ", ".join(parts) + ")"
    return (text if returns is None else text + " -> " + returns), listed(found)


def plain_parameter(name, kind):
    known = _plain.get((name, kind))
    if known is None:
        known = PARAMETER % (quoted(name), kind, "null", "null")
        if len(name) <= LONGEST_PLAIN and len(_plain) < MOST_PLAIN:
            _plain[name, kind] = known
    return known
