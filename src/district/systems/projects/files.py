"""The dossier of a project as a document."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from district.kernel.reports.files import (
    DASH,
    Manuscript,
    Number,
    Part,
    day_words,
    manuscript_of,
)
from district.systems.projects.models import (
    FollowUp,
    Fund,
    Item,
    Month,
    Problem,
    Project,
    StageStep,
)
from district.systems.projects.selectors.following import latest_of
from district.systems.projects.selectors.settings import (
    kind_label,
    output_words,
    sector_label,
    source_label,
    works_label,
)

#: Follow-ups of so many weeks stand in a dossier.
_WEEKS = 12


def dossier_manuscript(row: Project, day: date) -> Manuscript:
    """What is known of a project, its stages, approvals, months, money, problems and last
    follow-ups, as of a day. Six queries; units and leader of the row must be loaded."""
    parts = [
        _facts(row),
        _stages(StageStep.objects.filter(project=row)),
        _items(Item.objects.filter(project=row).select_related("unit").order_by("order")),
        _months(Month.objects.filter(project=row).order_by("month")),
        _money(Fund.objects.filter(project=row)),
        _problems(Problem.objects.filter(project=row).select_related("unit")),
        _follow_ups(latest_of(row, _WEEKS)),
    ]
    lead = _("截至%(day)s，金额单位为万元") % {"day": day.isoformat()}
    return manuscript_of(row.name, lead, parts, dated=day_words(day))


def _facts(row: Project) -> Part:
    facts = (
        (_("编号"), row.number),
        (_("阶段"), row.get_stage_display()),
        (_("项目类型"), kind_label(row.kind)),
        (_("投资领域"), sector_label(row.sector)),
        *_works(row),
        (_("投资主体"), row.get_ownership_display()),
        (_("建设单位"), row.developer),
        (_("责任单位"), row.lead_unit.display_name),
        (_("所在街道"), row.street.display_name),
        (_("挂点领导"), row.leader.display_name if row.leader else ""),
        (_("总投资（万元）"), _number(row.total)),
        (_("计划开工"), row.planned_start),
        (_("最早开工"), row.start_early),
        (_("可能开工"), row.start_likely),
        (_("实际开工"), row.started_on),
        (_("计划竣工"), row.planned_finish),
        (_("实际竣工"), row.finished_on),
        (_("用地情况"), row.get_land_display()),
        (_("纳统状态"), row.get_counted_display()),
        (_("建设内容"), row.text),
    )
    return Part(_("基本情况"), (_("项目"), _("情况")), facts)


def _works(row: Project) -> Iterable[tuple[str, str]]:
    if row.works:
        yield _("建设类别"), works_label(row.works)
    if row.output is not None:
        what, unit = output_words(row.works)
        yield what or _("建成后新增"), f"{row.output.normalize():f} {unit}".strip()


def _stages(rows: Iterable[StageStep]) -> Part:
    found = [(one.get_after_display(), one.on, one.note) for one in rows]
    return Part(_("阶段"), (_("阶段"), _("日期"), _("说明")), found, empty=_("没有。"))


def _items(rows: Iterable[Item]) -> Part:
    columns = (
        _("审批事项"), _("审批单位"), _("状态"), _("受理日期"), _("预计批复"), _("办结日期"),
    )  # fmt: skip
    found = [
        (
            one.name, one.unit.display_short, one.get_state_display(), one.accepted_on,
            one.expected_on, one.ended_on,
        )
        for one in rows
    ]  # fmt: skip
    return Part(_("审批事项"), columns, found, empty=_("没有。"))


def _months(rows: Iterable[Month]) -> Part:
    columns = (
        _("月份"), _("计划投资"), _("完成投资"), _("纳统投资"), _("月末形象进度"), _("疑点"),
    )  # fmt: skip
    found = [
        (
            f"{one.month:%Y-%m}", _number(one.planned), _number(one.done), _number(one.counted),
            _number(one.progress), one.get_doubt_display(),
        )
        for one in rows
    ]  # fmt: skip
    return Part(_("月度投资"), columns, found, empty=_("没有。"))


def _number(value: Decimal | None) -> Number:
    """Money to two places; a dash where nothing is known."""
    return Number(DASH if value is None else f"{value:,.2f}")


def _money(rows: Iterable[Fund]) -> Part:
    columns = (_("资金来源"), _("计划金额（万元）"), _("到位金额（万元）"))
    found = [(source_label(one.source), _number(one.planned), _number(one.arrived)) for one in rows]
    return Part(_("资金来源"), columns, found, empty=_("没有。"))


def _problems(rows: Iterable[Problem]) -> Part:
    columns = (
        _("问题"), _("协调层级"), _("答复单位"), _("状态"), _("时限"), _("答复"), _("解决情况"),
    )  # fmt: skip
    found = [
        (
            one.title, one.get_level_display(), one.unit.display_short, one.get_state_display(),
            f"{timezone.localtime(one.due_at):%Y-%m-%d}", one.answer, one.result,
        )
        for one in rows
    ]  # fmt: skip
    return Part(_("问题清单"), columns, found, empty=_("没有。"))


def _follow_ups(rows: Iterable[FollowUp]) -> Part:
    columns = (
        _("周"), _("跟进人"), _("形象进度"), _("现场情况"), _("疑点"), _("提出问题"), _("照片"),
    )  # fmt: skip
    found = [
        (
            one.week.label, one.member.display_name, f"{one.progress:.1f}%", one.text,
            one.get_doubt_display(), one.problem.title if one.problem else "", len(one.photos),
        )
        for one in rows
    ]  # fmt: skip
    return Part(_("每周跟进"), columns, found, empty=_("没有。"))
