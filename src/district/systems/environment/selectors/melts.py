"""What the rule of automatic refusal has before it: the rule in force, a site's exceedances, which
of them a review has set aside."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from district.kernel.base import clock
from district.kernel.cases.public import CaseStep
from district.systems.environment.models import (
    Application,
    MeltDecision,
    MeltRuleVersion,
    NoisePart,
)
from district.systems.environment.names import PERMIT
from district.systems.environment.rules.melt import (
    Exceedance,
    MeltRule,
    Verdict,
    parse_melt,
    verdict,
)
from district.systems.environment.selectors.streams import part_end

OVERTURNS = ("overturn_refusal", "overturn_suspension")
UPHOLDS = ("uphold_refusal", "uphold_suspension")
#: Stages in which an application is not decided yet, and that in which a permit is in force.
PENDING = ("submitted", "checking", "correcting", "approving")
GRANTED = "granted"


@dataclass(frozen=True)
class RuleInForce:
    """The rule and the row of its version."""

    rule: MeltRule
    row: MeltRuleVersion


def rule_in_force() -> RuleInForce | None:
    """The newest version of the rule; None where the district states none. One query."""
    row = MeltRuleVersion.objects.first()
    return RuleInForce(parse_melt(row.content), row) if row is not None else None


def with_state(rows: QuerySet[MeltDecision]) -> QuerySet[Any]:
    """Decisions with `revoked` and `upheld`: what a review of their case said since."""
    since = CaseStep.objects.filter(case=OuterRef("case"), at__gte=OuterRef("at"))
    return rows.annotate(
        revoked=Exists(since.filter(action__in=OVERTURNS)),
        upheld=Exists(since.filter(action__in=UPHOLDS)),
    )


def set_aside(sites: Collection[UUID]) -> set[tuple[UUID, date, str]]:
    """The exceedances that a review has set aside, by point, day and part. One query.

    They are those that the revoked decision had counted; a later vintage of one stays set aside.
    """
    revoked = with_state(MeltDecision.objects.filter(site__in=sites)).filter(revoked=True)
    rows = NoisePart.objects.filter(melts__in=revoked.values("pk"))
    return set(rows.values_list("point", "day", "part").distinct())


def exceedances_of(
    sites: Collection[UUID], since: date
) -> dict[UUID, list[tuple[Exceedance, NoisePart]]]:
    """The exceedances of sites that began on a day or later and are over by now. Two queries."""
    aside, now = set_aside(sites), clock.now()
    rows = NoisePart.objects.filter(
        site__in=sites, is_current=True, exceeds=True, day__gte=since
    ).defer("evidence")
    found: dict[UUID, list[tuple[Exceedance, NoisePart]]] = {}
    for row in rows.select_related("point").order_by("day", "part", "point__code"):
        if row.site_id is None or part_end(row.day, row.part) > now:
            continue
        known = (row.point_id, row.day, row.part) in aside
        over = max(row.over, row.peak_over)
        one = Exceedance(str(row.pk), row.day, row.part, over, set_aside=known)
        found.setdefault(row.site_id, []).append((one, row))
    return found


def verdicts_of(sites: Collection[UUID], rule: MeltRule, on: date) -> dict[UUID, Verdict]:
    """What the rule says of sites on a day; a site without exceedances is left out. Two queries."""
    since = on - timedelta(days=rule.within_days - 1)
    return {
        site: verdict(rule, [one for one, _row in some], on)
        for site, some in exceedances_of(sites, since).items()
    }


def applications_to_judge(on: date) -> QuerySet[Application]:
    """Applications that are not decided yet, and permits that are in force or still to come."""
    rows = Application.objects.filter(case__type_key=PERMIT, ends_on__gte=on)
    return rows.filter(case__stage__in=(*PENDING, GRANTED)).select_related("case", "site")


def permits_in_force(on: date) -> QuerySet[Application]:
    """Permits whose nights are not over, the first nights first."""
    rows = Application.objects.filter(
        case__type_key=PERMIT, case__stage=GRANTED, ends_on__gte=on
    ).select_related("case", "site", "site__street_unit")
    return rows.order_by("starts_on", "case__number")
