"""What the types layer has to know of a project, as data: settings of the type checkers, roots, importers."""

import configparser
import json
import os
import re

from . import type_importers
from .lint_settings import dictionary, load_toml, strings, tomllib
from .roots import Roots
from .world import World

BIGGEST = 1024 * 1024
NO_TOML = "pyproject.toml was not read for settings of the type checker: this Python has no parser for it"


def read(args, _at):
    """The settings as they stand in the project, so that a change cannot loosen its own judgement."""
    root = args["root"]
    world = World(root, args["added"], args["removed"])
    mypy = mypy_settings(root)
    roots = [folder for folder in Roots(world).top if folder]
    changed = [*args["paths"], *args["removed"]]
    importers = type_importers.of_change(world, changed, roots, args["importers"])
    return {
        "mypy": mypy,
        "pyright": pyright_settings(root),
        "roots": roots,
        "excluded": excluded(mypy, [*args["paths"], *importers]),
        "importers": importers,
        "note": no_toml_note(root),
    }


def no_toml_note(root):
    return NO_TOML if tomllib is None and os.path.isfile(os.path.join(root, "pyproject.toml")) else None


def mypy_settings(root):
    """The first file that mypy itself would take; None without any."""
    for name in ("mypy.ini", ".mypy.ini"):
        text = load_text(os.path.join(root, name))
        if text is not None:
            return ini_settings(name, text, shared=False)
    table = small_toml(root).get("mypy")
    if isinstance(table, dict):
        return toml_settings(table)
    text = load_text(os.path.join(root, "setup.cfg"))
    return None if text is None else ini_settings("setup.cfg", text, shared=True)


def ini_settings(name, text, shared):
    parser = configparser.RawConfigParser()
    try:
        parser.read_string(text)
    except configparser.Error as error:
        # Of a setup.cfg that nobody can read it is not known whether it has any.
        return None if shared else broken(name, str(error))
    if shared and "mypy" not in parser:
        return None
    modules = []
    for section in parser.sections():
        if section.startswith("mypy-"):
            patterns = [pattern.strip() for pattern in section[5:].split(",")]
            modules.append({"patterns": patterns, "options": options(parser[section])})
    found = options(parser["mypy"]) if "mypy" in parser else {}
    return {"source": name, "options": found, "modules": modules, "broken": None}


def toml_settings(table):
    overrides = table.get("overrides")
    modules = []
    for override in overrides if isinstance(overrides, list) else []:
        override = dictionary(override)
        module = override.get("module")
        patterns = [module] if isinstance(module, str) else strings(module)
        rest = {key: value for key, value in override.items() if key != "module"}
        modules.append({"patterns": patterns, "options": options(rest)})
    own = {key: value for key, value in table.items() if key != "overrides"}
    return {"source": "pyproject.toml", "options": options(own), "modules": modules, "broken": None}


def broken(name, reason):
    return {"source": name, "options": {}, "modules": [], "broken": " ".join(reason.split())[:200]}


def options(section):
    """Texts, or lists of them where TOML has a list."""
    found = {}
    for key, value in section.items():
        if isinstance(value, bool):
            value = "true" if value else "false"
        elif isinstance(value, (int, float)):
            value = str(value)
        elif isinstance(value, list):
            value = strings(value)
        elif not isinstance(value, str):
            value = ""
        found[key.lower().replace("-", "_")] = value
    return found


def excluded(mypy, paths):
    """Those that the project's ``exclude`` keeps from mypy."""
    patterns = mypy["options"].get("exclude", []) if mypy else []
    expressions = []
    for pattern in [patterns] if isinstance(patterns, str) else patterns:
        try:
            expressions.extend([re.compile(pattern.strip())] if pattern.strip() else [])
        except (re.error, RecursionError, OverflowError):
            continue
    return [path for path in paths if any(each.search(step) for each in expressions for step in steps(path))]


def steps(path):
    """The path and the folders on the way to it, as mypy matches them: a folder ends with a slash."""
    parts = path.split("/")
    return ["/".join(parts[:count]) + "/" for count in range(1, len(parts))] + [path]


def pyright_settings(root):
    """``pyrightconfig.json`` goes before ``pyproject.toml``, as for pyright; None without any."""
    name = "pyrightconfig.json"
    text = load_text(os.path.join(root, name))
    if text is None:
        name = "pyproject.toml"
        table = small_toml(root).get("pyright")
        # Dates are no JSON.
        text = json.dumps(table, default=str) if isinstance(table, dict) else None
    if text is None:
        return None
    try:
        return {"source": name, "options": dictionary(json.loads(plain_json(text))), "broken": None}
    except (ValueError, RecursionError) as error:
        return {"source": name, "options": {}, "broken": str(error)[:200]}


STRING = r'("(?:[^"\\\n]|\\.)*")'


def plain_json(text):
    """JSON without the comments and trailing commas that pyright allows."""
    text = re.sub(STRING + r"|//[^\n]*|/\*.*?\*/", lambda found: found.group(1) or " ", text, flags=re.DOTALL)
    return re.sub(STRING + r"|,(?=\s*[]}])", lambda found: found.group(1) or "", text)


def small_toml(root):
    """The tables of tools; none if the file is larger than anyone writes."""
    file = os.path.join(root, "pyproject.toml")
    if load_text(file) is None:
        return {}
    return dictionary(dictionary(load_toml(file)).get("tool"))


def load_text(file):
    try:
        with open(file, "rb") as stream:
            data = stream.read(BIGGEST + 1)
        return None if len(data) > BIGGEST else data.decode("utf-8-sig")
    except (OSError, ValueError):
        return None
