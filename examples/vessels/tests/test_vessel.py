"""What a fleet promises."""

import tempfile
import unittest
from pathlib import Path

from app.repository import FleetRepository
from app.vessel import DuplicateVesselError, Fleet, UnknownVesselError, Vessel


class VesselTest(unittest.TestCase):
    def test_refuses_an_empty_name(self) -> None:
        with self.assertRaises(ValueError):
            Vessel(" ", 10)

    def test_refuses_a_negative_capacity(self) -> None:
        with self.assertRaises(ValueError):
            Vessel("Aurora", -1)


class FleetTest(unittest.TestCase):
    def setUp(self) -> None:
        self.fleet = Fleet()
        self.fleet.add(Vessel("Aurora", 1200))
        self.fleet.add(Vessel("Borealis", 800))

    def test_finds_a_vessel_by_its_name(self) -> None:
        self.assertEqual(self.fleet.find("Aurora").capacity, 1200)

    def test_adds_up_the_capacity(self) -> None:
        self.assertEqual(self.fleet.total_capacity(), 2000)

    def test_refuses_a_name_twice(self) -> None:
        with self.assertRaises(DuplicateVesselError):
            self.fleet.add(Vessel("Aurora", 5))

    def test_removes_a_vessel(self) -> None:
        self.assertEqual(self.fleet.remove("Aurora").name, "Aurora")
        with self.assertRaises(UnknownVesselError):
            self.fleet.find("Aurora")

    def test_survives_being_stored(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            repository = FleetRepository(Path(folder) / "fleet.json")
            repository.save(self.fleet)
            self.assertEqual(list(repository.load()), list(self.fleet))


if __name__ == "__main__":
    unittest.main()
