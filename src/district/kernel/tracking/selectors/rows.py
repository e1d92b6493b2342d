"""Reads of tracked rows: one, many, and the counts of the cockpit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import NotFound
from district.kernel.history.public import Actor, Subject
from district.kernel.organisation.public import Scope, Unit, visible
from district.kernel.tracking.hiding import hidden_q
from district.kernel.tracking.models import LightChange, TrackedRow

# What counts as running: its light is shown and it can be late.
ACTIVE = (TrackedRow.State.OPEN.value, TrackedRow.State.PAUSED.value)
VIEW = "tracking.row.view"


@dataclass(frozen=True)
class LightCounts:
    """How many rows show each light."""

    red: int = 0
    yellow: int = 0
    green: int = 0
    none: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.red + self.yellow + self.green + self.none


@dataclass(frozen=True)
class UnitLights:
    """The counts of one unit (its own rows, not those of units below it)."""

    code: str
    name: str
    short_name: str
    name_en: str
    path: str
    level: str
    counts: LightCounts


def scope_q(scope: Scope) -> Q:
    """The rows that a scope reaches.

    Units and co-units come by subquery: nothing is joined, so no row appears twice and the
    indexes that name the lead unit serve.
    """
    if scope.everything:
        return Q()
    condition = Q(lead_unit__in=Unit.objects.filter(scope.q("")).order_by().values("pk"))
    if scope.co_units:
        through = TrackedRow.co_units.through.objects.filter(unit_id__in=sorted(scope.co_units))
        condition |= Q(pk__in=through.values("trackedrow_id"))
    return condition


def visible_rows(actor: Actor) -> QuerySet[TrackedRow]:
    """The rows that `actor` may see, in the order of their due times."""
    return TrackedRow.objects.filter(scope_q(visible(actor, VIEW))).exclude(hidden_q(actor))


def row_of(subject: Subject) -> TrackedRow:
    """The row of a subject, with calendar and lead unit; NotFound where it is not tracked."""
    row = _whole().filter(subject_type=subject.type, subject_id=subject.id).first()
    if row is None:
        raise NotFound(_("这一条没有列入跟踪。"))
    return row


def row_by_id(row_id: UUID | str) -> TrackedRow:
    """The row with this key, with calendar and lead unit; NotFound where there is none."""
    row = _whole().filter(pk=row_id).first()
    if row is None:
        raise NotFound(_("没有这条跟踪记录。"))
    return row


def refuse_hidden(row: TrackedRow, actor: Actor) -> None:
    """NotFound for a row that is kept from this actor, as if there were none."""
    hidden = hidden_q(actor)
    if hidden and TrackedRow.objects.filter(hidden, pk=row.pk).exists():
        raise NotFound(_("没有这条跟踪记录。"))


def rows_of(subject_type: str, subject_ids: Iterable[str]) -> dict[str, TrackedRow]:
    """The rows of several subjects of one type, by subject id. One query a thousand."""
    wanted = list(dict.fromkeys(subject_ids))
    found: dict[str, TrackedRow] = {}
    for start in range(0, len(wanted), 1000):
        rows = _whole().filter(
            subject_type=subject_type, subject_id__in=wanted[start : start + 1000]
        )
        found.update((row.subject_id, row) for row in rows)
    return found


def _whole() -> QuerySet[TrackedRow]:
    return TrackedRow.objects.select_related("lead_unit", "calendar", "leader", "contact")


def rows_of_unit(
    actor: Actor, code: str, *, under: bool = False, states: Iterable[str] = ACTIVE
) -> QuerySet[TrackedRow]:
    """The visible rows that a unit leads, with `under` also those of the units below it."""
    rows = visible_rows(actor).filter(state__in=list(states)).select_related("lead_unit")
    if under:
        return rows.filter(lead_unit__path__contains=f"/{code}/")
    return rows.filter(lead_unit_id=code)


def overdue(actor: Actor, *, now: datetime | None = None) -> QuerySet[TrackedRow]:
    """The visible open rows past their due time, longest overdue first."""
    rows = visible_rows(actor).filter(state=TrackedRow.State.OPEN, due_at__lt=now or clock.now())
    return rows.select_related("lead_unit").order_by("due_at", "id")


def turned_since(actor: Actor, since: date | datetime) -> QuerySet[LightChange]:
    """The changes of light of visible rows since the start of a day, newest first.

    Rows that were closed meanwhile are left out; the first light of a new row is no turn.
    """
    if not isinstance(since, datetime):
        since = timezone.make_aware(datetime.combine(since, time(0)))
    rows = LightChange.objects.filter(at__gte=since, row__state__in=ACTIVE)
    scope, hidden = visible(actor, VIEW), hidden_q(actor)
    if not scope.everything:
        rows = rows.filter(row__in=TrackedRow.objects.filter(scope_q(scope)))
    rows = rows.exclude(row__in=TrackedRow.objects.filter(hidden))
    return rows.select_related("row", "row__lead_unit")


def counts_by_light(
    actor: Actor, *, where: Q | None = None, states: Iterable[str] = ACTIVE
) -> LightCounts:
    """How many visible rows show each light. One grouped query."""
    return _summed(_grouped(actor, where, states, ())).get((), LightCounts())


def counts_by_unit(
    actor: Actor, *, where: Q | None = None, states: Iterable[str] = ACTIVE
) -> list[UnitLights]:
    """The lights of every lead unit that has visible rows, in the units' order. Two queries."""
    found = _summed(_grouped(actor, where, states, ("lead_unit_id",)))
    # Units are read apart: joined before grouping, every row would fetch its unit.
    lights = {code: counts for (code,), counts in found.items()}
    units = Unit.objects.filter(pk__in=lights).order_by("sort", "code")
    return [
        UnitLights(
            unit.pk,
            unit.name,
            unit.short_name or unit.name,
            unit.name_en,
            unit.path,
            unit.level,
            lights[unit.pk],
        )
        for unit in units
    ]


def counts_by_theme(
    actor: Actor, *, where: Q | None = None, states: Iterable[str] = ACTIVE
) -> dict[str, LightCounts]:
    """The lights of every theme that has visible rows, by theme. One grouped query."""
    found = _summed(_grouped(actor, where, states, ("theme",)))
    return {theme: counts for (theme,), counts in found.items()}


_Group = tuple[tuple[str, ...], str, int]  # what it is grouped by, light, how many


def _grouped(
    actor: Actor, where: Q | None, states: Iterable[str], by: tuple[str, ...]
) -> list[_Group]:
    """The counts of rows; by state first, as the indexes are, so that nothing is sorted."""
    rows = visible_rows(actor).filter(state__in=list(states))
    if where is not None:
        rows = rows.filter(where)
    keys = ("state", *by, "light")
    counted = rows.order_by(*keys).values_list(*keys).annotate(n=Count("*"))
    return [(tuple(row[1:-2]), row[-2], row[-1]) for row in counted]


def _summed(groups: Iterable[_Group]) -> dict[tuple[str, ...], LightCounts]:
    totals: dict[tuple[str, ...], dict[str, int]] = {}
    for key, light, n in groups:
        counted = totals.setdefault(key, {})
        counted[light] = counted.get(light, 0) + n
    return {key: LightCounts(**totals[key]) for key in sorted(totals)}
