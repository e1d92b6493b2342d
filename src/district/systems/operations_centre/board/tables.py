"""The register of all cases of every type, which the board's figures open."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from district.kernel.cases.public import (
    CASE_FIELDS,
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
from district.systems.operations_centre.board.names import CASES, VIEW


def _hidden(actor: Actor) -> Q:
    """What the rights of each type do not show; the register itself shows everybody theirs."""
    return ~visible_q(actor)


def _communities() -> Iterable[tuple[str, str]]:
    units = units_kept().values()
    return [(u.pk, u.display_short) for u in units if u.is_active and u.level == Level.COMMUNITY]


def _types() -> Iterable[tuple[str, str]]:
    return [(one.key, said(one.label)) for one in case_types()]


def _type_label(key: str) -> str:
    return next((said(one.label) for one in case_types() if one.key == key), key)


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
            *(CASE_FIELDS[key] for key in ("light", "number", "title")),
            Field("type", _("类型"), "code", path="type_key", options=_types, label_of=_type_label),
            replace(CASE_FIELDS["category"], default=True),
            *(CASE_FIELDS[key] for key in ("lead_unit", "street")),
            replace(CASE_FIELDS["community"], options=_communities),
            *(CASE_FIELDS[key] for key in ("clock_due_at", "reported_at", "due_at", "closed_at")),
        ),
    )
)
