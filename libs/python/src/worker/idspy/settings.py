"""The settings of a project that say where its modules lie, read from its files as data."""

import ast
import configparser
import os
import re

from . import source
from .lint_settings import dictionary, strings, tomllib

QUOTED = re.compile(r"""["']([^"'\n]{1,200})["']""")


def text_of(world, path):
    file = world.file(path)
    if file is None:
        return ""
    try:
        return source.read(file, 1024 * 1024).decode("utf-8", "replace")
    except (OSError, source.TooLarge):
        return ""


def toml_of(world, path):
    """The table of a file; empty if there is none, it is broken, or this Python has no parser for it."""
    try:
        return tomllib.loads(text_of(world, path)) if tomllib else {}
    except (ValueError, RecursionError):
        return {}


def ini_of(world, path):
    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read_string(text_of(world, path))
    except configparser.Error:
        return configparser.RawConfigParser()
    return parser


def option(parser, section, name):
    return parser.get(section, name, fallback="") or ""


def tree_of(text):
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ast.Module([], [])


def folders_of(world, base):
    """The folders that the settings in a folder put modules in, relative to it."""
    yield from of_pyproject(world, base)
    setup = ini_of(world, at(base, "setup.cfg"))
    yield option(setup, "options.packages.find", "where").strip()
    for line in option(setup, "options", "package_dir").splitlines():
        name, equals, folder = line.partition("=")
        if equals:
            yield without_package(folder.strip(), name.strip())
    for name, section in (("setup.cfg", "tool:pytest"), ("pytest.ini", "pytest"), ("tox.ini", "pytest")):
        yield from option(ini_of(world, at(base, name)), section, "pythonpath").split()
    for name in ("setup.cfg", "mypy.ini", ".mypy.ini"):
        yield from re.split(r"[,:\s]+", option(ini_of(world, at(base, name)), "mypy", "mypy_path"))
    yield from of_setup_py(text_of(world, at(base, "setup.py")))


def of_pyproject(world, base):
    path = at(base, "pyproject.toml")
    if tomllib is None:
        # Without a parser every folder that is named anywhere counts: nothing that it holds is blamed.
        for name in QUOTED.findall(text_of(world, path)):
            yield from matching(world, base, name) if name != "." else ()
        return
    tools = dictionary(toml_of(world, path).get("tool"))
    setuptools = dictionary(tools.get("setuptools"))
    for name, folder in dictionary(setuptools.get("package-dir")).items():
        if isinstance(folder, str):
            yield without_package(folder, name)
    packages = setuptools.get("packages")
    yield from strings(dictionary(dictionary(packages).get("find")).get("where"))
    poetry = dictionary(tools.get("poetry")).get("packages")
    for package in poetry if isinstance(poetry, list) else []:
        yield text(dictionary(package).get("from"))
    yield from of_builders(tools)
    yield from listed(dictionary(dictionary(tools.get("pytest")).get("ini_options")).get("pythonpath"))
    yield from listed(dictionary(tools.get("mypy")).get("mypy_path"))
    pyright = dictionary(tools.get("pyright"))
    yield from strings(pyright.get("extraPaths"))
    for member in strings(dictionary(dictionary(tools.get("uv")).get("workspace")).get("members")):
        yield from matching(world, base, member)


def of_builders(tools):
    hatch = dictionary(dictionary(tools.get("hatch")).get("build"))
    for target in [hatch, *dictionary(hatch.get("targets")).values()]:
        yield from (os.path.dirname(package) for package in strings(dictionary(target).get("packages")))
        sources = dictionary(target).get("sources")
        yield from strings(sources) or [str(name) for name in dictionary(sources)]
    yield text(dictionary(dictionary(tools.get("pdm")).get("build")).get("package-dir"))
    yield text(dictionary(tools.get("maturin")).get("python-source"))
    backend = dictionary(dictionary(tools.get("uv")).get("build-backend"))
    yield text(backend.get("module-root"))


def of_setup_py(source_text):
    """``package_dir`` and the first argument of ``find_packages``, where they are literal."""
    for node in ast.walk(tree_of(source_text)):
        if isinstance(node, ast.keyword) and node.arg == "package_dir" and isinstance(node.value, ast.Dict):
            for name, folder in zip(node.value.keys, node.value.values):
                if isinstance(name, ast.Constant) and isinstance(folder, ast.Constant):
                    yield without_package(str(folder.value), str(name.value))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "").startswith("find_"):
            where = node.args[:1] + [keyword.value for keyword in node.keywords if keyword.arg == "where"]
            yield from (str(value.value) for value in where if isinstance(value, ast.Constant))


def without_package(folder, name):
    """The folder that holds a package, of the folder that is the package."""
    for part in reversed(name.split(".") if name else []):
        if folder.rstrip("/").rpartition("/")[2] != part:
            return ""
        folder = folder.rstrip("/").rpartition("/")[0]
    return folder


def matching(world, base, pattern):
    """The folders that a pattern of a workspace's members names; only its last part may hold a star."""
    folder, _, last = pattern.rstrip("/").rpartition("/")
    if "*" not in pattern:
        return [pattern]
    if last not in ("*", "**") or "*" in folder:
        return []
    return [folder + "/" + name if folder else name for name in sorted(world.names(at(base, folder)))]


def at(base, name):
    return base + "/" + name if base and name else base or name


def text(value):
    return value if isinstance(value, str) else ""


def listed(value):
    return re.split(r"[,:\s]+", value) if isinstance(value, str) else strings(value)
