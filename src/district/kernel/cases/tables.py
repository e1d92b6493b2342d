"""The register of a case type: its list, filters, export, API, map and figures."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from district.kernel.base.masking import without_numbers
from district.kernel.cases.addresses import case_url
from district.kernel.cases.models import Case
from district.kernel.cases.names import SUBJECT
from district.kernel.cases.own_facts import annotations_of, fields_of
from district.kernel.cases.rules.definition import CaseType
from district.kernel.cases.rules.facts import SOURCES
from district.kernel.cases.rules.forms import SATISFACTION
from district.kernel.cases.rules.words import said, said_later
from district.kernel.cases.selectors.seeing import hidden_q, recused_q, scope_q
from district.kernel.cases.selectors.units import units_kept
from district.kernel.cases.types import case_type_of, has_matters, matter_of
from district.kernel.history.public import Actor, Subject
from district.kernel.organisation.public import Level, Unit
from district.kernel.registers.public import (
    Field,
    MapLayer,
    Register,
    community_field,
    register,
    street_field,
)
from district.kernel.tracking.public import TrackedRow

#: Units that handle cases, as the filters offer them; communities are found under their street.
_LEVELS = (Level.DISTRICT, Level.DEPARTMENT, Level.STREET)


def register_key(type_key: str) -> str:
    """The key of a case type's register."""
    return f"cases-{type_key}"


def _paths() -> Iterable[tuple[str, str]]:
    return [(unit.path, unit.display_short) for unit in _active() if unit.level in _LEVELS]


def _streets() -> Iterable[tuple[str, str]]:
    return [(unit.pk, unit.display_short) for unit in _active() if unit.level == Level.STREET]


def _active() -> Iterable[Unit]:
    return (unit for unit in units_kept().values() if unit.is_active)


#: Fields that every register of cases has, of one type or of all, by key.
CASE_FIELDS: dict[str, Field] = {
    one.key: one
    for one in (
        Field(
            "light",
            _("灯"),
            "choice",
            path="clock__light",
            choices=tuple(TrackedRow.Light.choices),
            kind="light",
        ),
        Field("number", _("单号"), search=True, kind="reference"),
        Field("title", _("标题"), search=True, kind="long_text", mask=without_numbers),
        Field("category", _("状态"), "choice", choices=tuple(Case.Category.choices), default=False),
        street_field(options=_streets),
        community_field(default=False),
        Field(
            "lead_unit",
            _("承办单位"),
            "code",
            path="lead_unit__path",
            hierarchy="path",
            code_path="lead_unit_id",
            display="lead_unit__short_name",
            display_en="lead_unit__name_en",
            options=_paths,
        ),
        Field("clock_due_at", _("当前时限"), "datetime", path="clock__due_at"),
        Field("due_at", _("办理期限"), "datetime", default=False),
        Field("reported_at", _("反映时间"), "datetime"),
        Field("closed_at", _("结案时间"), "datetime", default=False),
    )
}


def declare_case_register(case_type: CaseType) -> Register:
    """Declare the register of a case type; the system that owns the type calls it."""
    key, own = case_type.key, annotations_of(case_type)

    def rows(found: QuerySet[Case]) -> QuerySet[Case]:
        return found.filter(type_key=key).annotate(
            finished_late=Coalesce(Q(finished_at__gt=F("due_at")), False), **own
        )

    def hidden(actor: Actor) -> Q:
        careful = case_type_of(key).recusals
        return hidden_q(actor) | recused_q(actor) if careful else hidden_q(actor)

    return register(
        Register(
            key=register_key(key),
            label=said_later(case_type.label),
            model=Case,
            view_action=f"cases.{key}.view",
            owned=scope_q,
            hidden=hidden,
            title="title",
            rows=rows,
            sort=("-reported_at",),
            url=lambda values: case_url(values["id"]),
            subject=lambda values: Subject(SUBJECT, str(values["id"])),
            empty=_("没有符合条件的事件。"),
            map=None if case_type.confidential else MapLayer(lon="lon", lat="lat"),
            fields=_fields(case_type),
        )
    )


