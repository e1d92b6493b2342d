"""The plan's registers: commitments, statements, target adjustments, terms, reports."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Case, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _

from district.kernel.plan.addresses import (
    commitment_url,
    report_url,
    statement_url,
)
from district.kernel.plan.models import (
    Commitment,
    Report,
    Statement,
    TargetAdjustment,
    Term,
)
from district.kernel.plan.models.commitments import (
    AdjustmentState,
    CommitmentKind,
    CommitmentState,
    Flag,
    Nature,
)
from district.kernel.plan.models.reports import StatementKind
from district.kernel.plan.models.statements import Basis, Change, Comparator, StatementState
from district.kernel.plan.selectors.coverage import (
    COUNTING_CHOICES,
    with_counted,
    with_counting,
)
from district.kernel.plan.selectors.themes import theme_label, theme_options
from district.kernel.plan.subjects import commitment_subject, report_subject, statement_subject
from district.kernel.plan.tables.shared import departments, report_year, subject_of_commitment
from district.kernel.registers.public import Field, OwnedBy, Register, register
from district.kernel.tracking.public import TrackedRow

COMMITMENTS = "plan-commitments"
STATEMENTS = "plan-statements"
ADJUSTMENTS = "plan-adjustments"
TERMS = "plan-terms"
REPORTS = "plan-reports"


def _in_force(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Rows of current editions: superseded ones are found through the difference."""
    return rows.filter(edition__state="current")


