"""The packages that a project declares, read from its files as data."""

import ast
import os
import re

from . import settings
from .distributions import normal
from .lint_settings import dictionary, strings, tomllib
from .other_names import OTHER_NAMES
from .settings import tree_of
from .world import join

NAME = re.compile(r"^\s*([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:$|[\[<>=!~;@#, (])")
QUOTED = re.compile(r"""["']([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:[\[<>=!~;@ ][^"']*)?["']""")
KEYS = re.compile(r"^\s*([A-Za-z0-9][A-Za-z0-9._-]*)\s*=", re.MULTILINE)
LOCKED = re.compile(r"""^name = ["']([A-Za-z0-9][A-Za-z0-9._-]*)["']""", re.MULTILINE)
INCLUDED = re.compile(r"\s*(?:-r|--requirement)[ =]?\s*([\w./-]+)\s*(?:#.*)?$")
EGG = re.compile(r"#egg=([\w.-]+)")
SETUP_KEYWORDS = {"install_requires", "extras_require", "tests_require", "setup_requires"}
ENVIRONMENT = re.compile(r"^environment[\w.-]*\.ya?ml$")
#: Builds of one package: tensorflow-cpu, psycopg2-binary.
BUILDS = {"cpu", "gpu", "binary", "headless", "nightly"}
LOCKS = ("poetry.lock", "uv.lock", "pdm.lock", "pylock.toml")
FILES = re.compile(
    r"(?:^|/)(?:[\w.-]*requirements[\w.-]*\.(?:txt|in)|requirements/[^/]+\.(?:txt|in)|pyproject\.toml"
    r"|setup\.cfg|setup\.py|Pipfile|environment[\w.-]*\.ya?ml|poetry\.lock|uv\.lock|pdm\.lock|pylock\.toml)$"
)


class Declared:
    """Declared packages by normalized name: (the name as written, the file that declares it)."""

    def __init__(self, world, folders=("",)):
        self.world = world
        self.packages = {}
        for folder in folders:
            self.read_folder(folder)

    def read_folder(self, base):
        for name in sorted(self.world.names(base)):
            if "requirements" in name and name.endswith((".txt", ".in")):
                self.read_requirements(join(base, name), set())
            elif ENVIRONMENT.match(name):
                self.read_environment(join(base, name))
        for name in sorted(self.world.names(join(base, "requirements"))):
            if name.endswith((".txt", ".in")):
                self.read_requirements(join(base, "requirements/" + name), set())
        self.read_pyproject(join(base, "pyproject.toml"))
        self.read_setup_cfg(join(base, "setup.cfg"))
        self.read_setup_py(join(base, "setup.py"))
        self.read_pipfile(join(base, "Pipfile"))
        for name in LOCKS:
            for package in LOCKED.findall(settings.text_of(self.world, join(base, name))):
                self.add(package, join(base, name))

    def of_module(self, parts, data=b""):
        """The declaration that provides a module; None if none does. ``data`` is the file that imports it."""
        inline = dict(inline_packages(data))
        for name in names_of(parts):
            if name in self.packages:
                return self.packages[name]
            if name in inline:
                return inline[name], "the script itself"
        top = normal(parts[0])
        for name, found in self.packages.items():
            if name.startswith(top + "-") and name[len(top) + 1 :] in BUILDS:
                return found
        return None

    def add(self, requirement, file):
        match = NAME.match(requirement)
        if match:
            self.packages.setdefault(normal(match.group(1)), (match.group(1), file))

    def read_requirements(self, path, seen):
        text = "" if path in seen else settings.text_of(self.world, path)
        seen.add(path)
        for line in text.lstrip("\ufeff").replace("\\\r\n", " ").replace("\\\n", " ").splitlines():
            included = INCLUDED.match(line)
            egg = EGG.search(line)
            if included:
                inner = os.path.normpath(join(path.rpartition("/")[0], included.group(1)))
                if not inner.startswith(("..", "/")):
                    self.read_requirements(inner.replace(os.sep, "/"), seen)
            elif egg:
                self.add(egg.group(1), path)
            else:
                self.add(line, path)

    def read_pyproject(self, path):
        if tomllib is None:
            # This Python cannot read it: whatever looks like a requirement counts.
            text = settings.text_of(self.world, path)
            for name in QUOTED.findall(text) + (KEYS.findall(text) if "poetry" in text else []):
                self.add(name, path)
            return
        table = settings.toml_of(self.world, path)
        for requirement in [*of_project(table), *of_tools(table)]:
            self.add(requirement, path)
        dynamic = dictionary(tool(table, "setuptools").get("dynamic"))
        files = dictionary(dynamic.get("dependencies")).get("file")
        for name in [files] if isinstance(files, str) else strings(files):
            self.read_requirements(join(path.rpartition("/")[0], name), set())

    def read_setup_cfg(self, path):
        parser = settings.ini_of(self.world, path)
        values = [value for key, value in items(parser, "options") if key.endswith("_requires")]
        values += [value for _, value in items(parser, "options.extras_require")]
        for line in (line for value in values for line in (value or "").splitlines()):
            self.add(line, path)

    def read_setup_py(self, path):
        tree = tree_of(settings.text_of(self.world, path))
        lists = {}
        for node in tree.body:
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                lists[node.targets[0].id] = node.value
        for node in ast.walk(tree):
            if isinstance(node, ast.keyword) and node.arg in SETUP_KEYWORDS:
                value = lists.get(node.value.id) if isinstance(node.value, ast.Name) else node.value
                for inner in ast.walk(value or node):
                    if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
                        self.add(inner.value, path)

    def read_pipfile(self, path):
        if tomllib is None:
            for name in KEYS.findall(settings.text_of(self.world, path)):
                self.add(name, path)
        table = settings.toml_of(self.world, path)
        for section in table:
            if section not in ("source", "requires", "scripts", "pipenv"):
                for name in dictionary(table[section]):
                    self.add(name, path)

    def read_environment(self, path):
        """The items of an environment.yml, those of its ``pip`` list too, but no channels."""
        section = ""
        for line in settings.text_of(self.world, path).splitlines():
            if re.match(r"[A-Za-z]", line):
                section = line.partition(":")[0].strip()
            item = re.match(r"\s*-\s+(?:[\w.-]+::)?[\"']?([^\"']+)", line)
            if item and section == "dependencies" and not item.group(1).rstrip().endswith(":"):
                self.add(item.group(1), path)


