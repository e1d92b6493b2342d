"""企业诉求每日速报, as its page and its files show it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.cases.public import (
    Case,
    case_type_of,
    register_key,
    said,
    type_of,
    view_action,
    visible_cases,
)
from district.kernel.conditions.public import parse, to_q
from district.kernel.history.public import Actor
from district.kernel.organisation.public import units, visible_by
from district.kernel.registers.public import Figure, register_of
from district.systems.enterprise_requests.names import REQUEST
from district.systems.enterprise_requests.rules.daily import KEYS, Cut
from district.systems.enterprise_requests.selectors.posts import command_unit, posts

REGISTER = register_key(REQUEST)
#: So many rows of a list stand in the report; the number above it opens all.
MOST = 30


def labels() -> dict[str, str]:
    """What the numbers are called."""
    return {
        "fresh": _("当日新增"),
        "solved": _("当日办结"),
        "closed": _("当日回访结案"),
        "open": _("在办"),
        "overdue": _("超期未办结"),
        "waiting": _("待分派"),
        "coordination": _("需要协调"),
    }


@dataclass(frozen=True)
class PostLine:
    """A post's numbers, in the order of the report's."""

    name: str
    kind: str
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class Row:
    """A request in one of the report's lists, with the reason where the list gives one."""

    case: Case
    stage: str
    grade: str
    because: str


@dataclass(frozen=True)
class Section:
    """One list of the report: its heading, how many there are, and the first of them."""

    key: str
    title: str
    figure: Figure
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Daily:
    """The quick report of a day over what the actor may see."""

    cut: Cut
    figures: dict[str, Figure]
    lines: tuple[PostLine, ...]
    sections: tuple[Section, ...]


def cut_of(day: date) -> Cut:
    """Up to now on the day itself, the whole day where it is over."""
    now = timezone.localtime(clock.now())
    return Cut(day, now.replace(second=0, microsecond=0) if day == now.date() else None)


def daily(actor: Actor, day: date) -> Daily:
    """The report of a day. At most seven queries."""
    cut = cut_of(day)
    conditions = cut.conditions()
    rows, where = _rows(actor), _queries(conditions)
    counts = {key: Count("pk", filter=query) for key, query in where.items()}
    values = rows.aggregate(**counts)
    names = labels()
    figures = {
        key: Figure(REGISTER, conditions[key], value=values[key], unit=_("件"), label=names[key])
        for key in KEYS
        if key in conditions
    }
    by_unit: dict[str, Mapping[str, Any]] = {
        str(row["lead_unit_id"]): row
        for row in rows.order_by().values("lead_unit_id").annotate(**counts)
    }
    return Daily(
        cut,
        figures,
        tuple(_lines(actor, by_unit, conditions)),
        tuple(_sections(rows, where, figures)),
    )


def _rows(actor: Actor) -> QuerySet[Case]:
    """The requests that the actor sees, with the columns that the register's conditions name."""
    declared = register_of(REGISTER)
    found = visible_cases(actor, REQUEST)
    return declared.rows(found) if declared.rows else found


def _queries(conditions: dict[str, str]) -> dict[str, Q]:
    schema = register_of(REGISTER).schema()
    return {
        key: to_q(parse(text, schema), today=clock.today(), model=Case)
        for key, text in conditions.items()
    }


def _lines(
    actor: Actor, by_unit: dict[str, Mapping[str, Any]], conditions: dict[str, str]
) -> list[PostLine]:
    """A line a post, then the other units that have any; posts without a request only for those
    who see all."""
    scope = visible_by(actor, view_action(case_type_of(REQUEST)))
    everything = scope.everything or command_unit() in scope.centres
    lines, told = [], set()
    for post in posts():
        if post.kind == "supervision" or post.unit in told:
            continue
        told.add(post.unit)
        if everything or post.unit in by_unit:
            lines.append(_line(post.label, post.kind, post.unit, by_unit, conditions))
    others = [code for code in by_unit if code not in told]
    found = units(active=False).filter(pk__in=others) if others else ()
    lines += [_line(unit.display_short, "other", unit.pk, by_unit, conditions) for unit in found]
    return lines


def _line(
    name: str,
    kind: str,
    unit: str,
    by_unit: dict[str, Mapping[str, Any]],
    conditions: dict[str, str],
) -> PostLine:
    row = by_unit.get(unit, {})
    return PostLine(
        name,
        kind,
        tuple(
            Figure(
                REGISTER,
                f'lead_unit = "{unit}" and ({conditions[key]})',
                value=row.get(key, 0),
                label=name,
            )
            for key in ("fresh", "solved", "open", "overdue")
        ),
    )


def _sections(
    rows: QuerySet[Case], where: dict[str, Q], figures: dict[str, Figure]
) -> list[Section]:
    """What leaders read in full: what needs them first."""
    titles = labels()
    found = []
    for key in ("coordination", "overdue", "fresh", "solved"):
        if key not in figures:
            continue
        chosen: list[Case] = []
        if figures[key].value:
            ordered = rows.filter(where[key]).select_related("lead_unit", "clock")
            chosen = list(ordered.order_by("due_at", "-reported_at", "pk")[:MOST])
        shown = tuple(_row(case, because=key == "coordination") for case in chosen)
        found.append(Section(key, titles[key], figures[key], shown))
    return found


def _row(case: Case, *, because: bool) -> Row:
    case_type = type_of(case)
    grade = case_type.grades.get(case.grade)
    return Row(
        case,
        said(case_type.stages[case.stage].label),
        said(grade.label) if grade else "",
        _because(case) if because else "",
    )


def _because(case: Case) -> str:
    if case.stage == "coordination":
        return _("承办单位提请协调")
    if case.stage == "returned":
        return _("退单 %(n)s 次，待裁定") % {"n": case.returns}
    return _("重大诉求超期")
