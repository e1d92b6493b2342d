"""Applications: a case filled in from the register, or offered where nothing is missing.

Of a person a case tells the number and how the conditions stand; values and who it is do not stand
in it.
"""

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
from district.systems.policies.models import (
    Application,
    Audience,
    Policy,
    PolicyVersion,
    Push,
    Recipient,
)
from district.systems.policies.names import PUSH, SYSTEM
from district.systems.policies.rules.values import plain_values
from district.systems.policies.selectors.audiences import Addressee, audience_of
from district.systems.policies.selectors.rights import owned_by, subject_of
from district.systems.policies.selectors.schema import condition_of, is_open, names_in, said
from district.systems.policies.services.common import locked_policy
from district.systems.policies.services.notices import ask_confirmation

NOBODY = Contact(wants_call=False)


@dataclass(frozen=True)
class Filled:
    """What is said for a version's conditions: of whom (None: of nobody on record), with which
    values, and how the conditions stand to them."""

    ref: Addressee | None
    version: PolicyVersion
    values: dict[str, Any]
    explanation: Explanation


def fill(version: PolicyVersion, code: str, key: str) -> Filled:
    """The register's word on one of an audience; NotFound for a code that it has not."""
    audience = audience_of(key)
    ref = audience.by_code(code)
    condition = condition_of(version, key)
    keys = sorted({leaf.attribute.key for leaf in leaves(condition)})
    rows = values_of(audience.population, [ref.id], keys) if ref is not None else {}
    if ref is None or not rows:
        words = {"who": str(audience.noun), "code": str(audience.code_label)}
        raise NotFound(_("没有这样的%(who)s。请核对%(code)s。") % words)
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
    """Open an application of whoever has the code in the audience's register, filled in from it.

    One that does not hold the conditions may apply: the review sees which fails, for the
    register may be wrong. Raises NotFound, NotPermitted, Conflict when the policy is not open or
    an application is under way, Invalid for the amount.
    """
    policy, version = open_policy(policy_id)
    check_asked(version, asked)
    filled = fill(version, code, policy.audience)
    made = report_filled(
        policy, filled, actor=actor, contact=contact, key=key, asked=asked, note=note
    )
    if not made.repeated:
        keep_application(policy, filled, made.case, actor, automatic=False)
    return made


def check_asked(version: PolicyVersion, asked: Decimal | None) -> None:
    """Refuse an amount (万元) that the policy does not give; Invalid."""
    if asked is not None and not 0 < asked <= (version.amount or Decimal(10) ** 8):
        raise Invalid("asked", _("申请金额不对。"), _("大于0，且不超过政策的最高金额（万元）。"))


@transaction.atomic
def offer(policy_id: UUID | str, code: str, *, actor: Actor) -> Case:
    """Open the case of whoever holds all conditions by the record (免申即享).

    They only confirm: an enterprise itself, a person to the community worker who asks. Raises
    NotFound, NotPermitted, Conflict when the policy is not offered
    without application, the record does not hold every condition, or a case is under way.
    """
    policy, version = open_policy(policy_id)
    authorise(actor, PUSH, owned_by(policy.lead_unit))
    if not version.without_application:
        raise Conflict(_("这项政策须由本人或本企业申报。"))
    filled = fill(version, code, policy.audience)
    if kind_of(filled.explanation) != "holds":
        raise Conflict(_("按登记的数据没有满足全部条件，须由本人或本企业申报。"))
    made = report_filled(
        policy, filled, actor=actor, contact=NOBODY, asked=version.amount, automatic=True
    )
    kept = keep_application(policy, filled, made.case, actor, automatic=True)
    if kept.recipient is not None and filled.ref is not None:
        ask_confirmation(kept, kept.recipient, filled.ref.unit)
    return perform(made.case.pk, "offer", actor=SYSTEM)


def open_policy(policy_id: UUID | str) -> tuple[Policy, PolicyVersion]:
    """A policy that may be applied for today, locked, with its version; NotFound, Conflict."""
    policy = locked_policy(policy_id)
    version = policy.live
    if policy.state != Policy.State.PUBLISHED or version is None:
        raise Conflict(_("政策还没有发布，或已经撤回，不能申报。"))
    if not is_open(version, clock.today()):
        raise Conflict(_("今天不在政策的申报期内。"))
    return policy, version


