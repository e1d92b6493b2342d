"""River sections: the class of a month by single factor, and what misses the target. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from district.systems.environment.rules.numbers import exact

#: Classes as the standard numbers them; 6 is worse than V.
WORSE = 6


@dataclass(frozen=True)
class Item:
    """An item with its limits for class I to V.

    `direction`: most (a value up to the limit), least (from the limit on), range (between two).
    """

    key: str
    label: str
    label_en: str
    names: tuple[str, ...]
    unit: str
    direction: str
    limits: tuple[Decimal, ...]
    assessed: bool = True

    def limit_of(self, wanted: int) -> Decimal:
        """The limit for a class (1 to 5); of a range the upper end."""
        return self.limits[-1] if self.direction == "range" else self.limits[wanted - 1]


@dataclass(frozen=True)
class WaterStandard:
    """An edition; `digest` is that of its whole file."""

    key: str
    title: str
    title_en: str
    source: str
    in_force_from: date
    digest: str
    required: tuple[str, ...]
    day_readings: int
    undetected_share: Decimal
    items: tuple[Item, ...]

    @property
    def by_key(self) -> dict[str, Item]:
        """The items by their keys."""
        return {item.key: item for item in self.items}


def class_of(value: Fraction, item: Item) -> int:
    """The best class whose limit an item keeps; 6 where it keeps none. A limit itself is kept."""
    if item.direction == "range":
        low, high = (Fraction(limit) for limit in item.limits)
        return 1 if low <= value <= high else WORSE
    for at, limit in enumerate(item.limits, 1):
        kept = value >= limit if item.direction == "least" else value <= limit
        if kept:
            return at
    return WORSE


@dataclass(frozen=True)
class Failing:
    """An item that misses the target: its own class, value, limit, and by how many times the limit
    is exceeded (None where that has no meaning)."""

    item: str
    value: Fraction
    limit: Decimal
    water_class: int
    times: Fraction | None


@dataclass(frozen=True)
class Assessed:
    """A month's class, None where items are missing; whether it meets the target; what misses it,
    the worst first; which items decide the class."""

    water_class: int | None
    meets: bool | None
    failing: tuple[Failing, ...]
    deciding: tuple[str, ...]
    missing: tuple[str, ...]


def assessed(values: Mapping[str, Fraction], target: int, standard: WaterStandard) -> Assessed:
    """A section's class by the worst of its items, held against its target class.

    An item that misses the target makes the section miss it also while others are missing.
    """
    classes = {
        item.key: class_of(values[item.key], item)
        for item in standard.items
        if item.assessed and item.key in values
    }
    failing = sorted(
        (_failing(standard.by_key[key], values[key], found, target)
         for key, found in classes.items() if found > target),
        key=lambda one: (-one.water_class, -(one.times or 0), one.item),
    )  # fmt: skip
    missing = tuple(key for key in standard.required if key not in classes)
    if missing or not classes:
        meets = False if failing else None
        return Assessed(None, meets, tuple(failing), (), missing)
    worst = max(classes.values())
    deciding = tuple(key for key, found in classes.items() if found == worst)
    return Assessed(worst, not failing, tuple(failing), deciding if worst > 1 else (), missing)


def _failing(item: Item, value: Fraction, found: int, target: int) -> Failing:
    limit = item.limit_of(target)
    if item.direction == "range" and value < item.limits[0]:
        limit = item.limits[0]
    times = value / Fraction(limit) - 1 if item.direction == "most" else None
    return Failing(item.key, value, limit, found, times)


def lab_value(text: str, standard: WaterStandard) -> tuple[Fraction, bool]:
    """What a laboratory wrote, `0.12` or `<0.01` (also `0.01L`), as the value that counts and
    whether it was below detection; ValueError for anything else."""
    plain = text.strip().replace("＜", "<").replace("，", ",")
    below = plain.startswith("<") or plain.upper().endswith("L")
    number = plain.lstrip("<").rstrip("lL").strip()
    try:
        value = exact(Decimal(number))
    except ArithmeticError as error:
        raise ValueError(text) from error
    if value < 0:
        raise ValueError(text)
    return (value * Fraction(standard.undetected_share) if below else value), below
