"""A pack as sections of text, tables and charts, and as a file made of them."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from district.kernel.reports.files import (
    DASH,
    Block,
    Chart,
    Heading,
    Manuscript,
    Paragraph,
    Run,
    Table,
    day_words,
    numeral,
    printed,
)
from district.kernel.reports.files import Number as Printed
from district.systems.economy.models import Pack
from district.systems.economy.pack_drawing import Section, slides_of
from district.systems.economy.selectors.packs.views import (
    ChartView,
    IndicatorView,
    MovedView,
    Number,
    PackView,
    local_day,
)
from district.systems.economy.words import light_label
from district.systems.economy.words import number as plain
from district.ui.documents import written

#: What a pack is handed out as.
KINDS = ("docx", "pdf", "pptx")


def file_of(view: PackView, kind: str) -> bytes:
    """The pack as a file of a kind of KINDS."""
    if kind == "pptx":
        return slides_of(view.pack.meeting.title, _lead(view), sections_of(view))
    return written(manuscript_of_pack(view), kind)


def _lead(view: PackView) -> str:
    found = _("第%(number)s份材料，%(day)s生成；数据截至%(vintage)s") % {
        "number": view.pack.number,
        "day": local_day(view.pack.made_at),
        "vintage": local_day(view.vintage) or DASH,
    }
    return str(found)


def manuscript_of_pack(view: PackView) -> Manuscript:
    """The pack as a document; a chart stands above the table of its numbers."""
    blocks: list[Block] = [Paragraph((_lead(view),))]
    for at, one in enumerate(sections_of(view), 1):
        blocks.append(Heading(1, f"{numeral(at)}、{one.title}"))
        blocks += [Paragraph((note,)) for note in one.notes]
        if one.chart is not None:
            blocks.append(one.chart)
        if one.rows:
            blocks.append(Table("", one.columns, tuple(one.rows), one.source))
        else:
            blocks.append(Paragraph((one.source,)))
    made = day_words(timezone.localdate(view.pack.made_at))
    return Manuscript(view.pack.meeting.title, "", made, tuple(blocks))


def file_title(pack: Pack) -> str:
    """What the file is called, without its ending."""
    return f"{pack.meeting.title}-{pack.number}"


def sections_of(view: PackView) -> list[Section]:
    """The pack in its order; every section names source, unit and vintage."""
    found = [_decisions(view), _headlines(view)]
    for one in view.indicators:
        found += _indicator(one)
    if view.suppositions:
        found.append(_suppositions(view))
    found.append(_agenda(view))
    return found


def _said(one: Number | None) -> Run:
    """A number with its unit as a table has it, which opens its rows; stale ones say so."""
    if one is None:
        return DASH
    unit = one.unit if one.unit == "%" else ""
    text = f"{plain(round(one.value, one.places))}{unit}"
    return Printed(text, one.figure.url, bool(one.stale))


def _span(numbers: Sequence[Number]) -> Run:
    """One number, or a span from one to another in words."""
    if len(numbers) == 1:
        return _said(numbers[0])
    return " – ".join(printed(_said(number)) for number in numbers)


def _source(unit: str, vintage: str) -> str:
    found = _("来源：统计部门、目标分解和全年预计；单位：%(unit)s；数据截至：%(vintage)s") % {
        "unit": unit or DASH,
        "vintage": vintage or DASH,
    }
    return str(found)


def _decisions(view: PackView) -> Section:
    columns = (
        _("决定事项"), _("调度会"), _("牵头单位"), _("责任领导"), _("时限"), _("结果"), _("说明"),
    )  # fmt: skip
    rows = [
        (
            one.part["text"], one.part["meeting"], one.unit, one.leader, one.part["due_on"],
            f"{one.outcome}{_brackets(light_label(one.part['light']))}"
            if one.part["outcome"] in ("late", "open")
            else one.outcome,
            _("；").join(
                [*([one.part["closing"]] if one.part["closing"] else one.reasons),
                 *([one.now] if one.now else [])]
            ),
        )
        for one in view.decisions
    ]  # fmt: skip
    return Section(
        _("上次会议决定的落实情况"),
        () if rows else (_("没有以前的决定。"),),
        columns,
        rows,
        _("来源：会议决定和计划的承诺事项；截至：%(day)s") % {"day": local_day(view.pack.made_at)},
    )


def _brackets(text: str) -> str:
    return f"（{text}）" if text else ""


def _headlines(view: PackView) -> Section:
    columns = (
        _("指标"), _("灯"), _("时期"), _("数值"), _("增速"), _("全年增速目标"), _("序时进度"),
        _("完成率"), _("全年预计增速"), _("达标可能性"), _("后续需增速"),
    )  # fmt: skip
    names = (
        "value", "growth", "growth_target", "due_share", "completion", "outturn_growth", "chance",
        "needed",
    )  # fmt: skip
    rows = [
        (
            f"{one.name}（{one.part['unit']}）", light_label(one.part["light"]), one.period,
            *(_said(one.figures.get(name)) for name in names),
        )
        for one in view.indicators
    ]  # fmt: skip
    notes = [_("带*的数在材料生成以后有变动。")] if view.stale_figures else []
    return Section(
        _("主要指标"), tuple(notes), columns, rows,
        _source(_("见各行"), local_day(view.vintage)),
    )  # fmt: skip


def _indicator(one: IndicatorView) -> list[Section]:
    source = _source(one.part["unit"], local_day(one.vintage))
    found = [_standing(one, source)]
    if one.chart is not None:
        found.append(_chart(one, one.chart, source))
    found += [_moved(one, moved, source) for moved in one.moved]
    if one.behind:
        found.append(_behind(one, source))
    return found


def _standing(one: IndicatorView, source: str) -> Section:
    """The indicator in numbers, with the reasons of its light."""
    rows = [(label, _span(numbers), numbers[0].unit) for label, numbers in one.facts]
    notes = [*one.reasons, *([one.problem] if one.problem else [])]
    if one.share and one.figures.get("low"):
        notes.append(_("预计区间的可能性为%(share)s%%") % {"share": plain(round(one.share, 0))})
    notes += [_("材料生成以后：%(what)s") % {"what": what} for what in one.stale]
    light = light_label(one.part["light"])
    title = _("%(name)s：%(light)s") % {"name": one.name, "light": light}
    return Section(title, tuple(notes), (_("数据项"), _("数"), _("单位")), rows, source)


def _chart(one: IndicatorView, chart: ChartView, source: str) -> Section:
    lines = chart.lines
    rows = [
        (month, *(_said(points[at]) for _name, points in lines))
        for at, month in enumerate(chart.categories)
    ]
    said = _("%(name)s：逐月增速") if chart.is_growth else _("%(name)s：逐月完成")
    title = said % {"name": one.name}
    drawn = Chart(
        title,
        "line" if chart.is_growth else "bar",
        chart.unit,
        "",
        tuple(chart.categories),
        tuple(
            (name, tuple(None if point is None else point.value for point in points))
            for name, points in lines
        ),
    )
    columns = (_("月份"), *(name for name, _points in lines))
    return Section(title, (), columns, rows, source, drawn)


def _moved(one: IndicatorView, moved: MovedView, source: str) -> Section:
    rows = [
        (name, _said(change), _said(points), _said(growth))
        for name, change, points, growth in moved.lines
    ]
    rows.append((_("全区"), _said(moved.change), _said(moved.points), ""))
    missing = _("没有数据的：") + _("、").join(moved.missing)
    title = _("%(name)s：谁拉动了增长（%(dimension)s）") % {
        "name": one.name, "dimension": moved.dimension,
    }  # fmt: skip
    columns = (moved.dimension, _("增量"), _("拉动百分点"), _("增速"))
    return Section(title, (missing,) if moved.missing else (), columns, rows, source)


def _behind(one: IndicatorView, source: str) -> Section:
    rows = [
        (each.dimension, each.name, _said(each.actual), _said(each.due), _said(each.gap),
         _said(each.growth))
        for each in one.behind
    ]  # fmt: skip
    columns = (_("分组"), _("名称"), _("本年累计"), _("序时应达"), _("相差"), _("增速"))
    title = _("%(name)s：落后于序时进度的街道和行业") % {"name": one.name}
    return Section(title, (), columns, rows, source)


def _suppositions(view: PackView) -> Section:
    rows = [
        (
            one.name,
            _("、").join(f"{name} {plain(growth)}%" for name, growth in one.growths),
            _said(one.level), _said(one.growth), _said(one.change),
        )
        for one in view.suppositions
    ]  # fmt: skip
    columns = (_("指标"), _("假设的增速"), _("假设的数值"), _("全区增速"), _("增减"))
    return Section(
        _("假设测算"), (), columns, rows, _source(_("见各指标"), local_day(view.vintage))
    )


def _agenda(view: PackView) -> Section:
    rows = [(one.text, one.unit, one.leader, one.part["due_on"] or DASH) for one in view.agenda]
    return Section(
        _("提请会议决定"),
        () if rows else (_("没有待议的事项。"),),
        (_("事项"), _("单位"), _("责任领导"), _("时限")),
        rows,
        _("来源：待议的会议决定和送审的目标分解；截至：%(day)s")
        % {"day": local_day(view.pack.made_at)},
    )
