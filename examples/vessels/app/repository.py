"""Reads a fleet from a JSON file and writes it back."""

import json
from dataclasses import asdict
from pathlib import Path

from app.vessel import Fleet, Vessel


class FleetRepository:
    """A fleet in one JSON file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def load(self) -> Fleet:
        """Returns the stored fleet; an empty one if there is no file yet."""
        fleet = Fleet()
        if self.path.exists():
            for entry in json.loads(self.path.read_text(encoding="utf-8")):
                fleet.add(Vessel(name=entry["name"], capacity=entry["capacity"]))
        return fleet

    def save(self, fleet: Fleet) -> None:
        """Stores the fleet in place of the one before."""
        text = json.dumps([asdict(vessel) for vessel in fleet], indent=2)
        self.path.write_text(text + "\n", encoding="utf-8")
