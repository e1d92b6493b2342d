"""One project as its page shows it: its network drawn, its year, its problems."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import NotFound
from district.kernel.history.public import Actor
from district.kernel.organisation.public import permitted
from district.kernel.tracking.public import reason_texts
from district.systems.projects.models import (
    Call,
    CallLine,
    FollowUp,
    Fund,
    Item,
    Month,
    Photo,
    Problem,
    Project,
    StageStep,
)
from district.systems.projects.names import HANDLE
from district.systems.projects.rules.gantt import NARROW, WIDE, Chart, Layout, Span, chart
from district.systems.projects.rules.lights import BEFORE
from district.systems.projects.rules.network.packed import state_of
from district.systems.projects.rules.network.passes import schedule
from district.systems.projects.rules.network.template import Link
from district.systems.projects.selectors.following import latest_of
from district.systems.projects.selectors.network import day_table, records_of
from district.systems.projects.selectors.rights import owned_item
from district.systems.projects.selectors.settings import is_english, source_label, template_of

#: Follow-ups of so many weeks stand on the page of a project under construction itself.
_SEEN = 3


@dataclass(frozen=True)
class ItemLine:
    """An approval as the page lists it. `acts` are the events that the member may enter;
    `first` and `last` its days, known or expected."""

    item: Item
    name: str
    group: str
    before: str
    first: date
    last: date
    light: str
    reasons: tuple[str, ...]
    acts: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Year:
    """The months of a year, each (month, row or None), and their sums."""

    number: int
    months: tuple[tuple[int, Month | None], ...]
    chart: dict[str, Any]


@dataclass(frozen=True)
class Detail:
    """What the page of a project shows besides the row itself."""

    reasons: tuple[str, ...]
    lines: tuple[ItemLine, ...]
    chart: Chart | None
    narrow: Chart | None
    critical: tuple[str, ...]
    year: Year
    problems: tuple[Problem, ...]
    calls: tuple[Call, ...]
    doubts: tuple[Month, ...] = ()
    seen: tuple[FollowUp, ...] = ()


@dataclass(frozen=True)
class Papers:
    """What the page of a project's papers shows: money, stages, pictures."""

    funds: tuple[tuple[str, Fund], ...]
    steps: tuple[StageStep, ...]
    photos: tuple[Photo, ...]


def papers_of(row: Project) -> Papers:
    """Three queries."""
    return Papers(
        tuple((source_label(one.source), one) for one in Fund.objects.filter(project=row)),
        tuple(StageStep.objects.filter(project=row)),
        tuple(Photo.objects.filter(project=row)[:60]),
    )


def project_detail(row: Project, actor: Actor) -> Detail:
    """Five queries, six for a project that has an approval under way or is under construction."""
    lines = _lines(row, actor) if row.stage in BEFORE or row.stage == "dropped" else _past(row)
    months = list(Month.objects.filter(project=row).order_by("month"))
    today = clock.today()
    return Detail(
        tuple(reason_texts(row.clock.reasons)) if row.clock else (),
        lines,
        _chart(row, lines, today, WIDE) if lines else None,
        _chart(row, lines, today, NARROW) if lines else None,
        tuple(one.name for one in lines if one.item.critical),
        _year(row, months, today.year),
        tuple(
            Problem.objects.filter(project=row)
            .select_related("unit", "clock")
            .order_by("state", "due_at")[:20]
        ),
        tuple(Call.objects.filter(project=row)[:10]),
        tuple(one for one in months if one.doubt),
        () if row.stage in BEFORE else tuple(latest_of(row, _SEEN)),
    )


def _lines(row: Project, actor: Actor) -> tuple[ItemLine, ...]:
    """The approvals with their days as the network has them now."""
    items = list(Item.objects.filter(project=row).select_related("unit", "clock").order_by("order"))
    template, today = template_of(row.template_id), clock.today()
    table = day_table(today)
    found = schedule(template, state_of(records_of(template, [row.pk], items), table, today))
    names = {item.key: _name(row, item) for item in items}
    lines = []
    for item in items:
        item.project = row
        j = template.places.get(item.key)
        if j is None:
            continue
        first = item.accepted_on or table.day(int(found.earliest_start[0, j]))
        last = item.ended_on or table.day(int(found.earliest_finish[0, j]))
        spec = template.items[j]
        tracked = item.clock if item.state in ("running", "stopped") else None
        lines.append(
            ItemLine(
                item,
                names[item.key],
                spec.group,
                "、".join(_before(link, names) for link in spec.links),
                first,
                max(first, last),
                tracked.light if tracked else "",
                tuple(reason_texts(tracked.reasons)) if tracked else (),
                acts_of(item, actor) if row.is_open else (),
            )
        )
    return tuple(lines)


