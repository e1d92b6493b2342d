"""Experts, what binds them to firms, and keeping them away from those they are bound to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.credit_code import is_credit_code
from district.kernel.base.errors import Invalid, NotPermitted
from district.kernel.base.versioned import save_versioned
from district.kernel.cases.public import recuse
from district.kernel.history.public import Actor, record
from district.kernel.organisation.public import Owned, authorise, member_by_id
from district.systems.scenarios.models import Application, Expert, Interest, Review, Round
from district.systems.scenarios.names import SAVE_EXPERT, SYSTEM
from district.systems.scenarios.schemes import schemes
from district.systems.scenarios.selectors.entries import keepers_of
from district.systems.scenarios.selectors.recognition import (
    barred_from,
    expert_of,
    expert_subject,
)

#: Stages of a case in which nothing is decided yet.
_OVER = ("recognised", "refused", "withdrawn")


@transaction.atomic
def save_expert(
    member_id: str,
    *,
    lead_unit: str,
    employer: str,
    employer_code: str,
    is_active: bool = True,
    actor: Actor,
) -> Expert:
    """Engage a member as an expert, or change what is known of one.

    They keep away from the applications of their employer from then on. Raises NotPermitted and
    Invalid.
    """
    authorise(actor, SAVE_EXPERT, Owned(lead_unit))
    if lead_unit not in keepers_of(schemes()).values():
        raise Invalid("lead_unit", _("这个单位不组织认定。"), _("请由组织认定的单位登记。"))
    member = member_by_id(member_id)
    if not 2 <= len(employer.strip()) <= 120:
        raise Invalid("employer", _("没有写工作单位。"), _("请填写全称，没有的写“自由职业”。"))
    code = employer_code.strip().upper()
    if code and not is_credit_code(code):
        raise Invalid(
            "employer_code", _("统一社会信用代码不对。"), _("请核对18位代码，最后一位是校验位。")
        )
    expert = Expert.objects.filter(member=member).first()
    fresh = expert is None
    if expert is None:
        expert = Expert(member=member, lead_unit_id=lead_unit)
    else:
        authorise(actor, SAVE_EXPERT, Owned(expert.lead_unit_id))
    expert.lead_unit_id, expert.employer = lead_unit, employer.strip()
    expert.employer_code, expert.is_active = code, is_active
    expert.save(force_insert=True) if fresh else save_versioned(expert)
    data = {"unit": lead_unit, "employer_code": code, "active": is_active}
    record(expert_subject(expert), "scenarios.expert.saved", data, actor=actor)
    keep_away(expert)
    return expert


@transaction.atomic
def declare_interest(values: Mapping[str, Any], *, actor: Actor) -> Interest:
    """An expert declares what binds them to a firm; `values` are the fields of `Interest`.

    At once they are kept away from its applications, and reviews of them that were assigned or even
    submitted are out, as long as the round has not proposed. Raises NotPermitted for who is no
    expert, Invalid naming the field.
    """
    expert = expert_of(actor)
    if expert is None:
        raise NotPermitted(_("只有评审专家申报利害关系。"))
    firm, code = str(values.get("firm") or "").strip(), str(values.get("firm_code") or "")
    code = code.strip().upper()
    if not 2 <= len(firm) <= 120:
        raise Invalid("firm", _("没有写企业名称。"), _("请填写全称。"))
    if code and not is_credit_code(code):
        raise Invalid(
            "firm_code", _("统一社会信用代码不对。"), _("请核对18位代码，最后一位是校验位。")
        )
    if values.get("kind") not in Interest.Kind.values:
        raise Invalid("kind", _("没有这种关系。"), _("请从列表中选择。"))
    since, until = values.get("since"), values.get("until")
    if since and until and until < since:
        raise Invalid("until", _("结束日期早于开始日期。"), _("请核对日期。"))
    row = Interest.objects.create(
        expert=expert,
        kind=values["kind"],
        firm=firm,
        firm_code=code,
        since=since,
        until=until,
        declared_at=clock.now(),
    )
    data = {"kind": row.kind, "firm_code": code}
    record(expert_subject(expert), "scenarios.interest.declared", data, actor=actor)
    keep_away(Expert.objects.prefetch_related("interests").get(pk=expert.pk))
    return row


def keep_away(expert: Expert) -> None:
    """Keep an expert away from the open applications that a tie binds them to, in the caller's
    transaction; their reviews of them are out."""
    rows = list(Application.objects.exclude(case__stage__in=_OVER).select_related("round", "case"))
    bound = barred_from(rows, [expert])
    for row in rows:
        kinds = bound[str(row.pk)].get(str(expert.pk))
        if kinds:
            recuse(row.case_id, [expert.member_id], kinds[0], actor=SYSTEM)
            _take_out(expert, row)


def _take_out(expert: Expert, application: Application) -> None:
    if application.round.state not in (Round.State.ANNOUNCED, Round.State.REVIEWING):
        return
    known = Review.objects.filter(expert=expert, application=application)
    for review in known.exclude(state=Review.State.DECLINED):
        review.state, review.reason = Review.State.DECLINED, "利害关系回避"
        save_versioned(review, ["state", "reason"])


def keep_all_away(application: Application, experts: Iterable[Expert]) -> None:
    """Keep everybody away from a new application whom a tie binds to it."""
    bound = barred_from([application], experts)[str(application.pk)]
    by_key = {str(expert.pk): expert for expert in experts}
    for key, kinds in bound.items():
        recuse(application.case_id, [by_key[key].member_id], kinds[0], actor=SYSTEM)
