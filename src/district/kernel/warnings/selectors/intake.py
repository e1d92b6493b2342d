"""Sources and what they sent that did not fit."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Count, Prefetch, Q
from django.utils.translation import gettext as _

from district.kernel.base.errors import NotFound
from district.kernel.history.public import Actor
from district.kernel.organisation.public import authorise, visible
from district.kernel.warnings.models import Source, SourceKey, Unfit
from district.kernel.warnings.names import MANAGE_SOURCES, VIEW_UNFIT

_SHOWN = 200


def may_see_unfit(actor: Actor) -> bool:
    """Whether the actor may look at messages that were not taken."""
    return not visible(actor, VIEW_UNFIT).nothing


def unfit_for(actor: Actor) -> list[Unfit]:
    """The messages that were not taken, those that wait first, the newest first. One query."""
    if not may_see_unfit(actor):
        return []
    rows = Unfit.objects.select_related("source", "settled_by").defer("document")
    waiting = list(rows.filter(settled_at=None).order_by("-last_at", "-pk")[:_SHOWN])
    settled = rows.exclude(settled_at=None).order_by("-last_at", "-pk")
    return waiting + list(settled[: max(_SHOWN - len(waiting), 0)])


def unfit_waiting() -> int:
    """How many messages wait for somebody to look at them. One query."""
    return Unfit.objects.filter(settled_at=None).count()


def unfit_one(key: UUID | str, actor: Actor) -> Unfit:
    """One with what was sent; NotFound where the actor may not see it. One query."""
    row = Unfit.objects.select_related("source", "settled_by").filter(pk=key).first()
    if row is None or not may_see_unfit(actor):
        raise NotFound(_("没有这份报文，或您没有查看的权限。"))
    return row


def sources_for(actor: Actor) -> list[Source]:
    """All sources with how many warnings and how many unfit messages came from each. One query."""
    authorise(actor, MANAGE_SOURCES)
    rows = Source.objects.annotate(
        alert_count=Count("alerts", distinct=True),
        unfit_count=Count("unfit", filter=Q(unfit__settled_at=None), distinct=True),
        key_count=Count("keys", filter=Q(keys__revoked_at=None), distinct=True),
    )
    return list(rows.order_by("name"))


def source_for(key: UUID | str, actor: Actor) -> Source:
    """A source with its keys; raises NotPermitted, NotFound. Two queries."""
    authorise(actor, MANAGE_SOURCES)
    keys = Prefetch("keys", queryset=SourceKey.objects.order_by("created_at", "pk"))
    found = Source.objects.filter(pk=key).prefetch_related(keys).first()
    if found is None:
        raise NotFound(_("没有这个来源。"))
    return found
