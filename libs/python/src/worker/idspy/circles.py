"""New circles of imports that break while modules are loaded."""

import time

from . import loading, source, spots
from .simulation import Places, Simulation

#: Modules that are looked at to find a circle, and those that are loaded first in turn.
MOST_MODULES = 1_500
MOST_ENTRIES = 60
MOST_OUTSIDE = 40
#: Of processor time for one round: what is not looked at by then is not blamed.
MOST_SECONDS = 8


def new_circles(before, after, changed):
    """Findings for circles through changed files that break, and did not before."""
    places = Places(after)
    starts = [path for path in changed if steps(after, path) != steps(before, path)]
    names = [after.roots.name_of(path) for path in starts]
    names = [name for name in names if name and places.module(name)]
    graph = reachable(places, names)
    members = sorted(on_circles(graph, names))[:MOST_ENTRIES]
    if not members:
        return []
    broken = breaks(places, members)
    if not broken:
        return []
    known = {finding_key(each) for each in breaks(Places(before), members).values()}
    fresh = {entry: each for entry, each in broken.items() if finding_key(each) not in known}
    return findings(after, places, members, fresh, changed)


def steps(resolver, path):
    file = resolver.world.file(path)
    found = loading.steps_of(file, resolver.at, resolver.skip) if file else []
    return [step.shape() for step in found]


def targets(places, dotted):
    """The project's modules that loading one may load, straight from its own statements."""
    module = places.module(dotted)
    parent = dotted.rpartition(".")[0]
    if parent:
        yield parent
    file = module.path and places.resolver.world.file(module.path)
    for step in loading.steps_of(file, places.resolver.at, places.resolver.skip) if file else ():
        if step.kind == "import":
            yield from (alias.name for alias in step.node.names)
        elif step.kind == "from":
            base = places.absolute(dotted, bool(module.folders), step.node.level, step.node.module)
            if base:
                yield base
                yield from (base + "." + alias.name for alias in step.node.names if alias.name != "*")


def reachable(places, starts):
    graph, waiting = {}, list(starts)
    while waiting and len(graph) < MOST_MODULES:
        dotted = waiting.pop()
        if dotted in graph:
            continue
        graph[dotted] = {name for name in targets(places, dotted) if places.module(name)} - {dotted}
        waiting.extend(graph[dotted])
    return graph


def on_circles(graph, starts):
    """The modules that are reached from a start and reach it."""
    users = {}
    for name, used in graph.items():
        for target in used:
            users.setdefault(target, set()).add(name)
    found = set()
    for start in starts:
        ahead, behind = spread(graph, start), spread(users, start)
        if start in ahead:
            found |= ahead & behind
    return found


def spread(graph, start):
    seen, waiting = set(), list(graph.get(start, ()))
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting.extend(graph.get(name, ()))
    return seen


def breaks(places, entries):
    """The break of each entry that ends in one whether imports under conditions run or not."""
    found = {}
    started = time.process_time()
    for entry in entries:
        if time.process_time() - started > MOST_SECONDS:
            break
        failure = Simulation(places, True).failure(entry)
        again = failure and Simulation(places, False).failure(entry)
        if again and finding_key(failure) == finding_key(again):
            found[entry] = failure
    return found


def finding_key(broken):
    return broken.path, broken.target, broken.name


def findings(after, places, members, fresh, changed):
    """One finding for each circle: an error before a warning, in a changed file before another."""
    by_key = {}
    for entry, broken in fresh.items():
        by_key.setdefault(finding_key(broken), (broken, set()))[1].add(entry)
    outside = list(users_of(after, places, set(members))) if fresh else []
    entered = {finding_key(each) for each in breaks(places, outside).values()}
    told = {}
    for key, (broken, entries) in by_key.items():
        # Where the project enters the circle only at a place that works, it works.
        certain = key in entered or (not outside and len(fresh) == len(members_of(members, places)))
        rank = (not certain, broken.path not in changed, broken.path)
        circle = frozenset(broken.chain)
        if circle not in told or rank < told[circle][0]:
            told[circle] = rank, broken, min(entries)
    for (warns, _, _), broken, entry in told.values():
        yield finding(after, broken, "warning" if warns else "error", entry)


def members_of(members, places):
    """Packages come first whatever is imported of them: they are no entries of their own."""
    return [name for name in members if places.module(name).path]


def users_of(after, places, members):
    """Other modules of the project that import a member of a circle."""
    words = {name.rpartition(".")[2].encode() for name in members}
    count = 0
    for path in after.hints.files():
        name = after.roots.name_of(path)
        if name in members or not name or not any(word in after.hints.bytes_of(path) for word in words):
            continue
        if places.module(name) and any(target in members for target in targets(places, name)):
            yield name
            count += 1
            if count == MOST_OUTSIDE:
                return


def finding(after, broken, severity, entry):
    lines = source.text_lines(source.read(after.world.file(broken.path)))
    chain = " -> ".join(broken.chain)
    if broken.alias is not None:
        line, column = spots.of_name(lines, broken.node, broken.alias)
        plain = "cannot import name '%s' from '%s', which is still being loaded"
        plain %= broken.name, broken.target
    else:
        line = broken.node.end_lineno
        column = source.column(lines, line, broken.node.end_col_offset) - len(broken.node.attr)
        plain = "'%s' has no attribute '%s' yet, since it is still being loaded"
        plain %= broken.target, broken.name
    message = "%s: circular import %s" % (plain, chain)
    if severity == "warning":
        message += " (only when '%s' is imported first)" % entry
    return {
        "path": broken.path,
        "line": line,
        "column": column,
        "code": "import-cycle",
        "severity": severity,
        "message": message,
        "plain": plain,
    }
