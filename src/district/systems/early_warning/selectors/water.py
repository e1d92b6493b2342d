"""Water levels: which stand over a mark, what is expected, and how good that was."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import NotFound
from district.kernel.cases.public import days_condition, days_q
from district.kernel.history.public import Actor
from district.kernel.organisation.public import visible
from district.kernel.registers.public import Figure
from district.kernel.sensing.public import NotConfigured, Series, series_of
from district.systems.early_warning.models import Forecast, ForecastRun, Station
from district.systems.early_warning.names import FORECASTS, VIEW_STATION
from district.systems.early_warning.selectors.rights import with_street_q
from district.systems.early_warning.selectors.words import quoted
from district.systems.early_warning.terms import terms

#: So far back a station's chart goes.
_SHOWN = timedelta(hours=48)
#: A level that is older than this is said to be.
_OLD = timedelta(hours=2)


def stations_seen(actor: Actor) -> QuerySet[Station]:
    """The stations that the actor may see."""
    return Station.objects.filter(with_street_q(visible(actor, VIEW_STATION)))


def station_for(key: UUID | str, actor: Actor) -> Station:
    """A station with its newest level; NotFound where the actor may not see it."""
    rows = stations_seen(actor).select_related(
        "lead_unit", "street_unit", "level__latest", "level__observed_property"
    )
    found = rows.filter(pk=key).first()
    if found is None:
        raise NotFound(_("没有这个水位站，或您没有查看的权限。"))
    return found


@dataclass(frozen=True)
class Level:
    """A station's newest level; `over` is "", "warning" or "danger", `by` metres over that mark,
    `old` whether it was read long ago. `signal` is the colour that says how grave it is."""

    station: Station
    value: float | None
    at: datetime | None
    over: str
    by: float
    old: bool

    @property
    def signal(self) -> str:
        return {"danger": "red", "warning": "yellow"}.get(self.over, "")

    @property
    def word(self) -> str:
        return {"danger": _("超保证水位"), "warning": _("超警戒水位")}.get(self.over, "")


def level_of(station: Station) -> Level:
    """The newest level held against the marks; it must be loaded."""
    latest = getattr(station.level, "latest", None)
    if latest is None:
        return Level(station, None, None, "", 0, old=True)
    old = latest.time < clock.now() - _OLD
    for key, mark in (("danger", station.danger_level), ("warning", station.warning_level)):
        if mark is not None and latest.value >= float(mark):
            return Level(station, latest.value, latest.time, key, latest.value - float(mark), old)
    return Level(station, latest.value, latest.time, "", 0, old)


def levels(actor: Actor, *, only_over: bool = False, most: int = 400) -> list[Level]:
    """The newest levels of the stations in use, those most over a mark first. One query."""
    rows = stations_seen(actor).filter(is_active=True).select_related("level__latest")
    found = [level_of(station) for station in rows.order_by("code")[:most]]
    if only_over:
        found = [one for one in found if one.over and not one.old]
    rank = {"danger": 0, "warning": 1, "": 2}
    return sorted(found, key=lambda one: (rank[one.over], -one.by, one.station.code))


@dataclass(frozen=True)
class Error:
    """How far forecasts over a horizon were off in the past days: counted ones, the mean of their
    absolute errors and of those of "nothing changes", in metres, and the share inside the
    interval. Without counted ones the errors are None."""

    hours: int
    count: Figure
    error: Decimal | None
    base_error: Decimal | None
    inside: str

    @property
    def better(self) -> bool:
        """Whether it beat "nothing changes"."""
        known = self.error is not None and self.base_error is not None
        return known and self.error < self.base_error  # type: ignore[operator]  # both are known


def errors_of(station: Station) -> dict[int, Error]:
    """By horizon, from forecasts that were made before the reading came. One query."""
    wanted = terms().forecast
    last = clock.today()
    first = last - timedelta(days=wanted.error_days - 1)
    rows = Forecast.objects.filter(
        days_q("valid_at", first, last), station=station, observed__isnull=False
    )
    counted = (
        rows.order_by()
        .values("hours")
        .annotate(
            n=Count("pk"),
            inside=Count("pk", filter=Q(inside=True)),
            off=Sum("error"),
            base_off=Sum("base_error"),
        )
    )
    known: dict[int, dict[str, Any]] = {row["hours"]: dict(row) for row in counted}
    days = days_condition("valid_at", first, last)
    return {hours: _error(station, hours, known.get(hours), days) for hours in wanted.hours}


def _error(station: Station, hours: int, row: dict[str, Any] | None, days: str) -> Error:
    where = f"station = {quoted(station.code)} and hours = {hours} and {days} and observed known"
    n = row["n"] if row else 0
    figure = Figure(FORECASTS, where, value=n, unit=_("次"), label=_("检验次数"))
    if row is None or not n:
        return Error(hours, figure, None, None, "—")
    return Error(
        hours,
        figure,
        _metres(row["off"] / n),
        _metres(row["base_off"] / n),
        f"{row['inside'] * 100 / n:.0f}%",
    )


def _metres(given: Decimal) -> Decimal:
    """To the millimetre."""
    return given.quantize(Decimal("0.001"))


@dataclass(frozen=True)
class Expected:
    """A forecast with the statement of its error: of the past days where enough came true, else
    the one that its method had on the past that it was not fitted on."""

    forecast: Forecast
    method: str
    error: Error
    proven: bool
    over: str


@dataclass(frozen=True)
class Outlook:
    """The newest look ahead: what is expected, or why nothing is; `old` when an hour was missed."""

    run: ForecastRun | None
    expected: tuple[Expected, ...]
    refusal: str
    old: bool


def method_words() -> dict[str, str]:
    """The methods' names."""
    return {"unchanged": _("不变法"), "trend": _("趋势法"), "regression": _("回归法")}


