"""Targets of the doubling plan, read: what is counted for each, what is due, how its years went."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, Sum
from django.utils.translation import gettext as _
from django.utils.translation import override

from district.kernel.base import clock
from district.kernel.base.errors import NotFound
from district.kernel.conditions.public import parse, to_q
from district.kernel.matching.public import Population, Programme, evaluate_all, population
from district.kernel.measures.public import Computed, MeasureSpec, MeasureValue, StatPeriod
from district.kernel.organisation.public import root_code
from district.kernel.plan.public import Commitment, CommitmentState
from district.kernel.registers.public import Figure, register_of
from district.systems.enterprises.models import DoublingTarget, Enterprise, Qualification
from district.systems.enterprises.names import ENTERPRISES, POPULATION, QUALIFICATIONS
from district.systems.enterprises.rules.doubling import (
    Doubling,
    Indicator,
    condition_of,
    group_condition,
    indicator_of,
)
from district.systems.enterprises.selectors.catalogue import (
    catalogue,
    is_english,
    qualification_label,
)
from district.systems.enterprises.selectors.counting import Values, by_unit, newly_qualified
from district.systems.enterprises.selectors.qualifications import with_first

#: Measures that the product declares of all industries, by the qualification that they count.
_OF_ALL = {
    "specialised": "enterprises_specialised_new",
    "little_giant": "enterprises_little_giants_new",
    "champion_provincial": "enterprises_champions_new",
    "national_high_tech": "enterprises_high_tech_new",
}


@dataclass(frozen=True)
class Read:
    """A target with what it says, read."""

    row: DoublingTarget
    doubling: Doubling
    indicator: Indicator

    @property
    def codes(self) -> tuple[str, ...]:
        """The industries of its group; none for all of them."""
        group = catalogue().group(self.row.group)
        return group.codes if group else ()

    @property
    def title(self) -> str:
        """Group and indicator in the language of the page."""
        group, indicator = group_label(self.row.group), indicator_label(self.row.indicator)
        return f"{group}: {indicator}" if is_english() else f"{group}{indicator}"

    @property
    def declared(self) -> str:
        """The key of the product's own measure that counts the same; "" where there is none."""
        of_all = self.indicator.aggregation == "flow" and not self.row.group
        return _OF_ALL.get(self.indicator.qualification, "") if of_all else ""

    @property
    def measure(self) -> str:
        """The key of the measure that counts it: the product's own where it declares one, so that
        a commitment of the plan is bound to the same."""
        return self.declared or f"enterprises_doubling_{self.row.key}"

    def condition(self, until: date) -> str:
        """What of the register counts for it as of a day."""
        return condition_of(self.indicator, self.codes, self.doubling.period.start, until)

    @property
    def register(self) -> str:
        """The register whose rows are counted."""
        return QUALIFICATIONS if self.indicator.aggregation == "flow" else ENTERPRISES


def group_label(key: str) -> str:
    """The name of an industry group in the language of the page; "" is all industries."""
    found = catalogue().group(key)
    return found.label(english=is_english()) if found else key or _("全部行业")


def indicator_label(key: str) -> str:
    """What an indicator counts, in the language of the page."""
    found = indicator_of(key)
    if found is None:
        return key
    if not found.qualification:
        return _("“四上”企业营业收入") if found.sums else _("“四上”企业数")
    words = {"kind": qualification_label(found.qualification)}
    return (_("新增%(kind)s") if found.aggregation == "flow" else _("%(kind)s数")) % words


def read_target(row: DoublingTarget) -> Read:
    """A row as the rules take it."""
    indicator = indicator_of(row.indicator)
    assert indicator is not None  # noqa: S101  # it was checked when it was put in force
    said = Doubling(
        row.key,
        row.group,
        row.indicator,
        row.base_year,
        row.base,
        tuple(Decimal(one) for one in row.targets),
        row.lead_unit_id,
    )
    return Read(row, said, indicator)


def targets_in_force() -> list[Read]:
    """The targets, by group as the catalogue names them, with light and lead unit."""
    order = {group.key: at for at, group in enumerate(catalogue().industry_groups, 1)}
    rows = DoublingTarget.objects.filter(in_force=True).select_related("tracked", "lead_unit")
    found = sorted(rows, key=lambda row: (order.get(row.group, 0), row.indicator))
    return [read_target(row) for row in found]


def target_of(key: str) -> Read:
    """The target of that key; NotFound where none is in force."""
    rows = DoublingTarget.objects.filter(key=key, in_force=True)
    row = rows.select_related("tracked", "lead_unit").first()
    if row is None:
        raise NotFound(_("没有这个目标。"))
    return read_target(row)


def actuals(read: Sequence[Read], day: date) -> dict[UUID, Decimal]:
    """What is counted for each target now, by its key; of the whole register, whoever asks.

    Stocks come from this process's copy of the population, flows from one statement.
    """
    stocks = [one for one in read if one.indicator.aggregation == "stock"]
    flows = [one for one in read if one.indicator.aggregation == "flow"]
    return _stocks(stocks, day) | _flows(flows, day)


def _stocks(read: Sequence[Read], day: date) -> dict[UUID, Decimal]:
    if not read:
        return {}
    held = population(POPULATION)
    asked = {str(one.row.pk): parse(one.condition(day), _schema(ENTERPRISES)) for one in read}
    outcomes = evaluate_all(held, Programme.of(asked, day))
    found: dict[UUID, Decimal] = {}
    for one in read:
        key = str(one.row.pk)
        if one.indicator.sums:
            found[one.row.pk] = _summed(held, outcomes.mask(key, "holds"), one.indicator.sums)
        else:
            found[one.row.pk] = Decimal(outcomes[key].holds)
    return found


