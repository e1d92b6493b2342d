"""The register of tracked rows: list, filter, export, figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from district.kernel.history.public import Subject
from district.kernel.organisation.public import Level, units
from district.kernel.registers.public import Field, OwnedBy, Register, register
from district.kernel.tracking.hiding import hidden_q
from district.kernel.tracking.models import TrackedRow

ROWS = "tracking-rows"


def _lead_units() -> Iterable[tuple[str, str]]:
    shown = (Level.DISTRICT, Level.DEPARTMENT, Level.STREET)
    return [(unit.path, unit.display_short) for unit in units() if unit.level in shown]


def _url(values: Mapping[str, Any]) -> str:
    return reverse("tracked", args=[values["id"]])


def _subject(values: Mapping[str, Any]) -> Subject:
    return Subject(str(values["subject_type"]), str(values["subject_id"]))


register(
    Register(
        key=ROWS,
        label=_("跟踪事项"),
        model=TrackedRow,
        view_action="tracking.row.view",
        owned=OwnedBy("lead_unit", co_units="co_units__code"),
        hidden=hidden_q,
        title="title",
        sort=("due_at",),
        url=_url,
        subject=_subject,
        help=_("所有有责任单位、期限和灯的事项"),
        empty=_("没有符合条件的事项。请放宽筛选条件，或先在计划中确认承诺事项。"),
        fields=(
            Field(
                "light", _("灯"), "choice", choices=tuple(TrackedRow.Light.choices), kind="light"
            ),
            Field("title", _("名称"), search=True, kind="long_text"),
            Field("state", _("状态"), "choice", choices=tuple(TrackedRow.State.choices)),
            Field("theme", _("主题")),
            Field(
                "lead_unit",
                _("牵头单位"),
                "code",
                path="lead_unit__path",
                hierarchy="path",
                code_path="lead_unit_id",
                display="lead_unit__short_name",
                options=_lead_units,
            ),
            Field("due_at", _("期限"), "datetime"),
            Field("leader", _("责任领导"), path="leader__name"),
            Field("contact", _("联系人"), path="contact__name", default=False),
            Field("light_since", _("亮灯时间"), "datetime", default=False),
            Field("starts_at", _("开始时间"), "datetime", default=False),
            Field("due_provisional", _("期限暂定"), "boolean", default=False),
            Field(
                "completion_rate", _("完成率"), "decimal", unit="%", kind="percent", default=False
            ),
            Field("progress_gap", _("序时差额"), "decimal", default=False),
            Field("growth_needed", _("后续需增速"), "decimal", unit="%", default=False),
            Field("subject_type", _("类别"), default=False),
            Field("subject_id", _("编号"), default=False, sortable=False),
        ),
    )
)