def outlook(station: Station, errors: dict[int, Error]) -> Outlook:
    """The newest run of a station with its values. Two queries."""
    run = ForecastRun.objects.filter(station=station).order_by("-base_at").first()
    if run is None:
        none = _("还没有预报：每小时自动预报，需要接入观测记录库并有十天以上的观测。")
        return Outlook(None, (), none, old=False)
    if run.refusal:
        return Outlook(run, (), refusal_words(run), old=False)
    words, least = method_words(), terms().forecast.least_proven
    rows = Forecast.objects.filter(run=run).order_by("hours")
    expected = tuple(
        Expected(
            row,
            words.get(row.method, row.method),
            errors[row.hours],
            errors[row.hours].count.value >= least,
            _over(station, row.value),
        )
        for row in rows
        if row.hours in errors
    )
    return Outlook(run, expected, "", old=run.base_at < clock.now() - timedelta(hours=2))


def _over(station: Station, value: Decimal) -> str:
    for key, mark in (("danger", station.danger_level), ("warning", station.warning_level)):
        if mark is not None and value >= mark:
            return key
    return ""


def refusal_words(run: ForecastRun) -> str:
    """Why there is no forecast, in a sentence that says what to do."""
    facts = run.facts
    if run.refusal == "stale":
        return _("没有预报：最近一小时没有水位观测。请检查设备和网络。")
    if run.refusal == "too_few":
        return _(
            "没有预报：可用的观测只有%(hours)d小时，至少需要%(least)d小时。积累够了会自动开始。"
        ) % {"hours": facts.get("hours", 0), "least": facts.get("least", 0)}
    return _("没有预报：缺测%(missing)d%%，最多允许%(most)d%%。请检查设备为什么断传。") % {
        "missing": round(100 * facts.get("missing", 0)),
        "most": round(100 * facts.get("most", 0)),
    }


def recent_levels(station: Station) -> Series | None:
    """The levels of the last two days; None where no log is connected."""
    now = clock.now()
    try:
        return series_of(station.level_id, now - _SHOWN, now)
    except NotConfigured:
        return None
