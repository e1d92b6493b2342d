"""Reads of landings, and how many of them count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from decimal import Decimal
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from district.kernel.base.errors import NotFound
from district.kernel.history.public import Actor
from district.kernel.measures.public import Computed, MeasureSpec, StatPeriod
from district.kernel.organisation.public import root_code, visible
from district.systems.scenarios.catalogue import catalogue
from district.systems.scenarios.models import Landing
from district.systems.scenarios.names import VIEW


def landing_for(landing_id: UUID | str, actor: Actor) -> Landing:
    """The landing with its entries; NotFound also where the actor may not see it."""
    rows = Landing.objects.filter(visible(actor, VIEW).q("lead_unit"))
    try:
        found = (
            rows.select_related("offer", "need", "lead_unit", "offer__lead_unit", "need__lead_unit")
            .filter(pk=landing_id)
            .first()
        )
    except (ValueError, ValidationError):
        found = None
    if found is None:
        raise NotFound(_("没有这项落地，或您没有查看的权限。"))
    return found


def with_whole(counted: Mapping[str, int]) -> dict[str, Decimal]:
    """Counts by unit as a measure takes them: the district's is the sum of all."""
    found = {unit: Decimal(number) for unit, number in counted.items()}
    return {**found, root_code(): Decimal(sum(counted.values()))}


def landed_by_unit(period: StatPeriod) -> Mapping[str, Decimal]:
    """Confirmed landings by the need's lead unit, by the day on which they landed. One query."""
    rows = _landed_in(period)
    counted = rows.order_by().values_list("need__lead_unit").annotate(n=Count("pk"))
    return with_whole(dict(counted))


def landed_with(tag: str) -> Callable[[StatPeriod], Mapping[str, Decimal]]:
    """The same of needs that carry a tag. One query."""

    def compute(period: StatPeriod) -> Mapping[str, Decimal]:
        rows = _landed_in(period).order_by().values_list("need__lead_unit", "need__tags")
        return with_whole(Counter(unit for unit, tags in rows if tag in tags))

    return compute


def landed_tag_measures() -> list[Computed]:
    """`scenarios_landed_<tag>` for every tag whose landings the catalogue counts."""
    return [_of_tag(tag) for tag in catalogue().counted_tags]


def _of_tag(tag: str) -> Computed:
    words = catalogue().tags[tag]
    spec = MeasureSpec(
        f"scenarios_landed_{tag}", f"{words.zh}场景落地数", f"{words.en} scenarios landed",
        unit="个", decimals=0, source="system",
        definition=f"按落地日期统计经核实的、需方标签含“{words.zh}”的场景落地，"
        "同一对供需计一次，计入需方牵头单位。",
    )  # fmt: skip
    return Computed(spec, landed_with(tag))


def _landed_in(period: StatPeriod) -> QuerySet[Landing]:
    return Landing.objects.filter(
        state=Landing.State.CONFIRMED, landed_on__gte=period.start, landed_on__lte=period.end
    )
