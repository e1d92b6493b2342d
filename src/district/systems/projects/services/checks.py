"""What is wrong with a project that somebody enters or changes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Invalid
from district.systems.projects.models import Project
from district.systems.projects.selectors.settings import settings
from district.systems.spaces.public import parcels_known, parcels_like

#: 万元: a thousand billion yuan is a slip of the hand.
MOST = Decimal(100_000_000)
#: Texts with the most characters that they may have.
TEXTS = {"name": 120, "developer": 120, "place": 200, "parcel": 30, "text": 5000}
DATES = ("planned_start", "planned_finish")
_FARTHEST = timedelta(days=365 * 15)


def check(row: Project) -> None:
    """Raise Invalid, naming the field, for what cannot be of a project by itself."""
    for name, most in TEXTS.items():
        least = 2 if name in ("name", "developer") else 0
        if not least <= len(getattr(row, name)) <= most:
            raise Invalid(
                name, _("长度不对。"), _("请填写%(a)s到%(b)s个字。") % {"a": least, "b": most}
            )
    known = settings()
    if row.sector not in known.sectors:
        raise Invalid("sector", _("没有这个投资领域。"), _("请从列表中选择。"))
    if row.works and row.works not in known.works:
        raise Invalid("works", _("没有这种建设类别。"), _("请从列表中选择，或留空。"))
    if row.ownership not in Project.Ownership.values:
        raise Invalid("ownership", _("没有这种投资主体。"), _("请从列表中选择。"))
    if row.land not in Project.Land.values:
        raise Invalid("land", _("没有这种用地情况。"), _("请从列表中选择。"))
    _check_numbers(row)
    today = clock.today()
    for name in DATES:
        day = getattr(row, name)
        if day is not None and abs(day - today) > _FARTHEST:
            raise Invalid(name, _("日期太远。"), _("请核对年份。"))
    if row.planned_start and row.planned_finish and row.planned_finish < row.planned_start:
        raise Invalid("planned_finish", _("计划竣工早于计划开工。"), _("请改正其中一个。"))
    if row.leader_id is None and row.total is not None and row.total >= known.leader_from:
        raise Invalid(
            "leader",
            _("总投资%(from)s万元以上的项目须有挂点领导。") % {"from": known.leader_from},
            _("请选择一位区领导。"),
        )


def _check_numbers(row: Project) -> None:
    if row.total is None or not 0 < row.total <= MOST:
        raise Invalid("total", _("总投资不对。"), _("请以万元填写，1亿元填10000。"))
    if not 0 <= row.earlier <= row.total:
        raise Invalid("earlier", _("以前年度完成投资超过总投资。"), _("请核对，单位是万元。"))
    if not 0 <= row.progress <= 100:
        raise Invalid("progress", _("形象进度不对。"), _("请填写0到100。"))
    if row.land_area is not None and not 0 < row.land_area <= 10_000:
        raise Invalid("land_area", _("用地面积不对。"), _("请以公顷填写。"))
    _check_output(row)
    if (row.lon is None) != (row.lat is None):
        raise Invalid("lat", _("经度和纬度要一起填写。"), _("请补全，或都留空。"))
    if (
        row.lon is not None
        and row.lat is not None
        and not (70 <= row.lon <= 140 and 0 <= row.lat <= 56)
    ):
        raise Invalid("lon", _("坐标不在国内。"), _("请填写WGS-84经度和纬度。"))


def _check_output(row: Project) -> None:
    if row.output is None:
        return
    works = settings().works.get(row.works)
    if works is None or not works.output:
        raise Invalid("output", _("这种建设类别没有新增量。"), _("请先选择建设类别，或留空。"))
    if not 0 < row.output <= MOST:
        raise Invalid(
            "output", _("新增量不对。"), _("请以%(unit)s填写。") % {"unit": works.output_unit}
        )


def refuse_namesakes(rows: Sequence[Project]) -> None:
    """Raise Invalid where a name is taken or stands twice among new projects."""
    names = [row.name for row in rows]
    taken = Project.objects.filter(name__in=names).values_list("name", flat=True).first()
    twice = next((name for name in names if names.count(name) > 1), None)
    if taken or twice:
        raise Invalid(
            "name",
            _("已经有名为“%(name)s”的项目。") % {"name": taken or twice},
            _("同一项目请修改原来的记录；确为两个项目的，请写明期次。"),
        )


def refuse_unknown_parcels(rows: Sequence[Project]) -> None:
    """A parcel is one that the system of spaces knows; the nearest ones are named."""
    codes = {row.parcel for row in rows if row.parcel}
    unknown = sorted(codes - set(parcels_known(codes))) if codes else []
    if not unknown:
        return
    near = "、".join(f"{one.code}（{one.name}）" for one in parcels_like(unknown[0]))
    remedy = (
        _("最接近的有：%(near)s。请核对；宗地还没有登记的请先登记，或留空。") % {"near": near}
        if near
        else _("没有相近的宗地号。宗地还没有登记的请先登记，或留空。")
    )
    raise Invalid(
        "parcel",
        _("产业用地中没有宗地号“%(code)s”。") % {"code": unknown[0]},
        remedy,
    )
