"""Who is on duty now, by unit; other systems ask through public.py."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.organisation.public import Member
from district.systems.operations_centre.duty.rules.roster import Turn
from district.systems.operations_centre.duty.rules.standing import changes as changes_of
from district.systems.operations_centre.duty.rules.standing import on_duty, pending
from district.systems.operations_centre.duty.terms import terms
from district.systems.operations_centre.models import DutyRole, DutyTurn, HandOver

_COLUMNS = ("pk", "lead_unit_id", "member_id", "role", "starts_at", "ends_at", "planned_at")


@dataclass(frozen=True)
class OnDuty:
    """Somebody on duty for a unit. `state`: on, over (stays until the hand-over is taken), or
    coming (planned for now, has not taken over yet). Times are aware."""

    unit: str
    member: UUID
    name: str
    role: str
    starts_at: datetime
    ends_at: datetime
    state: str

    @property
    def role_label(self) -> str:
        """The role in the language of the page."""
        return str(DutyRole(self.role).label)

    @property
    def remark(self) -> str:
        """What is to be said of somebody whose hand-over is not done; "" where all is well."""
        if self.state == "over":
            return _("已到下班时间，接班人尚未接班，继续在岗")
        return _("尚未接班") if self.state == "coming" else ""


def turns_of(
    units: Iterable[str], since: datetime, until: datetime
) -> tuple[list[Turn], dict[UUID, str]]:
    """The turns of these units that touch (since, until), and their people's names. One query."""
    rows = DutyTurn.objects.filter(
        lead_unit__in=list(units), ends_at__gt=since, starts_at__lt=until
    )
    english = (get_language() or "").startswith("en")
    found, names = [], {}
    for *values, name, name_en in rows.order_by("starts_at", "role", "pk").values_list(
        *_COLUMNS, "member__name", "member__name_en"
    ):
        turn = Turn(*values)
        found.append(turn)
        names[values[2]] = name_en if english and name_en else name
    return found, names


def _states(units: Iterable[str], since: datetime) -> dict[str, dict[datetime, str]]:
    rows = HandOver.objects.filter(lead_unit__in=list(units), at__gt=since)
    found: dict[str, dict[datetime, str]] = {}
    for unit, at, state in rows.order_by().values_list("lead_unit_id", "at", "state"):
        found.setdefault(unit, {})[at] = state
    return found


def on_duty_at(
    units: Sequence[str], moment: datetime | None = None
) -> dict[str, tuple[OnDuty, ...]]:
    """Who is on duty in each of these units at a moment (now); nobody where nobody is. Two queries.

    Leads first; whoever has not taken over yet comes last.
    """
    return board_at(units, moment or clock.now(), timedelta(seconds=1))[0]


def board_at(
    units: Sequence[str], now: datetime, ahead: timedelta
) -> tuple[dict[str, tuple[OnDuty, ...]], list[OnDuty]]:
    """`on_duty_at`, and every turn of these units that has not ended and begins before
    `now + ahead`, the first one first. Two queries."""
    lapse = terms().lapse
    # A turn that ended before the oldest change that still counts says nothing any more.
    turns, names = turns_of(units, now - lapse - timedelta(days=1), now + ahead)
    states = _states(units, now - lapse)
    by_unit: dict[str, list[Turn]] = {}
    for turn in turns:
        by_unit.setdefault(turn.unit, []).append(turn)
    found = {}
    for unit in units:
        standing = on_duty(by_unit.get(unit, []), states.get(unit, {}), now, lapse)
        standing.sort(key=lambda each: (each.state == "coming", each.turn.role != "lead"))
        found[unit] = tuple(_view(each.turn, names, each.state) for each in standing)
    planned = [_view(turn, names, "on") for turn in turns if turn.ends_at > now]
    return found, planned


def _view(turn: Turn, names: dict[UUID, str], state: str) -> OnDuty:
    name = names[turn.member]
    return OnDuty(turn.unit, turn.member, name, turn.role, turn.starts_at, turn.ends_at, state)


def on_duty_in(unit: str, role: str = "", moment: datetime | None = None) -> tuple[OnDuty, ...]:
    """Who answers for the unit now, in a role or in any; left out are those yet to take over, and
    members who cannot sign in any more, though the roster still names them. Three queries."""
    found = [
        each
        for each in on_duty_at([unit], moment)[unit]
        if each.state != "coming" and (not role or each.role == role)
    ]
    people = {each.member for each in found}
    active = set(Member.objects.filter(pk__in=people, is_active=True).values_list("pk", flat=True))
    return tuple(each for each in found if each.member in active)


def answering(units: Sequence[str], moment: datetime) -> dict[str, tuple[UUID, ...]]:
    """Who is on duty for each of these units at a moment, leads first; units whose desk nobody
    mans are left out. Two queries. For whatever of the kernel calls units (warnings)."""
    found = on_duty_at(units, moment)
    standing = {
        unit: [each for each in people if each.state != "coming"] for unit, people in found.items()
    }
    return {
        unit: tuple(dict.fromkeys(each.member for each in people))
        for unit, people in standing.items()
        if people
    }


def waiting_changes(unit: str, now: datetime) -> list[datetime]:
    """The moments of this unit's changes of shift that nobody has taken over yet. Two queries."""
    lapse = terms().lapse
    turns, _names = turns_of([unit], now - lapse - timedelta(days=1), now + timedelta(seconds=1))
    states = _states([unit], now - lapse).get(unit, {})
    return [change.at for change in pending(changes_of(turns, now - lapse, now), states, now)]
