"""Sample values for the living component page; real content, invented states."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils.translation import gettext as _

from district.kernel.reports.files import Chart, Heading, Manuscript, Number, Paragraph, Table

_AT = datetime(2025, 9, 26, 1, 0, tzinfo=UTC)


class SampleForm(forms.Form):
    """A form as filings have it: a number with a unit, a choice, a note."""

    value = forms.DecimalField(
        label=_("本月实际值"), help_text=_("填累计数，与统计口径一致"), max_digits=12
    )
    period = forms.ChoiceField(label=_("期间"), choices=[("2025-08", "2025-08")])
    note = forms.CharField(label=_("说明"), required=False, widget=forms.Textarea)


def samples(request: HttpRequest) -> dict[str, Any]:
    """Context of the component page."""
    return {
        "lights": ["red", "yellow", "green", "none"],
        "cards": _cards(),
        "rows": _rows(),
        "page": Paginator(range(1043), 50).get_page(7),
        "form": SampleForm({"value": "十二"}),
        "clean_form": SampleForm(),
        "crumbs": [(_("计划"), "/"), (_("主要指标"), "/"), ("固定资产投资额", "")],
        "line": _line(),
        "bars": _bars(),
        "pie": _pie(),
        "map": _map(),
        "manuscript": _manuscript(),
        "at": _AT,
    }


def _manuscript() -> Manuscript:
    """A document with a number that opens its rows, one that is stale, a table and a chart."""
    rows = (
        ("固定资产投资额", Number("1540"), Number("812.4", "#"), Number("52.8%")),
        ("社会消费品零售总额", Number("1450"), Number("1008.9", "#", stale=True), Number("69.6%")),
    )
    return Manuscript(
        "1—8月主要指标完成情况", "区发展和改革局", "2025年9月26日",
        (
            Heading(1, "一、总体情况"),
            Paragraph(("固定资产投资额完成", Number("812.4", "#"), "亿元，低于序时进度。")),
            Table("主要指标", ("指标", "全年目标", "完成", "完成率"), rows, "单位：亿元"),
            Chart(
                "固定资产投资额逐月累计", "line", "亿元", "区统计局", ("6月", "7月", "8月"),
                (("累计", (Decimal(611), Decimal(702), Decimal("812.4"))),),
            ),
        ),
    )  # fmt: skip


def _cards() -> list[dict[str, Any]]:
    def card(name: str, light: str, value: str, unit: str, **facts: Any) -> dict[str, Any]:
        decimals = {k: Decimal(v) if isinstance(v, str) else v for k, v in facts.items()}
        return {"name": name, "light": light, "value": Decimal(value), "unit": unit, **decimals}

    return [
        card("固定资产投资额", "red", "812.4", "亿元", target="1540", due="1026.7",
             completion="52.8", due_share="66.7", trend=[92, 181, 290, 402, 498, 611, 702, 812.4]),
        card("规模以上工业增加值", "yellow", "2102.35", "亿元", target="3300", due="2200",
             completion="63.7", due_share="66.7",
             trend=[240, 470, 760, 1030, 1300, 1560, 1820, 2102]),
        card("社会消费品零售总额", "green", "1008.9", "亿元", target="1450", due="966.7",
             completion="69.6", due_share="66.7", trend=[120, 236, 361, 480, 612, 745, 878, 1008]),
        card("单位GDP能耗", "none", "0", "%", target="-3.1", trend=[]) | {"value": None},
    ]  # fmt: skip


def _rows() -> list[dict[str, Any]]:
    names = [
        ("red", "新建、改造提升城市道路", "区住房和建设局", "18", "40", "公里", "2025-12-31"),
        ("red", "筹集建设保障性住房", "区住房和建设局", "6120", "12000", "套", "2025-11-30"),
        ("yellow", "新增公办义务教育学位", "区教育局", "14200", "21000", "个", "2025-08-31"),
        ("green", "新增专精特新“小巨人”企业", "区工业和信息化局", "31", "30", "家", "2025-12-31"),
        ("none", "完成上级下达的万元GDP水耗指标任务", "区水务局", "", "", "", "2025-12-31"),
    ]  # fmt: skip
    keys = ("light", "title", "unit", "value", "target", "measure_unit", "due")
    return [dict(zip(keys, row, strict=True)) for row in names]


_MONTHS = [f"{month} 月" for month in range(1, 10)]


def _line() -> dict[str, Any]:
    return {
        "kind": "line",
        "unit": "亿元",
        "categories": _MONTHS,
        "series": [
            {"name": _("实际"), "values": [92, 181, 290, 402, 498, 611, 702, 812.4, None]},
            {
                "name": _("序时应达"),
                "dashed": True,
                "values": [128, 257, 385, 513, 642, 770, 898, 1027, 1155],
            },
        ],
    }


def _bars() -> dict[str, Any]:
    lights = (("red", _("滞后")), ("yellow", _("预警")), ("green", _("正常")))
    values = ([3, 1, 2, 0], [4, 5, 1, 3], [21, 17, 12, 9])
    return {
        "kind": "bar",
        "stacked": True,
        "horizontal": True,
        "unit": "项",
        "categories": ["区发展和改革局", "区住房和建设局", "区工业和信息化局", "区教育局"],
        "series": [
            {"name": word, "light": light, "values": numbers}
            for (light, word), numbers in zip(lights, values, strict=True)
        ],
    }


def _pie() -> dict[str, Any]:
    return {
        "kind": "pie",
        "unit": "项",
        "categories": [_("滞后"), _("预警"), _("正常"), _("无数据")],
        "series": [
            {"name": "", "values": [6, 13, 59, 8], "lights": ["red", "yellow", "green", "none"]}
        ],
    }


def _map() -> dict[str, Any]:
    def area(code: str, name: str, light: str, west: float, south: float) -> dict[str, Any]:
        ring = [[west, south], [west + 0.08, south], [west + 0.08, south + 0.06],
                [west, south + 0.06], [west, south]]  # fmt: skip
        return {
            "type": "Feature",
            "properties": {"id": code, "name": name, "light": light},
            "geometry": {"type": "Polygon", "coordinates": [ring]},
        }

    points = [("p1", "red", 114.24, 22.72), ("p2", "yellow", 114.3, 22.73),
              ("p3", "green", 114.21, 22.66), ("p4", "none", 114.29, 22.66)]  # fmt: skip
    return {
        "approximate": True,
        "areas": {
            "type": "FeatureCollection",
            "features": [
                area("a1", "龙城街道", "green", 114.19, 22.69),
                area("a2", "坪地街道", "red", 114.27, 22.69),
                area("a3", "横岗街道", "yellow", 114.19, 22.63),
                area("a4", "园山街道", "none", 114.27, 22.63),
            ],
        },
        "points": {
            "type": "FeatureCollection",
            "features": [
                {
                    "type": "Feature",
                    "properties": {"id": key, "name": key, "light": light},
                    "geometry": {"type": "Point", "coordinates": [x, y]},
                }
                for key, light, x, y in points
            ],
        },
    }
