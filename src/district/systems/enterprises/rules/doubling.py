"""Targets of the doubling plan (培土倍增): what is counted, and what is due by now. Pure.

A target is of an industry group (电子信息), an indicator, a base year with its value, and a value
for the end of every year from then on. What is due by a day lies on the straight line between the
ends of two years; the light is `kernel.tracking`'s.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

from district.kernel.tracking.public import ByHand, Period, Target
from district.systems.enterprises.rules.catalogue import CatalogueError

_KEY = re.compile(r"[a-z][a-z0-9_]*")
#: Indicators that a district may set; the last two take a kind of qualification.
INDICATORS = ("above_scale", "above_scale_revenue", "with_<qualification>", "new_<qualification>")
#: Enterprises above designated size that are at work.
ABOVE_SCALE = 'is_above_scale = true and status = "active"'
MOST_YEARS = 15


@dataclass(frozen=True)
class Indicator:
    """What is counted.

    A "stock" is counted as of a day among enterprises, a "flow" adds up from the day after the
    base year among recognitions. `sums` is the field that is added up, "" where rows are counted;
    `qualification` the kind that it speaks of.
    """

    key: str
    aggregation: Literal["stock", "flow"]
    sums: str = ""
    qualification: str = ""

    @property
    def unit(self) -> str:
        """The unit of its values."""
        return "万元" if self.sums else "家"


def indicator_of(key: str) -> Indicator | None:
    """The indicator of that key; None where there is none."""
    if key == "above_scale":
        return Indicator(key, "stock")
    if key == "above_scale_revenue":
        return Indicator(key, "stock", sums="revenue")
    for prefix, aggregation in (("with_", "stock"), ("new_", "flow")):
        if key.startswith(prefix) and _KEY.fullmatch(key.removeprefix(prefix)):
            kind = key.removeprefix(prefix)
            return Indicator(key, aggregation, qualification=kind)  # type: ignore[arg-type]  # of the two above
    return None


@dataclass(frozen=True)
class Doubling:
    """A target as a district states it. `targets` are for the ends of the years that follow
    `base_year`; those of a flow add up, and its `base` is 0. `group` "" is all industries."""

    key: str
    group: str
    indicator: str
    base_year: int
    base: Decimal
    targets: tuple[Decimal, ...]
    lead_unit: str

    @property
    def last_year(self) -> int:
        """The year by whose end all of it is due."""
        return self.base_year + len(self.targets)

    @property
    def value(self) -> Decimal:
        """What is to be reached by the end of the last year."""
        return self.targets[-1]

    @property
    def period(self) -> Period:
        """From the day after the base year to the end of the last."""
        return Period(date(self.base_year + 1, 1, 1), date(self.last_year, 12, 31))

    def target_of(self, year: int) -> Decimal:
        """What is to be reached by the end of a year; the base before the first."""
        at = min(year, self.last_year) - self.base_year
        return self.targets[at - 1] if at > 0 else self.base


def tracked_target(one: Doubling, indicator: Indicator) -> Target:
    """The target as the kernel's lights take it."""
    return Target(
        one.value, ">=", aggregation=indicator.aggregation, baseline=one.base, unit=indicator.unit
    )


def profile_of(one: Doubling) -> ByHand:
    """How much of the way is due by when: as the targets of the years say."""
    whole = one.value - one.base
    return ByHand(
        tuple(
            (date(one.base_year + at, 12, 31), (target - one.base) / whole)
            for at, target in enumerate(one.targets, 1)
        )
    )


def due_by(one: Doubling, day: date) -> Decimal:
    """The value that is due by the end of a day, exact to six places."""
    share = profile_of(one).share(one.period, day)
    way = (one.value - one.base) * share.numerator / share.denominator
    return (one.base + way).quantize(Decimal("0.000001"))


def group_condition(codes: Sequence[str]) -> str:
    """The condition on the industry of a group's enterprises; "" for all industries."""
    clauses = [f'industry under "{code}"' for code in codes]
    return f"({' or '.join(clauses)})" if clauses else ""


def condition_of(indicator: Indicator, codes: Sequence[str], since: date, until: date) -> str:
    """What of the register is counted, as text in the condition language.

    Of a stock enterprises; of a flow qualifications that were given from `since` to `until`.
    """
    if indicator.aggregation == "flow":
        said = (
            f'kind = "{indicator.qualification}" and is_first = true'
            f" and issued_on between {since.isoformat()} and {until.isoformat()}"
        )
    elif indicator.qualification:
        said = f'qualifications has "{indicator.qualification}"'
    else:
        said = ABOVE_SCALE
    group = group_condition(codes)
    return f"{said} and {group}" if group else said


def doublings_from(rows: Sequence[Mapping[str, Any]]) -> tuple[Doubling, ...]:
    """Read the entries of a TOML file. Raises CatalogueError naming the entry's field.

    `group` and `lead_unit` are held against what there is by whoever calls.
    """
    found = tuple(_doubling(row, f"doubling.{at}") for at, row in enumerate(rows, 1))
    keys = [one.key for one in found]
    if len(set(keys)) < len(keys):
        raise CatalogueError("doubling", "two entries have the same key")
    said = [(one.group, one.indicator) for one in found]
    if len(set(said)) < len(said):
        raise CatalogueError("doubling", "two entries have the same group and indicator")
    return found


def _doubling(row: Mapping[str, Any], where: str) -> Doubling:
    key, indicator = str(row.get("key", "")), indicator_of(str(row.get("indicator", "")))
    if not _KEY.fullmatch(key) or len(key) > 40:
        raise CatalogueError(f"{where}.key", "use lower-case letters, digits and _, at most 40")
    if indicator is None:
        raise CatalogueError(f"{where}.indicator", f"use one of {', '.join(INDICATORS)}")
    year = row.get("base_year")
    if not isinstance(year, int) or not 2000 <= year <= 2100:
        raise CatalogueError(f"{where}.base_year", "must be a year")
    base = _number(row.get("base", 0), f"{where}.base")
    if indicator.aggregation == "flow" and base:
        raise CatalogueError(f"{where}.base", "what adds up from the base year begins with 0")
    targets = row.get("targets")
    if not isinstance(targets, list | tuple) or not 0 < len(targets) <= MOST_YEARS:
        raise CatalogueError(f"{where}.targets", f"name one value a year, at most {MOST_YEARS}")
    values = tuple(_number(one, f"{where}.targets") for one in targets)
    if any(a > b for a, b in zip((base, *values), values, strict=False)) or values[-1] <= base:
        raise CatalogueError(f"{where}.targets", "must rise from the base and never fall")
    if not str(row.get("lead_unit", "")):
        raise CatalogueError(f"{where}.lead_unit", "must name a unit")
    return Doubling(
        key, str(row.get("group", "")), indicator.key, year, base, values, str(row["lead_unit"])
    )


def _number(given: Any, where: str) -> Decimal:
    try:
        number = Decimal(str(given))
    except InvalidOperation as error:
        raise CatalogueError(where, f"{given!r} is no number") from error
    if isinstance(given, bool) or not number.is_finite() or not 0 <= number < 10**12:
        raise CatalogueError(where, f"{given!r} is no number from 0 to 10**12")
    if number != number.quantize(Decimal("0.01")):
        raise CatalogueError(where, "has more than two decimal places")
    return number
