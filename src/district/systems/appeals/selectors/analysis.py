"""The analysis of a month and the daily five, as their pages and files show them."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from district.kernel.cases.public import (
    Case,
    days_condition,
    matter_of,
    register_key,
    said,
    type_of,
    visible_cases,
)
from district.kernel.history.public import Actor
from district.kernel.organisation.public import units
from district.kernel.registers.public import Figure
from district.systems.appeals.names import TYPE
from district.systems.appeals.rules.daily_five import How, Standing, choose
from district.systems.appeals.selectors.counting import (
    Overview,
    overviews,
)

if TYPE_CHECKING:
    from decimal import Decimal

REGISTER = register_key(TYPE)
#: The longest tables of the page; the files and the register have all.
MOST_ROWS = 12


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a table: what it is of, its figures that open their rows, its rates."""

    label: str
    reported: Figure
    finished: Figure
    late: Figure
    returned: Figure
    satisfaction: Decimal | None
    said: int


@dataclass(frozen=True)
class Analysis:
    """A month: the whole, then by category, street and unit."""

    first: date
    last: date
    whole: Overview
    figures: tuple[tuple[str, Figure], ...]
    by_matter: tuple[Line, ...]
    by_street: tuple[Line, ...]
    by_unit: tuple[Line, ...]


def analysis(actor: Actor, year: int, month: int, *, whole_tables: bool = False) -> Analysis:
    """The analysis of a month over what `actor` may see. Two queries.

    Tables hold the largest groups, as the page shows them, or all, as a file does.
    """
    most = None if whole_tables else MOST_ROWS
    first, last = date(year, month, 1), date(year, month, monthrange(year, month)[1])
    columns = ("matter", "street_unit", "lead_unit")
    whole, (by_matter, by_street, by_unit) = overviews(actor, first, last, *columns)
    names = {unit.pk: unit.display_short for unit in units(active=False)}
    return Analysis(
        first=first,
        last=last,
        whole=whole,
        figures=tuple(_whole_figures(whole, first, last)),
        by_matter=_lines(by_matter, "matter", _matters(), first, last, most),
        by_street=_lines(by_street, "street", names, first, last, most),
        by_unit=_lines(by_unit, "lead_unit", names, first, last, most),
    )


class _Matters(dict[str, str]):
    """Names of matters by code, asked of the catalogue as they are needed."""

    def __missing__(self, code: str) -> str:
        matter = matter_of(TYPE, code)
        self[code] = said(matter.label) if matter else (code or _("未分类"))
        return self[code]


def _matters() -> Mapping[str, str]:
    return _Matters()


def _whole_figures(whole: Overview, first: date, last: date) -> list[tuple[str, Figure]]:
    reported, finished = (days_condition(f, first, last) for f in ("reported_at", "finished_at"))
    closed = days_condition("closed_at", first, last)
    called = '("satisfied", "fair", "unhappy", "no_answer", "no_word")'
    spoken = '("satisfied", "fair", "unhappy")'
    rows = [
        (_("受理"), reported, whole.reported),
        (_("办结"), finished, whole.finished),
        (_("逾期办结"), f"{finished} and finished_late = true", whole.late),
        (_("退过单"), f"{reported} and returns > 0", whole.returned),
        (_("重办过"), f"{reported} and reopens > 0", whole.reopened),
        (_("结案"), closed, whole.closed),
        (_("已回访"), f"{closed} and satisfaction in {called}", whole.satisfaction.called),
        (_("已表态"), f"{closed} and satisfaction in {spoken}", whole.satisfaction.said),
    ]
    return [
        (label, Figure(REGISTER, where, value=value, unit=_("件"), label=label))
        for label, where, value in rows
    ]


def _lines(
    found: Mapping[str, Overview],
    field: str,
    names: Mapping[str, str],
    first: date,
    last: date,
    most: int | None,
) -> tuple[Line, ...]:
    """The groups with the most reports first; those without a value come under their own name."""
    ordered = sorted(found.items(), key=lambda item: (-item[1].reported, item[0]))[:most]
    return tuple(_line(key, one, field, names, first, last) for key, one in ordered)


def _line(
    key: str, one: Overview, field: str, names: Mapping[str, str], first: date, last: date
) -> Line:
    mine = f'{field} = "{key}"' if key else f"not {field} known"
    label = names[key] if key in names or isinstance(names, _Matters) else key

    def figure(what: str, value: int) -> Figure:
        return Figure(REGISTER, f"{mine} and {what}", value=value, label=label or _("未定"))

    reported, finished = (days_condition(f, first, last) for f in ("reported_at", "finished_at"))
    return Line(
        label=label or _("未定"),
        reported=figure(reported, one.reported),
        finished=figure(finished, one.finished),
        late=figure(f"{finished} and finished_late = true", one.late),
        returned=figure(f"{reported} and returns > 0", one.returned),
        satisfaction=one.satisfaction.rate,
        said=one.satisfaction.said,
    )


@dataclass(frozen=True, slots=True)
class Pressing:
    """One of the daily five: the case, its score, and the reasons in words."""

    case: Case
    stage: str
    score: float
    because: tuple[str, ...]


def daily_five(actor: Actor) -> list[Pressing]:
    """The open appeals that most need a leader's eye, of those that `actor` sees. Two queries."""
    rows = visible_cases(actor, TYPE).exclude(category=Case.Category.DONE)
    rows = rows.filter(merged_into=None)
    standings = [
        Standing(str(pk), light or "none", grade, reporters, returns, reopens, word)
        for pk, light, grade, reporters, returns, reopens, word in rows.values_list(
            "pk",
            "clock__light",
            "grade",
            "reporter_count",
            "returns",
            "reopens",
            "satisfaction",
        )
    ]
    chosen = choose(standings)
    wanted = [found.key for found in chosen]
    cases = {
        str(case.pk): case
        for case in Case.objects.filter(pk__in=wanted).select_related(
            "lead_unit", "street_unit", "community_unit", "clock"
        )
    }
    return [
        Pressing(
            cases[found.key],
            said(type_of(cases[found.key]).stages[cases[found.key].stage].label),
            found.score,
            tuple(_because(how, weight, cases[found.key]) for how, weight in found.because),
        )
        for found in chosen
    ]


def _because(how: How, weight: float, case: Case) -> str:
    """A reason in words, with what it adds to the score."""
    words = {
        "red": _("已经超期"),
        "yellow": _("即将超期"),
        "emergency": _("紧急事件"),
        "urgent": _("加急事件"),
        "many": _("%(n)s 人反映") % {"n": case.reporter_count},
        "returned": _("退单 %(n)s 次") % {"n": case.returns},
        "reopened": _("重办 %(n)s 次") % {"n": case.reopens},
        "unhappy": _("回访不满意"),
    }
    return f"{words[how]}（+{weight:g}）"
