"""The registers of inspections: places, rounds, tasks, results, cases of law."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from district.kernel.organisation.public import Level, units
from district.kernel.registers.public import (
    Field,
    Importing,
    MapLayer,
    Register,
    community_field,
    register,
    row_page,
    row_subject,
    street_field,
    unit_field,
)
from district.kernel.tracking.public import TrackedRow
from district.systems.inspections.checklists import (
    checklists,
    choices,
    field_words,
    kind_words,
)
from district.systems.inspections.models import Enforcement, Inspection, Place, Round, Task
from district.systems.inspections.names import (
    CASES,
    ENFORCEMENT,
    PLACE,
    PLACES,
    RESULT,
    RESULTS,
    ROUND,
    ROUNDS,
    SAVE_CASE,
    SAVE_PLACE,
    TASK,
    TASKS,
    VIEW_CASE,
    VIEW_PLACE,
    VIEW_RESULT,
    VIEW_ROUND,
    VIEW_TASK,
)
from district.systems.inspections.selectors.rights import (
    place_scope_q,
    result_scope_q,
    task_scope_q,
)
from district.systems.inspections.services.enforcement import save_enforcement
from district.systems.inspections.services.places import save_place

_LISTS = choices({checklist.key: checklist.label for checklist in checklists()})


def _departments() -> Iterable[tuple[str, str]]:
    return [(unit.pk, unit.display_short) for unit in units(level=Level.DEPARTMENT)]


register(
    Register(
        key=PLACES,
        label=_("检查对象"),
        model=Place,
        view_action=VIEW_PLACE,
        owned=place_scope_q,
        title="name",
        sort=("code",),
        url=row_page("inspections_place"),
        subject=row_subject(PLACE),
        importing=Importing(SAVE_PLACE, key=("code",), save=save_place),
        map=MapLayer(lon="lon", lat="lat"),
        help=_("企业、食堂、工地、粮库等接受检查的地方"),
        empty=_("还没有检查对象。请用“导入”载入清单。"),
        fields=(
            Field("code", _("对象编号"), search=True, import_as=True, required=True,
                  kind="reference"),
            Field("name", _("名称"), search=True, import_as=True, required=True),
            Field("kind", _("类别"), "choice", choices=choices(kind_words()), import_as=True,
                  required=True),
            Field("risk", _("风险等级"), "choice", choices=tuple(Place.Risk.choices),
                  import_as=True),
            Field("address", _("地址"), search=True, import_as=True, required=True),
            street_field(import_as=True, required=True),
            community_field(default=False, import_as=True),
            unit_field("lead_unit", _("责任单位"), import_as=True, required=True),
            Field(
                "supervising_unit",
                _("主管部门"),
                "code",
                path="supervising_unit__code",
                display=("supervising_unit__short_name", "supervising_unit__name"),
                display_en="supervising_unit__name_en",
                options=_departments,
                import_as=True,
            ),
            Field("active", _("在册"), "boolean", path="is_active", default=False,
                  import_as=True),
            Field("lon", _("经度"), "decimal", default=False, import_as=True),
            Field("lat", _("纬度"), "decimal", default=False, import_as=True),
        ),
    )
)  # fmt: skip


def _with_tasks(rows: QuerySet[Round]) -> QuerySet[Round]:
    done = Count("tasks", filter=Q(tasks__state=Task.State.DONE))
    return rows.annotate(task_count=Count("tasks"), done_count=done)


register(
    Register(
        key=ROUNDS,
        label=_("检查批次"),
        model=Round,
        view_action=VIEW_ROUND,
        title="title",
        rows=_with_tasks,
        sort=("-starts_on",),
        url=row_page("inspections_round"),
        subject=row_subject(ROUND),
        help=_("先公示再抽取，谁都可以用公布的种子重新抽一遍"),
        empty=_("还没有检查批次。请拟定一个批次。"),
        fields=(
            Field("title", _("名称"), search=True),
            Field("number", _("编号"), search=True, kind="reference"),
            Field("state", _("状态"), "choice", choices=tuple(Round.State.choices)),
            Field("checklist", _("检查表"), "choice", choices=_LISTS),
            unit_field("lead_unit", _("组织单位")),
            Field("population", _("对象总数"), "integer", path="population_count"),
            Field("tasks", _("任务"), "integer", path="task_count"),
            Field("done", _("已检查"), "integer", path="done_count"),
            Field("starts_on", _("开始日期"), "date"),
            Field("ends_on", _("截止日期"), "date"),
        ),
    )
)

register(
    Register(
        key=TASKS,
        label=_("检查任务"),
        model=Task,
        view_action=VIEW_TASK,
        owned=task_scope_q,
        title="place",
        sort=("due_on",),
        url=row_page("inspections_task"),
        subject=row_subject(TASK),
        empty=_("没有检查任务。抽取一个批次，或在对象的页面下达。"),
        fields=(
            Field("light", _("灯"), "choice", path="tracked__light", kind="light",
                  choices=tuple(TrackedRow.Light.choices)),
            Field("place", _("检查对象"), path="place__name", search=True),
            Field("number", _("任务编号"), search=True, kind="reference"),
            Field("state", _("状态"), "choice", choices=tuple(Task.State.choices)),
            Field("checklist", _("检查表"), "choice", choices=_LISTS),
            street_field("place__street_unit"),
            unit_field("lead_unit", _("检查单位")),
            Field("inspector", _("检查人"), path="inspector__name",
                  display_en="inspector__name_en", search=True),
            Field("round", _("检查批次"), path="round__number", kind="reference", default=False),
            Field("due_on", _("截止日期"), "date"),
        ),
    )
)  # fmt: skip

register(
    Register(
        key=RESULTS,
        label=_("检查记录"),
        model=Inspection,
        view_action=VIEW_RESULT,
        owned=result_scope_q,
        title="place",
        sort=("-finished_at",),
        url=row_page("inspections_result"),
        subject=row_subject(RESULT),
        empty=_("还没有检查记录。检查人在手机上提交后出现在这里。"),
        fields=(
            Field("place", _("检查对象"), path="place__name", search=True),
            Field("number", _("检查编号"), search=True, kind="reference"),
            Field("result", _("结果"), "choice", choices=tuple(Inspection.Result.choices)),
            Field("failed", _("不合格项"), "integer"),
            Field("checklist", _("检查表"), "choice", choices=_LISTS),
            street_field("place__street_unit"),
            unit_field("lead_unit", _("检查单位")),
            Field("inspector", _("检查人"), path="inspector__name",
                  display_en="inspector__name_en", search=True),
            Field("finished_at", _("检查时间"), "datetime"),
            Field("round", _("检查批次"), path="round__number", kind="reference", default=False),
            Field("code", _("对象编号"), path="place__code", kind="reference", default=False),
        ),
    )
)  # fmt: skip

register(
    Register(
        key=CASES,
        label=_("查处案件"),
        model=Enforcement,
        view_action=VIEW_CASE,
        title="number",
        sort=("-filed_on",),
        subject=row_subject(ENFORCEMENT),
        importing=Importing(
            SAVE_CASE,
            key=("number",),
            save=save_enforcement,
        ),
        help=_("依法立案查处的违法案件；按月汇总报送的写明宗数"),
        empty=_("还没有查处案件。请从检查记录立案，或用“导入”载入。"),
        fields=(
            Field("number", _("案号"), search=True, import_as=True, required=True,
                  kind="reference"),
            Field("field", _("领域"), "choice", choices=choices(field_words()), import_as=True,
                  required=True),
            Field("violation", _("违法行为"), search=True, import_as=True, required=True),
            Field("cases", _("宗数"), "integer", import_as=True),
            Field("outcome", _("处理结果"), "choice",
                  choices=tuple(Enforcement.Outcome.choices), import_as=True),
            Field("fine", _("罚款金额"), "decimal", unit="元", import_as=True),
            unit_field("lead_unit", _("办案单位"), import_as=True, required=True),
            Field("filed_on", _("立案日期"), "date", import_as=True, required=True),
            Field("decided_on", _("决定日期"), "date", default=False, import_as=True),
            Field("basis", _("法律依据"), default=False, import_as=True),
            Field("place", _("对象编号"), path="place__code", kind="reference", default=False,
                  import_as=True),
            Field("inspection", _("检查编号"), path="inspection__number", kind="reference",
                  default=False),
        ),
    )
)  # fmt: skip
