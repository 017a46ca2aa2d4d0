"""Command line: list the fleet, add a vessel, remove one."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from app.repository import FleetRepository
from app.vessel import Fleet, FleetError, Vessel


def parse_arguments(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Returns what was asked for on the command line."""
    parser = argparse.ArgumentParser(prog="vessels", description=__doc__)
    parser.add_argument("--file", type=Path, default=Path("fleet.json"))
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("list")
    add = commands.add_parser("add")
    add.add_argument("name")
    add.add_argument("capacity", type=int)
    remove = commands.add_parser("remove")
    remove.add_argument("name")
    return parser.parse_args(arguments)


def report(fleet: Fleet) -> str:
    """Returns the fleet as lines of text."""
    lines = [f"{vessel.name}: {vessel.capacity}" for vessel in fleet]
    return "\n".join([*lines, f"total: {fleet.total_capacity()}"])


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and returns the exit code."""
    options = parse_arguments(arguments)
    repository = FleetRepository(options.file)
    try:
        fleet = repository.load()
        if options.command == "add":
            fleet.add(Vessel(options.name, options.capacity))
            repository.save(fleet)
        elif options.command == "remove":
            fleet.remove(options.name)
            repository.save(fleet)
    except (FleetError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    print(report(fleet))
    return 0


if __name__ == "__main__":
    sys.exit(main())
