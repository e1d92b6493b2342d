"""The monthly assessment as the bureau reports it: air, rivers, noise, night permits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from district.kernel.cases.public import (
    days_condition,
    days_q,
    register_key,
    visible_cases,
)
from district.kernel.history.public import Actor
from district.kernel.measures.public import month_end
from district.kernel.organisation.public import visible
from district.kernel.registers.public import Figure, plain_number
from district.systems.environment.models import (
    AirDay,
    AirSpan,
    MeltDecision,
    NoisePart,
    NoisePoint,
    SectionMonth,
)
from district.systems.environment.names import (
    AIR_DAYS,
    AIR_SPANS,
    DECISIONS,
    NOISE,
    PERMIT,
    SECTION_MONTHS,
    VIEW_NOISE,
)
from district.systems.environment.rules.numbers import share
from district.systems.environment.selectors.overview import DISTRICT
from district.systems.environment.standards import air_standard
from district.systems.environment.tables.air import level_word

_JUDGED = " and (level known or worst known or exceeds = true)"
#: Words of the columns of a table of figures, and its rows of (name, figures or words).
Line = tuple[str, tuple[Any, ...]]


@dataclass(frozen=True)
class Block:
    """A table of the assessment: heading, columns behind the name, rows; a sentence below it."""

    key: str
    title: str
    name: str
    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    note: str = ""


@dataclass(frozen=True)
class Monthly:
    """The assessment of a month. `missing` are the sections that miss their target in it."""

    first: date
    last: date
    blocks: tuple[Block, ...]
    missing: tuple[SectionMonth, ...]
    lead: str


def monthly(month: date, actor: Actor) -> Monthly:
    """The assessment of the month that begins on `month`, as the actor may see it. Seven queries at
    most."""
    last = month_end(month.year, month.month)
    spans = list(
        AirSpan.objects.filter(is_current=True, month=month)
        .select_related("station")
        .order_by("scope", "span")
    )
    sections = list(
        SectionMonth.objects.filter(is_current=True, month=month, assessed=True)
        .select_related("section")
        .order_by("section__code")
        .defer("means")
    )
    missing = tuple(
        row for row in sections if row.span == SectionMonth.Span.MONTH and row.meets is False
    )
    blocks = [_air(spans), _levels(month, last), _rivers(sections, month)]
    if not visible(actor, VIEW_NOISE).nothing:
        blocks.append(_noise(actor, month, last))
    if not visible(actor, f"cases.{PERMIT}.view").nothing:
        blocks.append(_permits(actor, month, last))
    return Monthly(month, last, tuple(blocks), missing, _lead(spans, sections, missing))


def _lead(
    spans: Sequence[AirSpan], sections: Sequence[SectionMonth], missing: Sequence[SectionMonth]
) -> str:
    """The month in a few sentences."""
    parts = [
        _("空气优良%(good)s天（有效%(days)s天），优良率%(rate)s%%，PM2.5平均%(pm25)s微克/立方米。")
        % {
            "good": span.good_days,
            "days": span.days,
            "rate": plain_number(span.rate) or "—",
            "pm25": plain_number(span.pm25) or "—",
        }
        for span in spans
        if span.scope == "" and span.span == AirSpan.Span.MONTH
    ]
    here = [row for row in sections if row.span == SectionMonth.Span.MONTH]
    if here:
        met = sum(row.meets is True for row in here)
        parts.append(_("%(all)s个考核断面中%(met)s个达标。") % {"all": len(here), "met": met})
        parts += [
            _("%(name)s未达标：%(items)s。")
            % {"name": row.section.name, "items": row.failing_words}
            for row in missing
        ]
    return "".join(parts)


def _span_figures(span: AirSpan | None) -> tuple[Any, ...]:
    if span is None:
        return ("—",) * 5
    scope = DISTRICT if not span.scope else f'scope = "{span.scope}"'
    where = f'{scope} and span = "{span.span}" and month = {span.month.isoformat()}'

    def figure(key: str, value: Any, unit: str, label: str) -> Figure:
        return Figure(AIR_SPANS, where, f"value:{key}", value, unit, label)

    return (
        figure("days", span.days, _("天"), _("有效天数")),
        figure("good_days", span.good_days, _("天"), _("优良天数")),
        figure("rate", span.rate, "%", _("优良率")),
        figure("pm25", span.pm25, "µg/m³", _("PM2.5平均浓度")),
        _("充足") if span.enough else _("不足"),
    )


def _air(spans: Sequence[AirSpan]) -> Block:
    by_key = {(span.scope, span.span): span for span in spans}
    lines: list[Line] = [
        (_("全区当月"), _span_figures(by_key.get(("", "month")))),
        (_("全区本年累计"), _span_figures(by_key.get(("", "year")))),
    ]
    lines += [
        (span.station.name, _span_figures(span))
        for span in spans
        if span.station is not None and span.span == AirSpan.Span.MONTH
    ]
    columns = (_("有效天数"), _("优良天数"), _("优良率"), _("PM2.5平均浓度"), _("数据是否充足"))
    note = _("全区浓度由参与评价的监测站平均；均值要有足够的有效天数才算数据充足。")
    return Block("air", _("空气质量"), _("范围"), columns, tuple(lines), note)


def _levels(month: date, last: date) -> Block:
    """How many days of the district had each level."""
    standard = air_standard(last)
    rows = AirDay.objects.filter(
        is_current=True, scope="", day__gte=month, day__lte=last, aqi__isnull=False
    )
    counted = dict(
        rows.order_by().values("level").annotate(n=Count("pk")).values_list("level", "n")
    )
    days = f"day >= {month.isoformat()} and day <= {last.isoformat()}"
    figures = tuple(
        Figure(
            AIR_DAYS,
            f'{DISTRICT} and {days} and level = "{level.key}"',
            value=counted.get(level.key, 0),
            unit=_("天"),
            label=level_word(level.key, standard),
        )
        for level in standard.levels
    )
    columns = tuple(level_word(level.key, standard) for level in standard.levels)
    return Block("levels", _("空气质量级别"), "", columns, ((_("全区天数"), figures),))


def _rivers(sections: Sequence[SectionMonth], month: date) -> Block:
    lines = []
    for span, label in (
        (SectionMonth.Span.MONTH, _("当月")),
        (SectionMonth.Span.YEAR, _("本年累计")),
    ):
        rows = [row for row in sections if row.span == span]
        where = f'assessed = true and span = "{span}" and month = {month.isoformat()}'
        lines.append((label, _river_figures(rows, where)))
    columns = (_("考核断面"), _("达标"), _("未达标"), _("不能评价"), _("达标率"), _("Ⅰ至Ⅲ类"))
    note = _("达标率按能够评价的断面计算；缺少必测项目的断面不能评价。")
    return Block("rivers", _("河流断面"), _("评价时段"), columns, tuple(lines), note)


def _river_figures(rows: Sequence[SectionMonth], where: str) -> tuple[Any, ...]:
    met = sum(row.meets is True for row in rows)
    missed = sum(row.meets is False for row in rows)
    good = sum(row.water_class in ("1", "2", "3") for row in rows)

    def figure(condition: str, value: int, label: str) -> Figure:
        both = f"{where} and {condition}" if condition else where
        return Figure(SECTION_MONTHS, both, value=value, unit=_("个断面"), label=label)

    rate = share(met, met + missed, 2)
    return (
        figure("", len(rows), _("考核断面")),
        figure("meets = true", met, _("达标断面")),
        figure("meets = false", missed, _("未达标断面")),
        figure("not meets known", len(rows) - met - missed, _("不能评价的断面")),
        "—" if rate is None else f"{rate}%",
        figure('water_class in ("1", "2", "3")', good, _("Ⅰ至Ⅲ类断面")),
    )


def _noise(actor: Actor, month: date, last: date) -> Block:
    scope = visible(actor, VIEW_NOISE)
    rows = NoisePart.objects.filter(
        scope.q("lead_unit", co_units="street_unit"),
        # Where too little was measured there is no verdict, and no share of anything.
        Q(level__isnull=False) | Q(worst__isnull=False) | Q(exceeds=True),
        is_current=True,
        day__gte=month,
        day__lte=last,
    ).order_by()
    over = Q(exceeds=True)
    counted: dict[str, Any] = {
        row["point__limits"]: row
        for row in rows.values("point__limits").annotate(
            all=Count("pk"),
            day=Count("pk", filter=over & Q(part="day")),
            night=Count("pk", filter=over & Q(part="night")),
        )
    }
    days = f"day >= {month.isoformat()} and day <= {last.isoformat()}"
    lines: list[Line] = []
    for key, label in NoisePoint.Limits.choices:
        found = counted.get(key)
        if found is None:
            continue
        where = f'limits = "{key}" and {days}'
        parts = (
            (_JUDGED, "all", _("评价次数")),
            (' and exceeds = true and part = "day"', "day", _("昼间超标")),
            (' and exceeds = true and part = "night"', "night", _("夜间超标")),
        )
        figures = tuple(
            Figure(NOISE, where + more, value=found[name], unit=_("次"), label=words)
            for more, name, words in parts
        )
        rate = share(found["all"] - found["day"] - found["night"], found["all"], 1)
        lines.append((str(label), (*figures, "—" if rate is None else f"{rate}%")))
    columns = (_("评价次数"), _("昼间超标"), _("夜间超标"), _("达标率"))
    note = _("一个监测点的一个昼间或夜间为一次；夜间记在开始的那一天。")
    return Block("noise", _("噪声"), _("功能区"), columns, tuple(lines), note)


def _permits(actor: Actor, month: date, last: date) -> Block:
    came, done = days_q("reported_at", month, last), days_q("finished_at", month, last)
    given = Q(stage__in=("granted", "suspended"))
    counted = (
        visible_cases(actor, PERMIT)
        .order_by()
        .aggregate(
            came=Count("pk", filter=came),
            given=Count("pk", filter=done & given),
            refused=Count("pk", filter=done & Q(stage="refused")),
        )
    )
    register = register_key(PERMIT)
    reported, finished = (
        days_condition(name, month, last) for name in ("reported_at", "finished_at")
    )
    figures = [
        Figure(register, reported, value=counted["came"], unit=_("件"), label=_("申请")),
        Figure(
            register,
            f'{finished} and stage in ("granted", "suspended")',
            value=counted["given"],
            unit=_("件"),
            label=_("准予许可"),
        ),
        Figure(
            register,
            f'{finished} and stage = "refused"',
            value=counted["refused"],
            unit=_("件"),
            label=_("不予许可"),
        ),
    ]
    columns = [_("申请"), _("准予许可"), _("不予许可")]
    scope = visible(actor, VIEW_NOISE)
    if not scope.nothing:
        melts = MeltDecision.objects.filter(
            scope.q("site__lead_unit", co_units="site__street_unit"), days_q("at", month, last)
        ).count()
        where = days_condition("at", month, last)
        figures.append(Figure(DECISIONS, where, value=melts, unit=_("宗"), label=_("熔断")))
        columns.append(_("其中熔断（含中止）"))
    lines: tuple[Line, ...] = ((_("当月"), tuple(figures)),)
    return Block("permits", _("夜间施工许可"), "", tuple(columns), lines)
