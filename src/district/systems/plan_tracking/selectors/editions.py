"""Reports with their editions, and two editions compared."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from district.kernel.base.errors import NotFound
from district.kernel.plan.public import (
    Changed,
    Edition,
    Report,
    Statement,
    difference,
    reports,
)
from district.systems.plan_tracking.rules.moving import moved
from district.systems.plan_tracking.rules.wording import Wording, compared


@dataclass(frozen=True, slots=True)
class EditionRow:
    """An edition with how many statements it has and how many wait."""

    edition: Edition
    statements: int
    waiting: int


@dataclass(frozen=True, slots=True)
class ReportCard:
    """A report with its editions, newest first."""

    report: Report
    editions: tuple[EditionRow, ...]

    @property
    def current(self) -> EditionRow | None:
        """The edition in force."""
        return next((row for row in self.editions if row.edition.state == "current"), None)


def report_cards() -> list[ReportCard]:
    """All reports, newest first; two queries."""
    rows = (
        Edition.objects.defer("text")
        .annotate(
            counted=Count("statements"),
            waiting=Count("statements", filter=Q(statements__state="proposed")),
        )
        .order_by("report_id", "-number")
    )
    by_report: dict[object, list[EditionRow]] = {}
    for row in rows:
        found = EditionRow(row, row.counted, row.waiting)
        by_report.setdefault(row.report_id, []).append(found)
    return [ReportCard(one, tuple(by_report.get(one.pk, ()))) for one in reports()]


@dataclass(frozen=True, slots=True)
class Line:
    """One changed statement: old and new words in pieces, what reads differently."""

    changed: Changed
    before: tuple[Wording, ...]
    after: tuple[Wording, ...]
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """An edition against the one that it amends."""

    edition: Edition
    earlier: Edition
    same: int
    added: tuple[Line, ...]
    removed: tuple[Line, ...]
    changed: tuple[Line, ...]
    moved: tuple[Statement, ...]


def compared_editions(edition: Edition) -> Compared:
    """Compare an edition with the current one, or with the one before where it is in force."""
    others = (
        Edition.objects.filter(report_id=edition.report_id).exclude(pk=edition.pk).defer("text")
    )
    if edition.state == "proposed":
        earlier = others.filter(state="current").first()
    else:
        earlier = (
            others.filter(number__lt=edition.number, state__in=("current", "superseded"))
            .order_by("-number")
            .first()
        )
    if earlier is None:
        raise NotFound(_("没有可对照的上一版。"))
    found = difference(earlier, edition)
    labels = field_labels()
    return Compared(
        edition=edition,
        earlier=earlier,
        same=found.same,
        added=tuple(_line(each, labels) for each in found.of("added")),
        removed=tuple(_line(each, labels) for each in found.of("removed")),
        changed=tuple(_line(each, labels) for each in found.of("changed")),
        moved=_moved(edition, earlier),
    )


def field_labels() -> dict[str, str]:
    """What the fields of a statement are called."""
    return {
        "subject": _("主体"),
        "measure": _("指标"),
        "comparator": _("比较"),
        "value": _("数值"),
        "value_from": _("起始值"),
        "unit": _("单位"),
        "kind": _("性质"),
        "basis": _("口径"),
        "year": _("年度"),
        "deadline": _("时限"),
    }


def _line(changed: Changed, labels: dict[str, str]) -> Line:
    old = changed.old.text if changed.old else ""
    new = changed.new.text if changed.new else ""
    before, after = compared(old, new)
    fields = tuple(labels.get(field, field) for field in changed.fields)
    return Line(changed, before, after, fields)


def _moved(edition: Edition, earlier: Edition) -> tuple[Statement, ...]:
    """Statements that read as before but stand elsewhere in the text."""
    rows = list(
        Statement.objects.filter(edition=edition, change="same", previous__edition=earlier)
        .select_related("previous")
        .order_by("position")
    )
    places = [(row.previous.position if row.previous else 0, row.position) for row in rows]
    return tuple(rows[at] for at in moved(places))
