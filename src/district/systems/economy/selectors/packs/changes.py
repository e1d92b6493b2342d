"""What has changed since a pack was made: which of its figures are stale, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from district.systems.economy.models import (
    Decision,
    Decomposition,
    Nowcast,
    Pack,
    Series,
    SeriesValue,
)
from district.systems.economy.rules.packs import (
    Content,
    IndicatorPart,
    Outcome,
    nowcast_ref,
    value_ref,
)
from district.systems.economy.selectors.packs.decisions import standings, with_standing
from district.systems.economy.selectors.settings import is_english
from district.systems.economy.words import number, period_label


@dataclass(frozen=True)
class Changes:
    """What changed: sentences by what figures rest on, sentences by the series that got what they
    had not, and the outcome of decisions by now, by their ids."""

    by_ref: Mapping[str, str] = field(default_factory=dict)
    by_series: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    outcomes: Mapping[str, Outcome] = field(default_factory=dict)


def changes_since(pack: Pack, year: int, content: Content) -> Changes:
    """What has changed since; three statements."""
    keys = [one["series"] for one in content["indicators"]]
    by_ref = _revised(pack, content)
    by_series: dict[str, tuple[str, ...]] = {}
    rows = {row.pk: vars(row) for row in _by_now(keys, year)}
    for part in content["indicators"]:
        now = rows.get(part["series"])
        if now is None:
            continue
        by_ref |= _overtaken(part, now)
        added = []
        if part["version"] is None and now["approved"] is not None:
            added.append(_("第%(number)s版目标分解已审定") % {"number": now["approved"]})
        if part["nowcast"] is None and now["nowcast_id"] is not None:
            added.append(_("全年预计已测算"))
        if added:
            by_series[part["series"]] = tuple(added)
    return Changes(by_ref, by_series, _outcomes(content))


def _by_now(keys: list[str], year: int) -> list[Series]:
    """The series with the number of the year's approved target, and with the nowcast: its key,
    version and moment. One statement."""
    approved = Decomposition.objects.filter(
        series=OuterRef("pk"), year=year, state=Decomposition.State.APPROVED
    )
    nowcast = Nowcast.objects.filter(series=OuterRef("pk"), year=year)
    rows = Series.objects.filter(pk__in=keys).annotate(
        approved=Subquery(approved.values("number")[:1]),
        nowcast_id=Subquery(nowcast.values("pk")[:1]),
        nowcast_version=Subquery(nowcast.values("version")[:1]),
        nowcast_at=Subquery(nowcast.values("computed_at")[:1]),
    )
    return list(rows)


def _overtaken(part: IndicatorPart, now: Mapping[str, Any]) -> dict[str, str]:
    """The target and the nowcast of an indicator where others hold by now."""
    found = {}
    for ref in part["rests_on"]:
        if ref.startswith("d:") and part["version"] != now["approved"]:
            found[ref] = replaced_text(part["version"] or 0, now["approved"])
        if ref.startswith("n:") and ref != nowcast_ref(now["nowcast_id"], now["nowcast_version"]):
            found[ref] = recomputed_text(now["nowcast_at"])
    return found


def replaced_text(number_: int, by: int | None) -> str:
    """That a version of a decomposition holds no more."""
    if by is None:
        return _("第%(number)s版目标分解已不再执行") % {"number": number_}
    words = {"number": number_, "by": by}
    return _("第%(number)s版目标分解已被第%(by)s版替代") % words


def recomputed_text(at: datetime) -> str:
    """That a nowcast was computed again."""
    local = timezone.localtime(at)
    return _("全年预计已于%(at)s重新测算") % {"at": f"{local:%Y-%m-%d %H:%M}"}


def _revised(pack: Pack, content: Content) -> dict[str, str]:
    """Values that were current when the pack was made and are no more; one statement."""
    rows = SeriesValue.objects.filter(
        series_id__in=[one["series"] for one in content["indicators"]], is_current=False,
        recorded_at__lte=pack.made_at, superseded_at__gte=pack.made_at,
    ).select_related("superseded_by")  # fmt: skip
    return {value_ref(row.pk): revised_text(row, content) for row in rows}


def revised_text(row: SeriesValue, content: Content) -> str:
    """How a value was revised; what came after it must be loaded."""
    after = row.superseded_by
    words = {
        "period": period_label(row),
        "name": member_of(row, content),
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


def member_of(row: SeriesValue, content: Content) -> str:
    """Of which industry or street a value is, as the pack calls it; the district's without one."""
    if row.street:
        return member_name(content, "street", row.street)
    return member_name(content, "industry", row.industry) if row.industry else _("全区")


def member_name(content: Content, dimension: str, key: str) -> str:
    """What the pack calls a member of a dimension, in the reader's language."""
    chinese, english = content["members"].get(dimension, {}).get(key, [key, ""])
    return english if is_english() and english else chinese


def _shown(value: Decimal | None) -> str:
    return "—" if value is None else number(value)


def _outcomes(content: Content) -> dict[str, Outcome]:
    """How the decisions of the pack stand by now; one statement where it has any."""
    keys = [UUID(one["id"]) for one in content["decisions"]]
    if not keys:
        return {}
    rows = with_standing(Decision.objects.filter(pk__in=keys))
    return {str(one.decision.pk): one.outcome for one in standings(rows)}
