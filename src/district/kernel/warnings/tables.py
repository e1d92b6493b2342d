"""The registers of warnings: list, filter, export, API, figures."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from district.kernel.history.public import Subject
from district.kernel.registers.public import Field, Register, register, unit_field
from district.kernel.tracking.public import TrackedRow
from district.kernel.warnings.models import Alert, AlertLine, ColourName
from district.kernel.warnings.names import ALERT_SUBJECT, ALERTS, LINES, VIEW
from district.kernel.warnings.selectors.catalogue import kind_name

register(
    Register(
        key=ALERTS,
        label=_("预警"),
        model=Alert,
        view_action=VIEW,
        owned=None,
        title="headline",
        sort=("-sent_at",),
        url=lambda values: reverse("warning", args=[values["id"]]),
        subject=lambda values: Subject(ALERT_SUBJECT, str(values["id"])),
        help=_("上级、气象等部门和本区发布的预警"),
        empty=_("没有预警。"),
        fields=(
            Field("number", _("编号"), search=True, kind="reference"),
            Field("headline", _("标题"), display_en="headline_en", search=True, kind="long_text"),
            Field("kind", _("灾种"), label_of=kind_name),
            Field("colour", _("预警颜色"), "choice", choices=tuple(ColourName.choices)),
            Field("state", _("状态"), "choice", choices=tuple(Alert.State.choices)),
            Field("origin", _("来源"), "choice", choices=tuple(Alert.Origin.choices)),
            Field("sender_name", _("发布单位"), display_en="sender_name_en", search=True),
            Field("sent_at", _("发布时间"), "datetime"),
            Field("expires_at", _("失效时间"), "datetime"),
            Field("ended_at", _("结束时间"), "datetime", default=False),
            Field("area_text", _("影响区域"), display_en="area_text_en", default=False),
        ),
    )
)

register(
    Register(
        key=LINES,
        label=_("预警应答"),
        model=AlertLine,
        view_action=VIEW,
        owned=None,
        rows=lambda found: found.filter(is_current=True),
        title="headline",
        sort=("-made_at",),
        url=lambda values: reverse("warnings_line", args=[values["id"]]),
        help=_("预警叫应的单位，谁在什么时候应答"),
        empty=_("没有预警应答。"),
        fields=(
            Field(
                "light",
                _("灯"),
                "choice",
                path="clock__light",
                choices=tuple(TrackedRow.Light.choices),
                kind="light",
            ),
            Field(
                "headline",
                _("预警"),
                path="alert__headline",
                display_en="alert__headline_en",
                search=True,
                kind="long_text",
            ),
            Field("warning", _("预警编号"), path="alert__number", kind="reference"),
            Field("colour", _("预警颜色"), "choice", choices=tuple(ColourName.choices)),
            unit_field("lead_unit", _("单位")),
            Field("state", _("状态"), "choice", choices=tuple(AlertLine.State.choices)),
            Field("step", _("逐级次数"), "integer", default=False),
            Field("made_at", _("叫应时间"), "datetime"),
            Field("first_due_at", _("应答期限"), "datetime"),
            Field("acknowledged_at", _("应答时间"), "datetime"),
            Field(
                "acknowledged_by",
                _("应答人"),
                path="acknowledged_by__name",
                display_en="acknowledged_by__name_en",
            ),
            Field(
                "alert_state",
                _("预警状态"),
                "choice",
                path="alert__state",
                choices=tuple(Alert.State.choices),
                default=False,
            ),
        ),
    )
)
