"""The registers of the virtual park: firms, mandates, activities, registrations."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from district.kernel.organisation.public import Scope
from district.kernel.registers.public import (
    Field,
    OwnedBy,
    Register,
    register,
    row_page,
    row_subject,
    unit_field,
)
from district.systems.virtual_park.models import (
    Activity,
    Firm,
    Mandate,
    Registration,
    Return,
)
from district.systems.virtual_park.names import (
    ACTIVITIES,
    ACTIVITY,
    FIRM,
    FIRMS,
    FOLLOW_RETURNS,
    MANDATE,
    MANDATES,
    REGISTRATION,
    REGISTRATIONS,
    RETURN,
    RETURNS,
    VIEW_ACTIVITY,
    VIEW_FIRMS,
    VIEW_REGISTRATION,
)
from district.systems.virtual_park.selectors.people import firm_scope_q


def _firms(scope: Scope) -> Q:
    return firm_scope_q(scope)


def _of_firms(scope: Scope) -> Q:
    return firm_scope_q(scope, "firm__")


def _with_people(rows: QuerySet[Any]) -> QuerySet[Any]:
    found: QuerySet[Any] = rows.annotate(
        people=Count("mandates", filter=Q(mandates__ended_at=None))
    )
    return found


register(
    Register(
        key=FIRMS,
        label=_("入驻企业"),
        model=Firm,
        view_action=VIEW_FIRMS,
        owned=_firms,
        rows=_with_people,
        title="name",
        sort=("-bound_at",),
        url=row_page("park_firm"),
        subject=row_subject(FIRM),
        help=_("在虚拟园区有授权代表的企业"),
        empty=_("还没有企业入驻。企业可以自己认领，服务单位也可以邀请。"),
        fields=(
            Field("name", _("企业名称"), search=True),
            Field("code", _("统一社会信用代码"), search=True, kind="reference"),
            unit_field("lead_unit", _("服务单位")),
            Field("people", _("有效授权"), "integer"),
            Field("bound_at", _("入驻时间"), "datetime"),
            Field("asleep_since", _("停用时间"), "datetime", default=False),
            Field("wants_activities", _("接收活动通知"), "boolean", default=False),
        ),
    )
)

register(
    Register(
        key=MANDATES,
        label=_("企业授权"),
        model=Mandate,
        view_action=VIEW_FIRMS,
        owned=_of_firms,
        title="firm",
        sort=("-granted_at",),
        subject=row_subject(MANDATE),
        help=_("谁给了一家企业的代表哪些角色，从哪天到哪天；姓名和电话不在台账里"),
        empty=_("还没有授权。"),
        fields=(
            Field("firm", _("企业名称"), path="firm__name", search=True),
            Field("code", _("统一社会信用代码"), path="firm__code", kind="reference"),
            unit_field("lead_unit", _("服务单位"), "firm__lead_unit"),
            Field("first_day", _("开始日期"), "date"),
            Field("last_day", _("最后一天"), "date"),
            Field("granted_by_name", _("授权人")),
            Field("granted_at", _("授权时间"), "datetime", default=False),
            Field("ended_at", _("终止时间"), "datetime"),
            Field("end_reason", _("终止原因"), default=False),
        ),
    )
)

register(
    Register(
        key=ACTIVITIES,
        label=_("产业服务活动"),
        model=Activity,
        view_action=VIEW_ACTIVITY,
        owned=OwnedBy("lead_unit"),
        title="title",
        sort=("-starts_at",),
        url=row_page("park_activity"),
        subject=row_subject(ACTIVITY),
        help=_("面向企业的活动：面向谁、名额、推送和报名"),
        empty=_("还没有活动。请新建一场。"),
        fields=(
            Field("title", _("名称"), search=True),
            Field("state", _("状态"), "choice", choices=tuple(Activity.State.choices)),
            Field("starts_at", _("开始时间"), "datetime"),
            Field("place", _("地点"), search=True),
            Field("seats", _("名额"), "integer"),
            Field("pushed", _("已推送"), "integer"),
            Field("closes_at", _("报名截止"), "datetime", default=False),
            unit_field("lead_unit", _("主办单位")),
        ),
    )
)

register(
    Register(
        key=REGISTRATIONS,
        label=_("活动报名"),
        model=Registration,
        view_action=VIEW_REGISTRATION,
        owned=OwnedBy("activity__lead_unit"),
        title="firm",
        sort=("registered_at",),
        subject=row_subject(REGISTRATION),
        help=_("哪家企业报名了哪场活动，按报名先后"),
        empty=_("还没有企业报名。"),
        fields=(
            Field("firm", _("企业名称"), path="firm__name", search=True),
            Field("activity", _("活动"), path="activity__title", search=True),
            Field("activity_id", _("活动编号"), path="activity__id", kind="reference",
                  default=False, sortable=False),
            Field("persons", _("人数"), "integer"),
            Field("state", _("状态"), "choice", choices=tuple(Registration.State.choices)),
            Field("registered_at", _("报名时间"), "datetime"),
            Field("attended", _("到场"), "boolean"),
            unit_field("lead_unit", _("主办单位"), "activity__lead_unit", default=False),
        ),
    )
)  # fmt: skip

register(
    Register(
        key=RETURNS,
        label=_("统计报表报送"),
        model=Return,
        view_action=FOLLOW_RETURNS,
        owned=OwnedBy("round__form__lead_unit"),
        title="name",
        sort=("-end", "name"),
        url=row_page("park_return_read"),
        subject=row_subject(RETURN),
        help=_("哪家企业应报哪期报表、是否已报；报表内容不在台账里"),
        empty=_("还没有布置报表。报告期结束后自动布置。"),
        fields=(
            Field("name", _("企业名称"), search=True),
            Field("state", _("状态"), "choice", choices=tuple(Return.State.choices)),
            Field("end", _("报告期末"), "date", path="round__end"),
            Field("code", _("统一社会信用代码"), search=True, kind="reference"),
            Field("form", _("报表"), path="round__form__title"),
            Field("round", _("报告期编号"), path="round__id", kind="reference",
                  default=False, sortable=False),
            Field("due_at", _("报送截止"), "datetime", path="round__due_at"),
            Field("filed_at", _("报送时间"), "datetime"),
            Field("number", _("版本"), "integer"),
            Field("asked", _("待核实项"), "integer"),
            unit_field("lead_unit", _("统计机构"), "round__form__lead_unit", default=False),
        ),
    )
)  # fmt: skip
