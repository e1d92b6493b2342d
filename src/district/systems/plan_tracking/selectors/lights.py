"""Lights counted: in all, by unit and by theme, from one grouped query that indexes cover."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Group:
    """How many commitments one unit has in one theme with one light ("" where untracked)."""

    unit: str | None
    theme: str
    light: str
    count: int
    late: int


def groups_of(rows: QuerySet[Commitment]) -> list[Group]:
    """Counts by unit, theme and light, and how many are past their deadline; one grouped query."""
    counted = (
        rows.order_by()
        .values_list("lead_unit_id", "theme", "tracked__light")
        .annotate(n=Count("*"), late=Count("deadline", filter=Q(deadline__lt=clock.today())))
    )
    return [Group(unit, theme, light or "", n, late) for unit, theme, light, n, late in counted]


def _count(where: str, value: int, label: str) -> Figure:
    return Figure(COMMITMENTS, where, value=value, label=label)


def lights_of(key: str, name: str, where: str, groups: Iterable[Group]) -> Lights:
    """The counts of some groups as figures; `where` is the condition that they were counted by."""
    counted: Counter[str] = Counter()
    for group in groups:
        if group.light:
            counted[group.light] += group.count
    words = {"red": _("滞后"), "yellow": _("预警"), "green": _("正常"), "none": _("无数据")}
    figures = tuple(
        _count(f'{where} and light = "{light}"', counted[light], f"{name} {words[light]}".strip())
        for light in LIGHTS
    )
    return Lights(key, name, figures, sum(counted.values()))


def unowned(where: str, groups: Sequence[Group]) -> Figure:
    """How many have no lead unit yet."""
    count = sum(group.count for group in groups if group.unit is None)
    return _count(f"{where} and not (lead_unit known)", count, _("待落实牵头单位"))


def overdue(where: str, groups: Sequence[Group]) -> Figure:
    """How many are past their deadline."""
    count = sum(group.late for group in groups)
    text = f"{where} and deadline < {clock.today().isoformat()}"
    return _count(text, count, _("已超过时限"))


def by_unit(where: str, groups: Sequence[Group]) -> tuple[Lights, ...]:
    """The lights of every lead unit, those with most red first."""
    by_code: dict[str, list[Group]] = {}
    for group in groups:
        if group.unit is not None:
            by_code.setdefault(group.unit, []).append(group)
    units = Unit.objects.in_bulk(by_code)
    found = [
        (
            lights_of(code, units[code].display_short, f'{where} and lead_unit = "{code}"', mine),
            code,
        )
        for code, mine in by_code.items()
    ]
    found.sort(key=lambda pair: (-pair[0].red, -pair[0].yellow, units[pair[1]].sort, pair[1]))
    return tuple(lights for lights, _code in found if lights.total)


def by_theme(where: str, groups: Sequence[Group]) -> tuple[Lights, ...]:
    """The lights of every theme, those with most red first."""
    by_key: dict[str, list[Group]] = {}
    for group in groups:
        if group.theme:
            by_key.setdefault(group.theme, []).append(group)
    found = [
        lights_of(key, theme_label(key), f'{where} and theme = "{key}"', mine)
        for key, mine in by_key.items()
    ]
    known = (lights for lights in found if lights.total)
    return tuple(
        sorted(known, key=lambda lights: (-lights.red, -lights.yellow, -lights.total, lights.key))
    )
