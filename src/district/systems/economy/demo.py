"""The system's part of a demo: three years of invented series, made from the file `economy` of
`[demo]`, and the targets of the year taken apart.

Where a series has values already, nothing is added.
"""

from __future__ import annotations

import io
import random
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from pathlib import Path
from typing import Any

from django.utils import timezone
from openpyxl import Workbook

from district.kernel.base import clock
from district.kernel.base.district_files import DemoTime, declare_demo
from district.kernel.history.public import Actor
from district.kernel.measures.public import month_end
from district.kernel.organisation.public import Role, actor_for, members_acting, units
from district.systems.economy.demo_meetings import (
    before_start,
    follow,
    hold,
    refresh_decided,
    told_at,
)
from district.systems.economy.models import Nowcast, Series, SeriesValue
from district.systems.economy.names import SYSTEM
from district.systems.economy.selectors.known import whole_values
from district.systems.economy.selectors.patterns import periods_of
from district.systems.economy.selectors.settings import members_of, settings
from district.systems.economy.services.deciding import (
    approve_decomposition,
    propose_decomposition,
)
from district.systems.economy.services.drafting import draft_decomposition
from district.systems.economy.services.importing import check_workbook
from district.systems.economy.services.nowcasts import compute_nowcast
from district.systems.economy.services.values import Told, record_series_values

_FILE = "economy"
_MARK = "演示数据：虚构"
#: On which day of the next month the bureau tells a month, where the file does not say.
_TOLD_ON = 18
_SEED = 440307


@dataclass(frozen=True)
class _Plan:
    """A series of the demo with what its file says; `told_on` is the day of the next month on
    which the bureau tells a month."""

    series: Series
    said: Mapping[str, Any]
    last_month: int
    told_on: int

    @property
    def ends(self) -> tuple[int, ...]:
        """Months in which a period ends."""
        return tuple(last for _first, last in periods_of(self.series))

    def growth(self, year: int, month: int, newest: int) -> Decimal:
        """The published growth of a year to date."""
        named = self.said.get("months", {}) if year == newest else self.said.get("past", {})
        if year >= newest - 1 and str(month) in named:
            return Decimal(str(named[str(month)]))
        whole = Decimal(str(self.said["growth"].get(str(year), 5)))
        rng = random.Random(f"{_SEED}{self.series.key}{year}{month}")  # noqa: S311  # invented data
        drift = Decimal(str(round(rng.uniform(-1.2, 1.2) * (12 - month) / 12, 1)))
        return whole + drift if month < 12 else whole


def play(time_: DemoTime) -> Iterator[str]:
    """Record the series before `time_.starts_at`; twice adds nothing."""
    path = time_.files.get(_FILE)
    if path is None or SeriesValue.objects.exists():
        return
    said = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    known = Series.objects.in_bulk(list(said["series"]))
    newest = timezone.localtime(time_.starts_at).year
    told_on = int(said.get("told_on", _TOLD_ON))
    plans = [
        _Plan(known[key], own, int(said["last_month"]), told_on)
        for key, own in said["series"].items()
        if key in known
    ]
    meetings = before_start(said.get("meetings", ()), time_.starts_at)
    # What comes after the first meeting is told after it, so that its pack knows no more.
    first = told_at(meetings[0]) if meetings else time_.starts_at
    _past(plans, newest, time_)
    _months(plans, newest, time_.begins_at, first)
    approved = sum(
        _approve(plan, Decimal(str(plan.said["target"])), newest)
        for plan in plans
        if "target" in plan.said
    )
    held = _meetings(plans, meetings, newest, time_.starts_at)
    with clock.moved_to(time_.starts_at):
        _foresee(plans, newest)
        refresh_decided()
    _send_table(known.get("trade"), newest, time_)
    yield (
        f"economy: {len(known)} series, {SeriesValue.objects.count()} values, "
        f"{approved} targets taken apart, "
        f"{Nowcast.objects.count()} nowcasts, {held} meetings"
    )


def _foresee(plans: Sequence[_Plan], year: int) -> None:
    """Compute the nowcasts that figures or targets have changed since."""
    for one in plans:
        compute_nowcast(one.series.key, year, actor=SYSTEM)


def _meetings(
    plans: Sequence[_Plan], said: Sequence[Mapping[str, Any]], newest: int, starts_at: datetime
) -> int:
    """The meetings, each after what was told before it; returns how many were held. Afterwards
    everything that comes before the demo's own moment has been told."""
    planner, held = _planner(), 0
    for at, one in enumerate(said):
        before = told_at(one)
        with clock.moved_to(before - timedelta(hours=8)):
            _foresee(plans, newest)
        if planner is not None:
            held += hold(one, planner)
        after = told_at(said[at + 1]) if at + 1 < len(said) else starts_at
        _months(plans, newest, before, after)
        if planner is not None:
            follow(one, planner, after)
    return held


