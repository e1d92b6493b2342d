"""The registers of projects, approvals, months, problems, departments that were called, weeks."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from district.kernel.registers.public import (
    Field,
    Importing,
    MapLayer,
    Register,
    register,
    row_page,
    row_subject,
    unit_field,
)
from district.systems.projects.models import CallLine, FollowUp, Item, Month, Problem, Project, Week
from district.systems.projects.names import (
    CALLED,
    ITEMS,
    MONTHS,
    PROBLEM,
    PROBLEMS,
    PROJECT,
    PROJECTS,
    SAVE,
    VIEW,
    WEEKS,
)
from district.systems.projects.selectors.settings import (
    kind_label,
    kind_options,
    problem_kind_label,
    problem_kind_options,
    sector_label,
    sector_options,
    works_label,
    works_options,
)
from district.systems.projects.services.projects import save_imported

LIGHTS = (
    ("red", _("滞后")), ("yellow", _("预警")), ("green", _("正常")), ("none", _("无数据")),
)  # fmt: skip


def _money(key: str, label: Any, **more: Any) -> Field:
    return Field(key, label, "decimal", unit="万元", **more)


def _light(path: str) -> Field:
    return Field("light", _("灯"), "choice", path=path, choices=LIGHTS, kind="light")


def _of_project(prefix: str = "project") -> tuple[Field, ...]:
    """What registers of things of a project say of it."""
    return (
        Field("project", _("项目"), path=f"{prefix}__name", search=True),
        Field(
            "project_number", _("项目编号"), path=f"{prefix}__number", kind="reference",
            default=False,
        ),
    )  # fmt: skip


def _what() -> tuple[Field, ...]:
    return (
        Field("name", _("项目名称"), search=True, import_as=True, required=True),
        Field("number", _("编号"), search=True, kind="reference", default=False),
        Field("stage", _("阶段"), "choice", choices=tuple(Project.Stage.choices)),
        _light("clock__light"),
        Field(
            "kind", _("项目类型"), "code", options=kind_options, label_of=kind_label,
            import_as=True, required=True, default=False,
        ),
        Field(
            "sector", _("投资领域"), "code", options=sector_options, label_of=sector_label,
            import_as=True, required=True,
        ),
        Field(
            "works", _("建设类别"), "code", options=works_options, label_of=works_label,
            import_as=True, default=False,
        ),
        Field("output", _("建成后新增"), "decimal", default=False, import_as=True),
        Field(
            "ownership", _("投资主体"), "choice", choices=tuple(Project.Ownership.choices),
            import_as=True, required=True,
        ),
        Field(
            "developer", _("建设单位"), search=True, import_as=True, required=True, default=False
        ),
        unit_field("lead_unit", _("责任单位"), import_as=True, required=True),
        unit_field("street", _("所在街道"), import_as=True, required=True),
        _money("total", _("总投资"), import_as=True, required=True),
        _money("earlier", _("以前年度完成投资"), import_as=True, default=False),
    )  # fmt: skip


def _how() -> tuple[Field, ...]:
    return (
        _money("year_plan", _("年度计划投资")),
        _money("year_due", _("至今应完成投资"), default=False),
        _money("year_done", _("年度完成投资")),
        _money("year_counted", _("年度纳统投资"), default=False),
        _money("year_forecast", _("全年预计完成投资"), default=False),
        Field("progress", _("形象进度"), "decimal", unit="%", default=False, import_as=True),
        Field("planned_start", _("计划开工"), "date", import_as=True),
        Field("start_early", _("最早开工"), "date", default=False),
        Field("start_likely", _("可能开工"), "date", default=False),
        Field("start_safe", _("稳妥开工"), "date", default=False),
        Field("chance", _("按期开工可能性"), "decimal", unit="%", places=1, default=False),
        Field("started_on", _("实际开工"), "date", default=False),
        Field("planned_finish", _("计划竣工"), "date", default=False, import_as=True),
        Field("finished_on", _("实际竣工"), "date", default=False),
        Field("stage_since", _("进入阶段日期"), "date", default=False),
        Field(
            "counted", _("纳统状态"), "choice", choices=tuple(Project.Counted.choices),
            default=False,
        ),
        Field("counted_on", _("纳统日期"), "date", default=False),
        Field(
            "land", _("用地情况"), "choice", choices=tuple(Project.Land.choices), default=False,
            import_as=True,
        ),
        Field("parcel", _("宗地号"), default=False, kind="reference", import_as=True),
        Field("land_area", _("用地面积"), "decimal", unit="公顷", default=False, import_as=True),
        Field("place", _("地址"), default=False, import_as=True),
        Field("lon", _("经度"), "decimal", default=False, import_as=True),
        Field("lat", _("纬度"), "decimal", default=False, import_as=True),
        Field(
            "leader", _("挂点领导"), path="leader__name", display_en="leader__name_en",
            default=False,
        ),
        Field("leader_id", _("挂点领导标识"), path="leader__pk", default=False, sortable=False),
    )  # fmt: skip


register(
    Register(
        key=PROJECTS,
        label=_("投资项目"),
        model=Project,
        view_action=VIEW,
        owned=None,
        title="name",
        sort=("-total",),
        url=row_page("projects_project"),
        subject=row_subject(PROJECT),
        importing=Importing(
            SAVE,
            key=("name",),
            save=save_imported,
            extra=(Field("text", _("建设内容"), import_as=True),),
        ),
        map=MapLayer(lon="lon", lat="lat"),
        help=_("政府投资和社会投资项目，从谋划到竣工"),
        empty=_("没有符合条件的项目。请登记项目，或用“导入”载入项目清单。"),
        fields=(*_what(), *_how()),
    )
)

register(
    Register(
        key=ITEMS,
        label=_("审批事项"),
        model=Item,
        view_action=VIEW,
        owned=None,
        title="name",
        sort=("expected_on",),
        url=row_page("projects_open_item"),
        help=_("每个项目的审批事项，预计和最迟批复日期随进展推算"),
        empty=_("没有符合条件的审批事项。"),
        fields=(
            Field("name", _("审批事项"), search=True),
            *_of_project(),
            Field(
                "stage",
                _("项目阶段"),
                "choice",
                path="project__stage",
                choices=tuple(Project.Stage.choices),
                default=False,
            ),
            Field("state", _("状态"), "choice", choices=tuple(Item.State.choices)),
            _light("clock__light"),
            unit_field("unit", _("审批单位")),
            Field("critical", _("关键事项"), "boolean"),
            Field("accepted_on", _("受理日期"), "date"),
            Field("due_at", _("承诺期限"), "datetime", path="clock__due_at"),
            Field("expected_on", _("预计批复"), "date"),
            Field("latest_on", _("最迟批复"), "date", default=False),
            Field("slack", _("机动时间"), "integer", unit="工作日", default=False),
            Field("ended_on", _("办结日期"), "date", default=False),
            Field("promised", _("承诺时限"), "integer", unit="工作日", default=False),
            Field("statutory", _("法定时限"), "integer", unit="工作日", default=False),
            Field("early", _("提前介入"), "boolean", default=False),
            Field("tolerated", _("容缺受理"), "boolean", default=False),
            Field("owed_on", _("补齐期限"), "date", default=False),
            Field("round", _("受理次数"), "integer", default=False),
        ),
    )
)

register(
    Register(
        key=MONTHS,
        label=_("月度投资"),
        model=Month,
        view_action=VIEW,
        owned=None,
        title="project",
        sort=("-month",),
        url=row_page("projects_open_month"),
        help=_("每个项目每月的计划、完成和纳统投资；疑点由规则标出"),
        empty=_("没有符合条件的月份。"),
        fields=(
            *_of_project(),
            Field("month", _("月份"), "date"),
            _money("planned", _("计划投资")),
            _money("done", _("完成投资")),
            _money("counted", _("纳统投资")),
            Field("progress", _("月末形象进度"), "decimal", unit="%"),
            Field("seen", _("跟进所见形象进度"), "decimal", unit="%", default=False),
            Field("doubt", _("疑点"), "choice", choices=tuple(Month.Doubt.choices)),
            Field(
                "stage",
                _("项目阶段"),
                "choice",
                path="project__stage",
                choices=tuple(Project.Stage.choices),
                default=False,
            ),
            unit_field("lead_unit", _("责任单位"), "project__lead_unit", default=False),
            unit_field("street", _("所在街道"), "project__street", default=False),
        ),
    )
)

register(
    Register(
        key=PROBLEMS,
        label=_("项目问题"),
        model=Problem,
        view_action=VIEW,
        owned=None,
        title="title",
        sort=("due_at",),
        url=row_page("projects_problem"),
        subject=row_subject(PROBLEM),
        help=_("项目推进中的问题，按街道、部门、区领导三级协调；到期未答复或未解决的自动上升"),
        empty=_("没有符合条件的问题。"),
        fields=(
            Field("title", _("问题"), search=True),
            Field("number", _("编号"), search=True, kind="reference", default=False),
            *_of_project(),
            Field(
                "kind",
                _("问题类别"),
                "code",
                options=problem_kind_options,
                label_of=problem_kind_label,
            ),
            Field("level", _("协调层级"), "choice", choices=tuple(Problem.Level.choices)),
            Field("state", _("状态"), "choice", choices=tuple(Problem.State.choices)),
            _light("clock__light"),
            unit_field("unit", _("答复单位")),
            unit_field("bureau", _("协调部门"), default=False),
            Field("raised_at", _("提出时间"), "datetime", default=False),
            Field("due_at", _("时限"), "datetime"),
            Field("answer", _("答复"), kind="long_text", default=False),
            Field("answered_at", _("答复时间"), "datetime", default=False),
            Field("solved_at", _("解决时间"), "datetime", default=False),
            Field("risen", _("上升次数"), "integer", default=False),
            Field(
                "leader_id",
                _("挂点领导标识"),
                path="project__leader__pk",
                default=False,
                sortable=False,
            ),
        ),
    )
)


register(
    Register(
        key=CALLED,
        label=_("部门报到"),
        model=CallLine,
        view_action=VIEW,
        owned=None,
        title="title",
        sort=("-called_at",),
        url=row_page("projects_open_line"),
        help=_("街道吹哨、部门报到：每个被叫到的部门一行"),
        empty=_("没有符合条件的报到。"),
        fields=(
            Field("title", _("事由"), path="call__title", search=True),
            Field("number", _("编号"), path="call__number", kind="reference", default=False),
            *_of_project("call__project"),
            unit_field("street", _("吹哨街道"), "call__street"),
            unit_field("unit", _("报到部门")),
            _light("clock__light"),
            Field("called_at", _("吹哨时间"), "datetime", path="call__called_at"),
            Field("due_at", _("报到时限"), "datetime", path="call__due_at"),
            Field("came_at", _("报到时间"), "datetime"),
            Field("closed_at", _("办结时间"), "datetime", path="call__closed_at", default=False),
            Field("note", _("意见"), kind="long_text", default=False),
        ),
    )
)


def _weeks_what() -> tuple[Field, ...]:
    return (
        *_of_project(),
        Field("first", _("周一"), "date"),
        Field("state", _("状态"), "choice", choices=tuple(Week.State.choices)),
        _light("clock__light"),
        unit_field("unit", _("责任单位")),
        unit_field("street", _("所在街道"), "project__street", default=False),
        Field(
            "stage", _("项目阶段"), "choice", path="project__stage",
            choices=tuple(Project.Stage.choices), default=False,
        ),
        Field("due_at", _("时限"), "datetime"),
        Field("made_at", _("跟进时间"), "datetime", default=False),
        Field(
            "member", _("跟进人"), path="latest__member__name",
            display_en="latest__member__name_en", default=False,
        ),
        Field(
            "before", _("上次形象进度"), "decimal", path="latest__before", unit="%", default=False
        ),
        Field("progress", _("形象进度"), "decimal", path="latest__progress", unit="%"),
        Field(
            "doubt", _("疑点"), "choice", path="latest__doubt",
            choices=tuple(FollowUp.Doubt.choices),
        ),
        Field("text", _("现场情况"), path="latest__text", kind="long_text"),
        Field("version", _("版本"), "integer", path="latest__number", default=False),
        Field("missed_before", _("此前连续未跟进周数"), "integer", default=False),
    )  # fmt: skip


register(
    Register(
        key=WEEKS,
        label=_("每周跟进"),
        model=Week,
        view_action=VIEW,
        owned=None,
        title="project",
        sort=("-first", "-state"),
        url=row_page("projects_week"),
        help=_("哪些项目本周要跟进，跟进了没有，现场怎样；疑点由规则标出"),
        empty=_("没有符合条件的跟进。项目进入要跟进的阶段后，每周一列出。"),
        fields=_weeks_what(),
    )
)
