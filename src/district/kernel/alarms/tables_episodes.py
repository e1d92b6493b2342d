"""The register of episodes: list, filter, map, export, API, figures."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from district.kernel.alarms.models import Episode
from district.kernel.alarms.models.rules import ColourName
from district.kernel.alarms.names import EPISODE_SUBJECT, EPISODES, VIEW
from district.kernel.history.public import Subject
from district.kernel.registers.public import (
    Field,
    MapLayer,
    Register,
    register,
    street_codes,
    unit_field,
)

register(
    Register(
        key=EPISODES,
        label=_("告警"),
        model=Episode,
        view_action=VIEW,
        title="title",
        sort=("-known_at",),
        url=lambda values: reverse("alarm", args=[values["id"]]),
        subject=lambda values: Subject(EPISODE_SUBJECT, str(values["id"])),
        map=MapLayer(lon="lon", lat="lat"),
        help=_("规则在一处从发生到解除的过程，依据和处置情况"),
        empty=_("还没有告警。规则上线后，观测值达到条件时会列在这里。"),
        fields=(
            Field("number", _("编号"), search=True, kind="reference"),
            Field("title", _("告警"), search=True, kind="long_text"),
            Field("level", _("等级"), "choice", choices=tuple(ColourName.choices)),
            Field("state", _("状态"), "choice", choices=tuple(Episode.State.choices)),
            unit_field("lead_unit", _("归属单位")),
            Field("rule", _("规则"), path="rule__key", display="rule__label"),
            Field("place", _("地点"), search=True, kind="long_text"),
            Field("street", _("街道"), "code", options=street_codes, default=False),
            Field("raised_at", _("发生时间"), "datetime"),
            Field("known_at", _("告警时间"), "datetime", default=False),
            Field("released_at", _("解除时间"), "datetime"),
            Field("acknowledged_at", _("确认时间"), "datetime"),
            Field("acknowledged_by", _("确认人"), default=False),
            Field("case", _("事件单"), path="case__number", kind="reference"),
            Field("lon", _("经度"), "decimal", default=False),
            Field("lat", _("纬度"), "decimal", default=False),
        ),
    )
)
