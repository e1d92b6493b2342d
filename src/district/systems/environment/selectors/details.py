"""One place or one result as its page shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import NotFound
from district.kernel.cases.public import Case, CaseStep
from district.kernel.history.public import Actor
from district.kernel.organisation.public import visible
from district.kernel.sensing.public import Datastream
from district.systems.environment.models import (
    AirDay,
    AirStation,
    Application,
    Computed,
    MeltDecision,
    NoisePart,
    NoisePoint,
    RiverSection,
    SectionMonth,
    Site,
)
from district.systems.environment.names import VIEW, VIEW_NOISE
from district.systems.environment.rules.melt import Verdict, verdict
from district.systems.environment.selectors.melts import (
    OVERTURNS,
    UPHOLDS,
    RuleInForce,
    exceedances_of,
    rule_in_force,
    with_state,
)

_SHOWN_DAYS = 30


def seen(rows: QuerySet[Any], key: UUID, actor: Actor, action: str, path: str = "") -> Any:
    """The row of that key that the actor may see; NotFound otherwise. `path` leads to its place."""
    scope = visible(actor, action)
    within = scope.q(f"{path}lead_unit", co_units=f"{path}street_unit")
    found = rows.filter(within, pk=key).first()
    if found is None:
        raise NotFound(_("没有这一条，或您无权查看。"))
    return found


def station_for(key: UUID, actor: Actor) -> AirStation:
    """A station that the actor may see."""
    rows = AirStation.objects.select_related("street_unit", "lead_unit", "thing")
    found: AirStation = seen(rows, key, actor, VIEW)
    return found


def section_for(key: UUID, actor: Actor) -> RiverSection:
    """A river section that the actor may see."""
    rows = RiverSection.objects.select_related("street_unit", "lead_unit", "thing")
    found: RiverSection = seen(rows, key, actor, VIEW)
    return found


def point_for(key: UUID, actor: Actor) -> NoisePoint:
    """A point that the actor may see."""
    rows = NoisePoint.objects.select_related("street_unit", "lead_unit", "thing", "site")
    found: NoisePoint = seen(rows, key, actor, VIEW_NOISE)
    return found


def site_for(key: UUID, actor: Actor) -> Site:
    """A site that the actor may see."""
    found: Site = seen(
        Site.objects.select_related("street_unit", "lead_unit"), key, actor, VIEW_NOISE
    )
    return found


def part_for(key: UUID, actor: Actor) -> NoisePart:
    """A day or night at a point that the actor may see, of whatever vintage."""
    rows = NoisePart.objects.select_related("point", "point__thing", "site")
    found: NoisePart = seen(rows, key, actor, VIEW_NOISE)
    return found


def air_day_for(key: UUID, actor: Actor) -> AirDay:
    """A day's air, of whatever vintage; whoever may see the air may see all of it."""
    rows = AirDay.objects.select_related("station", "station__thing")
    found: AirDay = _public(rows, key, actor)
    return found


def section_month_for(key: UUID, actor: Actor) -> SectionMonth:
    """A section's month, of whatever vintage."""
    found: SectionMonth = _public(SectionMonth.objects.select_related("section"), key, actor)
    return found


def decision_for(key: UUID, actor: Actor) -> MeltDecision:
    """What the rule did once, where the actor may see the site."""
    rows = with_state(MeltDecision.objects.select_related("case", "site", "rule"))
    found: MeltDecision = seen(rows, key, actor, VIEW_NOISE, "site__")
    return found


def _public(rows: QuerySet[Any], key: UUID, actor: Actor) -> Any:
    if visible(actor, VIEW).nothing:
        raise NotFound(_("没有这一条，或您无权查看。"))
    found = rows.filter(pk=key).first()
    if found is None:
        raise NotFound(_("没有这一条，或您无权查看。"))
    return found


def vintages_of(model: type[Model], **same: Any) -> list[Any]:
    """All vintages of the same result, the newest first; one query."""
    return list(model._default_manager.filter(**same).order_by("-number"))


def streams_of_thing(thing: int | None) -> list[Datastream]:
    """The datastreams of a thing, with what each observes; none without a thing."""
    if thing is None:
        return []
    rows = Datastream.objects.filter(thing=thing).select_related("observed_property")
    return list(rows.order_by("pk"))


def computed_of(kind: str, code: str) -> Computed | None:
    """Up to when a place's readings have been computed."""
    return Computed.objects.filter(pk=f"{kind}:{code}").first()


@dataclass(frozen=True)
class SitePage:
    """A site: its points, what was exceeded lately, its applications, what the rule says today."""

    points: tuple[NoisePoint, ...]
    exceedances: tuple[tuple[NoisePart, bool], ...]
    applications: tuple[Application, ...]
    rule: RuleInForce | None
    verdict: Verdict | None


def site_page(site: Site) -> SitePage:
    """What a site's page shows. Five queries."""
    today = clock.today()
    found = rule_in_force()
    days = found.rule.within_days if found else _SHOWN_DAYS
    some = exceedances_of([site.pk], today - timedelta(days=days - 1)).get(site.pk, [])
    rows = Application.objects.filter(site=site).select_related("case")
    return SitePage(
        points=tuple(NoisePoint.objects.filter(site=site).order_by("code")),
        exceedances=tuple((row, one.set_aside) for one, row in reversed(some)),
        applications=tuple(rows.order_by("-case__reported_at")[:20]),
        rule=found,
        verdict=verdict(found.rule, [one for one, _row in some], today) if found else None,
    )


@dataclass(frozen=True)
class Melt:
    """A decision of the rule with the exceedances that counted."""

    decision: MeltDecision
    parts: tuple[NoisePart, ...]


def melts_of(case: Case) -> list[Melt]:
    """What the rule did to a case, the newest first, with its evidence. One query."""
    through = MeltDecision.parts.through
    rows = (
        through._default_manager.filter(meltdecision__case=case)
        .select_related("meltdecision__rule", "meltdecision__site", "noisepart__point")
        .defer("noisepart__evidence")
        .order_by("-meltdecision__at", "noisepart__day", "noisepart__part")
    )
    grouped: dict[UUID, tuple[MeltDecision, list[NoisePart]]] = {}
    for row in rows:
        _decision, parts = grouped.setdefault(row.meltdecision_id, (row.meltdecision, []))
        parts.append(row.noisepart)
    return [Melt(decision, tuple(parts)) for decision, parts in grouped.values()]


def parts_of(decision: MeltDecision) -> list[NoisePart]:
    """The exceedances that a decision counted; one query."""
    rows = decision.parts.select_related("point").defer("evidence")
    return list(rows.order_by("day", "part", "point__code"))


def review_of(decision: MeltDecision) -> CaseStep | None:
    """The step by which a review revoked or upheld a decision, the newest; None so far."""
    rows = CaseStep.objects.filter(case=decision.case_id, at__gte=decision.at)
    return rows.filter(action__in=(*OVERTURNS, *UPHOLDS)).order_by("-at").first()
