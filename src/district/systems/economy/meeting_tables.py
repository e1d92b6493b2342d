"""The registers of dispatch meetings: meetings, their decisions, the numbers of their packs."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from district.kernel.organisation.public import Scope
from district.kernel.registers.public import (
    Field,
    Register,
    register,
    row_page,
    row_subject,
    unit_field,
)
from district.systems.economy.models import Decision, Meeting, PackFigure
from district.systems.economy.names import (
    DECISION,
    DECISIONS,
    MEETING,
    MEETING_VIEW,
    MEETINGS,
    PACK_FIGURES,
)
from district.systems.economy.selectors.settings import (
    industry_label,
    industry_options,
    street_label,
    street_options,
)

_LIGHTS = (
    ("red", _("滞后")),
    ("yellow", _("预警")),
    ("green", _("正常")),
    ("none", _("无数据")),
)


def _everybody(scope: Scope) -> Q:
    """Meetings are the district's: whoever may see them sees all."""
    return Q(pk__in=[]) if scope.nothing else Q()


def _meeting_of(values: Any) -> str:
    """A decision stands on the page of its meeting."""
    page = reverse("economy_meeting", args=[values["meeting_id"]])
    return f"{page}#decision-{values['number']}"


register(
    Register(
        key=MEETINGS,
        label=_("调度会"),
        model=Meeting,
        view_action=MEETING_VIEW,
        owned=_everybody,
        title="title",
        sort=("-held_on",),
        url=row_page("economy_meeting"),
        subject=row_subject(MEETING),
        empty=_("还没有调度会。请登记一次，再一键生成材料。"),
        fields=(
            Field("title", _("会议名称"), search=True),
            Field("year", _("所议年份"), "integer", kind="year"),
            Field("month", _("所议月份"), "integer"),
            Field("held_on", _("会议日期"), "date"),
            Field("place", _("地点"), search=True),
            Field(
                "chair",
                _("主持人"),
                path="chair__name",
                display_en="chair__name_en",
                search=True,
            ),
            Field("state", _("状态"), "choice", choices=tuple(Meeting.State.choices)),
            Field("made_by", _("登记人"), default=False),
            Field("made_at", _("登记时间"), "datetime", default=False),
        ),
    )
)

register(
    Register(
        key=DECISIONS,
        label=_("会议决定"),
        model=Decision,
        view_action=MEETING_VIEW,
        owned=_everybody,
        title="text",
        sort=("-held_on", "number"),
        url=_meeting_of,
        subject=row_subject(DECISION),
        empty=_("还没有会议决定。请在调度会页面拟定。"),
        fields=(
            Field("text", _("决定事项"), search=True),
            Field("meeting", _("调度会"), path="meeting__title", search=True),
            Field("meeting_id", _("调度会编号"), kind="reference", default=False),
            Field("held_on", _("会议日期"), "date", path="meeting__held_on", default=False),
            Field("number", _("序号"), "integer"),
            Field("state", _("状态"), "choice", choices=tuple(Decision.State.choices)),
            Field(
                "light",
                _("灯"),
                "choice",
                path="commitment__tracked__light",
                choices=_LIGHTS,
                kind="light",
            ),
            Field("name", _("指标"), path="series__name", display_en="series__name_en"),
            unit_field("lead_unit", _("牵头单位")),
            Field("leader", _("责任领导"), path="leader__name", display_en="leader__name_en"),
            Field("due_on", _("完成时限"), "date"),
            Field("issued_at", _("决定下达时间"), "datetime", default=False),
            Field("issued_by", _("下达人"), default=False),
        ),
    )
)

register(
    Register(
        key=PACK_FIGURES,
        label=_("材料中的数"),
        model=PackFigure,
        view_action=MEETING_VIEW,
        owned=_everybody,
        title="name",
        sort=("key",),
        url=row_page("economy_pack_figure"),
        help=_("每个数都记着来自哪一版数据、哪一版目标分解、哪一次测算"),
        empty=_("没有符合条件的数。"),
        fields=(
            Field(
                "name",
                _("指标"),
                path="series__name",
                display_en="series__name_en",
                search=True,
            ),
            Field(
                "item", _("数据项"), "choice", path="name", choices=tuple(PackFigure.Name.choices)
            ),
            Field("value", _("数值"), "decimal"),
            Field("unit", _("计量单位")),
            Field("period_end", _("期末"), "date"),
            Field(
                "industry",
                _("行业"),
                "code",
                options=industry_options,
                label_of=industry_label,
                default=False,
            ),
            Field(
                "street",
                _("街道"),
                "code",
                options=street_options,
                label_of=street_label,
                default=False,
            ),
            Field("origin", _("来自"), "choice", choices=tuple(PackFigure.Origin.choices)),
            Field("vintage_at", _("所据版次"), "datetime"),
            Field("version", _("分解版次"), "integer", path="decomposition__number"),
            Field("computed_at", _("测算时间"), "datetime", default=False),
            Field("meeting", _("调度会"), path="pack__meeting__title", default=False),
            Field("number", _("第几份"), "integer", path="pack__number", default=False),
            Field("pack", _("材料编号"), path="pack_id", kind="reference", default=False),
            Field("key", _("位置"), kind="reference", default=False),
        ),
    )
)
