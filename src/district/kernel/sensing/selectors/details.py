"""One thing, datastream or source as its page shows it; what is in quarantine."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q, QuerySet, Sum
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import NotFound
from district.kernel.base.recent import kept_for
from district.kernel.history.public import Actor
from district.kernel.organisation.public import Owned, Unit, authorise_somewhere, permitted, visible
from district.kernel.sensing.models import (
    Datastream,
    ObservedProperty,
    Quarantined,
    Reason,
    Source,
    Thing,
)
from district.kernel.sensing.names import QUARANTINE_VIEW, SOURCE_VIEW, VIEW
from district.kernel.sensing.tables import quarantine_q

#: So many names a form offers at most.
_MOST_OFFERED = 300


def thing_for(key: int, actor: Actor) -> Thing:
    """A thing, retired ones too; NotFound where the actor may not see it."""
    rows = Thing.objects.filter(visible(actor, VIEW).q("lead_unit"))
    found = rows.select_related("lead_unit", "location", "source").filter(pk=key).first()
    if found is None:
        raise NotFound(_("没有这个设备。"))
    return found


def datastream_for(key: int, actor: Actor) -> Datastream:
    """A datastream with what its page needs; NotFound where the actor may not see it."""
    rows = Datastream.objects.filter(visible(actor, VIEW).q("lead_unit"))
    found = (
        rows.select_related(
            "lead_unit",
            "thing__lead_unit",
            "sensor",
            "observed_property",
            "source__lead_unit",
            "latest",
        )
        .filter(pk=key)
        .first()
    )
    if found is None:
        raise NotFound(_("没有这个数据流。"))
    return found


def source_for(key: int, actor: Actor) -> Source:
    """A source; NotFound where the actor may not see it."""
    rows = Source.objects.filter(visible(actor, SOURCE_VIEW).q("lead_unit"))
    found = rows.select_related("lead_unit").filter(pk=key).first()
    if found is None:
        raise NotFound(_("没有这个数据来源。"))
    return found


def streams_seen(row: Source | Thing, actor: Actor) -> QuerySet[Datastream]:
    """The datastreams of a source or thing that the actor may see, in use or not."""
    mine = visible(actor, VIEW).q("lead_unit")
    return row.datastreams.filter(mine).select_related("latest").order_by("pk")


@dataclass(frozen=True)
class HeldReason:
    """How many readings are in quarantine for one reason."""

    reason: Reason
    count: int


def _held(actor: Actor) -> QuerySet[Quarantined]:
    authorise_somewhere(actor, QUARANTINE_VIEW)
    return Quarantined.objects.filter(quarantine_q(visible(actor, QUARANTINE_VIEW)))


def held_by_reason(actor: Actor, *, days: int = 7, q: Q | None = None) -> list[HeldReason]:
    """How many readings of these days, today among them, were not accepted, most first. One query.

    `q` narrows them. Raises NotPermitted.
    """
    since = clock.today() - timedelta(days=days - 1)
    rows = _held(actor).filter(day__gte=since).filter(q or Q())
    counted = rows.order_by().values_list("reason").annotate(n=Sum("count"))
    found = [HeldReason(Reason(reason), count) for reason, count in counted]
    return sorted(found, key=lambda each: (-each.count, each.reason))


@dataclass(frozen=True)
class HeldRow:
    """A row of quarantine, and whether the reader may open its source and its datastream."""

    row: Quarantined
    opens_source: bool
    opens_datastream: bool


def held_newest(actor: Actor, most: int = 50, q: Q | None = None) -> list[HeldRow]:
    """What was not accepted last. Raises NotPermitted."""
    rows = _held(actor).filter(q or Q())
    rows = rows.select_related("source__lead_unit", "datastream__lead_unit")
    return [
        HeldRow(
            row,
            row.source is not None and opens(actor, SOURCE_VIEW, row.source.lead_unit),
            row.datastream is not None and opens(actor, VIEW, row.datastream.lead_unit),
        )
        for row in rows.order_by("-last_at", "-pk")[:most]
    ]


def opens(actor: Actor, action: str, unit: Unit) -> bool:
    """Whether the actor may open the page of something of that unit. No query."""
    return permitted(actor, action, Owned(unit.pk, path=unit.path))


@kept_for(10)
def property_names() -> list[str]:
    """The names of observed properties as of some seconds ago, as a form offers them."""
    rows = ObservedProperty.objects.order_by("name").values_list("name", flat=True).distinct()
    return list(rows[:_MOST_OFFERED])
