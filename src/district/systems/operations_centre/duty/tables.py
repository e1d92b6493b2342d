"""The registers of the duty desk: list, filter, import, export, API, figures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Substr
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from district.kernel.cases.public import (
    CaseStep,
    case_type_of,
    said_later,
    visible_cases,
)
from district.kernel.history.public import Actor, Subject
from district.kernel.registers.public import Field, Importing, Register, register, unit_field
from district.kernel.tracking.public import TrackedRow
from district.systems.operations_centre.duty.names import (
    CALL,
    CALLS,
    HANDOVER,
    HANDOVERS,
    INCIDENT,
    PLAN,
    POST_SUBJECT,
    POSTS,
    REPORT_CLOCKS,
    REPORTS,
    ROSTER,
    SAVE_POST,
    TURNS,
    VIEW,
    VIEW_CALL,
)
from district.systems.operations_centre.duty.selectors.calls import lines_q
from district.systems.operations_centre.duty.services.posts import save_post
from district.systems.operations_centre.duty.services.rosters import save_turn
from district.systems.operations_centre.models import (
    CallLine,
    DutyPost,
    DutyRole,
    DutyTurn,
    HandOver,
)


def _person(key: str, label: Any, path: str, **more: Any) -> Field:
    return Field(
        key,
        label,
        path=f"{path}__name",
        display_en=f"{path}__name_en",
        **more,
    )


def _light() -> Field:
    return Field(
        "light",
        _("灯"),
        "choice",
        path="clock__light",
        choices=tuple(TrackedRow.Light.choices),
        kind="light",
    )


def _post_rows(found: QuerySet[DutyPost]) -> QuerySet[DutyPost]:
    """Hours as a file has them: 08:30."""
    hours = {
        f"{key}_at": Substr(Cast(key, CharField(max_length=15)), 1, 5)
        for key in ("opens", "closes")
    }
    return found.annotate(**hours)


def _hour(key: str, label: Any) -> Field:
    help_text = _("格式为 08:30；全天值守的，开始和结束都留空")
    return Field(
        key,
        label,
        path=f"{key}_at",
        default=False,
        filterable=False,
        import_as=True,
        help=help_text,
    )


register(
    Register(
        key=POSTS,
        label=_("值班室"),
        model=DutyPost,
        view_action=VIEW,
        rows=_post_rows,
        title="name",
        sort=("lead_unit",),
        url=lambda values: reverse("duty_roster") + f"?post={values['id']}",
        subject=lambda values: Subject(
            POST_SUBJECT, str(values["lead_unit"]).strip("/").rsplit("/")[-1]
        ),
        importing=Importing(SAVE_POST, key=("lead_unit",), save=save_post),
        help=_("各单位的值班室：应有几位带班领导和值班员，什么时间值守"),
        empty=_("还没有值班室。请用“导入”载入值班室清单。"),
        fields=(
            unit_field("lead_unit", _("单位"), import_as=True, required=True),
            Field("name", _("值班室"), search=True, import_as=True, required=True),
            Field("name_en", _("英文名称"), default=False, import_as=True),
            Field("phone", _("值班电话"), import_as=True),
            Field("leads", _("带班领导人数"), "integer", unit="人", import_as=True),
            Field("officers", _("值班员人数"), "integer", unit="人", import_as=True),
            _hour("opens", _("开始时间")),
            _hour("closes", _("结束时间")),
        ),
    )
)

register(
    Register(
        key=TURNS,
        label=_("值班安排"),
        model=DutyTurn,
        view_action=VIEW,
        title="member",
        sort=("starts_at", "lead_unit"),
        url=lambda values: reverse("duty_roster") + f"?turn={values['id']}",
        subject=lambda values: Subject(ROSTER, str(values["lead_unit"]).strip("/").rsplit("/")[-1]),
        importing=Importing(PLAN, key=("lead_unit", "starts_at", "role", "member"), save=save_turn),
        help=_("谁在什么时间为哪个单位值班"),
        empty=_("还没有排班。请在排班页面安排，或用“导入”载入值班表。"),
        fields=(
            unit_field("lead_unit", _("单位"), import_as=True, required=True),
            Field(
                "role",
                _("值班角色"),
                "choice",
                choices=tuple(DutyRole.choices),
                import_as=True,
                required=True,
            ),
            _person(
                "member",
                _("值班人"),
                "member",
                search=True,
                import_as=True,
                required=True,
                help=_("本单位成员的姓名"),
            ),
            Field("starts_at", _("上班时间"), "datetime", import_as=True, required=True),
            Field("ends_at", _("下班时间"), "datetime", import_as=True, required=True),
            Field("note", _("备注"), default=False, import_as=True),
        ),
    )
)


def _handover_rows(found: QuerySet[HandOver]) -> QuerySet[HandOver]:
    late = Coalesce(Q(state="missed") | Q(taken_at__gt=F("due_at")), False)
    return found.annotate(was_late=late)


register(
    Register(
        key=HANDOVERS,
        label=_("交接班"),
        model=HandOver,
        view_action=VIEW,
        title="at",
        rows=_handover_rows,
        sort=("-at",),
        url=lambda values: reverse("duty_handover", args=[values["id"]]),
        subject=lambda values: Subject(HANDOVER, str(values["id"])),
        empty=_("还没有交接班。排好班之后，换班前会自动出现。"),
        fields=(
            _light(),
            unit_field("lead_unit", _("单位")),
            Field("at", _("交接时间"), "datetime"),
            Field("state", _("状态"), "choice", choices=tuple(HandOver.State.choices)),
            Field("due_at", _("接班期限"), "datetime"),
            _person("written_by", _("交班人"), "written_by"),
            Field("written_at", _("交班时间"), "datetime", default=False),
            _person("taken_by", _("接班人"), "taken_by"),
            Field("taken_at", _("接班时间"), "datetime"),
            Field("late", _("逾期"), "boolean", path="was_late", default=False),
        ),
    )
)


def _line_rows(found: QuerySet[CallLine]) -> QuerySet[CallLine]:
    return found.annotate(was_in_time=Coalesce(Q(answered_at__lte=F("first_due_at")), False))


def _line_url(values: Mapping[str, Any]) -> str:
    return reverse("duty_call_line", args=[values["id"]])


register(
    Register(
        key=CALLS,
        label=_("叫应"),
        model=CallLine,
        view_action=VIEW_CALL,
        owned=lines_q,
        title="title",
        rows=_line_rows,
        sort=("-made_at",),
        url=_line_url,
        subject=lambda values: Subject(CALL, str(values["call"])),
        help=_("每一行是一个叫应对象：叫谁、限时多久、谁在什么时候应答"),
        empty=_("没有叫应。需要限时应答的事，请“发起叫应”。"),
        fields=(
            _light(),
            Field("title", _("事由"), path="call__title", search=True),
            unit_field("lead_unit", _("被叫单位")),
            _person("member", _("被叫人"), "member", search=True),
            Field(
                "role",
                _("值班角色"),
                "choice",
                choices=tuple(DutyRole.choices),
                default=False,
            ),
            Field("state", _("状态"), "choice", choices=tuple(CallLine.State.choices)),
            Field("made_at", _("叫应时间"), "datetime", path="call__made_at"),
            Field("first_due_at", _("应答期限"), "datetime"),
            Field("answered_at", _("应答时间"), "datetime"),
            _person("answered_by", _("应答人"), "answered_by"),
            Field("in_time", _("按时应答"), "boolean", path="was_in_time"),
            Field("step", _("逐级次数"), "integer", default=False),
            unit_field("caller", _("叫应单位"), "call__lead_unit", default=False),
            Field("call", _("叫应编号"), path="call_id", default=False, filterable=False),
        ),
    )
)


def _is_late() -> Case:
    """Whether a report came after the term of the clock that it must keep."""
    kept = [
        Q(action=action, **{f"data__terms__{key}__late": True})
        for action, key in REPORT_CLOCKS.items()
        if key
    ]
    condition = kept[0]
    for each in kept[1:]:
        condition |= each
    return Case(
        When(condition, then=Value(True)), default=Value(False), output_field=BooleanField()
    )


def _report_rows(found: QuerySet[CaseStep]) -> QuerySet[CaseStep]:
    after = CaseStep.objects.filter(
        case=OuterRef("case"), action="acknowledge", at__gte=OuterRef("at")
    )
    return found.filter(case__type_key=INCIDENT, action__in=list(REPORT_CLOCKS)).annotate(
        was_late=_is_late(), was_read=Exists(after)
    )


def _hidden_reports(actor: Actor) -> Q:
    """Reports of incidents that the actor does not see."""
    return ~Q(case__in=visible_cases(actor, INCIDENT).order_by().values("pk"))


_incident = case_type_of(INCIDENT)

register(
    Register(
        key=REPORTS,
        label=_("突发事件报告"),
        model=CaseStep,
        view_action=f"cases.{INCIDENT}.view",
        owned=lambda scope: Q(),
        hidden=_hidden_reports,
        title="number",
        rows=_report_rows,
        sort=("-at",),
        url=lambda values: reverse("duty_report", args=[values["id"]]),
        help=_("首报、续报、更正和终报，每份一行"),
        empty=_("还没有突发事件报告。"),
        fields=(
            Field("number", _("单号"), path="case__number", search=True, kind="reference"),
            Field("title", _("标题"), path="case__title", search=True),
            Field(
                "kind",
                _("报告类别"),
                "choice",
                path="action",
                choices=tuple(
                    (key, said_later(_incident.moves[key].label)) for key in REPORT_CLOCKS
                ),
            ),
            Field("at", _("报告时间"), "datetime"),
            unit_field("unit", _("报告单位")),
            Field("by", _("报告人"), path="actor_name", default=False),
            Field("late", _("逾期"), "boolean", path="was_late"),
            Field("acknowledged", _("已收到"), "boolean", path="was_read"),
        ),
    )
)
