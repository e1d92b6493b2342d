"""Sentences of the economy: periods, places, problems of a sheet, wishes that cannot be met."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from django.utils.translation import gettext as _

from district.systems.economy.models import Series, SeriesValue
from district.systems.economy.rules.decomposition.pattern import level
from district.systems.economy.rules.decomposition.wishes import Conflict, Node
from district.systems.economy.selectors.settings import member_label

_MOST_PARTS = 6


def months(first: int, last: int) -> str:
    """A stretch of a year as people call it: 1—2月, 3月, 一季度, 全年."""
    quarters = {
        (1, 3): _("一季度"),
        (4, 6): _("二季度"),
        (7, 9): _("三季度"),
        (10, 12): _("四季度"),
        (1, 12): _("全年"),
    }
    if (first, last) in quarters:
        return quarters[first, last]
    if first == last:
        return _("%(month)s月") % {"month": first}
    return _("%(first)s—%(last)s月") % {"first": first, "last": last}


def period_label(row: SeriesValue) -> str:
    """What the period of a value is called: 2025年1—8月."""
    stretch = months(row.period_start.month, row.period_end.month)
    if (row.period_start.month, row.period_end.month) == (1, 3):
        stretch = _("%(first)s—%(last)s月") % {"first": 1, "last": 3}
    return _("%(year)s年%(stretch)s") % {"year": row.period_end.year, "stretch": stretch}


def number(value: Decimal) -> str:
    """A number without trailing zeros, its thousands apart."""
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def node_label(series: Series, node: Node) -> str:
    """What a number of a decomposition is called: 电子信息 · 坂田 · 3月."""
    names = list(series.dimensions)
    parts = [
        member_label(dimension, member)
        for dimension, member in zip(names, (node.primary, node.secondary), strict=False)
        if member
    ]
    return " · ".join([*(parts or [_("全区")]), months(node.first, node.last)])


def conflict_text(series: Series, conflict: Conflict) -> str:
    """Which numbers stand against each other, and by how much."""
    places = series.places
    words = {
        "node": node_label(series, conflict.node),
        "have": number(level(conflict.have, places)),
        "need": number(level(conflict.need, places)),
        "gap": number(level(conflict.gap, places)),
        "unit": series.unit,
    }
    if conflict.need > conflict.have:
        text = _("%(node)s只有%(have)s%(unit)s，其中各项至少要%(need)s%(unit)s，差%(gap)s%(unit)s")
    else:
        text = _(
            "%(node)s要%(have)s%(unit)s，其中各项都已定死，只有%(need)s%(unit)s，多%(gap)s%(unit)s"
        )
    said = text % words
    if conflict.parts:
        shown = [node_label(series, part) for part in conflict.parts[:_MOST_PARTS]]
        more = _("等%(count)s项") % {"count": len(conflict.parts)}
        listed = _("、").join(shown) + (more if len(conflict.parts) > _MOST_PARTS else "")
        said = _("%(said)s（涉及：%(parts)s）") % {"said": said, "parts": listed}
    return said


def nowcast_note(key: str, values: Mapping[str, str]) -> str:
    """Something to know about a nowcast, or why there is none; the key where it has no words."""
    found = {
        "nowcast.filled": _("%(year)s年%(month)s月没有公布，按往年比重补算。"),
        "nowcast.restated": _("%(year)s年基数调整，以前年份按%(factor)s倍换算。"),
        "nowcast.short": _("只有%(years)s年可以检验，区间较宽。"),
        "nowcast.no_interval": _("历史数据不足，没有区间。"),
        "nowcast.not_reconciled": _("各分项公布的月份不同，未与合计协调。"),
        "nowcast.parts_apart": _("有分项不全，或与合计相差超过1%%，未与合计协调。"),
        "nowcast.no_whole_year": _("以前没有一个完整年份的数据，无法测算。"),
        "nowcast.contradiction": _("%(year)s年%(month)s月的数据前后矛盾，无法测算。请核对。"),
        "nowcast.bad_reading": _("%(year)s年有一个数据的月份不对，无法测算。请核对。"),
    }.get(key)
    return key if found is None else found % dict(values)


def model_label(model: str) -> str:
    """What a model of the nowcast is called."""
    return {
        "same": _("余下各月同去年"),
        "share": _("按往年累计比重"),
        "pattern": _("去年余下各月乘以今年累计增速"),
        "rolling_year": _("去年余下各月乘以近12个月增速"),
        "latest": _("去年余下各月乘以近3个月增速"),
        "mean": _("余下各月取往年平均"),
        "ets": _("指数平滑"),
        "ets_log": _("指数平滑（对数）"),
    }.get(model, model)


def outcome_label(outcome: str) -> str:
    """What became of a decision of a meeting."""
    return {
        "late": _("已超期"),
        "open": _("正在办理"),
        "draft": _("尚未下达"),
        "done_late": _("超期完成"),
        "done": _("按期完成"),
        "cancelled": _("已取消"),
        "dropped": _("不再下达"),
    }.get(outcome, outcome)


def light_label(light: str) -> str:
    """A light in a word, where it cannot be drawn."""
    return {
        "red": _("滞后"),
        "yellow": _("预警"),
        "green": _("正常"),
        "none": _("无数据"),
    }.get(light, light)


def problem_text(code: str, params: Mapping[str, str]) -> tuple[str, str]:
    """What is wrong with a cell, and what to do."""
    found = _problems().get(code)
    if found is None:
        return code, ""
    told = {"near": "", **params}
    text, remedy = found
    if code in ("unknown_member", "unknown_indicator") and told["near"]:
        remedy = _("是不是“%(near)s”？请改成一致的名称，或在区数据中登记这种写法。")
    return text % told, remedy % told


def _problems() -> dict[str, tuple[str, str]]:
    """The sentences by code; texts may hold what the problem tells."""
    return {
        "no_year": (
            _("“%(text)s”里没有年份"),
            _("请在这一格写明年份，例如“2025年1—8月”。"),
        ),
        "no_period": (
            _("“%(text)s”里没有月份"),
            _("请在这一格写明时期，例如“2025年1—8月”。"),
        ),
        "not_a_period": (_("表头“%(text)s”不是时期"), _("请写成“1—2月”“3月”这样的时期。")),
        "period_twice": (_("时期“%(text)s”出现了两次"), _("请只留一列。")),
        "no_columns": (_("表头里没有一个时期"), _("请检查表式选得对不对，表头是否在规定的行。")),
        "column_missing": (
            _("表头里没有“%(words)s”这一列"),
            _("请检查表式选得对不对，或补上这一列。"),
        ),
        "column_twice": (_("表头里有两列都是“%(words)s”"), _("请只留一列，或把表头写得能够区分。")),
        "unit": (
            _("表中单位“%(given)s”不能换算成“%(wanted)s”"),
            _("请在单位格写明单位，例如“单位：万元”。"),
        ),
        "unknown_member": (
            _("不认识“%(label)s”"),
            _("请改成区数据中登记的名称，或先登记这种写法。"),
        ),
        "unknown_indicator": (
            _("不认识指标“%(label)s”"),
            _("请改成表式中登记的名称；不导入的行，在表式的skip中登记。"),
        ),
        "between_quarters": (
            _("这个指标只按季度发布，%(month)s月不应有数"),
            _("请清空这一格，或核对表中的时期。"),
        ),
        "growth_only": (_("这个指标只发布增速，不应有总量"), _("请清空这一格，或核对是哪个指标。")),
        "member_twice": (_("“%(label)s”在%(other)s已经出现过"), _("请只留一行。")),
        "no_total": (_("没有“%(label)s”这一行"), _("请补上合计行。")),
        "member_missing": (_("缺少“%(label)s”这一行"), _("请补上这一行；没有发生的填0。")),
        "merged": (_("数据区的%(span)s是合并单元格"), _("请取消合并，每格各填各的数。")),
        "not_a_number": (_("“%(text)s”不是数字"), _("请改成数字；没有数的留空或填“—”。")),
        "deflator": (_("价格指数%(text)s不合理"), _("请以上年同期为100填写，例如101.5。")),
        "growth": (_("增速%(text)s低于-100%%"), _("请核对增速。")),
        "empty": (_("这一格没有数"), _("请补上；没有发生的填0。")),
        "month_missing": (_("缺少%(month)s月"), _("请补上这个月的一列。")),
        "magnitude": (
            _(
                "%(value)s%(unit)s与上次的%(last)s%(unit)s相差悬殊，单位可能弄错（表中按%(given)s读）"
            ),
            _("请核对是万元还是亿元；确实无误的，说明原因后导入。"),
        ),
        "falls": (
            _("累计数比%(month)s月的%(before)s还小，只有%(value)s"),
            _("请核对是否填成了当月数；因核减而下降的，说明原因后导入。"),
        ),
        "parts": (
            _("合计%(whole)s，分项相加%(parts)s，差%(gap)s"),
            _("请核对分项；有未列出的部分的，说明原因后导入。"),
        ),
    }
