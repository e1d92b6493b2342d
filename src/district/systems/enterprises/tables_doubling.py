"""The register of the doubling plan's targets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from district.kernel.registers.public import Field, Register, register, row_subject, unit_field
from district.kernel.tracking.public import TrackedRow
from district.systems.enterprises.models import DoublingTarget
from district.systems.enterprises.names import DOUBLING, DOUBLINGS, VIEW_DOUBLING
from district.systems.enterprises.selectors.doubling import group_label, indicator_label
from district.systems.enterprises.selectors.rights import whole_register_q


def _in_force(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.filter(in_force=True)


def _page(values: Mapping[str, Any]) -> str:
    return reverse("enterprises_doubling_target", args=[values["key"]])


register(
    Register(
        key=DOUBLINGS,
        label=_("培土倍增目标"),
        model=DoublingTarget,
        view_action=VIEW_DOUBLING,
        owned=whole_register_q,
        title="indicator",
        sort=("group", "indicator"),
        rows=_in_force,
        url=_page,
        subject=row_subject(DOUBLING),
        help=_("按产业和指标，从企业库计数，与序时进度比较"),
        empty=_("还没有目标。请在区数据的企业目录中写明 doubling。"),
        fields=(
            Field("light", _("灯"), "choice", path="tracked__light",
                  choices=tuple(TrackedRow.Light.choices), kind="light"),
            Field("group", _("产业"), "code", label_of=group_label),
            Field("indicator", _("指标"), "code", label_of=indicator_label),
            Field("base_year", _("基年"), "integer", kind="year"),
            Field("base", _("基年值"), "decimal"),
            Field("last_year", _("目标年份"), "integer", kind="year"),
            Field("value", _("目标值"), "decimal"),
            Field("completion_rate", _("完成率"), "decimal", path="tracked__completion_rate",
                  unit="%", kind="percent"),
            Field("progress_gap", _("序时差额"), "decimal", path="tracked__progress_gap"),
            unit_field("lead_unit", _("牵头单位")),
            Field("key", _("代号"), kind="reference", default=False),
        ),
    )
)  # fmt: skip
