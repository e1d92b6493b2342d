"""Hand-overs: one, those that wait, and what is open when somebody writes one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Case as Either
from django.db.models import Q, QuerySet, Value, When
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import NotFound
from district.kernel.cases.public import Case, said, type_of, visible_cases
from district.kernel.history.public import Actor, Subject
from district.kernel.organisation.public import Unit, permitted, posts_of, visible
from district.systems.operations_centre.duty.names import (
    HANDOVER,
    INCIDENT,
    TAKE_HANDOVER,
    VIEW,
    WRITE_HANDOVER,
)
from district.systems.operations_centre.duty.rules.roster import Turn
from district.systems.operations_centre.duty.rules.standing import Change, changes
from district.systems.operations_centre.duty.selectors.calls import visible_lines
from district.systems.operations_centre.duty.selectors.rosters import owned_by
from district.systems.operations_centre.duty.selectors.standing import turns_of
from district.systems.operations_centre.duty.terms import terms
from district.systems.operations_centre.models import CallLine, HandOver

#: So many open things of a kind are listed in a hand-over; the desks have the rest.
MOST = 30


def handover_subject(row: HandOver) -> Subject:
    """The reference of a hand-over."""
    return Subject(HANDOVER, str(row.pk))


def visible_handovers(actor: Actor) -> QuerySet[HandOver]:
    """The hand-overs that the actor may see."""
    return HandOver.objects.filter(visible(actor, VIEW).q("lead_unit"))


def handover_for(key: UUID | str, actor: Actor) -> HandOver:
    """A hand-over with its people; NotFound also for who may not see it. One query."""
    rows = visible_handovers(actor).select_related("lead_unit", "written_by", "taken_by", "clock")
    found = rows.filter(pk=key).first()
    if found is None:
        raise NotFound(_("没有这次交接班，或您没有查看的权限。"))
    return found


def change_of(row: HandOver) -> tuple[Change, dict[UUID, str]]:
    """Who goes off and who comes on at a hand-over, by the roster as it is now. One query."""
    moment = timedelta(seconds=1)
    turns, names = turns_of([row.lead_unit_id], row.at - timedelta(days=2), row.at + moment)
    found = next(iter(changes(turns, row.at - moment, row.at)), None)
    return found or Change(row.at, (), ()), names


def may_write(row: HandOver, change: Change, actor: Actor) -> bool:
    """Whether the actor may write it: an officer who goes off, or a head or lead of the unit."""
    if row.state not in ("due", "written") or not permitted(
        actor, WRITE_HANDOVER, owned_by(row.lead_unit)
    ):
        return False
    return _is_among(change.outgoing, actor) or any(
        post.unit == row.lead_unit_id and post.role == "unit_head" for post in posts_of(actor)
    )


def may_take(row: HandOver, change: Change, actor: Actor) -> bool:
    """Whether the actor may take it: an officer who comes on, once it is written."""
    return (
        row.state == HandOver.State.WRITTEN
        and permitted(actor, TAKE_HANDOVER, owned_by(row.lead_unit))
        and _is_among(change.incoming, actor)
    )


def _is_among(turns: Sequence[Turn], actor: Actor) -> bool:
    return any(str(turn.member) == actor.id for turn in turns)


def waiting_for(actor: Actor) -> list[HandOver]:
    """The hand-overs of the actor's own units that are to be written or taken now. One query."""
    now = clock.now()
    units = [post.unit for post in posts_of(actor)]
    rows = HandOver.objects.filter(
        lead_unit__in=units,
        state__in=(HandOver.State.DUE, HandOver.State.WRITTEN),
        at__gt=now - terms().lapse,
    )
    return list(rows.select_related("lead_unit", "clock").order_by("at"))


@dataclass(frozen=True)
class OpenCase:
    """A case that is open at the hand-over."""

    case: Case
    kind: str
    stage: str


@dataclass(frozen=True)
class OpenThings:
    """What is open for a unit and those below it: incidents, red cases, calls without answer."""

    cases: tuple[OpenCase, ...]
    lines: tuple[CallLine, ...]


def open_now(unit: Unit, actor: Actor) -> OpenThings:
    """What the actor sees open for the unit and those below it. Two queries."""
    wanted = Q(type_key=INCIDENT) | Q(clock__light="red", category=Case.Category.OPEN)
    rows = (
        visible_cases(actor)
        .filter(wanted, lead_unit__path__startswith=unit.path)
        .exclude(category=Case.Category.DONE)
        .filter(reported_at__lte=clock.now())
    )
    lines = _lines(actor).filter(
        lead_unit__path__startswith=unit.path, state=CallLine.State.WAITING
    )
    return _open_things(rows, lines)


def open_then(row: HandOver, actor: Actor) -> OpenThings:
    """What a hand-over listed when it was written, as far as the actor sees it. Two queries."""
    rows = visible_cases(actor).filter(pk__in=row.open_cases)
    return _open_things(rows, _lines(actor).filter(pk__in=row.open_lines))


def _lines(actor: Actor) -> QuerySet[CallLine]:
    return visible_lines(actor).select_related("call", "lead_unit", "member", "clock")


def _open_things(rows: QuerySet[Case], lines: QuerySet[CallLine]) -> OpenThings:
    # An incident is listed however old it is and however many other cases are red.
    incident = Either(When(type_key=INCIDENT, then=Value(0)), default=Value(1))
    ordered = rows.select_related("lead_unit", "clock").order_by(incident, "-reported_at")
    return OpenThings(
        tuple(
            OpenCase(
                case,
                said(type_of(case).label),
                said(type_of(case).stages[case.stage].label),
            )
            for case in ordered[:MOST]
        ),
        tuple(lines.order_by("first_due_at")[:MOST]),
    )


def due_moment(at: datetime) -> datetime:
    """Until when a hand-over at that moment must be taken."""
    return at + terms().hand_over