def _statements(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Statements in force, each with whether the compiler warns of it and what counts it."""
    warned = Case(When(flags=[], then=Value(False)), default=Value(True))
    return with_counted(_in_force(rows).annotate(warned=warned))


def _not_flag(choices: Iterable[tuple[Any, Any]]) -> tuple[tuple[str, Any], ...]:
    return tuple((str(value), label) for value, label in choices if value)


def _counting() -> Field:
    return Field("counting", _("数据来源"), "choice", choices=COUNTING_CHOICES, default=False)


def _theme(*, default: bool) -> Field:
    return Field(
        "theme",
        _("主题"),
        "code",
        options=theme_options,
        label_of=theme_label,
        default=default,
    )


register(
    Register(
        key=COMMITMENTS,
        label=_("承诺事项"),
        model=Commitment,
        view_action="plan.read",
        owned=OwnedBy("lead_unit", co_units="co_units__code"),
        title="title",
        sort=("-year", "sort"),
        url=lambda values: commitment_url(values["id"]),
        subject=subject_of_commitment,
        rows=with_counting,
        help=_("计划报告中的主要指标、量化承诺、工作任务和清单"),
        empty=_("还没有承诺事项。请先上传计划报告并确认表述。"),
        fields=(
            Field(
                "light",
                _("灯"),
                "choice",
                path="tracked__light",
                choices=tuple(TrackedRow.Light.choices),
                kind="light",
            ),
            Field("sequence", _("编号"), search=True),
            Field("title", _("名称"), search=True, kind="long_text"),
            Field("kind", _("类别"), "choice", choices=tuple(CommitmentKind.choices)),
            Field("nature", _("性质"), "choice", choices=tuple(Nature.choices)),
            Field("comparator", _("比较"), "choice", choices=tuple(Comparator.choices)),
            Field("value", _("目标值"), "decimal"),
            Field("unit", _("单位")),
            Field(
                "lead_unit",
                _("牵头单位"),
                "code",
                path="lead_unit__path",
                hierarchy="path",
                code_path="lead_unit_id",
                display="lead_unit__short_name",
                options=departments,
            ),
            Field("deadline", _("时限"), "date"),
            _theme(default=True),
            Field("state", _("状态"), "choice", choices=tuple(CommitmentState.choices)),
            Field(
                "completion_rate",
                _("完成率"),
                "decimal",
                path="tracked__completion_rate",
                unit="%",
                kind="percent",
                default=False,
            ),
            Field(
                "progress_gap",
                _("序时差额"),
                "decimal",
                path="tracked__progress_gap",
                default=False,
            ),
            Field(
                "growth_needed",
                _("后续需增速"),
                "decimal",
                path="tracked__growth_needed",
                unit="%",
                default=False,
            ),
            Field("percent", _("形象进度"), "integer", unit="%", default=False),
            Field("year", _("年度"), "integer", kind="year", default=False),
            Field("leader", _("责任领导"), path="leader__name", default=False),
            Field("contact", _("联系人"), path="contact__name", default=False),
            Field("basis", _("口径"), "choice", choices=tuple(Basis.choices), default=False),
            Field("measure", _("指标"), path="measure__name", default=False),
            _counting(),
            Field("report", _("报告"), path="report__title", default=False),
            report_year("report__year"),
            Field("flag", _("修订提示"), "choice", choices=_not_flag(Flag.choices), default=False),
            Field(
                "light_since", _("亮灯时间"), "datetime", path="tracked__light_since", default=False
            ),
            Field("sort", _("原文次序"), "integer", default=False, filterable=False),
        ),
    )
)

register(
    Register(
        key=STATEMENTS,
        label=_("数值表述"),
        model=Statement,
        view_action="plan.read",
        owned=None,
        title="measure",
        sort=("-report_year", "position"),
        url=lambda values: statement_url(values["id"]),
        subject=lambda values: statement_subject(values["id"]),
        rows=_statements,
        help=_("报告中的每一个数字：指标、比较、数值、单位和年度"),
        empty=_("还没有数值表述。请先上传计划报告。"),
        fields=(
            Field("measure", _("指标"), search=True),
            Field("subject", _("主体"), search=True),
            Field("comparator", _("比较"), "choice", choices=tuple(Comparator.choices)),
            Field("value", _("数值"), "decimal"),
            Field("unit", _("单位")),
            Field("kind", _("类别"), "choice", choices=tuple(StatementKind.choices)),
            Field("basis", _("口径"), "choice", choices=tuple(Basis.choices)),
            Field("year", _("年度"), "integer", kind="year"),
            Field("deadline", _("时限")),
            Field("state", _("状态"), "choice", choices=tuple(StatementState.choices)),
            Field("confidence", _("把握"), "decimal"),
            Field("warned", _("提示"), "boolean", default=False),
            _theme(default=False),
            Field("text", _("原句"), kind="long_text", search=True, default=False),
            Field(
                "counted_by",
                _("统计指标"),
                path="counted_by__name",
                display_en="counted_by__name_en",
                default=False,
            ),
            _counting(),
            Field("section", _("章节"), kind="long_text", default=False),
            Field("value_from", _("起始值"), "decimal", default=False),
            Field("raw", _("原文数字"), default=False),
            Field(
                "change",
                _("与上一版相比"),
                "choice",
                choices=_not_flag(Change.choices),
                default=False,
            ),
            Field("report", _("报告"), path="edition__report__title", default=False),
            report_year("edition__report__year"),
            Field("position", _("原文次序"), "integer", default=False, filterable=False),
        ),
    )
)


register(
    Register(
        key=ADJUSTMENTS,
        label=_("目标调整"),
        model=TargetAdjustment,
        view_action="plan.read",
        owned=OwnedBy("commitment__lead_unit", co_units="commitment__co_units__code"),
        title="title",
        sort=("-proposed_at",),
        url=lambda values: commitment_url(values["commitment"]),
        subject=lambda values: commitment_subject(values["commitment"]),
        help=_("目标和时限的每一次调整，批准后才生效"),
        empty=_("还没有目标调整。如需调整，请在承诺事项页面提出。"),
        fields=(
            Field("title", _("承诺事项"), path="commitment__title", search=True),
            Field("state", _("状态"), "choice", choices=tuple(AdjustmentState.choices)),
            Field("value_before", _("原目标"), "decimal"),
            Field("value_after", _("新目标"), "decimal"),
            Field("unit", _("单位"), path="commitment__unit"),
            Field("deadline_before", _("原时限"), "date"),
            Field("deadline_after", _("新时限"), "date"),
            Field("reason", _("调整理由"), kind="long_text", search=True),
            Field("document", _("依据文件"), default=False),
            Field(
                "lead_unit",
                _("牵头单位"),
                "code",
                path="commitment__lead_unit__path",
                hierarchy="path",
                code_path="commitment__lead_unit_id",
                display="commitment__lead_unit__short_name",
                options=departments,
            ),
            Field("proposed_by", _("提出人")),
            Field("proposed_at", _("提出时间"), "datetime"),
            Field("decided_by", _("审批人"), default=False),
            Field("decided_at", _("审批时间"), "datetime", default=False),
            Field("report", _("报告"), path="commitment__report__title", default=False),
            Field(
                "commitment",
                _("事项标识"),
                path="commitment_id",
                default=False,
                filterable=False,
                sortable=False,
            ),
        ),
    )
)

register(
    Register(
        key=TERMS,
        label=_("名词解释"),
        model=Term,
        view_action="plan.read",
        owned=None,
        title="term",
        sort=("-report_year", "start"),
        rows=_in_force,
        help=_("报告附录中的名词解释，页面上随处可查"),
        empty=_("报告没有名词解释。"),
        fields=(
            Field("term", _("名词"), search=True),
            Field("explanation", _("解释"), kind="long_text", search=True),
            Field("report", _("报告"), path="edition__report__title", default=False),
            report_year("edition__report__year"),
            Field("start", _("原文次序"), "integer", default=False, filterable=False),
        ),
    )
)

register(
    Register(
        key=REPORTS,
        label=_("计划报告"),
        model=Report,
        view_action="plan.read",
        owned=OwnedBy("unit"),
        title="title",
        sort=("-year", "title"),
        url=lambda values: report_url(values["id"]),
        subject=lambda values: report_subject(values["id"]),
        help=_("每年的计划报告和政府工作报告"),
        empty=_("还没有报告。请上传计划报告。"),
        fields=(
            Field("title", _("标题"), search=True),
            Field("year", _("年度"), "integer", kind="year"),
            Field(
                "unit",
                _("所属区"),
                "code",
                path="unit__path",
                hierarchy="path",
                code_path="unit_id",
                display="unit__short_name",
            ),
            Field("published_at", _("公开时间"), "datetime"),
            Field("created_at", _("建立时间"), "datetime", default=False),
        ),
    )
)
