"""Keeping members away from cases: 回避, for types that declare `recusals = true`."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, NotFound, NotPermitted
from district.kernel.cases.models import Case, Recusal
from district.kernel.cases.services.doing import subject_of
from district.kernel.cases.types import case_type_of
from district.kernel.history.public import Actor, record


@transaction.atomic
def recuse(case_id: UUID | str, members: Iterable[UUID | str], reason: str, *, actor: Actor) -> int:
    """Keep members away from a case for good; returns how many were not yet.

    Only the system that the type belongs to may, as its own actor: it knows who is too near. Raises
    NotPermitted for others, NotFound, and Conflict for a type that knows no recusals.
    """
    if actor.kind != "system":
        raise NotPermitted(_("回避由系统按规则登记。"))
    case = Case.objects.filter(pk=case_id).first()
    if case is None:
        raise NotFound(_("没有这一单。"))
    if not case_type_of(case.type_key).recusals:
        raise Conflict(_("这类事件没有回避制度。"))
    known = set(Recusal.objects.filter(case=case).values_list("member_id", flat=True))
    fresh = sorted({UUID(str(member)) for member in members} - known)
    Recusal.objects.bulk_create(
        [
            Recusal(case=case, member_id=member, reason=reason[:40], at=clock.now())
            for member in fresh
        ]
    )
    if fresh:
        data = {"members": [str(member) for member in fresh], "reason": reason[:40]}
        record(subject_of(case), "cases.case.recused", data, actor=actor)
    return len(fresh)
