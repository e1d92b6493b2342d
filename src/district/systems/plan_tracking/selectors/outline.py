"""Commitments as a tree in the order of the report, and what waits for owners."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.utils.translation import gettext as _

from district.kernel.organisation.public import Unit, units
from district.kernel.plan.public import (
    Commitment,
    Report,
    Suggestion,
    commitments_of_report,
    suggestions_for,
    waiting,
)
from district.kernel.registers.public import Figure
from district.systems.plan_tracking.selectors.figures import ADJUSTMENTS, COMMITMENTS, quoted

#: Headings of parts: 五、 and (一); items are counted in digits.
_PART = re.compile("[（(]?[一二三四五六七八九十]+[)）、]")
#: Commitments without one above them, on one page of the tree.
ROOTS = 60
#: Commitments without a lead unit, on one page.
UNOWNED = 50


@dataclass(slots=True)
class Node:
    """A commitment with those below it."""

    row: Commitment
    children: list[Node] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Part:
    """A section of the report with its commitments."""

    title: str
    nodes: tuple[Node, ...]


def tree(report: Report, number: int | None) -> tuple[Page[Commitment], list[Part]]:
    """A page of the report's commitments as a tree by section; a query a level."""
    rows = commitments_of_report(report).select_related("lead_unit", "tracked")
    roots = rows.filter(parent=None).select_related("lead_unit", "tracked", "task", "statement")
    page = Paginator(roots, ROOTS).get_page(number or 1)
    top = [Node(row) for row in page.object_list]
    level = {node.row.pk: node for node in top}
    while level:
        below: dict[UUID, Node] = {}
        for child in rows.filter(parent_id__in=list(level)):
            node = Node(child)
            level[child.parent_id].children.append(node)  # type: ignore[index]  # filtered by parent
            below[child.pk] = node
        level = below
    return page, _parts(top)


def part_of(section: str) -> str:
    """The part of the report that a section's path lies in: its deepest heading that is no item."""
    titles = section.split(" / ")
    return next((title for title in reversed(titles) if _PART.match(title)), titles[-1])


def _parts(nodes: Sequence[Node]) -> list[Part]:
    grouped: dict[str, list[Node]] = defaultdict(list)
    for node in nodes:
        source = node.row.task or node.row.statement
        grouped[part_of(source.section if source is not None else "")].append(node)
    return [Part(title, tuple(found)) for title, found in grouped.items()]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A unit that a commitment may be given to, and the words that spoke for it."""

    unit: Unit
    certainty: Decimal
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unowned:
    """A commitment without a lead unit and who may lead it, best first."""

    row: Commitment
    candidates: tuple[Candidate, ...]


def unowned(report: Report, number: int | None) -> tuple[Page[Commitment], list[Unowned]]:
    """A page of the commitments that nobody leads, with suggestions; four queries."""
    rows = (
        commitments_of_report(report)
        .filter(lead_unit=None)
        .exclude(state__in=("carried", "cancelled"))
        .select_related("statement", "parent", "task")
    )
    page = Paginator(rows, UNOWNED).get_page(number or 1)
    shown = list(page.object_list)
    suggested = suggestions_for(shown)
    known = {unit.code: unit for unit in units()} if shown else {}
    return page, [Unowned(row, _candidates(suggested.get(row.pk, ()), known)) for row in shown]


def _candidates(found: Sequence[Suggestion], known: dict[str, Unit]) -> tuple[Candidate, ...]:
    return tuple(
        Candidate(
            known[each.code],
            Decimal(str(round(each.certainty, 2))),
            tuple(topic.word for topic in each.reasons[:3]),
        )
        for each in found
        if each.code in known
    )


@dataclass(frozen=True, slots=True)
class Counted:
    """A count with its name, opening its rows."""

    label: str
    figure: Figure


def waiting_figures(report: Report) -> list[Counted]:
    """What of a report waits for a planner; two queries."""
    found = waiting(report)
    year = f"report_year = {report.year} and report = {quoted(report.title)}"
    pending = f'{year} and state = "pending"'
    answered = "lead_unit known and leader known and contact known"
    measured = '(value known and measure known or not (value known) and kind in ("task", "list"))'
    adjusted = f'state = "proposed" and report = {quoted(report.title)}'
    lines = (
        (_("待落实牵头单位"), COMMITMENTS, f"{pending} and not (lead_unit known)",
         found.without_lead_unit),
        (_("还缺责任人或指标"), COMMITMENTS, f"{pending} and not ({answered} and {measured})",
         found.incomplete),
        (_("可以启动"), COMMITMENTS, f"{pending} and {answered} and {measured}", found.ready),
        (_("修订稿涉及"), COMMITMENTS, f"{year} and flag known", found.flagged),
        (_("待审批的调整"), ADJUSTMENTS, adjusted, found.adjustments),
    )  # fmt: skip
    return [
        Counted(label, Figure(register, where, value=count, unit=_("项"), label=label))
        for label, register, where, count in lines
    ]
