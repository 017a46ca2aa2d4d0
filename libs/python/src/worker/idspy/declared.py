"""The packages that a project declares, read from its files as data."""

import ast
import configparser
import re

from . import source
from .lint_settings import dictionary, strings, tomllib
from .world import join

NAME = re.compile(r"^\s*([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:$|[\[<>=!~;@#, (])")
QUOTED = re.compile(r"""["']([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:[\[<>=!~;@ ][^"']*)?["']""")
SETUP_KEYWORDS = {"install_requires", "extras_require", "tests_require"}
#: Packages that are imported under another name than they are installed by.
OTHER_NAMES = {
    "attr": "attrs",
    "bs4": "beautifulsoup4",
    "crypto": "pycryptodome",
    "cv2": "opencv-python",
    "dateutil": "python-dateutil",
    "docx": "python-docx",
    "dotenv": "python-dotenv",
    "fitz": "pymupdf",
    "git": "gitpython",
    "github": "pygithub",
    "jose": "python-jose",
    "jwt": "pyjwt",
    "magic": "python-magic",
    "multipart": "python-multipart",
    "mysqldb": "mysqlclient",
    "openssl": "pyopenssl",
    "pil": "pillow",
    "pkg-resources": "setuptools",
    "pptx": "python-pptx",
    "psycopg2": "psycopg2-binary",
    "rest-framework": "djangorestframework",
    "serial": "pyserial",
    "skimage": "scikit-image",
    "sklearn": "scikit-learn",
    "slugify": "python-slugify",
    "socks": "pysocks",
    "telegram": "python-telegram-bot",
    "usb": "pyusb",
    "win32api": "pywin32",
    "win32con": "pywin32",
    "yaml": "pyyaml",
    "zmq": "pyzmq",
}


def normal(name):
    return re.sub(r"[-_.]+", "-", name).lower()


class Declared:
    """Declared packages by normalized name: (the name as written, the file that declares it)."""

    def __init__(self, world):
        self.world = world
        self.packages = {}
        for name in sorted(world.names("")):
            if name.startswith("requirements") and name.endswith((".txt", ".in")):
                self.read_requirements(name, set())
        for name in sorted(world.names("requirements")):
            if name.endswith((".txt", ".in")):
                self.read_requirements("requirements/" + name, set())
        self.read_pyproject()
        self.read_setup_cfg()
        self.read_setup_py()
        self.read_pipfile()

    def of_module(self, parts):
        """The declaration that provides a module; None if none does."""
        top = normal(parts[0])
        names = [normal("-".join(parts[: length + 1])) for length in range(len(parts))]
        names += [OTHER_NAMES.get(top, top), "python-" + top, "py" + top, top + "-python"]
        return next((self.packages[name] for name in names if name in self.packages), None)

    def add(self, requirement, file):
        match = NAME.match(requirement)
        if match:
            self.packages.setdefault(normal(match.group(1)), (match.group(1), file))

    def text(self, path):
        file = self.world.file(path)
        if file is None:
            return None
        try:
            return source.read(file, 1024 * 1024).decode("utf-8", "replace")
        except (OSError, source.TooLarge):
            return None

    def read_requirements(self, path, seen):
        text = None if path in seen else self.text(path)
        seen.add(path)
        for line in (text or "").replace("\\\n", " ").splitlines():
            included = re.match(r"\s*(?:-r|--requirement|-c)[ =]?\s*([\w./-]+)\s*$", line)
            egg = re.search(r"#egg=([\w.-]+)", line)
            if included and ".." not in included.group(1):
                self.read_requirements(join(path.rpartition("/")[0], included.group(1)), seen)
            elif egg:
                self.add(egg.group(1), path)
            else:
                self.add(line, path)

    def toml(self, path):
        text = self.text(path)
        if text is None:
            return {}
        if tomllib is None:
            # This Python cannot read it: whatever looks like a requirement counts, so nothing declared is blamed.
            for name in QUOTED.findall(text):
                self.add(name, path)
            return {}
        try:
            return tomllib.loads(text)
        except (ValueError, RecursionError):
            return {}

    def read_pyproject(self):
        path = "pyproject.toml"
        table = self.toml(path)
        project = dictionary(table.get("project"))
        groups = [strings(project.get("dependencies"))]
        for grouped in (
            project.get("optional-dependencies"),
            table.get("dependency-groups"),
            tool(table, "pdm").get("dev-dependencies"),
        ):
            groups += [strings(group) for group in dictionary(grouped).values()]
        groups.append(strings(tool(table, "uv").get("dev-dependencies")))
        poetry = tool(table, "poetry")
        groups += [list(dictionary(poetry.get(key))) for key in ("dependencies", "dev-dependencies")]
        for group in dictionary(poetry.get("group")).values():
            groups.append(list(dictionary(dictionary(group).get("dependencies"))))
        for requirement in (item for group in groups for item in group):
            self.add(requirement, path)

    def read_setup_cfg(self):
        text = self.text("setup.cfg")
        parser = configparser.RawConfigParser(strict=False)
        try:
            parser.read_string(text or "")
        except configparser.Error:
            return
        values = [value for key, value in items(parser, "options") if key.endswith("_requires")]
        values += [value for _, value in items(parser, "options.extras_require")]
        for line in (line for value in values for line in (value or "").splitlines()):
            self.add(line, "setup.cfg")

    def read_setup_py(self):
        text = self.text("setup.py")
        try:
            tree = ast.parse(text or "")
        except (SyntaxError, ValueError, RecursionError):
            return
        for node in ast.walk(tree):
            if isinstance(node, ast.keyword) and node.arg in SETUP_KEYWORDS:
                for inner in ast.walk(node.value):
                    if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
                        self.add(inner.value, "setup.py")

    def read_pipfile(self):
        table = self.toml("Pipfile")
        for section in ("packages", "dev-packages"):
            for name in dictionary(table.get(section)):
                self.add(name, "Pipfile")


def tool(table, name):
    return dictionary(dictionary(table.get("tool")).get(name))


def items(parser, section):
    return parser.items(section) if parser.has_section(section) else []
