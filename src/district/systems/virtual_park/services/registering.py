"""Who has a seat at an activity: registering, cancelling, moving up, coming."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid, NotFound
from district.kernel.base.versioned import save_versioned
from district.kernel.history.public import Actor, Subject, record
from district.kernel.organisation.public import authorise
from district.systems.virtual_park.models import Activity, Firm, Registration
from district.systems.virtual_park.names import REGISTRATION, SAVE_ACTIVITY, SYSTEM
from district.systems.virtual_park.rules.seats import fits, moved_up
from district.systems.virtual_park.selectors.acting import Acting
from district.systems.virtual_park.selectors.owning import locked_activity, owned_by
from district.systems.virtual_park.services.firms import firm_subject

State = Activity.State
MOST_PERSONS = 20


def seats_taken(row: Activity) -> int:
    """How many persons have a seat."""
    rows = Registration.objects.filter(activity=row, state=Registration.State.SEATED)
    return int(rows.aggregate(n=Sum("persons"))["n"] or 0)


def tell_registration(row: Registration, verb: str, actor: Actor, **data: Any) -> None:
    """Write a registration's event, in the caller's transaction."""
    subject = Subject(REGISTRATION, str(row.pk))
    record(subject, f"virtual_park.registration.{verb}", data, actor=actor)


def move_up(row: Activity, actor: Actor) -> None:
    """Give free seats to those who wait, in their order; the activity is locked."""
    waiting = Registration.objects.filter(activity=row, state=Registration.State.WAITING)
    by_key = {one.pk: one for one in waiting.order_by("registered_at", "pk")}
    queue = [(key, one.persons) for key, one in by_key.items()]
    for key in moved_up(row.seats, seats_taken(row), queue):
        one = by_key[key]
        one.state = Registration.State.SEATED
        save_versioned(one, ["state"])
        tell_registration(one, "moved_up", actor, activity=row.title)


@transaction.atomic
def register(acting: Acting, activity_id: UUID | str, persons: int) -> Registration:
    """Register the firm with so many persons: first come, first served; who finds no seat waits.

    The activity's row is locked, so that seats are never given twice. Raises NotPermitted,
    NotFound, Invalid, Conflict where it is over, closed, or the firm is registered already.
    """
    acting.require("activities.do")
    row = _open(activity_id)
    if not 1 <= persons <= MOST_PERSONS:
        raise Invalid("persons", _("人数不对。"), _("请填写1到20。"))
    if persons > row.seats:
        raise Invalid("persons", _("人数超过全部名额。"), _("请减少人数。"))
    known = Registration.objects.filter(activity=row, firm=acting.firm).first()
    if known is not None and known.state != Registration.State.CANCELLED:
        raise Conflict(_("贵企业已经报名。如要改变人数，请先取消再报名。"))
    mine = known or Registration(activity=row, firm=acting.firm)
    # Nobody passes those who wait, also where a smaller party would find room.
    queue = Registration.objects.filter(activity=row, state=Registration.State.WAITING).exists()
    seated = not queue and fits(row.seats, seats_taken(row), persons)
    mine.state = Registration.State.SEATED if seated else Registration.State.WAITING
    mine.representative, mine.persons = acting.representative, persons
    mine.registered_at, mine.attended = clock.now(), None
    if known is None:
        mine.save(force_insert=True)
    else:
        save_versioned(mine)
    tell_registration(
        mine, "registered", acting.actor, activity=row.title, state=mine.state, persons=persons
    )
    return mine


def _open(activity_id: UUID | str) -> Activity:
    row = locked_activity(activity_id)
    if row.state == State.DRAFT:
        raise NotFound(_("没有这场活动。"))
    if row.state == State.CANCELLED:
        raise Conflict(_("活动已经取消。"))
    if clock.now() >= row.closes_at:
        raise Conflict(_("报名已经截止。"))
    return row


@transaction.atomic
def cancel_registration(acting: Acting, activity_id: UUID | str) -> Registration:
    """The firm does not come; whoever waits first gets the seats. NotPermitted, NotFound,
    Conflict."""
    acting.require("activities.do")
    row = _open(activity_id)
    mine = Registration.objects.filter(activity=row, firm=acting.firm).first()
    if mine is None or mine.state == Registration.State.CANCELLED:
        raise NotFound(_("贵企业没有报名这场活动。"))
    mine.state = Registration.State.CANCELLED
    save_versioned(mine, ["state"])
    tell_registration(mine, "cancelled", acting.actor, activity=row.title)
    move_up(row, SYSTEM)
    return mine


@transaction.atomic
def note_attendance(activity_id: UUID | str, attended: Mapping[str, bool], *, actor: Actor) -> int:
    """Note which of the registered firms came, by the registration's key; how many changed.

    Raises NotFound, NotPermitted, Conflict before it begins.
    """
    row = locked_activity(activity_id)
    authorise(actor, SAVE_ACTIVITY, owned_by(row.lead_unit))
    if clock.now() < row.starts_at:
        raise Conflict(_("活动还没有开始。"))
    changed = 0
    rows = Registration.objects.filter(activity=row, state=Registration.State.SEATED)
    for one in rows.order_by("pk"):
        came = attended.get(str(one.pk))
        if came is not None and came != one.attended:
            one.attended = came
            save_versioned(one, ["attended"])
            tell_registration(one, "attended", actor, activity=row.title, attended=came)
            changed += 1
    return changed


@transaction.atomic
def wish_activities(acting: Acting, *, wants: bool) -> None:
    """Say whether the firm wants to be told of activities. NotPermitted."""
    acting.require("activities.do")
    row = Firm.objects.select_for_update().get(pk=acting.firm.pk)
    if row.wants_activities == wants:
        return
    row.wants_activities = wants
    save_versioned(row, ["wants_activities"])
    data = {"activities": wants}
    record(firm_subject(row), "virtual_park.firm.wishes", data, actor=acting.actor)
