"""Sets the limits of this process, gives up what rights it has, and becomes the command that it is given.

Started by IDS with a JSON object of limits, then the command. Nothing of the project runs before the limits stand.
"""

import json
import os
import resource
import sys


def lower(kind, value):
    """A limit, or less where less is set already."""
    hard = resource.getrlimit(kind)[1]
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(kind, (value, value))


def limit_processes(count):
    """Kernels before 5.14 count all processes of the user, which may be too many already: then no limit stands."""
    hard = resource.getrlimit(resource.RLIMIT_NPROC)[1]
    value = count if hard == resource.RLIM_INFINITY else min(count, hard)
    resource.setrlimit(resource.RLIMIT_NPROC, (value, hard))
    try:
        child = os.fork()
    except OSError:
        resource.setrlimit(resource.RLIMIT_NPROC, (hard, hard))
        return
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
    resource.setrlimit(resource.RLIMIT_NPROC, (value, value))


def prefer_for_the_kernel_to_end():
    """If memory runs out, the tests go first and not the worker."""
    try:
        with open("/proc/self/oom_score_adj", "w", encoding="ascii") as file:
            file.write("1000")
    except OSError:
        pass  # Not Linux, or not allowed: the other limits stand.


def main():
    settings = json.loads(sys.argv[1])
    command = sys.argv[2:]
    prefer_for_the_kernel_to_end()
    lower(resource.RLIMIT_CORE, 0)
    lower(resource.RLIMIT_DATA, settings["memoryBytes"])
    lower(resource.RLIMIT_FSIZE, settings["fileBytes"])
    user = settings.get("user")
    if user is not None:
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
    # After the user: the limit is one of the user, and root has none.
    if settings.get("processes") is not None:
        limit_processes(settings["processes"])
    try:
        os.execvp(command[0], command)
    except OSError as error:
        print("%s: %s" % (command[0], error.strerror), file=sys.stderr)
        sys.exit(127)


main()
