"""The register of all cases of every type, which the board's figures open."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from district.kernel.cases.public import (
    SUBJECT,
    Case,
    case_types,
    case_url,
    said,
    units_kept,
    visible_q,
)
from district.kernel.history.public import Actor, Subject
from district.kernel.organisation.public import Level
from district.kernel.registers.public import Field, Register, register
from district.kernel.tracking.public import TrackedRow
from district.systems.operations_centre.board.names import CASES, VIEW

_LEVELS = (Level.DISTRICT, Level.DEPARTMENT, Level.STREET)


def _hidden(actor: Actor) -> Q:
    """What the rights of each type do not show; the register itself shows everybody theirs."""
    return ~visible_q(actor)


def _paths() -> Iterable[tuple[str, str]]:
    units = units_kept().values()
    return [(u.path, u.display_short) for u in units if u.is_active and u.level in _LEVELS]


def _at(level: str) -> Iterable[tuple[str, str]]:
    units = units_kept().values()
    return [(u.pk, u.display_short) for u in units if u.is_active and u.level == level]


def _types() -> Iterable[tuple[str, str]]:
    return [(one.key, said(one.label)) for one in case_types()]


def _type_label(key: str) -> str:
    return dict(_types()).get(key, key)


register(
    Register(
        key=CASES,
        label=_("全部事件"),
        model=Case,
        view_action=VIEW,
        owned=None,
        hidden=_hidden,
        title="title",
        sort=("-reported_at",),
        url=lambda values: case_url(values["id"]),
        subject=lambda values: Subject(SUBJECT, str(values["id"])),
        help=_("各类事件汇总，只列出您有权查看的"),
        empty=_("没有符合条件的事件。"),
        fields=(
            Field(
                "light",
                _("灯"),
                "choice",
                path="clock__light",
                choices=tuple(TrackedRow.Light.choices),
                kind="light",
            ),
            Field("number", _("单号"), search=True, kind="reference"),
            Field("title", _("标题"), search=True, kind="long_text"),
            Field("type", _("类型"), "code", path="type_key", options=_types, label_of=_type_label),
            Field("category", _("状态"), "choice", choices=tuple(Case.Category.choices)),
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
            Field(
                "street",
                _("街道"),
                "code",
                path="street_unit_id",
                display="street_unit__short_name",
                display_en="street_unit__name_en",
                options=lambda: _at(Level.STREET),
            ),
            Field(
                "community",
                _("社区"),
                "code",
                path="community_unit_id",
                display="community_unit__short_name",
                display_en="community_unit__name_en",
                options=lambda: _at(Level.COMMUNITY),
                default=False,
            ),
            Field("clock_due_at", _("当前时限"), "datetime", path="clock__due_at"),
            Field("reported_at", _("反映时间"), "datetime"),
            Field("due_at", _("办理期限"), "datetime", default=False),
            Field("closed_at", _("结案时间"), "datetime", default=False),
        ),
    )
)