def _fields(case_type: CaseType) -> tuple[Field, ...]:
    leads = any("name_leader" in move.effects for move in case_type.moves.values())
    return (
        *_standing(case_type),
        *fields_of(case_type),
        *_whose(),
        *(_LEADER if leads else ()),
        *_about(case_type),
        *_when(),
        *_counts(),
    )


_LEADER = (
    Field(
        "leader",
        _("包案领导"),
        "text",
        path="leader__name",
        display_en="leader__name_en",
        search=True,
    ),
)


def _standing(case_type: CaseType) -> tuple[Field, ...]:
    """What it is and where it stands."""

    def matter_label(code: str) -> str:
        matter = matter_of(case_type.key, code)
        return said(matter.label) if matter else code

    return (
        CASE_FIELDS["light"],
        CASE_FIELDS["number"],
        CASE_FIELDS["title"],
        Field(
            "stage",
            _("环节"),
            "choice",
            choices=tuple((s.key, said_later(s.label)) for s in case_type.stages.values()),
        ),
        Field(
            "grade",
            _("等级"),
            "choice",
            choices=tuple((g.key, said_later(g.label)) for g in case_type.grades.values()),
            default=bool(case_type.grades),
        ),
        Field(
            "matter",
            _("事项"),
            "code",
            label_of=matter_label,
            default=has_matters(case_type.key),
        ),
        CASE_FIELDS["category"],
        Field("source", _("来源"), "choice", choices=SOURCES, default=False),
        Field("source_number", _("来源单号"), search=True, default=False),
        Field("place", _("地点"), default=False, mask=without_numbers),
        Field("lon", _("经度"), "decimal", default=False),
        Field("lat", _("纬度"), "decimal", default=False),
    )


def _whose() -> tuple[Field, ...]:
    """Where it happened and who handles it."""
    return (
        CASE_FIELDS["street"],
        CASE_FIELDS["community"],
        CASE_FIELDS["lead_unit"],
        Field(
            "holder_unit",
            _("当前处理单位"),
            "code",
            path="holder_unit__code",
            display="holder_unit__short_name",
            display_en="holder_unit__name_en",
            default=False,
        ),
    )


def _about(case_type: CaseType) -> tuple[Field, ...]:
    """Whom a complaint is about; whoever sees the row may know."""
    if not case_type.complaint:
        return ()
    return (
        Field(
            "complained_unit",
            _("被投诉单位"),
            "code",
            path="complained_unit__path",
            hierarchy="path",
            code_path="complained_unit_id",
            display="complained_unit__short_name",
            display_en="complained_unit__name_en",
            options=_paths,
        ),
    )


def _when() -> tuple[Field, ...]:
    return (
        CASE_FIELDS["clock_due_at"],
        CASE_FIELDS["due_at"],
        CASE_FIELDS["reported_at"],
        Field("dispatched_at", _("派单时间"), "datetime", default=False),
        Field("accepted_at", _("签收时间"), "datetime", default=False),
        Field("finished_at", _("办结时间"), "datetime", default=False),
        CASE_FIELDS["closed_at"],
        Field("finished_late", _("逾期办结"), "boolean", default=False),
    )


def _counts() -> tuple[Field, ...]:
    return (
        Field("reporters", _("反映人数"), "integer", path="reporter_count", default=False),
        Field("returns", _("退单次数"), "integer", default=False),
        Field("extensions", _("延期次数"), "integer", default=False),
        Field("reopens", _("重办次数"), "integer", default=False),
        Field("satisfaction", _("回访结果"), "choice", choices=SATISFACTION, default=False),
        Field("merged", _("已并入"), "text", path="merged_into__number", default=False),
    )
