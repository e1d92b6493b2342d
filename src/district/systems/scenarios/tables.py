"""The registers of scenarios: entries, editions, their lines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from district.kernel.organisation.public import Scope
from district.kernel.registers.public import (
    Field,
    Importing,
    Register,
    register,
    row_page,
    row_subject,
    street_codes,
    unit_field,
)
from district.systems.scenarios.catalogue import catalogue, choices
from district.systems.scenarios.models import (
    Edition,
    Entry,
    Expert,
    Feedback,
    Landing,
    Line,
    Recognition,
    Round,
)
from district.systems.scenarios.names import (
    EDITIONS,
    ENTRIES,
    ENTRY,
    EXPERT,
    EXPERTS,
    FEEDBACK,
    LANDING,
    LANDINGS,
    LINES,
    OFFER_ANY,
    RECOGNISED,
    RECOGNITIONS,
    ROUND,
    ROUNDS,
    VIEW,
    VIEW_EXPERT,
    VIEW_ROUND,
)
from district.systems.scenarios.schemes import schemes
from district.systems.scenarios.services.entries import save_entry

_KINDS = choices(catalogue().kinds)
_LISTS = choices(catalogue().lists)
_TAGS = choices(catalogue().tags)


def _edition_page(values: Mapping[str, Any]) -> str:
    return reverse("scenarios_edition", args=[values["id"]])


register(
    Register(
        key=ENTRIES,
        label=_("清单条目"),
        model=Entry,
        view_action=VIEW,
        title="title",
        sort=("-changed_at",),
        url=row_page("scenarios_entry"),
        subject=row_subject(ENTRY),
        importing=Importing(OFFER_ANY, key=("kind", "title", "organisation"), save=save_entry),
        help=_("场景能力、场景机会、科技成果供需、科技篇场景"),
        empty=_("还没有条目。请登记一个条目，或用“导入”载入清单。"),
        fields=(
            Field("title", _("名称"), search=True, import_as=True, required=True),
            Field("number", _("编号"), search=True, kind="reference"),
            Field("kind", _("类别"), "choice", choices=_KINDS, import_as=True, required=True),
            Field("state", _("状态"), "choice", choices=tuple(Entry.State.choices)),
            Field("area", _("技术领域"), "choice", choices=choices(catalogue().areas),
                  import_as=True),
            Field("tags", _("标签"), "set", options=lambda: _TAGS,
                  label_of=lambda tag: str(dict(_TAGS).get(tag, tag)), sortable=False,
                  default=False, import_as=True),
            Field("stage", _("成熟度"), "choice", choices=choices(catalogue().stages),
                  import_as=True),
            Field("organisation", _("单位名称"), search=True, import_as=True),
            Field("money", _("金额"), "decimal", unit="万元", import_as=True),
            Field("street", _("街道"), "code", path="street_unit_id",
                  display="street_unit__short_name", display_en="street_unit__name_en",
                  options=street_codes, default=False, import_as=True),
            unit_field("lead_unit", _("牵头单位"), import_as=True, required=True),
            Field("edition", _("所在版次"), "integer", path="published_in__number",
                  default=False),
            Field("valid_until", _("有效期至"), "date", default=False, import_as=True),
            Field("changed_at", _("修改时间"), "datetime", default=False),
            Field("offered_by", _("申报企业"), kind="reference", default=False),
            Field("code", _("统一社会信用代码"), path="organisation_code", default=False,
                  import_as=True),
            Field("place", _("地点"), default=False, import_as=True),
            Field("requires", _("硬性条件"), kind="long_text", default=False, import_as=True),
            Field("text", _("说明"), kind="long_text", default=False, search=True,
                  import_as=True, required=True),
        ),
    )
)  # fmt: skip


register(
    Register(
        key=EDITIONS,
        label=_("清单版次"),
        model=Edition,
        view_action=VIEW,
        title="list",
        sort=("-published_at",),
        url=_edition_page,
        help=_("已经公开发布的清单，每一版都不再改变"),
        empty=_("还没有发布过清单。请由主管单位发布。"),
        fields=(
            Field("list", _("清单"), "choice", path="list_key", choices=_LISTS),
            Field("number", _("版次"), "integer"),
            Field("published_at", _("发布时间"), "datetime"),
            Field("lines", _("条目数"), "integer", path="line_count"),
            unit_field("lead_unit", _("发布单位")),
            Field("note", _("说明"), default=False),
            Field("sha256", _("摘要"), kind="reference", default=False),
        ),
    )
)


def _lines_q(scope: Scope) -> Any:
    return scope.q("edition__lead_unit")


register(
    Register(
        key=LINES,
        label=_("清单版次条目"),
        model=Line,
        view_action=VIEW,
        owned=_lines_q,
        title="title",
        sort=("list", "-edition", "position"),
        url=lambda values: reverse("scenarios_line", args=[values["id"]]),
        help=_("每一版清单里的条目，按发布时的样子"),
        empty=_("没有符合条件的条目。"),
        fields=(
            Field("title", _("名称"), search=True),
            Field("list", _("清单"), "choice", path="edition__list_key", choices=_LISTS),
            Field("edition", _("版次"), "integer", path="edition__number"),
            Field("position", _("序号"), "integer"),
            Field("kind", _("类别"), "choice", choices=_KINDS),
            Field("published_at", _("发布时间"), "datetime", path="edition__published_at"),
        ),
    )
)


register(
    Register(
        key=FEEDBACK,
        label=_("匹配反馈"),
        model=Feedback,
        view_action=VIEW,
        title="need",
        sort=("-at",),
        url=lambda values: reverse("scenarios_feedback", args=[values["id"]]),
        help=_("谁认为哪一对合适，以后的排序会参考"),
        empty=_("还没有反馈。在条目的匹配页上可以反馈。"),
        fields=(
            Field("need", _("需方"), path="need__title", search=True),
            Field("offer", _("供方"), path="offer__title", search=True),
            Field("verdict", _("反馈"), "choice", choices=tuple(Feedback.Verdict.choices)),
            unit_field("lead_unit", _("反馈单位")),
            Field("at", _("时间"), "datetime"),
            Field("note", _("说明"), default=False),
        ),
    )
)

register(
    Register(
        key=LANDINGS,
        label=_("场景落地"),
        model=Landing,
        view_action=VIEW,
        title="need",
        sort=("-landed_on",),
        url=row_page("scenarios_landing"),
        subject=row_subject(LANDING),
        help=_("匹配成功并已投入使用的场景，经另一人核实后计入"),
        empty=_("还没有落地的场景。在条目的匹配页上申报。"),
        fields=(
            Field("need", _("需方"), path="need__title", search=True),
            Field("offer", _("供方"), path="offer__title", search=True),
            Field("number", _("编号"), search=True, kind="reference"),
            Field("state", _("状态"), "choice", choices=tuple(Landing.State.choices)),
            Field("landed_on", _("落地日期"), "date"),
            Field("money", _("投入金额"), "decimal", unit="万元"),
            unit_field("lead_unit", _("申报单位")),
            unit_field("need_unit", _("需方单位"), path="need__lead_unit", default=False),
        ),
    )
)


_SCHEMES = choices(schemes())

register(
    Register(
        key=ROUNDS,
        label=_("认定批次"),
        model=Round,
        view_action=VIEW_ROUND,
        title="title",
        sort=("-opens_on",),
        url=row_page("scenarios_round"),
        subject=row_subject(ROUND),
        help=_("“三新”、严选工厂、“名特优新”的申报、评审、公示和发布"),
        empty=_("还没有认定批次。请拟定一个批次。"),
        fields=(
            Field("title", _("名称"), search=True),
            Field("number", _("批次编号"), search=True, kind="reference"),
            Field("scheme", _("认定类别"), "choice", choices=_SCHEMES),
            Field("state", _("状态"), "choice", choices=tuple(Round.State.choices)),
            unit_field("lead_unit", _("组织单位")),
            Field("opens_on", _("开始申报"), "date"),
            Field("closes_on", _("截止申报"), "date"),
            Field("publicity_until", _("公示截止"), "date", default=False),
            Field("published_on", _("发布日期"), "date", default=False),
        ),
    )
)

register(
    Register(
        key=RECOGNITIONS,
        label=_("认定结果"),
        model=Recognition,
        view_action=VIEW,
        title="title",
        sort=("-valid_from", "number"),
        url=row_page("scenarios_recognition"),
        subject=row_subject(RECOGNISED),
        help=_("经公示发布的认定，有有效期，到期前可以复审"),
        empty=_("还没有认定结果。批次发布后列在这里。"),
        fields=(
            Field("title", _("名称"), search=True),
            Field("number", _("认定编号"), search=True, kind="reference"),
            Field("scheme", _("认定类别"), "choice", choices=_SCHEMES),
            Field("organisation", _("单位名称"), search=True),
            Field("code", _("统一社会信用代码"), default=False),
            Field("valid_from", _("认定日期"), "date"),
            Field("valid_until", _("有效期至"), "date"),
            Field("revoked_on", _("撤销日期"), "date", default=False),
            unit_field("lead_unit", _("认定单位")),
            Field("round", _("批次编号"), path="round__number", kind="reference", default=False),
        ),
    )
)

register(
    Register(
        key=EXPERTS,
        label=_("评审专家"),
        model=Expert,
        view_action=VIEW_EXPERT,
        title="member",
        sort=("member",),
        url=row_page("scenarios_expert"),
        subject=row_subject(EXPERT),
        help=_("与申请单位有利害关系的专家自动回避"),
        empty=_("还没有评审专家。请登记一位专家。"),
        fields=(
            Field(
                "member", _("专家"), path="member__name", display_en="member__name_en", search=True
            ),
            Field("employer", _("工作单位"), search=True),
            Field("active", _("在聘"), "boolean", path="is_active"),
            unit_field("lead_unit", _("聘请单位")),
        ),
    )
)
