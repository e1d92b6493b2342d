"""A week of a unit's roster: turns by day, gaps and double bookings with their reasons."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.history.public import Actor, Subject
from district.kernel.organisation.public import Owned, Unit, assignments_today, posts_of, visible
from district.systems.operations_centre.duty.names import ROSTER, VIEW
from district.systems.operations_centre.duty.rules.roster import (
    Clash,
    Turn,
    clashes,
    gaps,
    hours_wanted,
)
from district.systems.operations_centre.models import DutyPost, DutyRole, DutyTurn


def roster_subject(unit: str) -> Subject:
    """The reference of a unit's roster in history."""
    return Subject(ROSTER, unit)


def owned_by(unit: Unit) -> Owned:
    """To whom a unit's roster, hand-overs and calls belong."""
    return Owned(unit.pk, path=unit.path)


def day_start(day: date) -> datetime:
    """The first moment of a day in the district's time."""
    return datetime.combine(day, time(0), timezone.get_default_timezone())


def monday_of(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def units_above(actor: Actor) -> list[str]:
    """The actor's units and all above them, their own first."""
    found: list[str] = []
    for post in posts_of(actor):
        found += [code for code in reversed(post.path.split("/")) if code]
    return list(dict.fromkeys(found))


@dataclass(frozen=True)
class Line:
    """A turn as the page shows it; `until_next_day` where it ends on a later day."""

    id: UUID
    name: str
    role: str
    role_label: str
    starts_at: datetime
    ends_at: datetime
    note: str
    clashes: bool
    #: It began before the week, and stands on its first day.
    is_earlier: bool

    @property
    def until_next_day(self) -> bool:
        """Whether it ends on a later day than it begins."""
        return timezone.localtime(self.ends_at).date() > timezone.localtime(self.starts_at).date()


@dataclass(frozen=True)
class Day:
    """A day of the roster."""

    day: date
    lines: tuple[Line, ...]
    is_today: bool


@dataclass(frozen=True)
class Problem:
    """What is wrong with a week, in words; `kind` gap or clash."""

    kind: str
    text: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Week:
    """A unit's week from a Monday on."""

    post: DutyPost
    first: date
    days: tuple[Day, ...]
    problems: tuple[Problem, ...]
    count: int

    @property
    def last(self) -> date:
        """Its Sunday."""
        return self.first + timedelta(days=6)


def week_of(post: DutyPost, first: date) -> Week:
    """The week of a unit from Monday `first` on. At most three queries."""
    since, until = day_start(first), day_start(first + timedelta(days=7))
    rows = list(
        DutyTurn.objects.filter(lead_unit=post.lead_unit_id, ends_at__gt=since, starts_at__lt=until)
        .select_related("member")
        .order_by("starts_at", "role", "member__name")
    )
    turns = [_turn(row) for row in rows]
    elsewhere = _elsewhere(post, rows, since, until)
    doubled = [
        clash
        for clash in clashes([*turns, *elsewhere])
        if post.lead_unit_id in (clash.first.unit, clash.second.unit)
    ]
    hit = {key for clash in doubled for key in (clash.first.key, clash.second.key)}
    names = {row.member_id: row.member.display_name for row in rows}
    problems = [*_gap_problems(post, turns, first), *_clash_problems(doubled, names)]
    days = []
    for step in range(7):
        day = first + timedelta(days=step)
        lines = tuple(
            _line(row, row.pk in hit, row.starts_at < since)
            for row in rows
            if timezone.localtime(row.starts_at).date() == day
            or (step == 0 and row.starts_at < since)
        )
        days.append(Day(day, lines, day == clock.today()))
    problems.sort(key=lambda each: each.starts_at)
    return Week(post, first, tuple(days), tuple(problems), len(rows))


def _turn(row: DutyTurn) -> Turn:
    return Turn(
        row.pk,
        row.lead_unit_id,
        row.member_id,
        row.role,
        row.starts_at,
        row.ends_at,
        row.planned_at,
    )


def _line(row: DutyTurn, clashing: bool, is_earlier: bool) -> Line:
    return Line(
        row.pk,
        row.member.display_name,
        row.role,
        row.get_role_display(),
        row.starts_at,
        row.ends_at,
        row.note,
        clashing,
        is_earlier,
    )


def _elsewhere(
    post: DutyPost, rows: Sequence[DutyTurn], since: datetime, until: datetime
) -> list[Turn]:
    """Turns of the same people in other units."""
    people = {row.member_id for row in rows}
    if not people:
        return []
    others = DutyTurn.objects.filter(member__in=people, ends_at__gt=since, starts_at__lt=until)
    return [_turn(row) for row in others.exclude(lead_unit=post.lead_unit_id)]


def _gap_problems(post: DutyPost, turns: Sequence[Turn], first: date) -> Iterable[Problem]:
    wanted = hours_wanted(first, 7, post.opens, post.closes, timezone.get_default_timezone())
    for role, need in ((DutyRole.LEAD, post.leads), (DutyRole.OFFICER, post.officers)):
        for gap in gaps(wanted, turns, role, need):
            text = _("缺%(role)s：应有 %(need)s 人，已排 %(have)s 人") % {
                "role": role.label,
                "need": gap.need,
                "have": gap.have,
            }
            yield Problem("gap", text, gap.starts_at, gap.ends_at)


def _clash_problems(pairs: Sequence[Clash], names: dict[UUID, str]) -> Iterable[Problem]:
    units: dict[str, str] = {}
    codes = {turn.unit for clash in pairs for turn in (clash.first, clash.second)}
    if len(codes) > 1:
        units = {unit.pk: unit.display_short for unit in Unit.objects.filter(pk__in=codes)}
    for clash in pairs:
        first, second = clash.first, clash.second
        apart = first.unit != second.unit
        text = _("%(name)s重复排班：%(first)s与%(second)s时间重叠") % {
            "name": names.get(first.member, ""),
            "first": _of(first, units, apart),
            "second": _of(second, units, apart),
        }
        yield Problem("clash", text, clash.starts_at, clash.ends_at)


def _of(turn: Turn, units: dict[str, str], told: bool) -> str:
    role = str(DutyRole(turn.role).label)
    return f"{units.get(turn.unit, turn.unit)}{role}" if told else role


def posts_shown(actor: Actor) -> list[DutyPost]:
    """The duty posts that the actor may see, and those of their own units and all above them: who
    is on duty up one's tree anybody may know. In the units' order; one query."""
    mine = visible(actor, VIEW).q("lead_unit") | Q(lead_unit__in=units_above(actor))
    rows = DutyPost.objects.filter(mine, lead_unit__is_active=True)
    return list(rows.select_related("lead_unit"))


def people_of(unit: str) -> list[tuple[str, str]]:
    """The members who can be put on a unit's roster, as (id, name with title). One query."""
    found = {
        str(post.member_id): f"{post.member.display_name} · {post.get_role_display()}"
        for post in assignments_today(unit_code=unit)
    }
    return list(found.items())
