"""Supervision's registers: runs and circular entries."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from district.kernel.history.public import Subject
from district.kernel.organisation.public import Level, units
from district.kernel.registers.public import Field, OwnedBy, Register, register
from district.kernel.supervision.addresses import run_url
from district.kernel.supervision.flow import CONTEXT, flow
from district.kernel.supervision.models import Run
from district.kernel.supervision.services.performing import SUBJECT
from district.kernel.tracking.public import TrackedRow

RUNS = "supervision-runs"


def _units() -> Iterable[tuple[str, str]]:
    return [
        (unit.path, unit.display_short)
        for unit in units()
        if unit.level in (Level.DISTRICT, Level.DEPARTMENT, Level.STREET)
    ]


register(
    Register(
        key=RUNS,
        label=_("督办"),
        model=Run,
        view_action="supervision.run.view",
        owned=OwnedBy("lead_unit"),
        title="title",
        sort=("-initiated_at",),
        url=lambda values: run_url(values["id"]),
        subject=lambda values: Subject(SUBJECT, str(values["id"])),
        help=_("立项、交办、反馈、延期、核查、销号、通报"),
        empty=_("没有督办事项。可在滞后事项页面立项督办。"),
        fields=(
            Field(
                "light",
                _("灯"),
                "choice",
                path="tracked__light",
                choices=tuple(TrackedRow.Light.choices),
                kind="light",
            ),
            Field("number", _("编号"), search=True),
            Field("title", _("督办事项"), search=True, kind="long_text"),
            Field(
                "stage",
                _("环节"),
                "choice",
                choices=tuple(
                    (stage.key, pgettext_lazy(CONTEXT, stage.label))
                    for stage in flow().stages.values()
                ),
            ),
            Field(
                "lead_unit",
                _("承办单位"),
                "code",
                path="lead_unit__path",
                hierarchy="path",
                code_path="lead_unit_id",
                display="lead_unit__short_name",
                options=_units,
            ),
            Field("due_at", _("期限"), "datetime", path="tracked__due_at"),
            Field("initiated_at", _("立项时间"), "datetime"),
            Field("initiated_by", _("立项人"), default=False),
            Field("origin", _("立项依据"), kind="long_text", default=False),
            Field("days", _("办理期限"), "integer", default=False),
            Field("circulated_at", _("通报时间"), "datetime", default=False),
            Field("closed_at", _("销号时间"), "datetime", default=False),
            Field("is_open", _("在办"), "boolean", default=False),
        ),
    )
)
