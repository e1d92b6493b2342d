"""Applications: a case filled in from the register, or offered where nothing is missing."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid, NotFound
from district.kernel.cases.public import Case, Contact, Report, Reported, perform, report_case
from district.kernel.conditions.public import Condition, Explanation, explain, leaves
from district.kernel.history.public import Actor, record
from district.kernel.matching.public import clauses_of, kind_of, values_of
from district.kernel.organisation.public import authorise
from district.kernel.registers.public import plain_number
from district.systems.enterprises.public import EnterpriseRef, enterprise_by_code
from district.systems.policies.models import Application, Policy, PolicyVersion, Push
from district.systems.policies.names import APPLICATION, PUSH, SYSTEM
from district.systems.policies.rules.values import plain_values
from district.systems.policies.selectors.rights import owned_by, subject_of
from district.systems.policies.selectors.schema import (
    condition_of,
    is_open,
    names_in,
    population_of,
    said,
)
from district.systems.policies.services.common import locked_policy

NOBODY = Contact(wants_call=False)


@dataclass(frozen=True)
class Filled:
    """What the register says of an enterprise for a version's conditions."""

    ref: EnterpriseRef
    version: PolicyVersion
    values: dict[str, Any]
    explanation: Explanation


def fill(version: PolicyVersion, code: str, audience: str) -> Filled:
    """The register's word on one enterprise; NotFound for a code that it has not."""
    ref = enterprise_by_code(code)
    condition = condition_of(version, audience)
    keys = sorted({leaf.attribute.key for leaf in leaves(condition)})
    rows = values_of(population_of(audience), [ref.id], keys) if ref is not None else {}
    if ref is None or not rows:
        raise NotFound(_("没有这家企业。请核对统一社会信用代码。"))
    (values,) = rows.values()
    return Filled(ref, version, values, explain(condition, values, today=clock.today()))


@transaction.atomic
def apply_for(
    policy_id: UUID | str,
    code: str,
    *,
    actor: Actor,
    contact: Contact = NOBODY,
    asked: Decimal | None = None,
    note: str = "",
    key: str = "",
) -> Reported:
    """Open an application of the enterprise of a credit code, filled in from the register.

    One that does not hold the conditions may apply: the review sees which fails, for the
    register may be wrong. Raises NotFound, NotPermitted, Conflict when the policy is not open or
    an application is under way, Invalid for the amount.
    """
    policy, version = _open_policy(policy_id)
    if asked is not None and not 0 < asked <= (version.amount or Decimal(10) ** 8):
        raise Invalid("asked", _("申请金额不对。"), _("大于0，且不超过政策的最高金额（万元）。"))
    filled = fill(version, code, policy.audience)
    made = _report(policy, filled, actor=actor, contact=contact, key=key, asked=asked, note=note)
    if not made.repeated:
        _keep(policy, filled, made.case, actor, automatic=False)
    return made


@transaction.atomic
def offer(policy_id: UUID | str, code: str, *, actor: Actor) -> Case:
    """Open the case of an enterprise that holds all conditions by the record (免申即享).

    It only confirms. Raises NotFound, NotPermitted, Conflict when the policy is not offered
    without application, the record does not hold every condition, or a case is under way.
    """
    policy, version = _open_policy(policy_id)
    authorise(actor, PUSH, owned_by(policy.lead_unit))
    if not version.without_application:
        raise Conflict(_("这项政策须由企业申报。"))
    filled = fill(version, code, policy.audience)
    if kind_of(filled.explanation) != "holds":
        raise Conflict(_("按登记的数据，这家企业没有满足全部条件，须由企业申报。"))
    made = _report(
        policy, filled, actor=actor, contact=NOBODY, asked=version.amount, automatic=True
    )
    _keep(policy, filled, made.case, actor, automatic=True)
    return perform(made.case.pk, "offer", actor=SYSTEM)


def _open_policy(policy_id: UUID | str) -> tuple[Policy, PolicyVersion]:
    policy = locked_policy(policy_id)
    version = policy.live
    if policy.state != Policy.State.PUBLISHED or version is None:
        raise Conflict(_("政策还没有发布，或已经撤回，不能申报。"))
    if not is_open(version, clock.today()):
        raise Conflict(_("今天不在政策的申报期内。"))
    return policy, version


def _report(
    policy: Policy,
    filled: Filled,
    *,
    actor: Actor,
    contact: Contact,
    key: str = "",
    asked: Decimal | None = None,
    note: str = "",
    automatic: bool = False,
) -> Reported:
    # The policy's row is locked, so nobody else opens one between the look and the opening.
    earlier = Application.objects.filter(
        version__policy=policy, enterprise=str(filled.ref.id)
    ).exclude(case__category=Case.Category.DONE)
    if earlier.exclude(case__key=key or "-").exists():
        raise Conflict(_("这家企业对这项政策已有在办的申报。"))
    facts = {
        "enterprise": filled.ref.name,
        "code": filled.ref.code,
        "policy": policy.number,
        "policy_title": filled.version.title,
        "version": filled.version.number,
        "eligibility": kind_of(filled.explanation),
        "automatic": automatic,
    }
    if asked is not None:
        facts["asked"] = Decimal(plain_number(asked))
    report = Report(
        APPLICATION,
        text_of(filled, note),
        source="system" if automatic else "counter",
        title=f"{filled.version.title}：{filled.ref.name}"[:100],
        centre=policy.lead_unit_id,
        street=filled.ref.street,
        facts=facts,
    )
    return report_case(report, actor=actor, contact=contact, key=key)


_MARKS = {
    "holds": gettext_lazy("符合"),
    "fails": gettext_lazy("不符合"),
    "unknown": gettext_lazy("数据不全"),
}


def text_of(filled: Filled, note: str = "") -> str:
    """The application's text as the register fills it in: each condition, with its verdict."""
    names = names_in(filled.explanation.condition)
    lines = [
        _("申报政策：%(title)s（第%(number)d版）")
        % {"title": filled.version.title, "number": filled.version.number},
        _("申报企业：%(name)s（%(code)s）") % {"name": filled.ref.name, "code": filled.ref.code},
    ]
    lines += [
        f"· {said(clause.condition, names)}：{_MARKS[clause.outcome]}"
        for clause in _clauses(filled.explanation)
    ]
    if note.strip():
        lines.append(note.strip())
    return "\n".join(lines)


def _clauses(explanation: Explanation) -> tuple[Explanation, ...]:
    whole: Condition = explanation.condition
    return explanation.clauses if clauses_of(whole) != (whole,) else (explanation,)


def _keep(policy: Policy, filled: Filled, case: Case, actor: Actor, *, automatic: bool) -> None:
    now = clock.now()
    Application.objects.create(
        version=filled.version,
        case=case,
        enterprise=str(filled.ref.id),
        code=filled.ref.code,
        values=plain_values(filled.values),
        reasons=filled.explanation.to_json(),
        opened_at=now,
    )
    Push.objects.filter(
        version__policy=policy, enterprise=str(filled.ref.id), applied_at=None
    ).update(applied_at=now)
    data = {"case": case.number, "code": filled.ref.code, "automatic": automatic}
    record(subject_of(policy), "policies.application.opened", data, actor=actor)
