"""The registers of sensing: things, datastreams, sources, what is in quarantine."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from district.kernel.organisation.public import Scope
from district.kernel.registers.public import (
    Field,
    Importing,
    MapLayer,
    Register,
    register,
    row_page,
    street_codes,
    unit_field,
)
from district.kernel.sensing.models import (
    Datastream,
    ObservationType,
    ObservedProperty,
    Quarantined,
    Reason,
    Source,
    State,
    Thing,
)
from district.kernel.sensing.names import (
    DATASTREAMS,
    QUARANTINE,
    QUARANTINE_VIEW,
    SAVE,
    SOURCE_VIEW,
    SOURCES,
    THINGS,
    VIEW,
    subject,
)
from district.kernel.sensing.services import save_datastream_row, save_thing_row


def _history(kind: str) -> Any:
    return lambda values: subject(kind, values["id"])


def _properties() -> Iterable[tuple[str, str]]:
    names = ObservedProperty.objects.order_by("name").values_list("name", flat=True).distinct()
    return [(name, name) for name in names[:500]]


def _source(**more: Any) -> Field:
    return Field("source", _("数据来源"), path="source__code", search=True, **more)


def _degrees(key: str, label: Any) -> Field:
    path, hint = f"location__{key}", _("WGS-84")
    return Field(key, label, "decimal", path=path, default=False, import_as=True, help=hint)


def quarantine_q(scope: Scope) -> Q:
    """What is in quarantine of the sources and datastreams of a scope; of nobody known to all who
    see everything."""
    if scope.everything:
        return Q()
    return scope.q("source__lead_unit") | scope.q("datastream__lead_unit")


register(
    Register(
        key=THINGS,
        label=_("设备"),
        model=Thing,
        view_action=VIEW,
        title="name",
        sort=("code",),
        url=row_page("sensing_thing"),
        subject=_history("thing"),
        importing=Importing(SAVE, key=("code",), save=save_thing_row),
        map=MapLayer(lon="lon", lat="lat"),
        help=_("装有传感器的站点、立杆、河段、工地等"),
        empty=_("还没有设备。请点“登记设备”，或用“导入”载入设备清单，也可由网关自行登记。"),
        fields=(
            Field("code", _("设备编号"), search=True, import_as=True, required=True),
            Field("name", _("设备名称"), search=True, import_as=True, required=True),
            unit_field("lead_unit", _("归属单位"), import_as=True, required=True),
            Field(
                "street",
                _("街道"),
                "code",
                path="location__street",
                options=street_codes,
                label_of=None,
            ),
            Field("place", _("地点"), path="location__name", search=True, default=False),
            Field("state", _("状态"), "choice", choices=tuple(State.choices)),
            Field("description", _("说明"), kind="long_text", default=False, import_as=True),
            _degrees("lon", _("经度")),
            _degrees("lat", _("纬度")),
            Field("created_at", _("登记时间"), "datetime", default=False),
            Field("retired_at", _("停用时间"), "datetime", default=False),
        ),
    )
)

register(
    Register(
        key=DATASTREAMS,
        label=_("数据流"),
        model=Datastream,
        view_action=VIEW,
        title="name",
        sort=("number",),
        url=row_page("sensing_datastream"),
        subject=_history("datastream"),
        importing=Importing(SAVE, key=("code",), save=save_datastream_row),
        help=_("一个设备的一项观测属性，由一个来源写入"),
        empty=_("还没有数据流。请先登记设备，再在设备页面上登记，或用“导入”载入数据流清单。"),
        fields=(
            Field("code", _("数据流编号"), search=True, import_as=True, required=True),
            Field("name", _("数据流"), search=True, import_as=True, required=True),
            Field("number", _("数据流号"), "integer"),
            Field(
                "thing",
                _("设备编号"),
                path="thing__code",
                search=True,
                import_as=True,
                required=True,
            ),
            Field(
                "observed_property",
                _("观测属性"),
                "code",
                path="observed_property__name",
                options=_properties,
                import_as=True,
                required=True,
            ),
            Field("value", _("最新值"), "decimal", path="latest__value", filterable=False),
            Field("unit_symbol", _("单位"), import_as=True),
            Field("latest", _("观测时间"), "datetime", path="latest__time"),
            _source(import_as=True),
            unit_field("lead_unit", _("归属单位"), import_as=True),
            Field("state", _("状态"), "choice", choices=tuple(State.choices)),
            Field(
                "observation_type",
                _("结果类型"),
                "choice",
                choices=tuple(ObservationType.choices),
                default=False,
                import_as=True,
            ),
            Field("sensor", _("传感器"), path="sensor__name", default=False, import_as=True),
            Field("lateness", _("容许迟到（秒）"), "integer", default=False, import_as=True),
            Field("skew", _("容许超前（秒）"), "integer", default=False, import_as=True),
            Field("created_at", _("登记时间"), "datetime", default=False),
            Field("retired_at", _("停用时间"), "datetime", default=False),
        ),
    )
)

register(
    Register(
        key=SOURCES,
        label=_("数据来源"),
        model=Source,
        view_action=SOURCE_VIEW,
        title="name",
        sort=("code",),
        url=row_page("sensing_source"),
        subject=_history("source"),
        help=_("发来观测值的网关、设备和企业平台"),
        empty=_("还没有数据来源。请先登记来源，再签发密钥交给设备方。"),
        fields=(
            Field("code", _("来源编号"), search=True),
            Field("name", _("来源名称"), search=True),
            Field("kind", _("类别"), "choice", choices=tuple(Source.Kind.choices)),
            unit_field("lead_unit", _("归属单位")),
            Field("state", _("状态"), "choice", choices=tuple(Source.State.choices)),
            Field("may_register", _("可自行登记设备"), "boolean"),
            Field("created_at", _("建立时间"), "datetime", default=False),
        ),
    )
)


register(
    Register(
        key=QUARANTINE,
        label=_("隔离的观测"),
        model=Quarantined,
        view_action=QUARANTINE_VIEW,
        owned=quarantine_q,
        title="stream",
        sort=("-last_at",),
        subject=_history("quarantine"),
        help=_("没有被接收的观测值和原因，保留30天；不会进入记录，也不会引起告警"),
        empty=_("没有隔离的观测。读不懂、迟到、重复或来源不对的观测值会列在这里。"),
        fields=(
            Field("stream", _("数据流（原始写法）"), search=True),
            Field("reason", _("原因"), "choice", choices=tuple(Reason.choices)),
            Field("count", _("条数"), "integer"),
            _source(),
            Field("datastream", _("数据流号"), "integer", path="datastream_id"),
            Field("fragment", _("原始内容"), kind="long_text"),
            Field("day", _("日期"), "date"),
            Field("first_at", _("首次时间"), "datetime", default=False),
            Field("last_at", _("最近时间"), "datetime"),
        ),
    )
)
