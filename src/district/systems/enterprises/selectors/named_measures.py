"""Measures that a district's catalogue names: holders of its kinds of qualification, and
enterprises of an industry group by their revenue."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q

from district.kernel.base import clock
from district.kernel.conditions.public import parse, to_q
from district.kernel.measures.public import Computed, MeasureSpec, StatPeriod
from district.kernel.registers.public import register_of
from district.systems.enterprises.models import Enterprise
from district.systems.enterprises.names import ENTERPRISES
from district.systems.enterprises.rules.catalogue import QualificationKind, RevenueBand
from district.systems.enterprises.rules.doubling import group_condition
from district.systems.enterprises.selectors.catalogue import catalogue
from district.systems.enterprises.selectors.counting import (
    Values,
    by_unit,
    newly_qualified,
    qualified,
)

#: Kinds whose holders and whose new holders the product declares measures of itself.
HELD_DECLARED = frozenset({"innovative", "little_giant", "listed", "aeo"})
NEW_DECLARED = frozenset(
    {"specialised", "little_giant", "champion_provincial", "national_high_tech"}
)


def qualification_measures() -> list[Computed]:
    """`enterprises_with_<kind>` and `enterprises_new_<kind>` for every kind of the catalogue, but
    for those that the product declares measures of."""
    found = [_held(one) for one in catalogue().qualifications if one.key not in HELD_DECLARED]
    return found + [_new(one) for one in catalogue().qualifications if one.key not in NEW_DECLARED]


def _held(kind: QualificationKind) -> Computed:
    spec = MeasureSpec(
        f"enterprises_with_{kind.key}", f"{kind.name}数", f"Holders: {kind.label(english=True)}",
        unit="家", decimals=0, source="system", aggregation="stock",
        definition=f"期末“{kind.name}”资质在有效期内的企业，一家企业有几项的计一次。",
    )  # fmt: skip
    return Computed(spec, qualified(kind.key))


def _new(kind: QualificationKind) -> Computed:
    spec = MeasureSpec(
        f"enterprises_new_{kind.key}", f"新增{kind.name}数",
        f"Newly recognised: {kind.label(english=True)}",
        unit="家", decimals=0, source="system", aggregation="flow",
        definition=f"本期首次认定“{kind.name}”的企业，重新认定和复核通过的不计。",
    )  # fmt: skip
    return Computed(spec, newly_qualified(kind.key))


def band_measures() -> list[Computed]:
    """`enterprises_band_<key>` for every band of revenue of the catalogue."""
    return [_band(one) for one in catalogue().revenue_bands]


def _band(band: RevenueBand) -> Computed:
    group = catalogue().group(band.group)
    codes = "、".join(group.codes) if group else ""
    above = "" if band.below is None else f"、不满{band.below.normalize():f}万元"
    spec = MeasureSpec(
        f"enterprises_band_{band.key}", f"{band.name}数", band.label(english=True),
        unit="家", decimals=0, source="system", aggregation="stock",
        definition=f"行业代码为{codes}、登记状态为存续、采信的年营业收入"
        f"{band.least.normalize():f}万元及以上{above}的企业；以计算时为准。",
    )  # fmt: skip
    return Computed(spec, lambda period: _within(band, period))


def band_condition(band: RevenueBand) -> str:
    """Who lies within a band, in the text form of the condition language."""
    group = catalogue().group(band.group)
    clauses = ['status = "active"', f"revenue >= {band.least.normalize():f}"]
    if band.below is not None:
        clauses.append(f"revenue < {band.below.normalize():f}")
    if group and group.codes:
        clauses.append(group_condition(group.codes))
    return " and ".join(clauses)


def _within(band: RevenueBand, period: StatPeriod) -> Values:
    """How many lie within the band as the register stands: of a period that is over there is a
    value on the day after its end alone. Two queries."""
    today = clock.today()
    if period.end < today - timedelta(days=1):
        return {}
    condition = parse(band_condition(band), register_of(ENTERPRISES).schema())
    found: Q = to_q(condition, today=today, model=Enterprise)
    return by_unit(Enterprise.objects.filter(found))
