"""The import layer: what a change breaks among the imports of its files and of the project's others."""

from .attributes import missing_attributes
from .circles import new_circles
from .elsewhere import Change
from .environment import Environment
from .resolver import Resolver
from .shadows import new_shadows
from .world import World

FIELDS = ("path", "line", "column", "code", "severity", "message")


def check_imports(args, at):
    skip = set(args["skip"])
    env = Environment(args["root"], args.get("sitePackages") or ())
    staged = args.get("staged")
    if staged is None:
        placed = {item["path"]: item["file"] for item in args["files"]}
        now = Resolver(World(args["root"], placed), env, at, skip)
        findings = [finding for path in placed for finding in now.check(path)]
        return {"findings": shown(findings), "existing": 0}
    before = Resolver(World(args["root"]), env, at, skip)
    before.hints.wanted = False
    after = Resolver(World(args["root"], staged["added"], staged["removed"]), env, at, skip)
    paths = [item["path"] for item in args["files"]]
    return judge(before, after, staged, args.get("renamed") or {}, paths)


def judge(before, after, staged, renamed, paths):
    change = Change(before, after, staged)
    users = list(change.users())
    own = set(paths)
    findings, existing = [], 0
    for path in [*paths, *(path for path, _ in users if path not in own)]:
        found = after.check(path)
        fresh = without_known(found, before.check(renamed.get(path, path)) if found else [])
        findings += fresh
        existing += len(found) - len(fresh)
    findings += missing_attributes(after, change.lost, {*own, *(path for path, _ in users)})
    findings += new_circles(before, after, change.added)
    findings += worth_saying(new_shadows(before, after, change.added, users), findings)
    return {"findings": shown(findings), "existing": existing}


def worth_saying(shadows, findings):
    """A hidden standard module whose names are missed is an error already."""
    failing = {finding["path"] for finding in findings if finding["code"] == "missing-name"}
    return [shadow for shadow in shadows if not failing & set(shadow["importers"])]


def shown(findings):
    return [{field: finding[field] for field in FIELDS} for finding in findings]


def without_known(found, known):
    """Those that were not there before, by code and what they say: a line that moved is no new finding."""
    left = [(finding["code"], finding["plain"]) for finding in known]
    fresh = []
    for finding in found:
        key = (finding["code"], finding["plain"])
        if key in left:
            left.remove(key)
        else:
            fresh.append(finding)
    return fresh
