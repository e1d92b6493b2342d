"""The guideline of docs/spaces-set.md, applied to what is true of every unit.

It reads the truth (`truth.csv`, `park_truth.csv`, `demand_truth.csv`), which no ranking sees, and
the bounds that the demands state. `labels.csv` holds what it said when the set was made.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

HERE = Path(__file__).parent
#: No unit of a lower floor than this needs a lift.
_GROUND = 1
#: What is fitted and permitted for these is kept for firms of these industries.
_KEPT_FOR = {"plating": "plating", "food": "food", "cold": "food"}


def rows(name: str) -> list[dict[str, str]]:
    """A table of the set."""
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@dataclass(frozen=True)
class Judged:
    """What the officer knows: the demand with its words, the unit as it is, its park."""

    demand: dict[str, str]
    words: dict[str, str]
    unit: dict[str, str]
    park: dict[str, str]
    floor: int
    industries: frozenset[str]

    def number(self, of: str, key: str) -> Decimal | None:
        """A number of the demand (`of` is "demand") or of the unit; None where none is stated."""
        text = (self.demand if of == "demand" else self.unit)[key]
        return Decimal(text) if text else None


def grade(one: Judged) -> int:
    """0, 1 or 2."""
    if _refused(one):
        return 0
    return 1 if _reserved(one) else 2


def _refused(one: Judged) -> bool:
    words, unit, demand = one.words, one.unit, one.demand
    streets = demand["streets"].split()
    return (
        not set(words["uses"].split()) & set(unit["uses"].split())
        or not set(words["must_have"].split()) <= set(unit["has"].split())
        or _kept_for_others(one)
        or not _area_fits(one)
        or _short(one, "load", "load")
        or _short(one, "height", "height")
        or _short(one, "power", "power_to_be_had")
        or (one.floor > _GROUND and _short(one, "lift_load", "lift_load"))
        or (demand["hazard"] != "" and unit["hazard"] > demand["hazard"])
        or (demand["drainage"] == "yes" and unit["drainage"] == "no")
        or _above(one, "budget", "price_to_be_had")
        or (unit["leased_until"] != "" and unit["leased_until"] >= demand["wanted_on"])
        or (bool(streets) and one.park["street"] not in streets)
    )


def _reserved(one: Judged) -> bool:
    wished = one.words["most_wished_streets"].split()
    likes = set(one.words["would_like"].split())
    return (
        not _whole_fits(one)
        or _short(one, "power", "power")
        or _above(one, "budget", "price")
        or not one.industries & {"any", *one.words["industries"].split()}
        or (bool(wished) and one.park["street"] not in wished)
        or 2 * len(likes & set(one.unit["has"].split())) < len(likes)
    )


def _kept_for_others(one: Judged) -> bool:
    industries = one.words["industries"].split()
    return any(
        industry not in industries
        for has, industry in _KEPT_FOR.items()
        if has in one.unit["has"].split()
    )


def _short(one: Judged, wanted: str, has: str) -> bool:
    least = one.number("demand", wanted)
    found = one.number("unit", has)
    return least is not None and (found is None or found < least)


def _above(one: Judged, bound: str, asked: str) -> bool:
    most = one.number("demand", bound)
    price = one.number("unit", asked)
    return most is not None and price is not None and price > most


def _whole_fits(one: Judged) -> bool:
    area = Decimal(one.unit["area"])
    return (
        (one.number("demand", "area_from") or 0)
        <= area
        <= (one.number("demand", "area_to") or area)
    )


def _area_fits(one: Judged) -> bool:
    """The whole of it, or a part that can be let."""
    least, most = one.number("demand", "area_from"), one.number("demand", "area_to")
    area, part = Decimal(one.unit["area"]), Decimal(one.unit["smallest_part"])
    return (least is None or area >= least) and (most is None or part <= most)


def labels() -> list[tuple[str, str, int]]:
    """(demand, unit, grade) of all pairs that are not 0, in the order of the tables."""
    parks = {row["key"]: row for row in rows("parks.csv")}
    known = {row["key"]: frozenset(row["industries"].split()) for row in rows("park_truth.csv")}
    words = {row["key"]: row for row in rows("demand_truth.csv")}
    truth = {row["key"]: row for row in rows("truth.csv")}
    units = rows("units.csv")
    found = []
    for demand in rows("demands.csv"):
        for unit in units:
            park = parks[unit["park"]]
            one = Judged(
                demand,
                words[demand["key"]],
                truth[unit["key"]],
                park,
                int(unit["floor"]),
                known[unit["park"]],
            )
            given = grade(one)
            if given:
                found.append((demand["key"], unit["key"], given))
    return found


if __name__ == "__main__":
    with (HERE / "labels.csv").open("w", encoding="utf-8", newline="") as out:
        csv.writer(out, lineterminator="\n").writerows([("demand", "unit", "grade"), *labels()])