def _past(plans: Sequence[_Plan], newest: int, time_: DemoTime) -> None:
    """Two past years at once, as final."""
    with clock.moved_to(time_.begins_at):
        for plan in plans:
            past: list[Told] = []
            for year in (newest - 2, newest - 1):
                for month in plan.ends:
                    past += _told(plan, year, month, newest)
            _record(plan.series, past, "bureau", "final")


def _months(plans: Sequence[_Plan], newest: int, since: datetime, until: datetime) -> None:
    """The newest year month by month as preliminary, what is told from `since` until `until`, so
    that lights turn when they would have."""
    for month in range(1, 13):
        of_month = [plan for plan in plans if month in plan.ends and month <= plan.last_month]
        if not of_month:
            continue
        # January is told with February, after the plan was taken on.
        at = _publication(newest, max(month, 2), of_month[0].told_on)
        if not since <= at < until:
            continue
        with clock.moved_to(at):
            for plan in of_month:
                _filed(plan, newest, month)
                told = _told(plan, newest, month, newest)
                _record(plan.series, told, "bureau", "preliminary")
        with clock.moved_to(at + timedelta(hours=1)):
            for plan in of_month:
                if plan.series.key == "gdp" and month == 6:
                    _revise(plan, newest)


def _publication(year: int, month: int, told_on: int) -> datetime:
    day = (month_end(year, month) + timedelta(days=1)).replace(day=told_on)
    return timezone.make_aware(datetime.combine(day, time(10)))


def _record(series: Series, told: Sequence[Told], source: str, status: str) -> None:
    if told:
        record_series_values(
            series, told, source=source, status=status, source_name=_MARK, note=_MARK, actor=SYSTEM
        )


def _revise(plan: _Plan, newest: int) -> None:
    """The first quarter was verified in July: a tenth of a point more."""
    revised = [
        Told(one.period_start, one.period_end, growth=(one.growth or Decimal(0)) + Decimal("0.1"))
        for one in _told(plan, newest, 3, newest)
        if not one.industry
    ]
    _record(plan.series, revised, "bureau", "final")


def _filed(plan: _Plan, year: int, month: int) -> None:
    """What the department expected, a little earlier."""
    expected = plan.said.get("filed", {}).get(str(month))
    if expected is not None:
        told = Told(date(year, 1, 1), month_end(year, month), growth=Decimal(str(expected)))
        _record(plan.series, [told], "department", "estimate")


def _told(plan: _Plan, year: int, month: int, newest: int) -> list[Told]:
    """What the bureau says of a year to date: the whole and every member."""
    series, start, end = plan.series, date(year, 1, 1), month_end(year, month)
    growth = plan.growth(year, month, newest)
    if not series.has_levels:
        return [Told(start, end, growth=growth)]
    deflator = _decimal(plan.said.get("deflator")) if series.prices == "comparable" else None
    level, base = _level(plan, year, month, newest, growth, deflator)
    found = [Told(start, end, level, growth, base, deflator)]
    for dimension in series.dimensions:
        shares = _shares(plan, dimension)
        levels = _parted(series, level, _weights(shares, plan, year, month, "now"))
        bases = _parted(series, base, _weights(shares, plan, year, month, "before"))
        for member, own, before in zip(shares, levels, bases, strict=True):
            grown = (own * 100 / (deflator or 100) / before - 1) * 100
            found.append(
                Told(start, end, own, round(grown, 1), before, deflator, **{dimension: member})
            )
    return found


