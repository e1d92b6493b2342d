"""Plan periods, such as those of the five-year plans. Pure."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from district.kernel.base.errors import SettingError

#: The longest period that a page can show side by side, in years.
LONGEST = 10


@dataclass(frozen=True, slots=True)
class PlanPeriod:
    """A span of plan years with its name; `first` and `last` belong to it."""

    name: str
    name_en: str
    first: int
    last: int

    @property
    def years(self) -> tuple[int, ...]:
        """Its years in order."""
        return tuple(range(self.first, self.last + 1))


def periods_of(data: Mapping[str, Any]) -> tuple[PlanPeriod, ...]:
    """The periods that settings list, in order; SettingError names the entry that is wrong."""
    found = sorted(
        (_period(at, entry) for at, entry in enumerate(data.get("periods", []), 1)),
        key=lambda one: one.first,
    )
    for before, after in itertools.pairwise(found):
        if after.first <= before.last:
            raise SettingError("periods", f"{before.name} and {after.name} overlap")
    return tuple(found)


def _period(at: int, entry: Mapping[str, Any]) -> PlanPeriod:
    name, first, last = entry.get("name"), entry.get("from"), entry.get("to")
    where = f"periods[{at}]"
    if not isinstance(name, str) or not name.strip():
        raise SettingError(f"{where}.name", "missing")
    if not isinstance(first, int) or not isinstance(last, int):
        raise SettingError(f"{where}.from", "from and to are years")
    if not 1949 <= first <= last <= 2199 or last - first >= LONGEST:
        raise SettingError(
            f"{where}.to", f"{first} to {last} is no period of up to {LONGEST} years"
        )
    return PlanPeriod(name.strip(), str(entry.get("name_en", "")).strip(), first, last)


def period_at(periods: Sequence[PlanPeriod], year: int) -> PlanPeriod | None:
    """The period that a year lies in; None where it lies in none."""
    return next((one for one in periods if one.first <= year <= one.last), None)
