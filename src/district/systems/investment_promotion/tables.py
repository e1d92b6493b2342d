"""The registers of projects, visits and trips: list, filter, export, API, figures; leads come in by
file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from district.kernel.cases.public import CASE_FIELDS, Case, case_type_of, said_later
from district.kernel.registers.public import (
    Field,
    Importing,
    Register,
    register,
    row_page,
    row_subject,
    unit_field,
)
from district.systems.enterprises.public import industry_label, industry_options
from district.systems.investment_promotion.models import Project, Trip, Visit
from district.systems.investment_promotion.names import (
    OPEN,
    PROJECT,
    PROJECTS,
    TRIP,
    TRIPS,
    TYPE,
    VIEW,
    VIEW_VISIT,
    VISIT,
    VISITS,
)
from district.systems.investment_promotion.selectors.rights import (
    hidden_visits_q,
    journey_scope_q,
    project_scope_q,
)
from district.systems.investment_promotion.selectors.settings import (
    chain_label,
    chain_options,
    source_label,
    source_options,
)
from district.systems.investment_promotion.selectors.standing import with_reached
from district.systems.investment_promotion.services.projects import save_imported

_TYPE = case_type_of(TYPE)


def _projects(found: QuerySet[Project]) -> QuerySet[Project]:
    return with_reached(found)


def _differing(values: Mapping[str, Any], known: Project) -> Mapping[str, Any]:
    """What of a row of a file is news to a project that is there."""
    kept, skipped = vars(known), {"told_on", "lead_unit", "text"}
    return {
        key: value
        for key, value in values.items()
        if key not in skipped and (value or None) != (kept.get(key) or None)
    }


def _money(key: str, label: Any, **more: Any) -> Field:
    return Field(key, label, "decimal", unit="万元", **more)


def _told() -> tuple[Field, ...]:
    """What was told of a lead."""
    return (
        Field("organisation", _("投资方"), search=True, import_as=True, required=True),
        Field("number", _("编号"), path="case__number", search=True, kind="reference"),
        Field(
            "stage",
            _("环节"),
            "choice",
            path="case__stage",
            choices=tuple((s.key, said_later(s.label)) for s in _TYPE.stages.values()),
        ),
        Field(
            "light",
            _("灯"),
            "choice",
            path="case__clock__light",
            choices=CASE_FIELDS["light"].choices,
            kind="light",
        ),
        Field(
            "chain",
            _("产业链环节"),
            "code",
            options=chain_options,
            label_of=chain_label,
            import_as=True,
            required=True,
        ),
        Field(
            "source",
            _("线索来源"),
            "code",
            options=source_options,
            label_of=source_label,
            import_as=True,
            required=True,
        ),
        _money("investment", _("意向投资额"), import_as=True),
        unit_field("lead_unit", _("跟进单位"), "case__lead_unit", import_as=True, required=True),
        Field("due_at", _("当前时限"), "datetime", path="case__clock__due_at"),
        Field("told_on", _("线索日期"), "date", import_as=True),
    )


def _more() -> tuple[Field, ...]:
    """What lists show when asked for it."""
    return (
        Field(
            "category",
            _("状态"),
            "choice",
            path="case__category",
            choices=tuple(Case.Category.choices),
            default=False,
        ),
        Field("code", _("投资方信用代码"), default=False, import_as=True, kind="reference"),
        Field("country", _("国家或地区"), default=False, import_as=True),
        Field("city", _("城市"), default=False, import_as=True),
        Field(
            "industry",
            _("行业"),
            "code",
            options=industry_options,
            label_of=industry_label,
            default=False,
            import_as=True,
        ),
        Field("recommended_by", _("推荐企业或机构"), default=False, search=True, import_as=True),
        Field(
            "wanted",
            _("空间需求"),
            "choice",
            choices=tuple(Project.Wanted.choices),
            default=False,
            import_as=True,
        ),
        Field("space_area", _("需要用房面积"), "decimal", unit="㎡", default=False, import_as=True),
        Field(
            "land_area", _("需要用地面积"), "decimal", unit="公顷", default=False, import_as=True
        ),
        Field("distinct", _("与已有线索的区别"), default=False, import_as=True),
        Field("secret", _("保密"), "boolean", path="case__is_confidential", default=False),
        Field(
            "leader",
            _("包案领导"),
            path="case__leader__name",
            display_en="case__leader__name_en",
            default=False,
        ),
        Field(
            "handler",
            _("经办人"),
            path="case__handler__name",
            display_en="case__handler__name_en",
            default=False,
        ),
    )


def _far() -> tuple[Field, ...]:
    """How far it has come."""
    reached = (
        ("contact_at", _("接洽时间")),
        ("talks_at", _("洽谈时间")),
        ("signed_at", _("签约登记时间")),
        ("registered_at", _("注册登记时间")),
        ("landed_at", _("认定落户时间")),
    )
    return (
        *(Field(key, label, "datetime", default=False) for key, label in reached),
        Field("signed_on", _("签约日期"), "date", default=False),
        _money("agreed", _("协议投资额"), default=False),
        Field("entity_code", _("落户主体信用代码"), default=False, kind="reference"),
        Field("entity_name", _("落户主体"), default=False, search=True),
        Field("landed_on", _("落户日期"), "date", default=False),
        _money("subscribed", _("认缴资本"), default=False),
        _money("counted", _("计入金额"), default=False),
    )


register(
    Register(
        key=PROJECTS,
        label=_("招商项目"),
        model=Project,
        view_action=VIEW,
        owned=project_scope_q,
        title="organisation",
        rows=_projects,
        sort=("-told_on",),
        url=row_page("investment_project"),
        subject=row_subject(PROJECT),
        importing=Importing(
            OPEN,
            key=("organisation", "lead_unit"),
            save=save_imported,
            differing=_differing,
            extra=(Field("text", _("项目情况"), import_as=True),),
        ),
        help=_("从线索到落户的项目；落户须经核验才计数"),
        empty=_("没有符合条件的项目。请登记线索，或用“导入”载入线索清单。"),
        fields=(*_told(), *_more(), *_far()),
    )
)

register(
    Register(
        key=VISITS,
        label=_("招商行程"),
        model=Visit,
        view_action=VIEW_VISIT,
        owned=journey_scope_q,
        hidden=hidden_visits_q,
        title="organisation",
        sort=("-starts_at",),
        url=row_page("investment_visit"),
        subject=row_subject(VISIT),
        help=_("外出拜访、来访接待和线上洽谈；成行并写下纪要才计数"),
        empty=_("没有符合条件的行程。请先计划一次行程。"),
        fields=(
            Field("organisation", _("拜访对象"), search=True),
            Field("number", _("编号"), search=True, kind="reference"),
            Field("starts_at", _("开始"), "datetime"),
            Field("ends_at", _("结束"), "datetime", default=False),
            Field("state", _("状态"), "choice", choices=tuple(Visit.State.choices)),
            Field("kind", _("方式"), "choice", choices=tuple(Visit.Kind.choices)),
            Field("city", _("城市"), search=True),
            Field("place", _("地点"), default=False),
            unit_field("lead_unit", _("出访单位")),
            Field("purpose", _("目的"), kind="long_text", default=False),
            Field("result", _("结果"), kind="long_text"),
            Field("next_step", _("下一步"), kind="long_text", default=False),
            Field("next_on", _("下一步期限"), "date"),
            Field("project", _("项目编号"), path="project__case__number", kind="reference"),
            Field("trip", _("出行计划"), path="trip__number", kind="reference", default=False),
            Field("recorded_at", _("记录时间"), "datetime", default=False),
        ),
    )
)

register(
    Register(
        key=TRIPS,
        label=_("出行计划"),
        model=Trip,
        view_action=VIEW_VISIT,
        owned=journey_scope_q,
        title="title",
        sort=("-starts_on",),
        url=row_page("investment_trip"),
        subject=row_subject(TRIP),
        empty=_("还没有出行计划。"),
        fields=(
            Field("title", _("名称"), search=True),
            Field("number", _("编号"), search=True, kind="reference"),
            Field("state", _("状态"), "choice", choices=tuple(Trip.State.choices)),
            Field("cities", _("目的地"), search=True),
            Field("starts_on", _("出发日期"), "date"),
            Field("ends_on", _("返回日期"), "date"),
            Field("head", _("带队人"), personal=True),
            unit_field("lead_unit", _("组织单位")),
        ),
    )
)
