"""Registers of the air: stations, days, months."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as plain
from django.utils.translation import gettext_lazy as _

from district.kernel.base import clock
from district.kernel.cases.public import Words, said, said_later
from district.kernel.registers.public import Field, Importing, MapLayer, Register, register
from district.systems.environment.models import AirDay, AirSpan, AirStation
from district.systems.environment.names import (
    AIR_DAYS,
    AIR_SPANS,
    SAVE_POINT,
    STATIONS,
    VIEW,
)
from district.systems.environment.rules.air import AirStandard
from district.systems.environment.services.saving import STATION, saver
from district.systems.environment.standards import POLLUTANTS, air_standard
from district.systems.environment.tables.shared import (
    current,
    head,
    of_place,
    page,
    subject,
    tail,
    thing,
    vintage,
)

#: Words and units of columns are those of the edition in force when the process started.
_NEWEST = air_standard(clock.today())


def levels(standard: AirStandard) -> tuple[tuple[str, Any], ...]:
    """The words of an edition for the index, as choices."""
    return tuple((one.key, said_later(Words(one.label, one.label_en))) for one in standard.levels)


def level_word(key: str, standard: AirStandard) -> str:
    """The word of a level in the language of the page."""
    found = next((one for one in standard.levels if one.key == key), None)
    return said(Words(found.label, found.label_en)) if found else "—"


def primary_words(keys: str) -> str:
    """The primary pollutants, as they are called."""
    labels = {one.key: one.label for one in _NEWEST.pollutants}
    return plain("、").join(labels.get(key, key) for key in keys.split(",") if key) or "—"


register(
    Register(
        key=STATIONS,
        label=_("空气监测站"),
        model=AirStation,
        view_action=VIEW,
        owned=of_place,
        title="name",
        sort=("code",),
        url=page("environment_station"),
        subject=subject("airstation"),
        importing=Importing(SAVE_POINT, key=("code",), save=saver(STATION)),
        map=MapLayer(lon="lon", lat="lat"),
        empty=_("还没有空气监测站。请用“导入”载入清单。"),
        fields=(
            *head(),
            Field("counts", _("参与评价"), "boolean", import_as=True),
            thing(),
            *tail(),
        ),
    )
)


def _concentration(key: str) -> Field:
    one = _NEWEST.pollutant(key)
    return Field(key, one.label, "decimal", unit=one.unit)


register(
    Register(
        key=AIR_DAYS,
        label=_("空气日报"),
        model=AirDay,
        view_action=VIEW,
        rows=current,
        owned=None,
        title="day",
        sort=("-day", "scope"),
        url=page("environment_air_day"),
        subject=subject("airday"),
        help=_("全区的一行由参与评价的监测站平均而来，范围为空"),
        empty=_("还没有日报。监测站的数据流有数据后，次日自动计算。"),
        fields=(
            Field("day", _("日期"), "date"),
            Field(
                "scope",
                _("监测站"),
                display="station__name",
                search=True,
                help=_("空着的是全区"),
            ),
            Field("aqi", "AQI", "integer"),
            Field("level", _("级别"), "choice", choices=levels(_NEWEST)),
            Field("primary", _("首要污染物"), "code", label_of=primary_words),
            *(_concentration(key) for key in POLLUTANTS),
            Field("counts", _("有效"), "boolean", default=False),
            Field("good", _("优良"), "boolean", default=False),
            *vintage("air"),
        ),
    )
)

register(
    Register(
        key=AIR_SPANS,
        label=_("空气质量月报"),
        model=AirSpan,
        view_action=VIEW,
        rows=current,
        owned=None,
        title="month",
        sort=("-month", "scope", "span"),
        subject=subject("airspan"),
        help=_("范围为空的是全区"),
        empty=_("还没有月报。有了日报后自动计算。"),
        fields=(
            Field("month", _("月份"), "date"),
            Field("span", _("评价时段"), "choice", choices=tuple(AirSpan.Span.choices)),
            Field("scope", _("监测站"), display="station__name", search=True),
            Field("days", _("有效天数"), "integer"),
            Field("good_days", _("优良天数"), "integer"),
            Field("rate", _("优良率"), "decimal", unit="%"),
            Field("pm25", _("PM2.5平均浓度"), "decimal", unit="µg/m³"),
            Field("pm25_days", _("PM2.5有效天数"), "integer", default=False),
            Field("enough", _("数据充足"), "boolean"),
            *vintage("air"),
        ),
    )
)
