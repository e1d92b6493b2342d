"""Activities: written, published, told to those they are for, registered for, cancelled."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid
from district.kernel.base.versioned import save_versioned
from district.kernel.conditions.public import (
    Condition,
    ConditionError,
    explain,
    from_json,
    leaves,
    parse,
    to_json,
)
from district.kernel.history.public import Actor, Subject, record
from district.kernel.matching.public import (
    Programme,
    evaluate_all,
    kind_of,
    population,
    values_of,
)
from district.kernel.organisation.public import Unit, authorise
from district.systems.enterprises.public import POPULATION, SCHEMA
from district.systems.virtual_park.models import (
    Activity,
    ActivityLimit,
    ActivityPush,
    Firm,
)
from district.systems.virtual_park.names import (
    ACTIVITY,
    LIMIT,
    SAVE_ACTIVITY,
)
from district.systems.virtual_park.rules.values import plain_values
from district.systems.virtual_park.selectors.acting import Acting
from district.systems.virtual_park.selectors.owning import locked_activity, owned_by
from district.systems.virtual_park.services.registering import move_up, seats_taken

State, Push = Activity.State, Activity.Push
#: So many enterprises are looked at in one transaction; up to that many at once in the request.
BATCH = 500
MOST_SEATS = 100_000


@dataclass(frozen=True)
class NewActivity:
    """An activity as it was filled in; times are aware, `where` in the language of conditions."""

    title: str
    text: str
    place: str
    starts_at: datetime
    ends_at: datetime
    closes_at: datetime
    seats: int
    where: str = ""


def subject_of(activity: Activity) -> Subject:
    """How history calls an activity."""
    return Subject(ACTIVITY, str(activity.pk))


def condition_of(activity: Activity) -> Condition | None:
    """Whom it is for; None for everybody."""
    return from_json(activity.condition, SCHEMA()) if activity.condition else None


@transaction.atomic
def save_activity(
    new: NewActivity, *, unit: str, known: UUID | str | None = None, actor: Actor
) -> Activity:
    """Write an activity, or change one of the key `known`.

    A published one keeps its condition and never has fewer seats than are taken. Raises NotFound,
    NotPermitted, Invalid naming the field, Conflict where it is cancelled.
    """
    row = locked_activity(known) if known is not None else Activity(lead_unit=_unit(unit))
    authorise(actor, SAVE_ACTIVITY, owned_by(row.lead_unit))
    if row.state == State.CANCELLED:
        raise Conflict(_("活动已经取消，不能修改。"))
    condition = _checked(new)
    if row.state == State.PUBLISHED and new.where.strip() != row.where:
        raise Conflict(_("活动已经发布，面向的企业不能再改。请取消后另建一场。"))
    if known is not None and new.seats < seats_taken(row):
        raise Invalid("seats", _("名额少于已经报名的人数。"), _("请填写不少于已报名的人数。"))
    for name in ("title", "text", "place", "starts_at", "ends_at", "closes_at", "seats", "where"):
        value = getattr(new, name)
        setattr(row, name, value.strip() if isinstance(value, str) else value)
    row.condition = to_json(condition) if condition is not None else None
    if known is None:
        row.save(force_insert=True)
    else:
        save_versioned(row)
    kind = f"virtual_park.activity.{'added' if known is None else 'changed'}"
    data = {"title": row.title, "seats": row.seats, "starts_at": row.starts_at, "where": row.where}
    record(subject_of(row), kind, data, actor=actor)
    if known is not None:
        move_up(row, actor)
    return row


def _unit(code: str) -> Unit:
    found = Unit.objects.filter(pk=code, is_active=True).first()
    if found is None:
        raise Invalid("unit", _("没有这个单位。"), _("请从列表中选择。"))
    return found


def _checked(new: NewActivity) -> Condition | None:
    for key, value, most in (("title", new.title, 120), ("text", new.text, 5000),
                             ("place", new.place, 200)):  # fmt: skip
        if not 2 <= len(value.strip()) <= most:
            raise Invalid(key, _("内容太短或太长。"), _("请填写2到%(most)s个字。") % {"most": most})
    if new.ends_at <= new.starts_at:
        raise Invalid("ends_at", _("结束时间不晚于开始时间。"), _("请核对时间。"))
    if new.closes_at > new.starts_at:
        raise Invalid("closes_at", _("报名截止晚于活动开始。"), _("请填写开始以前的时间。"))
    if not 1 <= new.seats <= MOST_SEATS:
        raise Invalid("seats", _("名额不对。"), _("请填写大于0的整数。"))
    return checked_condition(new.where)


def checked_condition(where: str) -> Condition | None:
    """The condition that a text says, None for everybody; Invalid under `where`."""
    if not where.strip():
        return None
    try:
        return parse(where, SCHEMA())
    except ConditionError as error:
        raise Invalid("where", str(error), _("请改正条件，或留空表示面向全部企业。")) from error


@transaction.atomic
def publish_activity(key: UUID | str, *, actor: Actor) -> Activity:
    """Open an activity for registration. NotFound, NotPermitted, Conflict."""
    row = locked_activity(key)
    authorise(actor, SAVE_ACTIVITY, owned_by(row.lead_unit))
    if row.state != State.DRAFT:
        raise Conflict(_("活动已经发布或取消。"))
    if row.closes_at <= clock.now():
        raise Conflict(_("报名截止时间已经过去。请先修改时间。"))
    row.state, row.published_at = State.PUBLISHED, clock.now()
    save_versioned(row, ["state", "published_at"])
    record(subject_of(row), "virtual_park.activity.published", {"title": row.title}, actor=actor)
    return row


@transaction.atomic
def cancel_activity(key: UUID | str, reason: str, *, actor: Actor) -> Activity:
    """Call an activity off; firms that registered read the reason. NotFound, NotPermitted,
    Invalid, Conflict."""
    row = locked_activity(key)
    authorise(actor, SAVE_ACTIVITY, owned_by(row.lead_unit))
    if row.state == State.CANCELLED:
        raise Conflict(_("活动已经取消。"))
    if not 2 <= len(reason.strip()) <= 200:
        raise Invalid("reason", _("还没有写明原因。"), _("请填写2到200个字。"))
    row.state, row.cancel_reason = State.CANCELLED, reason.strip()
    save_versioned(row, ["state", "cancel_reason"])
    data = {"reason": row.cancel_reason}
    record(subject_of(row), "virtual_park.activity.cancelled", data, actor=actor)
    return row


@transaction.atomic
def start_push(
    key: UUID | str, *, actor: Actor, enqueue: Callable[[str], object]
) -> tuple[Activity, bool]:
    """Begin to tell those whom an activity is for, and say whether they are few enough to be told
    at once; others are given to `enqueue` in this transaction.

    Raises NotFound, NotPermitted, Conflict where it is not open or a round is going on.
    """
    row = locked_activity(key)
    authorise(actor, SAVE_ACTIVITY, owned_by(row.lead_unit))
    if row.state != State.PUBLISHED or row.closes_at <= clock.now():
        raise Conflict(_("活动没有发布，或报名已经截止，不能推送。"))
    if row.push_state == Push.RUNNING:
        raise Conflict(_("这场活动正在推送。请等它完成。"))
    holding = len(_holding(row))
    row.push_state, row.push_cursor = Push.RUNNING, ""
    save_versioned(row, ["push_state", "push_cursor"])
    data = {"holds": holding}
    record(subject_of(row), "virtual_park.activity.pushed", data, actor=actor)
    small = holding <= BATCH
    if not small:
        enqueue(str(row.pk))
    return row, small


def _holding(row: Activity) -> list[str]:
    """The keys of those who hold the condition, as the copy in memory has them, in order."""
    condition, copy = condition_of(row), population(POPULATION)
    asked = condition if condition is not None else parse('status = "active"', SCHEMA())
    outcomes = evaluate_all(copy, Programme.of({"": asked}, clock.today()))
    return sorted(map(str, outcomes.ids("", "holds")))


def do_push(key: str) -> Activity:
    """Tell everybody who is left, batch by batch. Safe to run again where it broke off: each batch
    locks the activity, and an enterprise is told once."""
    row = Activity.objects.get(pk=key)
    ids = _holding(row)
    for begin in range(0, len(ids), BATCH):
        row = _do_batch(key, ids[begin : begin + BATCH])
        if row.push_state != Push.RUNNING:
            return row
    return _finish(key)


@transaction.atomic
def _do_batch(key: str, ids: Sequence[str]) -> Activity:
    row = locked_activity(key)
    left = [one for one in ids if one > row.push_cursor]
    if row.push_state != Push.RUNNING or not left:
        return row
    if row.state != State.PUBLISHED:
        row.push_state = Push.FAILED
        save_versioned(row, ["push_state"])
        return row
    limit = locked_limit()
    values = _values(row, left)
    known = set(
        ActivityPush.objects.filter(activity=row, enterprise__in=left).values_list(
            "enterprise", flat=True
        )
    )
    silent = set(
        Firm.objects.filter(enterprise__in=left, wants_activities=False).values_list(
            "enterprise", flat=True
        )
    )
    told, now = _told_this_month(left), clock.now()
    sent = [
        ActivityPush(activity=row, enterprise=one, values=values[one], sent_at=now)
        for one in left
        if one in values and one not in known | silent and told.get(one, 0) < limit.most
    ]
    ActivityPush.objects.bulk_create(sent, batch_size=BATCH)
    row.pushed += len(sent)
    row.push_cursor = left[-1]
    save_versioned(row, ["pushed", "push_cursor"])
    return row


def _values(row: Activity, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """What the condition speaks of, of those that hold it by their own rows at this moment."""
    condition = condition_of(row)
    asked = condition if condition is not None else parse('status = "active"', SCHEMA())
    keys = sorted({leaf.attribute.key for leaf in leaves(asked)})
    found = {str(one): values for one, values in values_of(POPULATION, ids, keys).items()}
    return {
        one: plain_values(values)
        for one, values in found.items()
        if kind_of(explain(asked, values, today=clock.today())) == "holds"
    }


def _told_this_month(ids: Sequence[str]) -> Mapping[str, int]:
    first = clock.today().replace(day=1)
    begin = datetime.combine(first, time.min, timezone.get_default_timezone())
    rows = ActivityPush.objects.filter(enterprise__in=ids, sent_at__gte=begin).order_by()
    return dict(rows.values_list("enterprise").annotate(n=Count("pk")))


@transaction.atomic
def _finish(key: str) -> Activity:
    row = locked_activity(key)
    if row.push_state == Push.RUNNING:
        row.push_state = Push.DONE
        save_versioned(row, ["push_state"])
    return row


@transaction.atomic
def fail_push(key: str) -> None:
    """Say that a round could not go on; it may be begun again, and tells nobody twice."""
    Activity.objects.filter(pk=key, push_state=Push.RUNNING).update(push_state=Push.FAILED)


def locked_limit() -> ActivityLimit:
    """The limit's row, locked, made where nobody set it."""
    ActivityLimit.objects.get_or_create(pk=1)
    return ActivityLimit.objects.select_for_update().get(pk=1)


@transaction.atomic
def read_push(acting: Acting, activity_id: UUID | str) -> None:
    """Note that the firm has read of an activity; the first time counts."""
    acting.require("activities.see")
    rows = ActivityPush.objects.filter(activity__pk=activity_id, enterprise=acting.id, read_at=None)
    rows.update(read_at=clock.now())


@transaction.atomic
def save_limit(most: int, *, actor: Actor) -> ActivityLimit:
    """How often one enterprise is told of activities in a calendar month. NotPermitted, Invalid."""
    authorise(actor, LIMIT)
    if not 1 <= most <= 100:
        raise Invalid("most", _("次数不对。"), _("请填写1到100的整数。"))
    row = locked_limit()
    if row.most != most:
        before, row.most = row.most, most
        save_versioned(row)
        subject = Subject("virtual_park.limit", "1")
        data = {"most": most, "before": before}
        record(subject, "virtual_park.limit.changed", data, actor=actor)
    return row
