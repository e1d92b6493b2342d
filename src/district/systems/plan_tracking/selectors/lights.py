"""Lights counted: in all, by unit and by theme, from one grouped query that indexes cover."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.organisation.public import Unit
from district.kernel.plan.public import Commitment, theme_label
from district.kernel.registers.public import Figure
from district.systems.plan_tracking.selectors.figures import COMMITMENTS

LIGHTS = ("red", "yellow", "green", "none")


@dataclass(frozen=True)
class Lights:
    """The counts of one unit or theme, as figures in the order red, yellow, green, none."""

    key: str
    name: str
    figures: tuple[Figure, ...]
    total: int

    @property
    def red(self) -> int:
        """How many are red."""
        return int(self.figures[0].value)

    @property
    def yellow(self) -> int:
        """How many are yellow."""
        return int(self.figures[1].value)

    @cached_property
    def bar(self) -> list[dict[str, Any]]:
        """The pieces of the bar: light, where it starts and how wide it is, in percent."""
        pieces, at = [], Decimal(0)
        for light, figure in zip(LIGHTS, self.figures, strict=True):
            width = Decimal(100) * int(figure.value) / (self.total or 1)
            if width:
                pieces.append({"light": light, "x": f"{at:.2f}", "width": f"{width:.2f}"})
            at += width
        return pieces


@dataclass(slots=True)
class Counts:
    """How many commitments show each light: in all, by lead unit, by theme; and how many are
    past their deadline or have no lead unit."""

    total: Counter[str] = field(default_factory=Counter)
    units: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    themes: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    late: int = 0
    unowned: int = 0


def counts_of(rows: QuerySet[Commitment]) -> Counts:
    """Counts from one grouped query by unit, theme and light; untracked rows show no light."""
    grouped = (
        rows.order_by()
        .values_list("lead_unit_id", "theme", "tracked__light")
        .annotate(n=Count("*"), late=Count("deadline", filter=Q(deadline__lt=clock.today())))
    )
    counts = Counts()
    for unit, theme, light, n, late in grouped:
        counts.late += late
        if unit is None:
            counts.unowned += n
        if light is None:
            continue
        counts.total[light] += n
        if unit is not None:
            counts.units[unit][light] += n
        if theme:
            counts.themes[theme][light] += n
    return counts


def _count(where: str, value: int, label: str) -> Figure:
    return Figure(COMMITMENTS, where, value=value, label=label)


def lights_of(key: str, name: str, where: str, counted: Mapping[str, int]) -> Lights:
    """Counts as figures; `where` is the condition that they were counted by."""
    words = {"red": _("滞后"), "yellow": _("预警"), "green": _("正常"), "none": _("无数据")}
    figures = tuple(
        _count(
            f'{where} and light = "{light}"',
            counted.get(light, 0),
            f"{name} {words[light]}".strip(),
        )
        for light in LIGHTS
    )
    return Lights(key, name, figures, sum(counted.values()))


def unowned(where: str, counts: Counts) -> Figure:
    """How many have no lead unit yet."""
    return _count(f"{where} and not (lead_unit known)", counts.unowned, _("待落实牵头单位"))


def overdue(where: str, counts: Counts) -> Figure:
    """How many are past their deadline."""
    text = f"{where} and deadline < {clock.today().isoformat()}"
    return _count(text, counts.late, _("已超过时限"))


def by_unit(where: str, counts: Counts) -> tuple[Lights, ...]:
    """The lights of every lead unit, those with most red first; one query for their names."""
    units = Unit.objects.in_bulk(counts.units)
    found = [
        lights_of(code, units[code].display_short, f'{where} and lead_unit = "{code}"', counted)
        for code, counted in counts.units.items()
    ]
    found.sort(key=lambda one: (-one.red, -one.yellow, units[one.key].sort, one.key))
    return tuple(found)


def by_theme(where: str, counts: Counts) -> tuple[Lights, ...]:
    """The lights of every theme, those with most red first."""
    found = [
        lights_of(key, theme_label(key), f'{where} and theme = "{key}"', counted)
        for key, counted in counts.themes.items()
    ]
    return tuple(sorted(found, key=lambda one: (-one.red, -one.yellow, -one.total, one.key)))
