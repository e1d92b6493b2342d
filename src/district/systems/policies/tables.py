"""The registers of policies: policies, pushes, who wants none; people and what they are told."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from district.kernel.matching.public import PopulationSpec, declare_population
from district.kernel.organisation.public import Scope
from district.kernel.registers.public import (
    Field,
    OwnedBy,
    Register,
    community_field,
    register,
    row_page,
    row_subject,
    street_field,
    unit_field,
)
from district.systems.policies.models import (
    Audience,
    Benefit,
    Consent,
    Notice,
    Policy,
    Push,
    Recipient,
)
from district.systems.policies.names import (
    CONSENT,
    CONSENT_OF,
    CONSENTS,
    MONEY,
    NOTICE,
    NOTICES,
    POLICIES,
    POLICY,
    PUSHES,
    RECIPIENT,
    RECIPIENTS,
    VIEW,
    VIEW_NOTICE,
    VIEW_PUSHES,
    VIEW_RECIPIENT,
)
from district.systems.policies.rules.recipients import FACTS, Fact
from district.systems.policies.selectors.policies import hidden_drafts_q
from district.systems.policies.selectors.recipients import (
    recipient_schema,
    recipient_scope_q,
    recipients_on_record,
)


def _all_or_none(scope: Scope) -> Q:
    return Q() if scope.everything else Q(pk__in=[])


def _of_enterprises(path: str) -> Any:
    return lambda rows: rows.filter(**{path: Audience.ENTERPRISES})


def _as_published(rows: QuerySet[Policy]) -> QuerySet[Policy]:
    """What was published last stands in the list, whatever the draft says; else the draft."""
    shown = ("title", "benefit_kind", "amount", "opens_on", "closes_on", "without_application")
    return rows.annotate(**{f"shown_{name}": Coalesce(f"live__{name}", name) for name in shown})


register(
    Register(
        key=POLICIES,
        label=_("政策"),
        model=Policy,
        view_action=VIEW,
        hidden=hidden_drafts_q,
        rows=_as_published,
        title="title",
        sort=("-changed_at",),
        url=row_page("policy"),
        subject=row_subject(POLICY),
        help=_("条件、支持内容和申报期；推送和申报以发布的版本为准"),
        empty=_("还没有政策。请新建一项，粘贴原文后由系统起草条件。"),
        fields=(
            Field("title", _("名称"), path="shown_title", search=True),
            Field("audience", _("适用对象"), "choice", choices=tuple(Audience.choices)),
            Field("state", _("状态"), "choice", choices=tuple(Policy.State.choices)),
            unit_field("lead_unit", _("发布单位")),
            Field("benefit_kind", _("支持方式"), "choice", path="shown_benefit_kind",
                  choices=tuple(Benefit.choices)),
            Field("amount", _("最高金额"), "decimal", path="shown_amount", unit=MONEY),
            Field("opens_on", _("开始日期"), "date", path="shown_opens_on"),
            Field("closes_on", _("截止日期"), "date", path="shown_closes_on"),
            Field("without_application", _("免申即享"), "boolean",
                  path="shown_without_application", default=False),
            Field("has_draft", _("有未发布的修改"), "boolean", default=False),
            Field("number", _("政策编号"), search=True, kind="reference", default=False),
            Field("changed_at", _("修改时间"), "datetime", default=False),
        ),
    )
)  # fmt: skip

register(
    Register(
        key=PUSHES,
        label=_("政策推送"),
        model=Push,
        view_action=VIEW_PUSHES,
        owned=OwnedBy(lead_unit="version__policy__lead_unit"),
        rows=_of_enterprises("version__policy__audience"),
        title="name",
        sort=("-sent_at",),
        url=row_page("policy_push"),
        help=_("推送给哪家企业、依据哪个版本和哪些数据"),
        empty=_("还没有推送。请在政策的页面推送。"),
        fields=(
            Field("name", _("企业"), search=True),
            Field("code", _("统一社会信用代码"), search=True, kind="reference"),
            Field("title", _("政策"), path="version__title", search=True),
            Field("policy", _("政策编号"), path="version__policy__number", kind="reference",
                  default=False),
            Field("version", _("版本"), "integer", path="version__number"),
            unit_field("lead_unit", _("发布单位"), "version__policy__lead_unit", default=False),
            Field("channel", _("渠道"), "choice", choices=tuple(Push.Channel.choices),
                  default=False),
            Field("sent_at", _("推送时间"), "datetime"),
            Field("read_at", _("阅读时间"), "datetime"),
            Field("applied_at", _("申报时间"), "datetime"),
            Field("run", _("推送批次"), path="run_id", default=False, sortable=False),
        ),
    )
)  # fmt: skip

register(
    Register(
        key=CONSENTS,
        label=_("推送意愿"),
        model=Consent,
        view_action=CONSENT,
        owned=_all_or_none,
        rows=_of_enterprises("audience"),
        title="name",
        sort=("-noted_at",),
        subject=row_subject(CONSENT_OF),
        help=_("不愿接收政策推送的企业；没有登记的视为愿意"),
        empty=_("还没有企业提出不接收推送。"),
        fields=(
            Field("name", _("企业"), search=True),
            Field("code", _("统一社会信用代码"), search=True, kind="reference"),
            Field("wants", _("接收推送"), "boolean"),
            Field("reason", _("说明")),
            Field("noted_at", _("登记时间"), "datetime"),
        ),
    )
)


_SHOWN_FACTS = {"birth_date", "hukou", "employment", "disability"}


def _fact_field(fact: Fact) -> Field:
    return Field(
        fact.key,
        fact.label,
        fact.type,
        choices=fact.choices,
        unit=fact.unit,
        places=2 if fact.type == "decimal" else 6,
        default=fact.key in _SHOWN_FACTS,
        personal=True,
    )


register(
    Register(
        key=RECIPIENTS,
        label=_("人员台账"),
        model=Recipient,
        view_action=VIEW_RECIPIENT,
        owned=recipient_scope_q,
        rows=lambda rows: rows.filter(state=Recipient.State.CURRENT),
        title="number",
        sort=("-number",),
        url=lambda values: reverse("policy_recipient", args=[values["number"]]),
        subject=row_subject(RECIPIENT),
        help=_("补贴条件要问的情况；姓名、证件号码和住址加密保存，不在台账里显示"),
        empty=_("还没有人员。请登记或导入本单位管理的人员。"),
        fields=(
            Field("number", _("人员编号"), search=True, kind="reference"),
            unit_field("lead_unit", _("管理单位")),
            street_field(),
            community_field(),
            *(_fact_field(fact) for fact in FACTS),
            Field("changed_at", _("更新时间"), "datetime", default=False),
        ),
    )
)

declare_population(
    PopulationSpec(RECIPIENTS, _("人员台账"), schema=recipient_schema, rows=recipients_on_record)
)

register(
    Register(
        key=NOTICES,
        label=_("告知任务"),
        model=Notice,
        view_action=VIEW_NOTICE,
        owned=OwnedBy(lead_unit="unit", co_units="policy_version__policy__lead_unit_id"),
        title="number",
        sort=("-made_at",),
        url=row_page("policy_notice"),
        subject=row_subject(NOTICE),
        help=_("由社区走访或电话告知本人的政策和待确认的补贴"),
        empty=_("没有告知任务。推送面向居民的政策后，任务出现在这里。"),
        fields=(
            Field("number", _("人员编号"), path="recipient__number", search=True,
                  kind="reference", personal=True),
            Field("title", _("政策"), path="policy_version__title", search=True),
            Field("kind", _("事项"), "choice", choices=tuple(Notice.Kind.choices)),
            Field("outcome", _("结果"), "choice", choices=tuple(Notice.Outcome.choices)),
            unit_field("unit", _("告知单位")),
            unit_field("lead_unit", _("发布单位"), "policy_version__policy__lead_unit",
                       default=False),
            Field("means", _("方式"), "choice", choices=tuple(Notice.Means.choices),
                  default=False),
            Field("made_at", _("发起时间"), "datetime"),
            Field("noted_at", _("登记时间"), "datetime"),
            Field("noted_by_name", _("登记人"), default=False),
            Field("policy", _("政策编号"), path="policy_version__policy__number",
                  kind="reference", default=False),
            Field("read_at", _("告知时间"), "datetime", path="push__read_at", default=False),
            Field("applied_at", _("申报时间"), "datetime", path="push__applied_at",
                  default=False),
            Field("run", _("推送批次"), path="push__run_id", default=False, sortable=False),
        ),
    )
)  # fmt: skip
