"""Front ends, nests and missions."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from district.kernel.registers.public import (
    Field,
    Importing,
    MapLayer,
    Register,
    code_and_name,
    register,
    row_page,
    row_subject,
    street_field,
    unit_field,
)
from district.kernel.tracking.public import TrackedRow
from district.systems.early_warning.models import DroneNest, FrontEnd, Mission
from district.systems.early_warning.names import (
    FRONT_END,
    FRONT_ENDS,
    MISSION,
    MISSIONS,
    NEST,
    NESTS,
    SAVE_FRONT_END,
    SAVE_NEST,
    VIEW_FRONT_END,
    VIEW_MISSION,
    VIEW_NEST,
)
from district.systems.early_warning.selectors.rights import with_street_q
from district.systems.early_warning.services.front_ends import save_front_end
from district.systems.early_warning.services.nests import save_nest
from district.systems.early_warning.tables.common import place_columns

register(
    Register(
        key=FRONT_ENDS,
        label=_("森林防火监测前端"),
        model=FrontEnd,
        view_action=VIEW_FRONT_END,
        owned=with_street_q,
        title="name",
        sort=("code",),
        url=row_page("early_warning_front_end"),
        subject=row_subject(FRONT_END),
        importing=Importing(SAVE_FRONT_END, key=("code",), save=save_front_end),
        map=MapLayer(lon="lon", lat="lat"),
        help=_("看林区烟火的双光谱等前端，写明可视距离、架设高度和朝向"),
        empty=_("还没有监测前端。请用“导入”载入清单。"),
        fields=(
            *code_and_name(),
            Field("view_range", _("可视距离"), "integer", unit="米", import_as=True, required=True),
            Field("height", _("架设高度"), "integer", unit="米", import_as=True, required=True,
                  help=_("离地高度")),
            Field("heading_from", _("起始方位"), "integer", unit="度", import_as=True,
                  help=_("正北为0，顺时针到终止方位；环视的都留空")),
            Field("heading_to", _("终止方位"), "integer", unit="度", import_as=True),
            *place_columns(),
            Field("thing", _("设备编号"), path="thing__code", kind="reference", default=False,
                  import_as=True, help=_("“感知”中的设备，告警由它的观测值产生")),
            Field("bearing", _("火点方位数据流"), path="bearing__code", kind="reference",
                  default=False, import_as=True),
            Field("distance", _("火点距离数据流"), path="distance__code", kind="reference",
                  default=False, import_as=True),
            Field("active", _("在用"), "boolean", path="is_active", default=False,
                  import_as=True),
        ),
    )
)  # fmt: skip

register(
    Register(
        key=NESTS,
        label=_("无人机机场"),
        model=DroneNest,
        view_action=VIEW_NEST,
        owned=with_street_q,
        title="name",
        sort=("code",),
        url=row_page("early_warning_nest"),
        subject=row_subject(NEST),
        importing=Importing(SAVE_NEST, key=("code",), save=save_nest),
        map=MapLayer(lon="lon", lat="lat"),
        help=_("自动机场，写明机型、巡航速度、作业半径和起飞准备时间"),
        empty=_("还没有无人机机场。请用“导入”载入清单。"),
        fields=(
            *code_and_name(),
            Field("state", _("状态"), "choice", choices=tuple(DroneNest.State.choices)),
            Field("mission", _("正在执行"), path="mission__number", kind="reference"),
            Field("aircraft", _("机型"), search=True, import_as=True, required=True),
            Field("speed", _("巡航速度"), "decimal", unit="米/秒", import_as=True, required=True),
            Field("range", _("作业半径"), "integer", unit="米", import_as=True, required=True),
            Field("launch_seconds", _("起飞准备"), "integer", unit="秒", import_as=True),
            *place_columns(),
            Field("state_note", _("状态说明"), default=False),
            Field("state_at", _("状态时间"), "datetime", default=False),
        ),
    )
)  # fmt: skip

register(
    Register(
        key=MISSIONS,
        label=_("火情核查任务"),
        model=Mission,
        view_action=VIEW_MISSION,
        owned=with_street_q,
        title="title",
        sort=("-known_at",),
        url=row_page("early_warning_mission"),
        subject=row_subject(MISSION),
        help=_("每起疑似火情派出的核查，及其结果"),
        empty=_("还没有核查任务。监测前端告警后自动生成。"),
        map=MapLayer(lon="lon", lat="lat"),
        fields=(
            Field("light", _("灯"), "choice", path="clock__light", kind="light",
                  choices=tuple(TrackedRow.Light.choices)),
            Field("number", _("任务编号"), search=True, kind="reference"),
            Field("title", _("任务"), search=True),
            Field("state", _("状态"), "choice", choices=tuple(Mission.State.choices)),
            Field("verdict", _("核查结果"), "choice", choices=tuple(Mission.Verdict.choices)),
            Field("in_time", _("按时核查"), "boolean"),
            Field("nest", _("机场"), path="nest__name", search=True),
            Field("nest_code", _("机场编号"), path="nest__code", kind="reference", default=False),
            Field("front_end", _("监测前端"), path="front_end__code", kind="reference"),
            unit_field("lead_unit", _("责任单位")),
            street_field(),
            Field("known_at", _("告警时间"), "datetime"),
            Field("verified_at", _("核查时间"), "datetime"),
            Field("means", _("核查方式"), "choice", choices=tuple(Mission.Means.choices),
                  default=False),
            Field("why_false", _("误报原因"), "choice", choices=tuple(Mission.Why.choices),
                  default=False),
            Field("is_open", _("进行中"), "boolean", default=False),
            Field("episode", _("告警编号"), path="episode__number", kind="reference",
                  default=False),
            Field("case", _("火情单号"), path="case__number", kind="reference", default=False),
            Field("lon", _("经度"), "decimal", default=False),
            Field("lat", _("纬度"), "decimal", default=False),
        ),
    )
)  # fmt: skip
