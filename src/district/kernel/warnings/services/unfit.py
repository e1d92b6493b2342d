"""Messages that are no warnings of ours: kept as they were sent, with the reason, until settled."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid, NotFound
from district.kernel.base.masking import without_numbers
from district.kernel.history.public import Actor, Subject, record
from district.kernel.notifications.public import mark_settled, notify
from district.kernel.organisation.public import (
    Owned,
    authorise,
    member_of_actor,
    members_permitted,
    root_unit,
)
from district.kernel.warnings.cap import MOST_BYTES, Alert, Problem
from district.kernel.warnings.models import Source, Unfit
from district.kernel.warnings.names import SETTLE_UNFIT, UNFIT_SUBJECT
from district.kernel.warnings.rules.signals import chinese_of


def unfit_subject(row: Unfit) -> Subject:
    """The reference of a message that was not taken."""
    return Subject(UNFIT_SUBJECT, str(row.pk))


def keep(
    source: Source,
    data: bytes,
    problems: Sequence[Problem],
    read: Alert | None = None,
    *,
    actor: Actor,
) -> Unfit:
    """Keep what a source sent and why it was not taken; the same bytes again are counted.

    Part of the caller's transaction. Of what is larger than a message may be the beginning is kept.
    """
    now, digest = clock.now(), hashlib.sha256(data).hexdigest()
    told = [
        {"code": each.code, "where": each.where, "detail": each.detail.replace("\x00", "")}
        for each in problems
    ]
    known = Unfit.objects.filter(source=source, sha256=digest)
    if known.update(times=F("times") + 1, last_at=now, problems=told):
        return known.get()
    info = chinese_of(read) if read else None
    row = Unfit.objects.create(
        source=source,
        sha256=digest,
        size=len(data),
        document=data[:MOST_BYTES],
        identifier=read.identifier if read else "",
        headline=((info.headline or info.event) if info else "")[:200],
        problems=told,
        first_at=now,
        last_at=now,
    )
    # What stands at those places may name people, and history forgets nothing.
    places = [{"code": each["code"], "where": each["where"]} for each in told]
    record(
        unfit_subject(row),
        "warnings.unfit.kept",
        {"source": source.pk, "sha256": digest, "size": len(data), "problems": places},
        actor=actor,
    )
    root = root_unit()
    notify(
        members_permitted(SETTLE_UNFIT, Owned(root.pk, path=root.path)),
        _("有一份预警报文没有采用：%(source)s") % {"source": source.name},
        without_numbers(row.headline),
        row.get_absolute_url(),
        unfit_subject(row),
    )
    return row


def settle_taken(source: Source, data: bytes, *, actor: Actor) -> None:
    """What was kept aside was sent again and taken now: nobody need look at it any more.

    Part of the caller's transaction.
    """
    digest, note = hashlib.sha256(data).hexdigest(), _("重新发送后已采用")
    rows = Unfit.objects.filter(source=source, sha256=digest, settled_at=None)
    row = rows.defer("document").first()
    # Somebody may settle it at the same moment.
    if row is not None and rows.update(settled_at=clock.now(), settled_note=note):
        mark_settled(unfit_subject(row))
        record(unfit_subject(row), "warnings.unfit.settled", {"note": note}, actor=actor)


@transaction.atomic
def settle_unfit(key: UUID | str, note: str, *, actor: Actor) -> Unfit:
    """Say what was done about a message that was not taken.

    Raises NotFound, NotPermitted, Conflict where it is settled, Invalid without words.
    """
    row = Unfit.objects.select_for_update().filter(pk=key).first()
    if row is None:
        raise NotFound(_("没有这份报文。"))
    root = root_unit()
    authorise(actor, SETTLE_UNFIT, Owned(root.pk, path=root.path))
    if row.settled_at is not None:
        raise Conflict(_("这份报文已经处理过。"))
    if not note.strip():
        raise Invalid("note", _("还没有写处理情况。"), _("例如“已人工录入”或“与本区无关”。"))
    row.settled_at, row.settled_note = clock.now(), note.strip()[:300]
    row.settled_by = member_of_actor(actor)
    row.save(update_fields=["settled_at", "settled_note", "settled_by"])
    mark_settled(unfit_subject(row))
    data = {"note": without_numbers(row.settled_note)}
    record(unfit_subject(row), "warnings.unfit.settled", data, actor=actor)
    return row
