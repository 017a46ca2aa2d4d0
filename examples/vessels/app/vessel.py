"""Vessels and the fleet that they sail in."""

from collections.abc import Iterator
from dataclasses import dataclass


class FleetError(Exception):
    """Something that a fleet refuses to do."""


class DuplicateVesselError(FleetError):
    """A vessel of this name is in the fleet already."""


class UnknownVesselError(FleetError):
    """There is no vessel of this name in the fleet."""


@dataclass(frozen=True)
class Vessel:
    """A ship with a name of its own and room for cargo."""

    name: str
    capacity: int

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise ValueError("a vessel needs a name")
        if self.capacity < 0:
            raise ValueError(f"the capacity of {self.name} must not be negative")


class Fleet:
    """Vessels by their names; no name occurs twice."""

    def __init__(self) -> None:
        self._vessels: dict[str, Vessel] = {}

    def __len__(self) -> int:
        return len(self._vessels)

    def __iter__(self) -> Iterator[Vessel]:
        return iter(self._vessels.values())

    def add(self, vessel: Vessel) -> None:
        """Takes a vessel into the fleet."""
        if vessel.name in self._vessels:
            raise DuplicateVesselError(f"{vessel.name} is in the fleet already")
        self._vessels[vessel.name] = vessel

    def remove(self, name: str) -> Vessel:
        """Takes a vessel out of the fleet and returns it."""
        vessel = self.find(name)
        del self._vessels[name]
        return vessel

    def find(self, name: str) -> Vessel:
        """Returns the vessel of this name."""
        try:
            return self._vessels[name]
        except KeyError:
            raise UnknownVesselError(f"there is no {name} in the fleet") from None

    def total_capacity(self) -> int:
        """Returns how much cargo the whole fleet can carry."""
        return sum(vessel.capacity for vessel in self)