def _decimal(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def _level(
    plan: _Plan, year: int, month: int, newest: int, growth: Decimal, deflator: Decimal | None
) -> tuple[Decimal, Decimal]:
    """The level of a year to date and its comparable base: what was published a year before,
    restated where the file says so."""
    step = Decimal(1).scaleb(-plan.series.places)
    first = newest - 2
    whole = Decimal(str(plan.said["level"]))
    if year == first:
        level = whole * _done(plan, year, month)
        factor = (100 + growth) / 100 * (deflator or Decimal(100)) / 100
        return level.quantize(step, ROUND_HALF_EVEN), (level / factor).quantize(step)
    before_growth = plan.growth(year - 1, month, newest)
    before, _base = _level(plan, year - 1, month, newest, before_growth, deflator)
    base = before
    if year == newest:
        base = (before * Decimal(str(plan.said.get("restated", 1)))).quantize(step)
    level = base * (100 + growth) / 100 * (deflator or Decimal(100)) / 100
    stated = plan.said.get(f"level_{year}")
    if stated is not None and month == 12:
        level = Decimal(str(stated))
    return level.quantize(step, ROUND_HALF_EVEN), base


def _done(plan: _Plan, year: int, month: int) -> Decimal:
    """What share of a year is done by the end of a month."""
    weights = [7.2, 6.4, 8.6, 8.1, 8.3, 9.0, 8.2, 8.3, 9.1, 8.2, 8.7, 9.9]
    rng = random.Random(f"{_SEED}{plan.series.key}{year}")  # noqa: S311  # invented data
    varied = [one * rng.uniform(0.97, 1.03) for one in weights]
    return Decimal(str(round(sum(varied[:month]) / sum(varied), 6)))


def _shares(plan: _Plan, dimension: str) -> dict[str, float]:
    """The members' shares of the whole: of industries as the file says, of streets invented."""
    if dimension == "industry":
        return {key: float(share) for key, share in plan.said["shares"].items()}
    rng = random.Random(f"{_SEED}{plan.series.key}")  # noqa: S311  # invented data
    found = {key: rng.uniform(0.4, 1.6) for key in members_of(plan.series, dimension)}
    whole = sum(found.values())
    return {key: share / whole for key, share in found.items()}


def _weights(
    shares: Mapping[str, float], plan: _Plan, year: int, month: int, which: str
) -> list[float]:
    found = []
    for key, share in shares.items():
        rng = random.Random(f"{_SEED}{plan.series.key}{key}")  # noqa: S311  # invented data
        pace, wave = rng.uniform(-0.03, 0.03), rng.uniform(-0.01, 0.01)
        at = year - (which == "before")
        found.append(share * (1 + pace) ** (at % 10) * (1 + wave * ((month + at) % 4)))
    return found


def _parted(series: Series, whole: Decimal, weights: Sequence[float]) -> list[Decimal]:
    """A number in parts that add up to it exactly at the series' own places."""
    step = Decimal(1).scaleb(-series.places)
    total = sum(weights)
    parts = [
        (whole * Decimal(str(round(one / total, 9)))).quantize(step, ROUND_HALF_EVEN)
        for one in weights
    ]
    largest = max(range(len(parts)), key=lambda at: parts[at])
    parts[largest] += whole - sum(parts, Decimal(0))
    return parts


def _send_table(series: Series | None, year: int, time_: DemoTime) -> None:
    """A table that waits to be decided on: a month of it is a text, so nothing of it is taken."""
    layout = settings().layouts.get("trade_year")
    if series is None or layout is None:
        return
    told = [row for row in whole_values(series) if row.period_end.year == year]
    book = Workbook()
    sheet = book.active or book.create_sheet()
    sheet.append([f"{year}年{series.name}（{_MARK}）"])
    sheet.append([f"单位：{series.unit}"])
    months = [row.period_end.month for row in told]
    sheet.append(["指标", *(f"{month}月" for month in [*months, max(months, default=0) + 1])])
    sheet.append([layout.total, *(float(row.value or 0) for row in told), "待核"])
    content = io.BytesIO()
    book.save(content)
    with clock.moved_to(time_.starts_at - timedelta(hours=20)):
        check_workbook("进出口总额（演示）.xlsx", content.getvalue(), layout.key, actor=SYSTEM)


def _approve(plan: _Plan, target: Decimal, year: int) -> bool:
    """The lead unit's officer drafts, a planner approves in March; where the demo has no planner,
    it stays a draft."""
    planner = _planner()
    with clock.moved_to(_publication(year, 2, plan.told_on)):
        row = draft_decomposition(plan.series, year, target, note=_MARK, actor=SYSTEM)
        propose_decomposition(row.pk, actor=SYSTEM)
        if planner is None:
            return False
        approve_decomposition(row.pk, actor=planner)
    return True


def _planner() -> Actor | None:
    """The demo's planner, of the district itself or of a unit."""
    district = units(level="district").first()
    return _somebody([district.pk] if district else [], Role.PLANNER) or _somebody(
        list(units().values_list("pk", flat=True)), Role.PLANNER
    )


def _somebody(codes: Sequence[str], role: str) -> Actor | None:
    found = members_acting(codes, [role]).order_by("name").first()
    return actor_for(found) if found else None


declare_demo("economy", play, file=_FILE)