def _past(row: Project) -> tuple[ItemLine, ...]:
    """The approvals of a project whose construction has begun: what was, nothing is expected."""
    items = Item.objects.filter(project=row).select_related("unit").order_by("order")
    return tuple(
        ItemLine(
            item, _name(row, item), "", "", item.accepted_on, item.ended_on or item.accepted_on,
            "", (), (),
        )
        for item in items
        if item.accepted_on is not None
    )  # fmt: skip


def _name(row: Project, item: Item) -> str:
    if not is_english():
        return item.name
    template = template_of(row.template_id)
    place = template.places.get(item.key)
    return (template.items[place].en if place is not None else "") or item.name


def _before(link: Link, names: dict[str, str]) -> str:
    name = names.get(link.item, link.item)
    if link.kind == "early":
        return _("%(item)s（可提前介入：%(what)s）") % {"item": name, "what": link.materials}
    if link.kind == "tolerate":
        return _("%(item)s（可容缺：%(what)s）") % {"item": name, "what": link.materials}
    return name


#: What may be entered of an item in each state.
_ACTS = {
    "waiting": ("accept", "plan", "waive"),
    "refused": ("accept", "plan", "waive"),
    "running": ("approve", "stop", "supply", "refuse"),
    "stopped": ("resume", "supply", "approve", "refuse"),
    "waived": ("want",),
}


def act_words() -> dict[str, str]:
    """The events of an approval in words."""
    return {
        "accept": _("登记受理"),
        "plan": _("提前介入和容缺"),
        "waive": _("不需办理"),
        "want": _("恢复办理"),
        "approve": _("登记批复"),
        "stop": _("要求补正"),
        "resume": _("补正完成"),
        "supply": _("补齐容缺材料"),
        "refuse": _("不予批准"),
    }


def acts_of(item: Item, actor: Actor) -> tuple[tuple[str, str], ...]:
    """What the member may enter of an item now: (event, words). No query."""
    if not permitted(actor, HANDLE, owned_item(item)):
        return ()
    words = act_words()
    return tuple(
        (act, words[act])
        for act in _ACTS.get(item.state, ())
        if act != "supply" or (item.tolerated and item.supplied_on is None)
    )


def item_for(project: Project, key: str) -> Item:
    """An approval of a project by its key; NotFound where there is none."""
    found = Item.objects.filter(project=project, key=key).select_related("unit", "clock").first()
    if found is None:
        raise NotFound(_("没有这个审批事项。"))
    found.project = project
    return found


_BARS = {"approved": "done", "running": "running", "stopped": "stopped"}


def _chart(row: Project, lines: tuple[ItemLine, ...], today: date, layout: Layout) -> Chart:
    spans = [
        Span(
            one.item.key,
            one.name,
            one.first,
            one.last,
            _BARS.get(one.item.state, "waiting"),
            one.item.critical,
            one.item.latest_on,
            f"{one.first:%Y-%m-%d} – {one.last:%Y-%m-%d} {one.item.get_state_display()}",
        )
        for one in lines
        if one.item.state != "waived"
    ]
    marks = [(today, _("今天"), "today")]
    if row.planned_start and row.stage in BEFORE:
        marks.append((row.planned_start, _("计划开工"), "planned"))
    if row.started_on:
        marks.append((row.started_on, _("开工"), "planned"))
    if row.start_safe:
        marks.append((row.start_safe, _("八成把握"), "safe"))
    return chart(spans, today, marks, layout)


def _year(row: Project, months: list[Month], year: int) -> Year:
    known = {one.month.month: one for one in months if one.month.year == year}
    return Year(
        year,
        tuple((at, known.get(at)) for at in range(1, 13)),
        {
            "kind": "bar",
            "unit": _("万元"),
            "fromZero": True,
            "categories": [str(at) for at in range(1, 13)],
            "series": [
                _series(_("计划"), known, "planned"),
                _series(_("完成"), known, "done"),
                _series(_("纳统"), known, "counted"),
            ],
        },
    )


def _series(name: str, known: dict[int, Month], column: str) -> dict[str, Any]:
    def value(at: int) -> float | None:
        found: Decimal | None = getattr(known[at], column) if at in known else None
        return None if found is None else float(found)

    return {"name": name, "values": [value(at) for at in range(1, 13)]}


def photo_of(project: Project, key: UUID) -> Photo:
    """A picture of a project; NotFound where there is none."""
    found = Photo.objects.filter(project=project, pk=key).first()
    if found is None:
        raise NotFound(_("没有这张照片。"))
    return found


def lines_of_call(call: Call) -> list[CallLine]:
    """The departments that were called. One query."""
    return list(CallLine.objects.filter(call=call).select_related("unit", "clock"))
