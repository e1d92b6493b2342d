"""What has changed since a pack was made: which of its figures are stale, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from district.systems.economy.models import (
    Decision,
    Decomposition,
    Nowcast,
    Pack,
    SeriesValue,
)
from district.systems.economy.rules.packs import (
    Content,
    Outcome,
    nowcast_ref,
    target_ref,
    value_ref,
)
from district.systems.economy.selectors.packs.decisions import (
    decisions_with_commitments,
    standings,
)
from district.systems.economy.selectors.settings import member_label
from district.systems.economy.words import number, period_label

_State = Decomposition.State


@dataclass(frozen=True)
class Changes:
    """What changed: sentences by what figures rest on, sentences by the series that got what they
    had not, and the outcome of decisions by now, by their ids."""

    by_ref: Mapping[str, str] = field(default_factory=dict)
    by_series: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    outcomes: Mapping[str, Outcome] = field(default_factory=dict)


def changes_since(pack: Pack, year: int, content: Content) -> Changes:
    """What has changed since; at most five statements."""
    keys = [one["series"] for one in content["indicators"]]
    by_ref = _revised(pack, keys)
    by_series: dict[str, list[str]] = {}
    targets = _targets(keys, year)
    nowcasts = list(Nowcast.objects.filter(series_id__in=keys, year=year))
    for part in content["indicators"]:
        key = part["series"]
        added = by_series.setdefault(key, [])
        approved = targets.approved.get(key)
        if approved is not None and part["version"] is None:
            added.append(_("第%(number)s版目标分解已审定") % {"number": approved})
        known = [one for one in nowcasts if one.series_id == key]
        if known and part["nowcast"] is None:
            added.append(_("全年预计已测算"))
    by_ref |= targets.replaced
    for row in nowcasts:
        at = timezone.localtime(row.computed_at)
        text = _("全年预计已于%(at)s重新测算") % {"at": f"{at:%Y-%m-%d %H:%M}"}
        by_ref |= {nowcast_ref(row.pk, version): text for version in range(row.version)}
    return Changes(
        by_ref, {key: tuple(said) for key, said in by_series.items() if said}, _outcomes(content)
    )


def _revised(pack: Pack, keys: Iterable[str]) -> dict[str, str]:
    """Values that were current when the pack was made and are no more; one statement."""
    rows = SeriesValue.objects.filter(
        series_id__in=list(keys), is_current=False, recorded_at__lte=pack.made_at,
        superseded_at__gte=pack.made_at,
    ).select_related("superseded_by", "series")  # fmt: skip
    return {value_ref(row.pk): _revision(row) for row in rows}


def _revision(row: SeriesValue) -> str:
    after = row.superseded_by
    name = row.industry and member_label("industry", row.industry)
    if row.street:
        name = member_label("street", row.street)
    words = {
        "period": period_label(row),
        "name": name or _("全区"),
        "day": f"{timezone.localtime(row.superseded_at):%Y-%m-%d}" if row.superseded_at else "",
    }
    if after is not None and row.value != after.value:
        return _("%(period)s%(name)s数值由%(before)s修订为%(after)s（%(day)s）") % {
            **words, "before": _shown(row.value), "after": _shown(after.value),
        }  # fmt: skip
    if after is not None and row.growth != after.growth:
        return _("%(period)s%(name)s增速由%(before)s%%修订为%(after)s%%（%(day)s）") % {
            **words, "before": _shown(row.growth), "after": _shown(after.growth),
        }  # fmt: skip
    return _("%(period)s%(name)s的数据已修订（%(day)s）") % words


def _shown(value: Decimal | None) -> str:
    return "—" if value is None else number(value)


@dataclass(frozen=True)
class _Targets:
    replaced: Mapping[str, str]
    approved: Mapping[str, int]


def _targets(keys: Iterable[str], year: int) -> _Targets:
    """Versions that gave way, and the number of each approved one; one statement."""
    rows = list(
        Decomposition.objects.filter(
            series_id__in=list(keys), year=year, state__in=(_State.APPROVED, _State.REPLACED)
        ).only("pk", "series_id", "number", "state")
    )
    approved = {row.series_id: row.number for row in rows if row.state == _State.APPROVED}
    replaced = {
        target_ref(row.pk): _("第%(number)s版目标分解已被第%(by)s版替代")
        % {"number": row.number, "by": approved.get(row.series_id, row.number + 1)}
        for row in rows
        if row.state == _State.REPLACED
    }
    return _Targets(replaced, approved)


def _outcomes(content: Content) -> dict[str, Outcome]:
    """How the decisions of the pack stand by now; at most two statements."""
    keys = [UUID(one["id"]) for one in content["decisions"]]
    if not keys:
        return {}
    rows = Decision.objects.filter(pk__in=keys).select_related(*decisions_with_commitments())
    return {str(one.decision.pk): one.outcome for one in standings(rows)}
