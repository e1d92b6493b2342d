"""Ending a measure and starting it again; its values stay in either case."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base.errors import Conflict, Invalid
from district.kernel.base.versioned import save_versioned
from district.kernel.history.public import Actor, record
from district.kernel.measures.models import Measure
from district.kernel.measures.models.measures import Source
from district.kernel.measures.providing import provider_of
from district.kernel.measures.selectors.values import measure_by_key
from district.kernel.measures.services.filings import cancel_owed, revive_cancelled
from district.kernel.measures.services.measures import as_seen
from district.kernel.measures.subjects import measure_subject
from district.kernel.measures.uses import uses_of
from district.kernel.organisation.public import authorise


@transaction.atomic
def end_measure(
    key: str, reason: str, *, cancel_open: bool, actor: Actor, seen: int | None = None
) -> Measure:
    """Have nobody file a measure any more; with `cancel_open` not even what is owed now.

    Its values and its duties stay, see `restart_measure`. Raises Invalid without a reason;
    Conflict where something in hand still reads it, for a measure that a system computes or
    provides, and when it is ended already or was changed since the reader saw version `seen`.
    """
    authorise(actor, "measures.measure.save")
    row = measure_by_key(key)
    as_seen(row, seen)
    if not row.is_active:
        raise Conflict(_("这个指标已停用。请刷新后再看。"))
    if row.source == Source.SYSTEM:
        raise Conflict(_("这个指标由系统计算，不能在这里停用。"))
    source = provider_of(key)
    if source is not None:
        raise Conflict(_("这个指标的数值来自“%(name)s”，不能停用。") % {"name": source.name})
    used = uses_of(key)
    if used:
        raise Conflict(
            _("还有 %(count)s 项在办事项用这个指标，例如“%(title)s”。请先为它们换一个指标。")
            % {"count": len(used), "title": used[0].title}
        )
    if not reason.strip():
        raise Invalid("reason", _("没有写停用原因。"), _("请写明原因，例如“统计制度调整”。"))
    cancelled = sum(cancel_owed(duty, actor) for duty in row.duties.all()) if cancel_open else 0
    data = {"reason": reason.strip(), "cancelled": cancelled}
    _switch(row, "measures.measure.ended", data, actor)
    return row


@transaction.atomic
def restart_measure(key: str, *, actor: Actor, note: str = "") -> Measure:
    """Have a measure that was ended filed again, by the duties that it had.

    Raises Conflict when it is not ended.
    """
    authorise(actor, "measures.measure.save")
    row = measure_by_key(key)
    if row.is_active:
        raise Conflict(_("这个指标在用。请刷新后再看。"))
    revived = sum(revive_cancelled(duty, actor) for duty in row.duties.filter(active=True))
    _switch(row, "measures.measure.restarted", {"revived": revived}, actor, note)
    return row


def _switch(row: Measure, kind: str, data: dict[str, Any], actor: Actor, note: str = "") -> None:
    row.is_active = not row.is_active
    save_versioned(row, ["is_active"])
    record(measure_subject(row.key), kind, data, actor=actor, note=note)
