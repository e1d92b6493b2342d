"""Registers of parts that stand below this one and so cannot declare theirs: units and posts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from district.kernel.base import clock
from district.kernel.history.public import Subject
from district.kernel.organisation.public import Assignment, Level, Role, Unit, units
from district.kernel.registers.declaration import Field, OwnedBy, Register
from district.kernel.registers.store import register


def _unit_options() -> Iterable[tuple[str, str]]:
    rows = units().exclude(level__in=(Level.COMMUNITY, Level.GRID))
    return [(unit.code, unit.display_short) for unit in rows]


def _unit_page(values: Mapping[str, Any]) -> str:
    return reverse("unit", args=[values["id"]])


def _unit_subject(values: Mapping[str, Any]) -> Subject:
    return Subject("organisation.unit", str(values["id"]))


register(
    Register(
        key="units",
        label=_("单位"),
        model=Unit,
        view_action="organisation.unit.view",
        owned=OwnedBy(""),
        title="name",
        sort=("position", "code"),
        url=_unit_page,
        subject=_unit_subject,
        help=_("区、街道、社区和部门"),
        empty=_("没有符合条件的单位。请放宽筛选条件。"),
        fields=(
            Field(
                "code",
                _("编码"),
                "code",
                path="path",
                hierarchy="path",
                code_path="code",
                display="code",
                options=_unit_options,
                search=True,
            ),
            Field("name", _("名称"), search=True),
            Field("level", _("层级"), "choice", choices=tuple(Level.choices)),
            Field("parent", _("上级"), path="parent__name"),
            Field("short_name", _("简称"), search=True, default=False),
            Field("name_en", _("英文名称"), search=True, default=False),
            Field("is_active", _("在用"), "boolean", default=False),
            Field("position", _("排序"), "integer", path="sort", default=False),
        ),
    )
)


def _running(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.filter(pk__in=Assignment.objects.on(clock.today()).values("pk"))


def _member_page(values: Mapping[str, Any]) -> str:
    return reverse("member", args=[values["member"]])


register(
    Register(
        key="posts",
        label=_("任职名册"),
        model=Assignment,
        view_action="organisation.member.view",
        owned=OwnedBy("unit", member="member_id"),
        rows=_running,
        title="name",
        sort=("unit_sort", "name"),
        url=_member_page,
        help=_("今天在任的成员,一个任职一行"),
        empty=_("没有符合条件的任职。请放宽筛选条件。"),
        fields=(
            Field("name", _("姓名"), path="member__name", search=True),
            Field("title", _("职务"), path="member__title", search=True),
            Field(
                "unit",
                _("单位"),
                "code",
                path="unit__path",
                hierarchy="path",
                code_path="unit_id",
                display="unit__name",
                options=_unit_options,
            ),
            Field("role", _("角色"), "choice", choices=tuple(Role.choices)),
            Field("since", _("起始日期"), "date"),
            Field("until", _("截止日期"), "date", default=False),
            Field("unit_sort", _("单位排序"), "integer", path="unit__sort", default=False),
            Field("member", _("成员编号"), path="member_id", default=False, sortable=False),
        ),
    )
)
