"""The registers of measures: measures, values, filing duties, filings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Case, QuerySet, Value, When
from django.db.models.fields import BooleanField
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from district.kernel.history.public import Subject
from district.kernel.measures.models import (
    Filing,
    FilingDuty,
    Frequency,
    Measure,
    MeasureValue,
    Span,
    Status,
)
from district.kernel.measures.models.measures import Source
from district.kernel.measures.subjects import FILING, measure_subject
from district.kernel.registers.public import Field, OwnedBy, Register, register
from district.kernel.tracking.public import TrackedRow

MEASURES = "measures-measures"
VALUES = "measures-values"
DUTIES = "measures-duties"
FILINGS = "measures-filings"


def _measure_url(values: Mapping[str, Any]) -> str:
    return reverse("measure", args=[values["id"]])


def _duty_url(values: Mapping[str, Any]) -> str:
    return f"{reverse('measure', args=[values['measure']])}#duties"


def _filing_url(values: Mapping[str, Any]) -> str:
    return reverse("filing", args=[values["id"]])


def _with_current(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Whether a value is the newest of its period, as a column."""
    current = Case(
        When(superseded_by=None, then=Value(True)),
        default=Value(False),
        output_field=BooleanField(),
    )
    annotated: QuerySet[Any] = rows.annotate(current=current)
    return annotated


register(
    Register(
        key=MEASURES,
        label=_("指标"),
        model=Measure,
        view_action="measures.measure.view",
        owned=None,
        title="name",
        sort=("name",),
        url=_measure_url,
        subject=lambda values: measure_subject(str(values["id"])),
        help=_("有统计口径的指标，数值由单位填报或系统计算"),
        empty=_("确认计划中的数值表述后会自动建立，也可以由计划统筹员新建。"),
        fields=(
            Field("name", _("名称"), search=True, kind="long_text"),
            Field("key", _("编码"), search=True, default=False),
            Field("name_en", _("英文名称"), search=True, default=False),
            Field("unit", _("计量单位")),
            Field("basis", _("口径类型"), "choice", choices=tuple(Measure.Basis.choices)),
            Field("span", _("时间口径"), "choice", choices=tuple(Span.choices)),
            Field("prices", _("价格口径"), default=False),
            Field("frequency", _("频率"), "choice", choices=tuple(Frequency.choices)),
            Field(
                "direction",
                _("方向"),
                "choice",
                choices=tuple(Measure.Direction.choices),
                default=False,
            ),
            Field(
                "aggregation",
                _("汇总方式"),
                "choice",
                choices=tuple(Measure.Aggregation.choices),
                default=False,
            ),
            Field("source", _("数据来源"), "choice", choices=tuple(Source.choices)),
            Field("definition_version", _("口径版本"), "integer", default=False),
            Field("is_active", _("在用"), "boolean"),
        ),
    )
)

_LEAD = Field(
    "unit",
    _("单位"),
    "code",
    path="unit__path",
    hierarchy="path",
    code_path="unit_id",
    display="unit__short_name",
)

register(
    Register(
        key=VALUES,
        label=_("指标数值"),
        model=MeasureValue,
        view_action="measures.value.view",
        owned=OwnedBy("unit"),
        title="measure_name",
        sort=("-period_end",),
        rows=_with_current,
        subject=lambda values: measure_subject(str(values["measure"])),
        help=_("每个指标、单位和统计期的数值，修订前后的版本都在"),
        empty=_("还没有数值。填报审定后会出现在这里。"),
        fields=(
            Field("measure_name", _("指标"), path="measure__name", search=True, kind="long_text"),
            Field("measure", _("指标编码"), path="measure_id", default=False),
            _LEAD,
            Field("unit_code", _("单位编码"), path="unit_id", default=False),
            Field("period_start", _("期初"), "date", default=False),
            Field("period_end", _("期末"), "date"),
            Field("period_kind", _("时间口径"), "choice", choices=tuple(Span.choices)),
            Field("value", _("数值"), "decimal"),
            Field("measured_in", _("计量单位"), path="measure__unit"),
            Field("status", _("数据状态"), "choice", choices=tuple(Status.choices)),
            Field("current", _("现行版本"), "boolean"),
            Field("source", _("数据来源"), "choice", choices=tuple(Source.choices)),
            Field("recorded_at", _("记录时间"), "datetime", default=False),
            Field("recorded_by", _("记录人"), default=False),
            Field("definition_version", _("口径版本"), "integer", default=False),
            Field("note", _("说明"), kind="long_text", default=False),
        ),
    )
)

register(
    Register(
        key=DUTIES,
        label=_("填报任务"),
        model=FilingDuty,
        view_action="measures.measure.view",
        owned=OwnedBy("unit"),
        title="measure_name",
        sort=("measure_name", "unit"),
        url=_duty_url,
        subject=lambda values: measure_subject(str(values["measure"])),
        help=_("由哪个单位填报哪个指标，多久一次，期后多少个工作日内"),
        empty=_("打开一个指标，点“设置填报任务”；启动有数值目标的承诺事项时也会自动设置。"),
        fields=(
            Field("measure_name", _("指标"), path="measure__name", search=True, kind="long_text"),
            _LEAD,
            Field("contact", _("联系人"), path="contact__name", search=True),
            Field("frequency", _("频率"), "choice", choices=tuple(Frequency.choices)),
            Field("days_after", _("期后工作日"), "integer"),
            Field("since", _("起始日期"), "date", default=False),
            Field("by_hand", _("单独设置"), "boolean", default=False),
            Field("active", _("在用"), "boolean"),
            Field("measure", _("指标编码"), path="measure_id", default=False),
        ),
    )
)

register(
    Register(
        key=FILINGS,
        label=_("填报"),
        model=Filing,
        view_action="measures.filing.view",
        owned=OwnedBy("unit"),
        title="measure_name",
        sort=("-period_end",),
        url=_filing_url,
        subject=lambda values: Subject(FILING, str(values["id"])),
        help=_("各单位应填、已填和已审定的数值"),
        empty=_("还没有填报。给指标设置填报任务后，每期会自动发起。"),
        fields=(
            Field(
                "light",
                _("灯"),
                "choice",
                path="tracked__light",
                choices=tuple(TrackedRow.Light.choices),
                kind="light",
            ),
            Field("measure_name", _("指标"), path="measure__name", search=True, kind="long_text"),
            _LEAD,
            Field("period_end", _("期末"), "date"),
            Field("due_at", _("填报期限"), "datetime", path="tracked__due_at"),
            Field("state", _("状态"), "choice", choices=tuple(Filing.State.choices)),
            Field("value", _("数值"), "decimal"),
            Field("measured_in", _("计量单位"), path="measure__unit"),
            Field("status", _("数据状态"), "choice", choices=tuple(Status.choices), default=False),
            Field("filed_by", _("填报人"), path="filed_by__name", default=False),
            Field("filed_at", _("填报时间"), "datetime", default=False),
            Field("measure", _("指标编码"), path="measure_id", default=False),
        ),
    )
)
