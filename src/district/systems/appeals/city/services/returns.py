"""Results for the city: noted with the step, sent until the city has them, parked in words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, NotFound
from district.kernel.cases.public import CaseStep
from district.kernel.history.public import Actor, record
from district.kernel.notifications.public import notify
from district.kernel.organisation.public import Owned, Role, authorise, members_acting, permitted
from district.systems.appeals.city.client import CityError
from district.systems.appeals.city.models import CityOrder, CityReturn
from district.systems.appeals.city.rules import RESULTS, wait_after
from district.systems.appeals.city.services.intake import order_subject
from district.systems.appeals.city.services.pulling import client_of

STATE = CityReturn.State
# A result that a worker took and never reported on is free again after this time.
_LEASE = timedelta(minutes=5)


@transaction.atomic
def queue_returns(case_id: UUID | str) -> int:
    """Note a result for every step of an order's case that is one; each step once, if repeated."""
    order = CityOrder.objects.select_related("platform").filter(case_id=case_id).first()
    if order is None:
        return 0
    steps = CaseStep.objects.filter(case_id=case_id, action__in=RESULTS).order_by("at", "pk")
    noted = set(CityReturn.objects.filter(order=order).values_list("step_id", flat=True))
    fresh = [step for step in steps if step.pk not in noted]
    sends = bool(order.platform.url)
    now = clock.now()
    CityReturn.objects.bulk_create(
        [
            CityReturn(
                order=order,
                step=step,
                kind=RESULTS[step.action],
                sequence=at,
                state=STATE.WAITING if sends else STATE.BY_HAND,
                next_try_at=now if sends else None,
                created_at=now,
            )
            for at, step in enumerate(fresh, len(noted) + 1)
        ]
    )
    return len(fresh)


@transaction.atomic
def claim_returns(limit: int = 50) -> list[UUID]:
    """Take results that are due, the earliest of each order, so that no other worker sends them."""
    now = clock.now()
    before = CityReturn.objects.filter(
        order=OuterRef("order"), sequence__lt=OuterRef("sequence"), state=STATE.WAITING
    )
    due = CityReturn.objects.filter(
        ~Exists(before),
        state=STATE.WAITING,
        next_try_at__lte=now,
        order__platform__is_active=True,
    ).order_by("next_try_at", "pk")
    taken = []
    for key, seen in list(due.values_list("pk", "next_try_at")[:limit]):
        mine = CityReturn.objects.filter(pk=key, state=STATE.WAITING, next_try_at=seen)
        if mine.update(next_try_at=now + _LEASE, attempts=F("attempts") + 1):
            taken.append(key)
    return taken


def deliver_return(return_id: UUID | str) -> bool:
    """Send one result that was taken, and note how it went; True when the city has it.

    The call stands outside any transaction. Whoever dies between the city's answer and our note
    sends it again under the same key, which the city knows: told at least once, and once in
    effect.
    """
    row = (
        CityReturn.objects.select_related("order__platform", "order__case", "step__unit")
        .filter(pk=return_id, state=STATE.WAITING)
        .first()
    )
    if row is None:
        return False
    try:
        client_of(row.order.platform).send_result(key_of(row), result_of(row))
    except CityError as error:
        _note_failure(row, str(error), final=error.final)
        return False
    _note_success(row)
    return True


def key_of(row: CityReturn) -> str:
    """What the city knows a result by: the order's number and the step."""
    return f"{row.order.number}:{row.step_id}"


def result_of(row: CityReturn) -> dict[str, Any]:
    """The result as the protocol states it; the same for every try. No reporter stands in it."""
    step, case = row.step, row.order.case
    result: dict[str, Any] = {
        "order_number": row.order.number,
        "step_id": str(row.step_id),
        "sequence": row.sequence,
        "result": row.kind,
        "at": step.at.isoformat(),
        "case_number": case.number,
        "unit": step.unit.name if step.unit else "",
        "text": step.text,
    }
    for name in ("days", "until", "satisfaction"):
        if name in step.data:
            result[name] = step.data[name]
    return result


@transaction.atomic
def _note_success(row: CityReturn) -> None:
    CityReturn.objects.filter(pk=row.pk, state=STATE.WAITING).update(
        state=STATE.SENT, sent_at=clock.now(), error="", next_try_at=None
    )


@transaction.atomic
def _note_failure(row: CityReturn, why: str, *, final: bool) -> None:
    wait = None if final else wait_after(max(row.attempts, 1))
    mine = CityReturn.objects.filter(pk=row.pk, state=STATE.WAITING)
    if wait is not None:
        mine.update(error=why[:300], next_try_at=clock.now() + wait)
        return
    if mine.update(error=why[:300], state=STATE.PARKED, next_try_at=None):
        data = {"number": row.order.number, "result": row.kind, "attempts": row.attempts}
        actor = Actor.system("appeals.city")
        record(order_subject(row.order), "appeals.return.parked", data, actor=actor)
        _tell(row)


def _tell(row: CityReturn) -> None:
    """The desk is told; the message names the number and no word of the order."""
    duty = members_acting([row.order.platform.centre_unit_id], [Role.DUTY_OFFICER])
    notify(
        [str(member.pk) for member in duty],
        _("市平台工单 %(number)s 的办理结果没有送达") % {"number": row.order.number},
        _("请在“市平台工单”页查看原因，处理后点“重新回传”。"),
        "/appeals/city/",
        order_subject(row.order),
    )


@transaction.atomic
def resume_return(return_id: UUID | str, *, actor: Actor) -> CityReturn:
    """Send a parked result again, counting tries anew. Conflict where it is not parked."""
    row = CityReturn.objects.select_related("order__platform").filter(pk=return_id).first()
    if row is None:
        raise NotFound(_("没有这条回传。"))
    if not _resume([row], actor):
        raise Conflict(_("这条回传没有被搁置。请刷新后再看。"))
    row.refresh_from_db()
    return row


@transaction.atomic
def resume_all(*, actor: Actor) -> int:
    """Send every parked result of the actor's desk again; returns how many."""
    rows = CityReturn.objects.filter(state=STATE.PARKED).select_related("order__platform")
    mine = [row for row in rows[:1000] if _may(row, actor)]
    return _resume(mine, actor)


def _may(row: CityReturn, actor: Actor) -> bool:
    return permitted(actor, "appeals.city.resume", _owned(row))


def _owned(row: CityReturn) -> Owned:
    centre = row.order.platform.centre_unit_id
    return Owned(centre, centre=centre)


def _resume(rows: Iterable[CityReturn], actor: Actor) -> int:
    count = 0
    for row in rows:
        authorise(actor, "appeals.city.resume", _owned(row))
        parked = CityReturn.objects.filter(pk=row.pk, state=STATE.PARKED)
        if parked.update(state=STATE.WAITING, attempts=0, next_try_at=clock.now()):
            data = {"number": row.order.number, "result": row.kind}
            record(order_subject(row.order), "appeals.return.resumed", data, actor=actor)
            count += 1
    return count
