"""Registers of noise: sites, points, days and nights, and what the rule of refusal did."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from district.kernel.organisation.public import Scope
from district.kernel.registers.public import (
    Field,
    Importing,
    MapLayer,
    Register,
    register,
    unit_field,
)
from district.systems.environment.models import MeltDecision, NoisePart, NoisePoint, Site
from district.systems.environment.names import (
    DECISIONS,
    NOISE,
    NOISE_POINTS,
    SAVE_POINT,
    SAVE_SITE,
    SITES,
    VIEW_NOISE,
)
from district.systems.environment.selectors.melts import with_state
from district.systems.environment.services.saving import POINT, SITE, saver
from district.systems.environment.tables.shared import (
    current,
    head,
    of_place,
    page,
    street,
    subject,
    tail,
    thing,
    vintage,
)

register(
    Register(
        key=SITES,
        label=_("工地"),
        model=Site,
        view_action=VIEW_NOISE,
        owned=of_place,
        title="name",
        sort=("code",),
        url=page("environment_site"),
        subject=subject("site"),
        importing=Importing(SAVE_SITE, key=("code",), save=saver(SITE)),
        map=MapLayer(lon="lon", lat="lat"),
        help=_("可申请夜间施工许可的工地；责任单位受理其申请"),
        empty=_("还没有工地。请用“导入”载入清单。"),
        fields=(
            *head()[:2],
            Field("firm", _("施工单位"), search=True, import_as=True, required=True),
            Field("project", _("工程项目"), search=True, import_as=True, default=False),
            Field("address", _("地址"), search=True, import_as=True),
            *head()[2:],
            Field("starts_on", _("开工日期"), "date", default=False, import_as=True),
            Field("ends_on", _("计划完工"), "date", import_as=True),
            *tail(),
        ),
    )
)

register(
    Register(
        key=NOISE_POINTS,
        label=_("噪声监测点"),
        model=NoisePoint,
        view_action=VIEW_NOISE,
        owned=of_place,
        title="name",
        sort=("code",),
        url=page("environment_noise_point"),
        subject=subject("noisepoint"),
        importing=Importing(SAVE_POINT, key=("code",), save=saver(POINT)),
        map=MapLayer(lon="lon", lat="lat"),
        empty=_("还没有噪声监测点。请用“导入”载入清单。"),
        fields=(
            *head()[:2],
            Field(
                "limits",
                _("功能区"),
                "choice",
                choices=tuple(NoisePoint.Limits.choices),
                import_as=True,
                required=True,
            ),
            Field(
                "site",
                _("工地编号"),
                path="site__code",
                display="site__name",
                import_as=True,
                search=True,
            ),
            *head()[2:],
            thing(),
            *tail(),
        ),
    )
)


def _level(key: str, label: Any, **more: Any) -> Field:
    return Field(key, label, "decimal", unit="dB(A)", **more)


register(
    Register(
        key=NOISE,
        label=_("噪声评价"),
        model=NoisePart,
        view_action=VIEW_NOISE,
        rows=current,
        owned=of_place,
        title="point",
        sort=("-day", "point", "part"),
        url=page("environment_noise_part"),
        subject=subject("noisepart"),
        help=_("夜间从当日22时到次日6时，记在开始的那一天"),
        empty=_("没有符合条件的评价。监测点的数据流有数据后自动计算。"),
        fields=(
            Field(
                "point",
                _("监测点"),
                path="point__code",
                display="point__name",
                search=True,
            ),
            Field("day", _("日期"), "date"),
            Field("part", _("评价时段"), "choice", choices=tuple(NoisePart.Part.choices)),
            Field("exceeds", _("超标"), "boolean"),
            _level("level", _("等效声级")),
            _level("worst", _("最大20分钟等效声级")),
            _level("limit", _("限值")),
            _level("peak", _("最大声级")),
            _level("peak_limit", _("最大声级限值"), default=False),
            _level("over", _("超出"), default=False),
            _level("peak_over", _("最大声级超出"), default=False),
            Field("site", _("工地"), path="site__code", display="site__name", search=True),
            street(),
            unit_field("lead_unit", _("责任单位"), default=False),
            Field(
                "limits",
                _("功能区"),
                "choice",
                path="point__limits",
                choices=tuple(NoisePoint.Limits.choices),
                default=False,
            ),
            Field("readings", _("读数"), "integer", default=False),
            *vintage("noise"),
        ),
    )
)


def _of_site(scope: Scope) -> Any:
    return scope.q("site__lead_unit", co_units="site__street_unit")


def _case(values: Any) -> str:
    return reverse("environment_melt", args=[values["id"]])


register(
    Register(
        key=DECISIONS,
        label=_("熔断记录"),
        model=MeltDecision,
        view_action=VIEW_NOISE,
        rows=with_state,
        owned=_of_site,
        title="case",
        sort=("-at",),
        url=_case,
        empty=_("还没有熔断。工地噪声超标达到规则规定的天数时自动熔断。"),
        fields=(
            Field("case", _("单号"), path="case__number", search=True, kind="reference"),
            Field("site", _("工地"), path="site__code", display="site__name", search=True),
            Field("firm", _("施工单位"), path="site__firm", search=True),
            Field("what", _("熔断处理"), "choice", choices=tuple(MeltDecision.What.choices)),
            Field("days", _("超标天数"), "integer"),
            Field("at", _("时间"), "datetime"),
            Field("revoked", _("复核撤销"), "boolean"),
            Field("upheld", _("复核维持"), "boolean", default=False),
            Field("rule", _("规则版本"), "integer", path="rule__number", default=False),
            street("site__street_unit"),
            unit_field("lead_unit", _("责任单位"), "site__lead_unit", default=False),
        ),
    )
)
