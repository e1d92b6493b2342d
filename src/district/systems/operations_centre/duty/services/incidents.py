"""Opening an incident; everything after it is the case type's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from district.kernel.base.errors import Invalid
from district.kernel.cases.public import Report, Reported, report_case
from district.kernel.history.public import Actor
from district.kernel.organisation.public import Level, Unit, posts_of, root_code
from district.systems.operations_centre.duty.names import INCIDENT


@dataclass(frozen=True)
class NewIncident:
    """What happened. `street` is a unit's code, "" where the district itself has it in hand;
    `facts` are the type's own (kind, deaths, injured, ...)."""

    text: str
    kind: str
    street: str = ""
    place: str = ""
    title: str = ""
    lon: Any = None
    lat: Any = None
    source: str = "phone"
    facts: Mapping[str, Any] = field(default_factory=dict)


def report_incident(new: NewIncident, *, actor: Actor, key: str = "") -> Reported:
    """Open an incident at the district centre; the street where it happened has it in hand.

    People of a street or community open incidents of their own street alone. The same `key`
    opens one. Raises NotPermitted, and Invalid naming the field.
    """
    if not new.kind:
        raise Invalid("kind", _("还没有选择事件类别。"), _("请从列表中选择。"))
    own = own_streets(actor)
    if own and new.street not in own:
        raise Invalid("street", _("只能登记本街道的突发事件。"), _("其他街道的请报区指挥中心。"))
    if (
        new.street
        and not Unit.objects.filter(pk=new.street, level=Level.STREET, is_active=True).exists()
    ):
        raise Invalid("street", _("没有这个街道。"), _("请从列表中选择。"))
    report = Report(
        INCIDENT,
        new.text,
        source=new.source,
        title=new.title,
        lon=new.lon,
        lat=new.lat,
        place=new.place,
        street=new.street,
        centre=root_code(),
        facts={**new.facts, "kind": new.kind},
    )
    return report_case(report, actor=actor, key=key)


def own_streets(actor: Actor) -> set[str]:
    """The streets of somebody who acts for streets and communities only; empty for the others."""
    root = root_code()
    chains = [[code for code in post.path.split("/") if code] for post in posts_of(actor)]
    below = [chain[1] for chain in chains if len(chain) > 1]
    if any(chain == [root] for chain in chains):
        return set()
    streets = Unit.objects.filter(pk__in=below, level=Level.STREET)
    return set(streets.values_list("pk", flat=True))
