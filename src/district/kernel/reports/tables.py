"""Registers of drafts: the drafts themselves and the numbers bound in them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from district.kernel.history.public import Subject
from district.kernel.measures.public import Status
from district.kernel.plan.public import StatementKind
from district.kernel.registers.public import Field, Register, register
from district.kernel.reports.addresses import draft_url, passage_url
from district.kernel.reports.models import Draft, DraftState, Slot, SlotSource
from district.kernel.reports.subjects import draft_subject

DRAFTS = "reports-drafts"
SLOTS = "reports-slots"


def _draft_subject(values: Mapping[str, Any]) -> Subject:
    return draft_subject(values["id"])


register(
    Register(
        key=DRAFTS,
        label=_("报告草稿"),
        model=Draft,
        view_action="reports.draft.view",
        owned=None,
        title="title",
        sort=("-year", "-made_at"),
        url=lambda values: draft_url(values["id"]),
        subject=_draft_subject,
        help=_("计划执行情况报告的草稿，由系统记录起草"),
        empty=_("还没有报告草稿。请在“报告起草”中新建。"),
        fields=(
            Field("title", _("标题"), search=True, kind="long_text"),
            Field("year", _("年度"), "integer", kind="year"),
            Field("state", _("状态"), "choice", choices=tuple(DraftState.choices)),
            Field("issuer", _("报告单位"), default=False),
            Field("made_at", _("起草时间"), "datetime"),
            Field("made_by", _("起草人")),
            Field("approved_at", _("审定时间"), "datetime"),
            Field("approved_by", _("审定人")),
        ),
    )
)

register(
    Register(
        key=SLOTS,
        label=_("报告数字"),
        model=Slot,
        view_action="reports.draft.view",
        owned=None,
        title="name",
        sort=("passage_place", "number"),
        url=lambda values: passage_url(values["draft"], values["passage"]),
        url_by=("draft",),
        help=_("报告草稿里的每个数字，以及它取自哪个指标、单位、统计期和口径版本"),
        empty=_("还没有报告数字。起草报告后会出现在这里。"),
        fields=(
            Field("name", _("名称"), search=True, kind="long_text"),
            Field("draft", _("草稿编号"), path="passage__section__draft_id", default=False),
            Field("passage", _("语句编号"), path="passage_id", default=False),
            Field(
                "passage_place",
                _("章节序号"),
                "integer",
                path="passage__section__position",
                default=False,
            ),
            Field("number", _("序号"), "integer", default=False),
            Field("heading", _("章节"), path="passage__section__heading"),
            Field("source", _("来源"), "choice", choices=tuple(SlotSource.choices)),
            Field("value", _("数值"), "decimal"),
            Field("unit_word", _("单位")),
            Field("kind", _("性质"), "choice", choices=tuple(StatementKind.choices)),
            Field("year", _("年度"), "integer", kind="year"),
            Field("period_end", _("期末"), "date"),
            Field("status", _("数据状态"), "choice", choices=tuple(Status.choices)),
            Field("definition_version", _("口径版本"), "integer", default=False),
            Field("apart", _("仅在附表"), "boolean", default=False),
            Field("taken_at", _("取数时间"), "datetime"),
        ),
    )
)
