"""Longgang's units, and its approximate areas."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from district.kernel.history.public import Actor
from district.kernel.organisation.public import load_units, parse_units
from district.kernel.places.geojson import parse_areas
from district.kernel.places.services import load_areas

LOADER = Actor.system("tests")
LONGGANG = Path(__file__).resolve().parents[5] / "districts" / "longgang"


@pytest.fixture
def longgang_units(db: None, remember: Callable[..., None]) -> None:
    remember(_units)


def _units() -> None:
    text = (LONGGANG / "units.csv").read_text(encoding="utf-8")
    load_units(parse_units(text), actor=LOADER)


@pytest.fixture
def longgang(longgang_units: None, remember: Callable[..., None]) -> None:
    remember(_areas)


def _areas() -> None:
    for name in ("district", "streets", "communities"):
        data = (LONGGANG / "areas" / f"{name}.geojson").read_bytes()
        load_areas(parse_areas(data), actor=LOADER)
