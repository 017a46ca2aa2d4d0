"""What is said of an import that cannot work, and what may have been meant instead."""

import difflib
import re

from . import source, stdlib
from .declared import Declared, names_of
from .distributions import normal
from .roots import MARKS
from .world import join

DECLARE = "declare the package that provides it (requirements.txt or pyproject.toml)"
#: Files of the project that are looked through for a name that moved.
MOST_FILES = 4_000
BIGGEST = 512 * 1024


class Hints:
    def __init__(self, resolver):
        self.resolver = resolver
        self.world = resolver.world
        #: Off where nobody reads the messages, since to suggest something costs a look at the whole project.
        self.wanted = True
        self._declared = {}
        self._files = None
        self._moved = {}

    def problem(self, code, plain, hint="", severity="error"):
        """``plain`` is what makes two findings the same one, whatever is suggested."""
        return {"code": code, "severity": severity, "message": plain + hint, "plain": plain}

    def missing_module(self, missing, dotted, level, path, data):
        name = missing.name
        plain = "No module named '%s'" % name
        if level:
            if missing.parent is None:
                top = level == 1 or path.rpartition("/")[0] in self.resolver.roots.exact
                how = "with no known parent package" if top else "beyond the top-level package"
                beyond = "attempted relative import %s: %s" % (how, name)
                return self.problem("unresolved-import", beyond)
            return self.problem("unresolved-import", plain, self.near_module(missing, dotted, path))
        own = missing.parent is not None and missing.parent.path is not None
        parts = dotted.split(".")
        declared = None if own else self.declared(path).of_module(parts, data)
        other = None if own else self.imported_as(declared, parts)
        if other:
            package, modules = other
            known = "; the installed package '%s' is imported as '%s'" % (package, modules)
            return self.problem("unresolved-import", plain, known)
        if declared is not None:
            package, file = declared
            message = "'%s' is declared in %s but not installed; install it with: %s"
            plain = message % (package, file, install_command(package, file))
            return self.problem("not-installed", plain, severity="warning")
        hint = self.near_module(missing, dotted, path)
        if missing.parent is None:
            stubs = "; only its type stubs are installed" if self.resolver.env.stubs_of(name) else ""
            more = " Or " if hint else "; it is neither installed nor declared: "
            hint += stubs + more + DECLARE + (" if there is one" if not hint else "")
        return self.problem("unresolved-import", plain, hint)

    def imported_as(self, declared, parts):
        """The installed package that a wrong module name seems to mean, and the module that it brings."""
        installed = self.resolver.env.distributions
        names = [normal(declared[0])] if declared else names_of(parts)
        for name in names:
            package, modules = installed.get(name, (None, ()))
            if package and modules and parts[0] not in modules:
                public = [module for module in sorted(modules) if not module.startswith("_")]
                return (package, public[0]) if public else None
        return None

    def declared(self, path):
        """What the project declares, and the projects inside of it that the file belongs to."""
        folders, folder = [""], path.rpartition("/")[0]
        while folder:
            if any(self.world.file(join(folder, mark)) for mark in (*MARKS, "requirements.txt")):
                folders.append(folder)
            folder = folder.rpartition("/")[0]
        key = tuple(folders)
        if key not in self._declared:
            self._declared[key] = Declared(self.world, key)
        return self._declared[key]

    def near_module(self, missing, dotted, path):
        parent = missing.parent
        prefix, _, last = missing.name.rpartition(".")
        if not self.wanted:
            return ""
        if parent is not None and parent.path and not parent.folders:
            return "; '%s' is not a package" % parent.name
        env, roots = self.resolver.env, self.resolver.roots
        if parent is None:
            known = stdlib.NAMES | env.installed_names() | roots.module_names(path)
        else:
            known = module_names(self.world, parent.folders)
        near = self.near(last, known, 0.8 if parent is None else 0.7)
        if not near:
            moved = self.module_elsewhere(dotted.rpartition(".")[2] or last)
            return did_you_mean(moved) if moved else ""
        return did_you_mean(prefix + "." + near if prefix.strip(".") else near)

    def missing_name(self, name, module, dotted, level, path):
        shown = "." * level + dotted
        plain = "cannot import name '%s' from '%s'" % (name, shown)
        return self.problem("missing-name", plain, self.why(name, module, path) if self.wanted else "")

    def missing_attribute(self, name, module, path):
        plain = "module '%s' has no attribute '%s'" % (module.name, name)
        return self.problem("missing-attribute", plain, self.why(name, module, path))

    def unbound_public(self, name, dotted, level):
        shown = "." * level + dotted
        return self.problem("missing-name", "'%s' has no '%s', which its __all__ lists" % (shown, name))

    def why(self, name, module, path):
        bindings = self.resolver.finder.bindings_of(module)
        top = module.name.partition(".")[0]
        own = module.path and not module.path.startswith("/")
        if own and "." not in module.name.strip(".") and stdlib.can_be_hidden(top):
            return "; %s hides the standard module '%s'" % (module.path, top)
        if bindings is not None and name in bindings.checking:
            return "; it is bound there for type checkers only"
        if bindings is not None and name in bindings.deleted:
            return "; it is deleted there"
        elsewhere = self.name_elsewhere(name, module, path)
        if elsewhere:
            return did_you_mean("from %s import %s" % (elsewhere, name))
        near = self.near(name, self.known_in(module, bindings))
        return did_you_mean(near) if near else ""

    def known_in(self, module, bindings):
        known = module_names(self.world, module.folders)
        names = self.resolver.finder.known_names(module)
        for more in (names, bindings and bindings.names):
            known |= set(more or ())
        if bindings is not None and bindings.stars and module.path:
            known |= self.resolver.names_of(module.path)
        return known

    def near(self, name, known, cutoff=0.7):
        others = sorted(set(known) - {name})
        found = difflib.get_close_matches(name, others, n=1, cutoff=cutoff)
        longer = [other for other in others if other.startswith(name + "_") or other.endswith("_" + name)]
        return found[0] if found else longer[0] if len(longer) == 1 else None

    def files(self):
        if self._files is None:
            self._files = list(self.world.python_files(MOST_FILES))
        return self._files

    def module_elsewhere(self, name):
        """The dotted name of the only other module of the project that ends like this."""
        ends = ("/" + name + ".py", "/" + name + "/__init__.py")
        found = [path for path in self.files() if ("/" + path).endswith(ends)]
        return self.resolver.roots.name_of(found[0]) if len(found) == 1 else None

    def name_elsewhere(self, name, module, path):
        """The module of the project that defines a name at its top; None if none does, or more than one."""
        if name not in self._moved:
            word = re.escape(name.encode())
            pattern = rb"^(?:(?:async[ \t]+)?def|class)[ \t]+%s\b|^%s[ \t]*[:=]" % (word, word)
            defined = re.compile(pattern, re.M)
            self._moved[name] = [each for each in self.files() if defined.search(self.bytes_of(each))]
        found = [each for each in self._moved[name] if each not in (path, module.path)]
        return self.resolver.roots.name_of(found[0]) if len(found) == 1 else None

    def bytes_of(self, path):
        file = self.world.file(path)
        try:
            return source.read(file, BIGGEST) if file else b""
        except (OSError, source.TooLarge):
            return b""


def install_command(package, file):
    if file.rpartition("/")[2].startswith("environment"):
        return "conda env update --file %s" % file
    return "python3 -m pip install %s" % package


def module_names(world, folders):
    listed = (name for folder in folders for name in world.names(folder))
    names = {name[:-3] if name.endswith(".py") else name for name in listed}
    return {name for name in names if name.isidentifier() and not name.startswith("__")}


def did_you_mean(what):
    return "; did you mean '%s'?" % what
