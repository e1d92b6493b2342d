"""The registers of policies: policies, pushes, who wants none."""

from __future__ import annotations

from django.db.models import Q
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
from district.systems.policies.models import Benefit, Consent, Policy, Push
from district.systems.policies.names import (
    CONSENT,
    CONSENT_OF,
    CONSENTS,
    MONEY,
    POLICIES,
    POLICY,
    PUSHES,
    VIEW,
    VIEW_PUSHES,
)


def _all_or_none(scope: Scope) -> Q:
    return Q() if scope.everything else Q(pk__in=[])


register(
    Register(
        key=POLICIES,
        label=_("政策"),
        model=Policy,
        view_action=VIEW,
        title="title",
        sort=("-changed_at",),
        url=row_page("policy"),
        subject=row_subject(POLICY),
        help=_("条件、支持内容和申报期；推送和申报以发布的版本为准"),
        empty=_("还没有政策。请新建一项，粘贴原文后由系统起草条件。"),
        fields=(
            Field("title", _("名称"), search=True),
            Field("state", _("状态"), "choice", choices=tuple(Policy.State.choices)),
            unit_field("lead_unit", _("发布单位")),
            Field("benefit_kind", _("支持方式"), "choice", choices=tuple(Benefit.choices)),
            Field("amount", _("最高金额"), "decimal", unit=MONEY),
            Field("opens_on", _("开始日期"), "date"),
            Field("closes_on", _("截止日期"), "date"),
            Field("without_application", _("免申即享"), "boolean", default=False),
            Field("has_draft", _("有未发布的修改"), "boolean", default=False),
            Field("number", _("政策编号"), search=True, kind="reference", default=False),
            Field("changed_at", _("修改时间"), "datetime", default=False),
        ),
    )
)

register(
    Register(
        key=PUSHES,
        label=_("政策推送"),
        model=Push,
        view_action=VIEW_PUSHES,
        owned=OwnedBy(lead_unit="version__policy__lead_unit"),
        title="name",
        sort=("-sent_at",),
        url=row_page("policy_push"),
        help=_("推送给哪家企业、依据哪个版本和哪些数据"),
        empty=_("还没有推送。请在政策的页面推送。"),
        fields=(
            Field("name", _("企业名称"), search=True),
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
        title="name",
        sort=("-noted_at",),
        subject=row_subject(CONSENT_OF),
        help=_("不愿接收政策推送的企业；没有登记的视为愿意"),
        empty=_("还没有企业提出不接收推送。"),
        fields=(
            Field("name", _("企业名称"), search=True),
            Field("code", _("统一社会信用代码"), search=True, kind="reference"),
            Field("wants", _("接收推送"), "boolean"),
            Field("reason", _("说明")),
            Field("noted_at", _("登记时间"), "datetime"),
        ),
    )
)
