"""招商周报: what its numbers count, and the rows, as its page and its files show them.

The same text selects the rows when the report is made and when a number is opened.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import BooleanField, Case, Count, Model, QuerySet, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.cases.public import case_type_of, said
from district.kernel.conditions.public import parse, to_q
from district.kernel.history.public import Actor
from district.kernel.registers.public import Figure, register_of
from district.systems.investment_promotion.models import Project, Visit
from district.systems.investment_promotion.names import ALONE, PROJECTS, TYPE, VISITS
from district.systems.investment_promotion.selectors.overview import overdue_where
from district.systems.investment_promotion.selectors.rights import projects_seen, visits_seen
from district.systems.investment_promotion.selectors.settings import chain_label, source_label
from district.systems.investment_promotion.selectors.standing import with_reached

#: So many rows of a list stand in the report; the number above it opens all.
MOST = 40
#: So many rows of a register are read for all of its lists together.
_READ = 400


@dataclass(frozen=True)
class Row:
    """A line of a list: its name, its address, and what else is said of it."""

    title: str
    url: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Section:
    """One list: its heading, how many there are, what its columns are, and the first rows."""

    key: str
    title: str
    figure: Figure
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Weekly:
    """The report of the week from `first` (Monday) to `last`; `running`: it is not over."""

    first: date
    last: date
    running: bool
    sections: tuple[Section, ...]

    @property
    def sentence(self) -> str:
        """The week in one sentence."""
        values = {one.key: one.figure.value for one in self.sections}
        text = _(
            "本周新增线索 %(told)s 个，成行 %(held)s 次，签约 %(signed)s 个，落户 %(landed)s 个。"
        ) % {key: values[key] for key in ("told", "held", "signed", "landed")}
        if "overdue" in values:
            text += _("超期未跟进 %(n)s 个。") % {"n": values["overdue"]}
        return text


def week_of(day: date) -> tuple[date, date]:
    """Monday and Sunday of a day's week."""
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=6)


def _between(field: str, first: date, last: date) -> str:
    return f"{field} >= {first.isoformat()} and {field} <= {last.isoformat()}"


def conditions(first: date, last: date, *, running: bool) -> dict[str, tuple[str, str]]:
    """Register and condition of every list that the week can have."""
    ahead = last + timedelta(days=1), last + timedelta(days=7)
    planned, held = 'state = "planned"', 'state = "held"'
    found = {
        "told": (PROJECTS, f"{_between('told_on', first, last)} and {ALONE}"),
        "held": (VISITS, f"{held} and {_between('starts_at', first, last)}"),
        "signed": (
            PROJECTS,
            f'{_between("signed_on", first, last)} and stage != "lost" and {ALONE}',
        ),
        "landed": (PROJECTS, f'{_between("landed_on", first, last)} and stage = "landed"'),
    }
    if running:
        found["overdue"] = (PROJECTS, overdue_where())
        found["steps"] = (VISITS, f"{held} and {_between('next_on', first, ahead[1])}")
        found["ahead"] = (VISITS, f"{planned} and {_between('starts_at', *ahead)}")
    return found


def titles() -> dict[str, str]:
    """What the lists are called."""
    return {
        "told": _("本周新增线索"),
        "held": _("本周成行"),
        "signed": _("本周签约"),
        "landed": _("本周落户"),
        "overdue": _("超期未跟进"),
        "steps": _("下一步到期"),
        "ahead": _("下周行程"),
    }


def weekly(actor: Actor, day: date) -> Weekly:
    """The report of a day's week over what the actor may see. Four queries."""
    first, last = week_of(day)
    running = first <= clock.today() <= last
    sections, names = [], titles()
    asked = conditions(first, last, running=running)
    rows = _seen(actor)
    counted = {register: _counts(rows[register], register, asked) for register in rows}
    listed = {register: _listed(rows[register], register, asked) for register in rows}
    for key, (register, where) in asked.items():
        figure = Figure(
            register,
            where,
            value=counted[register][key],
            unit=_("个") if register == PROJECTS else _("次"),
            label=names[key],
        )
        chosen = [row for row in listed[register] if vars(row)[f"in_{key}"]][:MOST]
        told = _projects(chosen) if register == PROJECTS else _visits(chosen)
        sections.append(Section(key, names[key], figure, _columns(register), told))
    return Weekly(first, last, running, tuple(sections))


def _seen(actor: Actor) -> dict[str, QuerySet[Any]]:
    return {PROJECTS: with_reached(projects_seen(actor)), VISITS: visits_seen(actor)}


def _q(register: str, where: str) -> Any:
    model: type[Model] = Project if register == PROJECTS else Visit
    schema = register_of(register).schema()
    return to_q(parse(where, schema), today=clock.today(), model=model)


def _counts(
    rows: QuerySet[Any], register: str, asked: dict[str, tuple[str, str]]
) -> dict[str, int]:
    """All numbers of a register at once."""
    counts = {
        key: Count("pk", filter=_q(register, where))
        for key, (of, where) in asked.items()
        if of == register
    }
    found: dict[str, int] = rows.aggregate(**counts)
    return found


def _listed(rows: QuerySet[Any], register: str, asked: dict[str, tuple[str, str]]) -> Sequence[Any]:
    """The first rows that any list of a register has, each with `in_<list>`. One query."""
    asked_of = {key: _q(register, where) for key, (of, where) in asked.items() if of == register}
    flags = {
        f"in_{key}": Case(
            When(query, then=Value(True)), default=Value(False), output_field=BooleanField()
        )
        for key, query in asked_of.items()
    }
    found = rows.filter(reduce(or_, asked_of.values())).annotate(**flags)
    if register == PROJECTS:
        ordered = found.select_related("case__lead_unit").order_by("-told_on", "pk")
    else:
        ordered = found.select_related("lead_unit").order_by("starts_at", "pk")
    return list(ordered[:_READ])


def _columns(register: str) -> tuple[str, ...]:
    if register == PROJECTS:
        return (_("投资方"), _("编号"), _("环节"), _("产业链环节"), _("线索来源"), _("跟进单位"))
    return (_("拜访对象"), _("编号"), _("时间"), _("城市"), _("出访单位"), _("结果或目的"))


def _projects(rows: Sequence[Project]) -> tuple[Row, ...]:
    stages = case_type_of(TYPE).stages
    return tuple(
        Row(
            row.organisation,
            row.get_absolute_url(),
            (
                row.case.number,
                said(stages[row.case.stage].label),
                chain_label(row.chain),
                source_label(row.source),
                row.case.lead_unit.display_short,
            ),
        )
        for row in rows
    )


def _visits(rows: Sequence[Visit]) -> tuple[Row, ...]:
    return tuple(
        Row(
            row.organisation,
            row.get_absolute_url(),
            (
                row.number,
                timezone.localtime(row.starts_at).strftime("%Y-%m-%d %H:%M"),
                row.city,
                row.lead_unit.display_short,
                row.result or row.purpose,
            ),
        )
        for row in rows
    )