def names_of(parts):
    """The normalized names of packages that may bring a module, the likeliest first."""
    names = [normal("-".join(parts[: length + 1])) for length in range(len(parts))]
    top = names[0]
    for name in reversed(list(names)):
        names += OTHER_NAMES.get(name, ())
    return [*names, "python-" + top, "py" + top, top + "-python"]


def of_project(table):
    project = dictionary(table.get("project"))
    yield from strings(project.get("dependencies"))
    yield from strings(dictionary(table.get("build-system")).get("requires"))
    for grouped in (project.get("optional-dependencies"), table.get("dependency-groups")):
        for group in dictionary(grouped).values():
            yield from strings(group)


def of_tools(table):
    for group in dictionary(tool(table, "pdm").get("dev-dependencies")).values():
        yield from strings(group)
    yield from strings(tool(table, "uv").get("dev-dependencies"))
    poetry = tool(table, "poetry")
    for key in ("dependencies", "dev-dependencies"):
        yield from dictionary(poetry.get(key))
    for group in dictionary(poetry.get("group")).values():
        yield from dictionary(dictionary(group).get("dependencies"))
    hatch = tool(table, "hatch")
    for environment in dictionary(hatch.get("envs")).values():
        for key in ("dependencies", "extra-dependencies"):
            yield from strings(dictionary(environment).get(key))


def inline_packages(data):
    """What a script declares in its own ``# /// script`` block (PEP 723)."""
    block = re.search(rb"(?ms)^# /// script\r?$(.*?)^# ///\r?$", data)
    listed = block and re.search(rb"dependencies\s*=\s*\[(.*?)^#\s*\]", block.group(1) + b"\n#]", re.S | re.M)
    for name in QUOTED.findall(listed.group(1).decode("utf-8", "replace")) if listed else ():
        yield normal(name), name


def tool(table, name):
    return dictionary(dictionary(table.get("tool")).get(name))


def items(parser, section):
    return parser.items(section) if parser.has_section(section) else []
