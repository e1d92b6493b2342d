"""Water stations, what their forecasts read, and the forecasts."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from district.kernel.organisation.public import Scope
from district.kernel.registers.public import (
    Field,
    Importing,
    MapLayer,
    Register,
    code_and_name,
    register,
    row_page,
    row_subject,
)
from district.systems.early_warning.models import Forecast, Station, StationInput
from district.systems.early_warning.names import (
    FORECASTS,
    INPUTS,
    SAVE_STATION,
    STATION,
    STATIONS,
    VIEW_STATION,
)
from district.systems.early_warning.selectors.rights import with_street_q
from district.systems.early_warning.services.stations import save_input, save_station
from district.systems.early_warning.tables.common import place_columns


def _of_station(scope: Scope) -> Q:
    return scope.q("station__lead_unit", co_units="station__street_unit")


register(
    Register(
        key=STATIONS,
        label=_("水位站"),
        model=Station,
        view_action=VIEW_STATION,
        owned=with_street_q,
        title="name",
        sort=("code",),
        url=row_page("early_warning_station"),
        subject=row_subject(STATION),
        importing=Importing(SAVE_STATION, key=("code",), save=save_station),
        map=MapLayer(lon="lon", lat="lat"),
        help=_("河道、水库和易涝点的水位站，写明警戒水位和保证水位"),
        empty=_("还没有水位站。请用“导入”载入清单。"),
        fields=(
            *code_and_name(),
            Field("kind", _("类别"), "choice", choices=tuple(Station.Kind.choices),
                  import_as=True, required=True),
            Field("level", _("水位数据流"), path="level__code", kind="reference", default=False,
                  import_as=True, required=True),
            Field("warning_level", _("警戒水位"), "decimal", unit="米", import_as=True),
            Field("danger_level", _("保证水位"), "decimal", unit="米", import_as=True),
            *place_columns(),
            Field("active", _("在用"), "boolean", path="is_active", default=False,
                  import_as=True),
        ),
    )
)  # fmt: skip

register(
    Register(
        key=INPUTS,
        label=_("预报依据"),
        model=StationInput,
        view_action=VIEW_STATION,
        owned=_of_station,
        title="datastream",
        sort=("station",),
        importing=Importing(SAVE_STATION, key=("station", "datastream"), save=save_input),
        help=_("每个水位站的预报读哪些上游雨量和水位"),
        empty=_("还没有预报依据。请用“导入”载入清单。"),
        fields=(
            Field("station", _("水位站"), path="station__code", kind="reference", search=True,
                  import_as=True, required=True),
            Field("station_name", _("站名"), path="station__name"),
            Field("datastream", _("数据流"), path="datastream__code", kind="reference",
                  search=True, import_as=True, required=True),
            Field("kind", _("类别"), "choice", choices=tuple(StationInput.Kind.choices),
                  import_as=True, required=True),
        ),
    )
)  # fmt: skip

register(
    Register(
        key=FORECASTS,
        label=_("水位预报"),
        model=Forecast,
        view_action=VIEW_STATION,
        owned=_of_station,
        title="station_name",
        sort=("-valid_at",),
        help=_("每次预报的数值、区间，及到时的实测和误差"),
        empty=_("还没有水位预报。观测满十天后每小时自动预报。"),
        fields=(
            Field("station_name", _("站名"), path="station__name", search=True),
            Field("station", _("水位站"), path="station__code", kind="reference"),
            Field("hours", _("预见期"), "integer", unit="小时"),
            Field("made_at", _("发布时间"), "datetime"),
            Field("valid_at", _("预报时刻"), "datetime"),
            Field("value", _("预报水位"), "decimal", unit="米"),
            Field("low", _("区间下限"), "decimal", unit="米"),
            Field("high", _("区间上限"), "decimal", unit="米"),
            Field("observed", _("实测水位"), "decimal", unit="米"),
            Field("error", _("预报误差"), "decimal", unit="米"),
            Field("base_error", _("不变法误差"), "decimal", unit="米"),
            Field("inside", _("落在区间内"), "boolean"),
            Field("method", _("方法"), "choice", default=False, choices=(
                ("unchanged", _("不变法")), ("trend", _("趋势法")), ("regression", _("回归法")),
            )),
            Field("trial_error", _("检验误差"), "decimal", unit="米", default=False),
        ),
    )
)  # fmt: skip
