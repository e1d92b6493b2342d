"""Coverage: which numbers of a report are computed from records, which filed, which nobody counts.

Three statements, reports, commitments and achievements, and what the families of measures ask.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from district.kernel.plan.public import (
    COUNTING_CHOICES,
    Commitment,
    Report,
    Uncomputed,
    counting_by_theme,
    numbered_commitments,
    stated_achievements,
    theme_label,
    uncomputed,
)
from district.kernel.registers.public import Figure
from district.systems.plan_tracking.selectors.cockpit import reports_in_force
from district.systems.plan_tracking.selectors.figures import COMMITMENTS, STATEMENTS, quoted

#: Achievements listed; the register has all of them.
LISTED = 60


@dataclass(frozen=True)
class Part:
    """How many numbers are counted in one way; `share` in percent of all."""

    counting: str
    label: str
    figure: Figure
    share: Decimal


@dataclass(frozen=True)
class Side:
    """The numbers of one kind, commitments or stated achievements."""

    total: Figure
    parts: tuple[Part, ...]

    @property
    def computed_share(self) -> Decimal:
        """The share that is computed from records, in percent."""
        return self.parts[0].share


@dataclass(frozen=True)
class ThemeLine:
    """One theme: its commitments in the order of `COUNTING_CHOICES`, likewise achievements."""

    label: str
    promised: tuple[Figure, ...]
    achieved: tuple[Figure, ...]


@dataclass(frozen=True)
class Coverage:
    """What the page shows; `report` is None where none is in force.

    `uncounted` are commitments that nobody counts, `filed` those that are filed though a measure
    of a system may count them, `achieved` likewise achievements with a suggestion; `more` are
    achievements that are not listed.
    """

    report: Report | None
    reports: tuple[Report, ...]
    promised: Side | None = None
    achieved: Side | None = None
    themes: tuple[ThemeLine, ...] = ()
    uncounted: tuple[Uncomputed, ...] = ()
    filed: tuple[Uncomputed, ...] = ()
    offered: tuple[Uncomputed, ...] = ()
    without: tuple[Uncomputed, ...] = ()
    more: Figure | None = None


def coverage(year: int | None = None) -> Coverage:
    """The coverage of a year's report, of the newest one where no year is given."""
    known = reports_in_force()
    report = next((one for one in known if year is None or one.year == year), None)
    if report is None:
        return Coverage(None, tuple(known))
    named = f"report_year = {report.year} and report = {quoted(report.title)}"
    promised_where = f'{named} and state in ("pending", "active", "done", "carried")'
    achieved_where = f'{named} and state in ("proposed", "confirmed", "corrected")'
    commitments = numbered_commitments(report)
    achievements = stated_achievements(report)
    promised, achieved = counting_by_theme(commitments), counting_by_theme(achievements)
    # Together, so that the families of measures are asked once.
    left = uncomputed([*commitments, *achievements])
    open_ones = [one for one in left if isinstance(one.row, Commitment)]
    stated = [one for one in left if not isinstance(one.row, Commitment)]
    offered = tuple(one for one in stated if one.offered)
    without = [one for one in stated if not one.offered]
    sides = (
        _side(COMMITMENTS, promised_where, promised, _("量化承诺")),
        _side(STATEMENTS, achieved_where, achieved, _("完成情况")),
    )
    return Coverage(
        report,
        tuple(known),
        *sides,
        themes=_themes(promised_where, promised, achieved_where, achieved),
        uncounted=tuple(one for one in open_ones if one.counting == "none"),
        filed=tuple(one for one in open_ones if one.counting == "filed" and one.offered),
        offered=offered,
        without=tuple(without[:LISTED]),
        more=sides[1].parts[-1].figure if len(without) > LISTED else None,
    )


def _figures(
    register: str, where: str, counted: Mapping[str, int], name: str
) -> tuple[Figure, ...]:
    return tuple(
        Figure(
            register,
            f'{where} and counting = "{key}"',
            value=counted.get(key, 0),
            unit=_("项"),
            label=f"{name} {label}",
        )
        for key, label in COUNTING_CHOICES
    )


def _side(register: str, where: str, by_theme: Mapping[str, Counter[str]], name: str) -> Side:
    counted = sum(by_theme.values(), Counter[str]())
    total = sum(counted.values())
    figures = _figures(register, where, counted, name)
    keys = ", ".join(f'"{key}"' for key, _label in COUNTING_CHOICES)
    return Side(
        Figure(
            register, f"{where} and counting in ({keys})", value=total, unit=_("项"), label=name
        ),
        tuple(
            Part(key, str(label), figure, Decimal(100) * counted[key] / (total or 1))
            for (key, label), figure in zip(COUNTING_CHOICES, figures, strict=True)
        ),
    )


def _themes(
    promised_where: str,
    promised: Mapping[str, Counter[str]],
    achieved_where: str,
    achieved: Mapping[str, Counter[str]],
) -> tuple[ThemeLine, ...]:
    """Every theme that has a number, those with most numbers that nobody counts first."""

    def lacking(key: str) -> tuple[int, int, str]:
        left, right = promised.get(key, Counter()), achieved.get(key, Counter())
        return (-left["none"] - right["none"], -left.total() - right.total(), key)

    found = []
    for key in sorted(promised.keys() | achieved.keys(), key=lacking):
        only = f'theme = "{key}"' if key else "not (theme known)"
        name = theme_label(key) if key else _("未归类")
        found.append(
            ThemeLine(
                name,
                _figures(COMMITMENTS, f"{promised_where} and {only}", promised.get(key, {}), name),
                _figures(STATEMENTS, f"{achieved_where} and {only}", achieved.get(key, {}), name),
            )
        )
    return tuple(found)
