"""What residents do without a log-in: apply for a subsidy, complete, confirm, give up, appeal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid, NotFound
from district.kernel.cases.public import Case, Contact, PublicStatus, is_phone, perform
from district.kernel.conditions.public import explain
from district.kernel.history.public import Actor, protect, reveal
from district.kernel.organisation.public import authorise
from district.systems.policies.models import Application, Audience, Policy
from district.systems.policies.names import READ_APPLICANT, SUBSIDY_APPLICATION, TICKETS
from district.systems.policies.rules.recipients import birth_date, is_id_number, read_id_number
from district.systems.policies.selectors.recipients import recipient_by_id_number
from district.systems.policies.selectors.rights import owned_by, subject_of
from district.systems.policies.selectors.schema import condition_of
from district.systems.policies.services.applications import (
    Filled,
    keep_application,
    open_policy,
    report_filled,
)

PUBLIC = Actor.anonymous()
#: What an applicant may do to their case.
DOINGS = ("confirm", "complete", "give_up", "appeal")


@dataclass(frozen=True)
class Applied:
    """An application as it was filled in; `key` is the ticket's, `stated` facts by their keys."""

    key: str
    policy: UUID | str
    name: str
    phone: str
    id_number: str
    note: str = ""
    stated: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Receipt:
    """What the applicant takes away."""

    number: str
    code: str


@transaction.atomic
def apply_as_resident(given: Applied) -> Receipt:
    """Open the case of an application on the public page; the same key gives the same receipt.

    The values are what the person stated. Whether the identity number is on record shows to who
    handles the case and to nobody here: the answer is the same. Raises NotFound, Conflict where
    the policy is not open, Invalid naming the field.
    """
    code = TICKETS.code_for(given.key, settings.SECRET_KEY)
    known = Case.objects.filter(key=given.key, type_key=SUBSIDY_APPLICATION).first()
    if known is not None:
        return Receipt(known.number, code)
    policy, version = open_policy(given.policy)
    if policy.audience != Audience.PEOPLE:
        raise NotFound(_("没有这项政策。"))
    number = _check(given)
    stated = dict(given.stated)
    if "birth_date" in stated and stated["birth_date"] is None:
        stated["birth_date"] = birth_date(number)
    explanation = explain(condition_of(version, policy.audience), stated, today=clock.today())
    made = report_filled(
        policy,
        Filled(None, version, stated, explanation),
        actor=PUBLIC,
        contact=Contact(given.name.strip(), given.phone.strip()),
        key=given.key,
        note=given.note,
        code=code,
        source="web",
    )
    person = uuid4()
    keep_application(
        policy,
        Filled(None, version, stated, explanation),
        made.case,
        PUBLIC,
        automatic=False,
        is_stated=True,
        person=person,
        id_number=protect(str(person), number),
        recipient=recipient_by_id_number(number),
    )
    return Receipt(made.case.number, code)


def _check(given: Applied) -> str:
    """The identity number as it is compared; Invalid names what is missing or wrong."""
    if not 2 <= len(given.name.strip()) <= 60:
        raise Invalid("name", _("没有写姓名。"), _("请填写身份证上的姓名。"))
    number = read_id_number(given.id_number)
    if not is_id_number(number, clock.today()):
        raise Invalid("id_number", _("身份证号码不对。"), _("请核对18位号码，最后一位是校验位。"))
    if not is_phone(given.phone):
        raise Invalid("phone", _("联系电话不对。"), _("请填写手机号或带区号的固定电话。"))
    if len(given.note) > 1000:
        raise Invalid("note", _("补充说明超过1000字。"), _("请精简。"))
    return number


@transaction.atomic
def answer(status: PublicStatus, doing: str, text: str, *, round_: int) -> Case:
    """Do for the applicant, who has shown the code, what the case allows now.

    `round_` is how many steps the case had when the page was drawn. Raises NotFound, Conflict and
    Invalid as `perform` does.
    """
    if doing not in DOINGS:
        raise NotFound(_("没有这项操作。"))
    reporter = status.reporter
    return perform(
        status.shown.pk,
        doing,
        actor=Actor("public", str(reporter.pk)),
        data={"text": text},
        key=f"{doing}:{reporter.pk}:{round_}",
        reporter=reporter,
    )


@transaction.atomic
def read_applicant(case: Case, reason: str, *, actor: Actor) -> str:
    """The identity number that an applicant stated; the viewing is in history.

    Raises NotFound, NotPermitted for another unit than the policy's, Invalid without a reason,
    Conflict once it was forgotten.
    """
    rows = Application.objects.select_related("version__policy__lead_unit")
    found = rows.filter(case=case, person__isnull=False).first()
    if found is None:
        raise NotFound(_("这份申报没有身份证号码。"))
    policy: Policy = found.version.policy
    authorise(actor, READ_APPLICANT, owned_by(policy.lead_unit))
    reason = reason.strip()[:200]
    if len(reason) < 2:
        raise Invalid("reason", _("还没有填写查看原因。"), _("请写明，例如“核对户籍”。"))
    number = reveal(found.id_number, actor=actor, subject=subject_of(policy), reason=reason)
    if number is None:
        raise Conflict(_("申请人的信息已经清除。"))
    return number
