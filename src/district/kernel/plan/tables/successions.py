"""The register of what became of commitments in the next year's plan."""

from __future__ import annotations

from typing import Any

from django.db.models import Case, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _

from district.kernel.plan.addresses import succession_url
from district.kernel.plan.models import Succession, SuccessionState, SuccessionWay
from district.kernel.plan.subjects import commitment_subject
from district.kernel.plan.tables.shared import departments, report_year
from district.kernel.registers.public import Field, OwnedBy, Register, register

SUCCESSIONS = "plan-successions"


def _open_first(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Successions with their place: what waits for a decision first."""
    order = {SuccessionState.OPEN: 0, SuccessionState.CARRIED: 1, SuccessionState.FINISHED: 2}
    places = [When(state=state, then=Value(place)) for state, place in order.items()]
    found: QuerySet[Any] = rows.annotate(order=Case(*places, default=Value(3)))
    return found


register(
    Register(
        key=SUCCESSIONS,
        label=_("年度接续"),
        model=Succession,
        view_action="plan.read",
        owned=OwnedBy("former__lead_unit", co_units="former__co_units__code"),
        title="title",
        sort=("order", "sort"),
        url=lambda values: succession_url(values["id"]),
        subject=lambda values: commitment_subject(values["former"]),
        rows=_open_first,
        help=_("上年的每项承诺在下年计划中由哪一项接续，怎样匹配"),
        empty=_("还没有年度接续。审定的报告转为下年计划后，列在这里。"),
        fields=(
            Field("state", _("状态"), "choice", choices=tuple(SuccessionState.choices)),
            Field("title", _("原事项"), path="former__title", search=True, kind="long_text"),
            Field("sequence", _("原编号"), path="former__sequence", search=True),
            Field(
                "successor", _("接续事项"), path="successor__title", search=True, kind="long_text"
            ),
            Field("way", _("匹配方式"), "choice", choices=tuple(SuccessionWay.choices)),
            Field("former_value", _("上年目标"), "decimal", path="former__value", default=False),
            Field("value", _("下年目标"), "decimal", path="successor__value"),
            Field("unit", _("单位"), path="former__unit"),
            Field(
                "lead_unit",
                _("牵头单位"),
                "code",
                path="former__lead_unit__path",
                hierarchy="path",
                code_path="former__lead_unit_id",
                display="former__lead_unit__short_name",
                options=departments,
            ),
            Field("note", _("说明"), kind="long_text", default=False),
            Field("decided_by", _("处理人"), default=False),
            Field("decided_at", _("处理时间"), "datetime", default=False),
            Field("report", _("下年计划"), path="report__title", default=False),
            report_year("report__year"),
            Field("order", _("处理次序"), "integer", default=False, filterable=False),
            Field(
                "sort",
                _("原文次序"),
                "integer",
                path="former__sort",
                default=False,
                filterable=False,
            ),
            Field(
                "former",
                _("事项标识"),
                path="former_id",
                default=False,
                filterable=False,
                sortable=False,
            ),
        ),
    )
)
