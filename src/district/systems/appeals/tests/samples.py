"""Longgang's own data as the pure parts of appeals take it."""

from __future__ import annotations

import csv
from pathlib import Path

from district.systems.appeals.rules.matters import Catalogue, parse_matters
from district.systems.appeals.suggesting.gazetteer import ExtraPlace, Gazetteer, PlaceUnit

LONGGANG = Path(__file__).resolve().parents[5] / "districts" / "longgang"
CALENDARS = {key: key for key in ("24x7", "working_hours", "working_days")}


def rows_of(name: str) -> list[dict[str, str]]:
    with (LONGGANG / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def departments() -> set[str]:
    return {row["code"] for row in rows_of("departments.csv")}


def catalogue() -> Catalogue:
    text = (LONGGANG / "matters.csv").read_text(encoding="utf-8")
    return parse_matters(text, units=departments(), calendars=CALENDARS)


def units() -> list[PlaceUnit]:
    return [
        PlaceUnit(row["code"], row["name"], row["short_name"], row["level"], row["parent_code"])
        for row in rows_of("units.csv")
    ]


def gazetteer(*extra: ExtraPlace) -> Gazetteer:
    return Gazetteer.of(units(), extra)