def _summed(held: Population, mask: Any, key: str) -> Decimal:
    column = held.columns[key]
    cells = column.cells[mask]
    total = int(cells[cells > column.unknown].sum())
    return Decimal(total).scaleb(-column.attribute.places)


def _flows(read: Sequence[Read], day: date) -> dict[UUID, Decimal]:
    if not read:
        return {}
    counts = {f"n{at}": Count("pk", filter=_flow_q(one, day)) for at, one in enumerate(read)}
    counted = with_first(Qualification.objects.all()).aggregate(**counts)
    return {one.row.pk: Decimal(counted[f"n{at}"]) for at, one in enumerate(read)}


def _flow_q(one: Read, day: date) -> Q:
    condition = parse(one.condition(day), _schema(QUALIFICATIONS))
    return to_q(condition, today=day, model=Qualification)


def _schema(key: str) -> Any:
    return register_of(key).schema()


def figure_of(one: Read, value: Decimal | None, day: date) -> Figure:
    """The number that is counted for a target, opening the rows."""
    return Figure(
        one.register,
        one.condition(day),
        f"total:{one.indicator.sums}" if one.indicator.sums else "count",
        value=value,
        unit=_(one.indicator.unit),
        label=one.title,
    )


def years_of(one: Read, now: Decimal | None, today: date) -> dict[int, Decimal | None]:
    """What was counted by the end of each year, from the base year on: this year's so far, None
    where nothing was recorded then. One statement."""
    span = range(one.doubling.base_year, one.doubling.last_year + 1)
    years: dict[int, Decimal | None] = dict.fromkeys(span)
    years[one.doubling.base_year] = one.doubling.base
    if one.indicator.aggregation == "flow":
        years |= _flow_by_year(one, today)
    else:
        recorded = MeasureValue.objects.filter(
            measure_id=one.measure, unit_id=root_code(), superseded_by=None, period_end__lt=today
        ).order_by("period_end")
        for end, value in recorded.values_list("period_end", "value"):
            if one.doubling.base_year < end.year < today.year and end.year in years:
                years[end.year] = value
    if today.year in years and today.year > one.doubling.base_year:
        years[today.year] = now
    return years


def _flow_by_year(one: Read, today: date) -> dict[int, Decimal | None]:
    days = with_first(Qualification.objects.all()).filter(_flow_q(one, today))
    found: dict[int, Decimal | None] = {}
    given = [day.year for day in days.values_list("issued_on", flat=True)]
    for year in range(one.doubling.base_year + 1, min(today.year, one.doubling.last_year) + 1):
        found[year] = Decimal(sum(1 for each in given if each <= year))
    return found


def commitments_bound(read: Iterable[Read]) -> Mapping[str, list[Commitment]]:
    """The commitments in hand that are bound to a target's measure, by the measure's key, with
    their light; one statement."""
    keys = {one.measure for one in read}
    alive = (CommitmentState.PENDING, CommitmentState.ACTIVE)
    rows = Commitment.objects.filter(measure_id__in=keys, state__in=alive)
    found: dict[str, list[Commitment]] = {}
    for row in rows.select_related("tracked").order_by("-year", "sort", "id"):
        found.setdefault(str(row.measure_id), []).append(row)
    return found


def measures() -> list[Computed]:
    """The measures of the targets, but for those that the product declares itself."""
    rows = DoublingTarget.objects.filter(in_force=True).order_by("key")
    read = [read_target(row) for row in rows]
    return [_computed(one) for one in read if not one.declared]


def measure_spec(one: Read) -> MeasureSpec:
    """How a target's measure is described."""
    codes = "、".join(one.codes) or "全部行业"
    words = "首次认定数" if one.indicator.aggregation == "flow" else "计算时的登记数"
    with override("zh-hans"):
        name = one.title
    with override("en"):
        english = one.title
    return MeasureSpec(
        one.measure,
        name,
        english,
        unit=one.indicator.unit,
        decimals=2 if one.indicator.sums else 0,
        source="system",
        aggregation=one.indicator.aggregation,
        definition=f"培土倍增目标；行业代码：{codes}；{words}。",
    )


def _computed(one: Read) -> Computed:
    return Computed(measure_spec(one), lambda period: _values(one, period))


def _values(one: Read, period: StatPeriod) -> Values:
    """What a target's measure was by unit: a flow in the period, a stock as it stands.

    How many stood above scale on a past day is not counted afterwards: of a period that is over
    there is a value on the day after its end alone.
    """
    today = clock.today()
    if one.indicator.aggregation == "flow":
        group = group_condition(one.codes)
        among = Q()
        if group:
            condition = parse(group, _schema(ENTERPRISES))
            among = to_q(condition, today=today, model=Enterprise)
        return newly_qualified(one.indicator.qualification, among)(period)
    if period.end < today - timedelta(days=1):
        return {}
    condition = parse(one.condition(today), _schema(ENTERPRISES))
    rows = Enterprise.objects.filter(to_q(condition, today=today, model=Enterprise))
    return by_unit(rows, Sum(one.indicator.sums) if one.indicator.sums else None)