def report_filled(
    policy: Policy,
    filled: Filled,
    *,
    actor: Actor,
    contact: Contact,
    key: str = "",
    asked: Decimal | None = None,
    note: str = "",
    automatic: bool = False,
    code: str = "",
    source: str = "counter",
) -> Reported:
    """Open the case of what is filled in; Conflict where one on record has a case under way.

    `key` and `code` as of `report_case`. The policy's row is locked.
    """
    if filled.ref is not None:
        _refuse_second(policy, filled.ref, key)
    audience = audience_of(policy.audience)
    report = Report(
        audience.case_type,
        text_of(filled, note),
        source="system" if automatic else source,
        title=_title(filled),
        centre=policy.lead_unit_id,
        street=_street(filled),
        facts=_facts(policy, filled, automatic=automatic, asked=asked),
    )
    return report_case(report, actor=actor, contact=contact, key=key, code=code)


def _refuse_second(policy: Policy, ref: Addressee, key: str) -> None:
    # The policy's row is locked, so nobody else opens one between the look and the opening.
    earlier = Application.objects.filter(version__policy=policy, entity=str(ref.id))
    open_ones = earlier.exclude(case__category=Case.Category.DONE)
    if open_ones.exclude(case__key=key or "-").exists():
        raise Conflict(_("对这项政策已有在办的申报。"))


def _title(filled: Filled) -> str:
    who = filled.ref.name if filled.ref is not None else str(_("网上申请"))
    return f"{filled.version.title}：{who}"[:100]


def _street(filled: Filled) -> str:
    return filled.ref.street if filled.ref is not None else str(filled.values.get("street") or "")


def _facts(
    policy: Policy, filled: Filled, *, automatic: bool, asked: Decimal | None
) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "policy": policy.number,
        "policy_title": filled.version.title,
        "version": filled.version.number,
        "eligibility": kind_of(filled.explanation),
        "automatic": automatic,
    }
    if filled.ref is not None:
        facts["code"] = filled.ref.code
    if filled.ref is not None and policy.audience == Audience.ENTERPRISES:
        facts["enterprise"] = filled.ref.name
    if asked is not None:
        facts["asked"] = Decimal(plain_number(asked))
    return facts


_MARKS = {
    "holds": gettext_lazy("符合"),
    "fails": gettext_lazy("不符合"),
    "unknown": gettext_lazy("数据不全"),
}


def text_of(filled: Filled, note: str = "") -> str:
    """The application's text as it is filled in: each condition, with its verdict."""
    names = names_in(filled.explanation.condition)
    lines = [
        _("申报政策：%(title)s（第%(number)d版）")
        % {"title": filled.version.title, "number": filled.version.number},
    ]
    if filled.ref is not None:
        who = filled.ref.name
        who = who if who == filled.ref.code else f"{who}（{filled.ref.code}）"
        lines.append(_("申报人：%(who)s") % {"who": who})
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


def keep_application(
    policy: Policy, filled: Filled, case: Case, actor: Actor, *, automatic: bool, **more: Any
) -> Application:
    """Keep with a new case on what it was filled in; `more` are further fields of it."""
    now, ref = clock.now(), filled.ref
    people = policy.audience == Audience.PEOPLE
    kept = Application.objects.create(
        **{
            "version": filled.version,
            "case": case,
            "entity": str(ref.id) if ref else "",
            "code": ref.code if ref else "",
            "recipient": Recipient.objects.get(pk=ref.id) if ref and people else None,
            "values": plain_values(filled.values),
            "reasons": filled.explanation.to_json(),
            "opened_at": now,
            **more,
        }
    )
    if ref is not None:
        told = Push.objects.filter(version__policy=policy, entity=str(ref.id), applied_at=None)
        told.update(applied_at=now)
    data = {"case": case.number, "code": kept.code, "automatic": automatic}
    record(subject_of(policy), "policies.application.opened", data, actor=actor)
    return kept
