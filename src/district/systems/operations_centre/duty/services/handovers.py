"""Writing hand-overs: opened by the clock, written by the outgoing, taken by the incoming."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid, NotFound, NotPermitted
from district.kernel.base.versioned import save_versioned
from district.kernel.history.public import Actor, record
from district.kernel.notifications.public import mark_settled, notify
from district.kernel.organisation.public import Member, Unit, authorise
from district.kernel.tracking.public import (
    ClockSpec,
    Owner,
    cancel,
    finish,
    refresh_subjects,
    running,
    track,
)
from district.systems.operations_centre.duty.names import (
    HANDOVER,
    RUN,
    TAKE_HANDOVER,
    WRITE_HANDOVER,
)
from district.systems.operations_centre.duty.rules.roster import Turn
from district.systems.operations_centre.duty.rules.standing import Change, changes
from district.systems.operations_centre.duty.selectors.handovers import (
    change_of,
    due_moment,
    handover_subject,
    may_take,
    may_write,
    open_now,
)
from district.systems.operations_centre.duty.selectors.rosters import owned_by
from district.systems.operations_centre.duty.selectors.standing import turns_of
from district.systems.operations_centre.duty.terms import terms
from district.systems.operations_centre.models import DutyPost, HandOver

#: Rows that a hand-over tracks are the system's own.
SYSTEM = Actor.system("operations_centre")
LONGEST_TEXT = 5000
State = HandOver.State


def open_hand_overs(*, actor: Actor = SYSTEM) -> int:
    """Open the hand-overs whose change of shift is near, and settle those that lapsed.

    Called every minute; called again it changes nothing more. Returns how many were opened.
    """
    authorise(actor, RUN)
    now, term = clock.now(), terms()
    desks = list(DutyPost.objects.order_by().values_list("lead_unit_id", flat=True))
    turns, _names = turns_of(desks, now - term.lapse - timedelta(days=1), now + term.opens)
    by_unit: dict[str, list[Turn]] = {}
    for turn in turns:
        by_unit.setdefault(turn.unit, []).append(turn)
    recent = HandOver.objects.filter(lead_unit__in=desks, at__gt=now - term.lapse)
    known = set(recent.values_list("lead_unit_id", "at"))
    opened = 0
    for unit, own in sorted(by_unit.items()):
        for change in changes(own, now - term.lapse, now + term.opens):
            if (unit, change.at) not in known:
                opened += _open(unit, change)
    waiting = HandOver.objects.filter(state__in=(State.DUE, State.WRITTEN), at__lte=now)
    over = {key: at <= now - term.lapse for key, at in waiting.values_list("pk", "at")}
    for key, lapsed in over.items():
        if lapsed:
            _lapse(key)
    refresh_subjects(HANDOVER, [str(key) for key, lapsed in over.items() if not lapsed])
    return opened


@transaction.atomic
def _open(unit: str, change: Change) -> int:
    """Open one hand-over with its clock and tell the outgoing; 0 where another process did."""
    row, made = HandOver.objects.get_or_create(
        lead_unit_id=unit, at=change.at, defaults={"due_at": due_moment(change.at)}
    )
    if not made:
        return 0
    found = Unit.objects.get(pk=unit)
    moment = timezone.localtime(change.at).strftime("%m-%d %H:%M")
    row.clock = track(
        handover_subject(row),
        f"{found.short_name or found.name} · 交接班 {moment}",
        Owner(unit, contact=change.incoming[0].member),
        ClockSpec("24x7", starts_at=change.at, due_at=row.due_at),
        actor=SYSTEM,
        url=row.get_absolute_url(),
        ladder="duty_handover",
    )
    save_versioned(row, ["clock"])
    data = {
        "unit": unit,
        "at": change.at,
        "outgoing": [turn.member for turn in change.outgoing],
        "incoming": [turn.member for turn in change.incoming],
    }
    record(handover_subject(row), "operations_centre.handover.opened", data, actor=SYSTEM)
    notify(
        [str(turn.member) for turn in change.outgoing],
        _("%(at)s 交接班，请写明交班内容") % {"at": moment},
        found.short_name or found.name,
        row.get_absolute_url(),
        handover_subject(row),
    )
    return 1


@transaction.atomic
def _lapse(key: UUID) -> None:
    row = _locked(key)
    if row.state in (State.DUE, State.WRITTEN):
        _miss(row, SYSTEM)


def _miss(row: HandOver, actor: Actor) -> None:
    """Nobody took it; the roster, or a later hand-over, holds from here on."""
    row.state = State.MISSED
    save_versioned(row, ["state"])
    clocked = running(row.clock_id)
    if clocked is not None:
        cancel(clocked, actor=SYSTEM)
    mark_settled(handover_subject(row))
    record(handover_subject(row), "operations_centre.handover.missed", {}, actor=actor)


def _locked(key: UUID | str) -> HandOver:
    # Without joins: PostgreSQL drops a row for which it waited when what it joined has changed.
    row = HandOver.objects.select_for_update().filter(pk=key).first()
    if row is None:
        raise NotFound(_("没有这次交接班。"))
    return row


@transaction.atomic
def write_hand_over(key: UUID | str, text: str, *, actor: Actor) -> HandOver:
    """The outgoing side writes what is open (交班); until it is taken it can be written anew.

    What is open for the unit is listed with it by itself. Raises NotFound, NotPermitted for who
    is not going off duty, Conflict once it is taken, Invalid without a text.
    """
    row = _locked(key)
    authorise(actor, WRITE_HANDOVER, owned_by(row.lead_unit))
    _refuse_settled(row)
    change, _names = change_of(row)
    if not may_write(row, change, actor):
        raise NotPermitted(_("交班内容由下班的值班员填写，单位负责人可以代写。"))
    words = text.strip()
    if not words:
        raise Invalid("text", _("还没有写交班内容。"), _("没有待办事项的，请写“无”。"))
    if len(words) > LONGEST_TEXT:
        raise Invalid("text", _("内容超过%(most)s字。") % {"most": LONGEST_TEXT}, _("请精简。"))
    found = open_now(row.lead_unit, actor)
    row.text, row.state = words, State.WRITTEN
    row.open_cases = [str(each.case.pk) for each in found.cases]
    row.open_lines = [str(line.pk) for line in found.lines]
    row.written_by, row.written_at = Member.objects.get(pk=actor.id), clock.now()
    save_versioned(row)
    # What somebody wrote may tell of people; history proves the words and does not tell them.
    proof = sha256(words.encode()).hexdigest()
    data = {"cases": row.open_cases, "lines": row.open_lines, "text_sha256": proof}
    record(handover_subject(row), "operations_centre.handover.written", data, actor=actor)
    mark_settled(handover_subject(row))
    notify(
        [str(turn.member) for turn in change.incoming],
        _("%(at)s 交接班已写好，请接班") % {"at": _hour(row.at)},
        row.lead_unit.short_name or row.lead_unit.name,
        row.get_absolute_url(),
        handover_subject(row),
    )
    return row


@transaction.atomic
def take_hand_over(key: UUID | str, *, actor: Actor) -> HandOver:
    """The incoming side takes over (接班); from here on they are on duty. Again changes nothing.

    Earlier changes of the unit that nobody took count as missed. Raises NotFound, NotPermitted for
    who is not coming on duty, Conflict while it is not written or once somebody else took it.
    """
    row = _locked(key)
    authorise(actor, TAKE_HANDOVER, owned_by(row.lead_unit))
    if row.state == State.TAKEN and str(row.taken_by_id) == actor.id:
        return row
    _refuse_settled(row)
    change, _names = change_of(row)
    if row.state == State.DUE:
        raise Conflict(_("交班人还没有写交班内容。请先请交班人填写，或由单位负责人代写。"))
    if not may_take(row, change, actor):
        raise NotPermitted(_("由接班的值班员接班。人员有变的，请先改排班。"))
    row.state, row.taken_by, row.taken_at = (
        State.TAKEN,
        Member.objects.get(pk=actor.id),
        clock.now(),
    )
    save_versioned(row)
    clocked = running(row.clock_id)
    if clocked is not None:
        finish(clocked, actor=SYSTEM)
    mark_settled(handover_subject(row))
    data = {"late": row.taken_at > row.due_at, "cases": row.open_cases, "lines": row.open_lines}
    record(handover_subject(row), "operations_centre.handover.taken", data, actor=actor)
    _settle(_earlier(row), actor)
    return row


def _earlier(row: HandOver) -> Iterable[HandOver]:
    return (
        HandOver.objects.select_for_update()
        .filter(lead_unit=row.lead_unit_id, at__lt=row.at, state__in=(State.DUE, State.WRITTEN))
        .order_by("pk")
    )


def _settle(rows: Iterable[HandOver], actor: Actor) -> None:
    for each in rows:
        _miss(each, actor)


def _refuse_settled(row: HandOver) -> None:
    if row.state == State.TAKEN and row.taken_by is not None and row.taken_at is not None:
        raise Conflict(
            _("%(who)s已于 %(at)s 接班。")
            % {"who": row.taken_by.display_name, "at": _hour(row.taken_at)}
        )
    if row.state == State.MISSED:
        raise Conflict(_("这次交接班已经过时。请办理最近的一次。"))


def _hour(moment: datetime) -> str:
    return timezone.localtime(moment).strftime("%m-%d %H:%M")
