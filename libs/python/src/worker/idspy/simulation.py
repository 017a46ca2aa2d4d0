"""Loading modules of a project in the head: what meets a module that is not loaded yet."""

from . import loading
from .modules import Missing

MOST_STEPS = 300_000


class Break(Exception):
    """A step that fails because the module it needs is being loaded at the time."""

    def __init__(self, path, node, alias, target, name, chain):
        super().__init__(name)
        self.path = path
        self.node = node
        #: The name of a ``from`` import; None for an attribute that is read.
        self.alias = alias
        self.target = target
        self.name = name
        self.chain = chain


class Unknown(Exception):
    """What happens next cannot be told."""


class State:
    def __init__(self, path, folders):
        self.path = path
        self.folders = folders
        self.bound = set()
        self.aliases = {}
        self.done = False
        self.later = set()
        self.dynamic = False


class Places:
    """Where the dotted names of a project's modules lie, for one world."""

    def __init__(self, resolver):
        self.resolver = resolver
        self._known = {}

    def module(self, dotted):
        """The only module of the project that a name may mean; None for any other."""
        if dotted not in self._known:
            self._known[dotted] = self.find(dotted)
        return self._known[dotted]

    def find(self, dotted):
        top, *rest = dotted.split(".")
        resolver = self.resolver
        found = resolver.visible(top, "-") if top not in resolver.env.hooked else []
        own = [module for module in found if not (module.path or "/").startswith("/") or module.folders]
        if len(own) != 1 or len(found) != 1:
            return None
        try:
            module = resolver.finder.walk(own[0], rest)
        except Missing:
            return None
        inside = module and all(not folder.startswith("/") for folder in module.folders)
        return module if inside and not module.native and not (module.path or "").startswith("/") else None

    def has_submodule(self, dotted, name):
        """Whether a package has a submodule, an extension module too, or may have it."""
        package = self.module(dotted)
        try:
            if package is not None:
                self.resolver.finder.walk(package, [name])
            return True
        except Missing:
            return False

    def absolute(self, dotted, package, level, module):
        """The absolute name that a relative one means inside of a module; None if it means nothing."""
        if not level:
            return module
        parts = dotted.split(".") if package else dotted.split(".")[:-1]
        if level - 1 >= len(parts):
            return None
        base = parts[: len(parts) - (level - 1)]
        return ".".join([*base, module] if module else base)


class Simulation:
    def __init__(self, places, follow):
        self.places = places
        self.resolver = places.resolver
        #: Whether imports under a condition are taken to run.
        self.follow = follow
        self.states = {}
        self.stack = []
        self.steps = 0

    def failure(self, entry):
        """The break that loading a module first ends in; None if there is none, or nobody knows."""
        try:
            self.load(entry)
        except Break as broken:
            return broken
        except (Unknown, RecursionError):
            pass
        return None

    def load(self, dotted):
        if dotted in self.states:
            return self.states[dotted]
        module = self.places.module(dotted)
        if module is None:
            return None
        parent, _, last = dotted.rpartition(".")
        if parent:
            self.load(parent)
            if dotted in self.states:
                return self.states[dotted]
        state = self.states[dotted] = State(module.path, module.folders)
        if module.path:
            self.stack.append(dotted)
            self.run(dotted, state)
            self.stack.pop()
        state.done = True
        if parent in self.states:
            self.states[parent].bound.add(last)
        return state

    def run(self, dotted, state):
        found = self.resolver.finder.bindings_of(self.places.module(dotted))
        state.dynamic = found is None or found.dynamic
        state.later = set(found.names) if found else set()
        file = self.resolver.world.file(state.path)
        for step in loading.steps_of(file, self.resolver.at, self.resolver.skip):
            self.steps += 1
            if self.steps > MOST_STEPS:
                raise Unknown()
            if step.kind in ("import", "from") and not step.certain and not self.follow:
                state.bound |= imported_names(step.node)
                continue
            try:
                getattr(self, "do_" + step.kind)(step, dotted, state)
            except Break:
                if step.guarded or not step.certain:
                    raise Unknown() from None
                raise

    def do_bind(self, step, _dotted, state):
        state.bound.add(step.name)
        state.aliases.pop(step.name, None)

    def do_delete(self, step, _dotted, state):
        state.bound.discard(step.name)

    def do_import(self, step, _dotted, state):
        for alias in step.node.names:
            self.load(alias.name)
            name = alias.asname or alias.name.partition(".")[0]
            state.bound.add(name)
            state.aliases[name] = alias.name if alias.asname else name

    def do_from(self, step, dotted, state):
        node = step.node
        base = self.places.absolute(dotted, bool(state.folders), node.level, node.module)
        source = self.load(base) if base else None
        for alias in node.names:
            if alias.name == "*":
                state.bound |= source.bound if source else set()
                state.dynamic = state.dynamic or source is None or not source.done
                continue
            if source is not None:
                self.take(step, alias, base, source, state)
            name = alias.asname or alias.name
            state.bound.add(name)
            state.aliases.pop(name, None)
            if base and base + "." + alias.name in self.states:
                state.aliases[name] = base + "." + alias.name

    def take(self, step, alias, base, source, state):
        name = alias.name
        if name in source.bound or source.dynamic:
            return
        if source.folders and self.places.has_submodule(base, name):
            self.load(base + "." + name)
            return
        if not source.done and name in source.later:
            raise Break(state.path, step.node, alias, base, name, self.chain(base))

    def do_use(self, step, _dotted, state):
        dotted = state.aliases.get(step.name)
        for part in step.parts if dotted else ():
            source = self.states.get(dotted)
            if source is None or source.dynamic:
                return
            inner = dotted + "." + part
            if part not in source.bound:
                loading_now = inner in self.states and not self.states[inner].done
                if loading_now or (not source.done and part in source.later):
                    needed = inner if loading_now else dotted
                    raise Break(state.path, step.node, None, dotted, part, self.chain(needed))
                return
            dotted = inner

    def chain(self, target):
        start = self.stack.index(target) if target in self.stack else 0
        return [*self.stack[start:], target]


def imported_names(node):
    return {alias.asname or alias.name.partition(".")[0] for alias in node.names}
