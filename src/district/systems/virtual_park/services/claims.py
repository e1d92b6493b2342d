"""Claims to act for an enterprise: sent without a log-in, verified by the unit that serves it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid, NotFound
from district.kernel.base.tickets import Tickets
from district.kernel.cases.public import (
    Case,
    Contact,
    PublicStatus,
    Report,
    attach_kept,
    kept_files,
    perform,
    perform_with_files,
    report_case,
    reporter_with,
    subject_of,
)
from district.kernel.history.public import Actor, open_for_delivery, record
from district.kernel.organisation.public import authorise
from district.systems.enterprises.public import enterprise_by_code
from district.systems.virtual_park.models import Claim, Representative
from district.systems.virtual_park.names import APPROVE, CLAIM, PUBLIC
from district.systems.virtual_park.rules.phones import read_mobile
from district.systems.virtual_park.rules.roles import ParkRole
from district.systems.virtual_park.services.codes import take_up
from district.systems.virtual_park.services.firms import Person, owned_firm, put_firm, registered

#: The tickets of the form; neither may ever change, for codes follow from them.
CLAIM_TICKETS = Tickets("virtual_park.claim", CLAIM, "virtual_park claim code")
#: How long an approved claim may be taken up.
LASTS = timedelta(days=30)
#: What a claimant may do to their case.
DOINGS = ("complete", "withdraw")
Files = Iterable[tuple[str, bytes]]


@dataclass(frozen=True)
class NewClaim:
    """A claim as it was filled in; `key` is the form's own."""

    key: str
    code: str
    name: str
    phone: str
    text: str


@dataclass(frozen=True)
class Receipt:
    """What the claimant takes away: the number, and the code that is told once."""

    number: str
    code: str


def make_claim(new: NewClaim, files: Files) -> Receipt:
    """Open a claim with its proof; the same form again gives the same receipt.

    Raises Invalid naming the field, Conflict where the same person's claim is under way.
    """
    code = CLAIM_TICKETS.code_for(new.key, settings.SECRET_KEY)
    known = Case.objects.filter(key=new.key, type_key=CLAIM).first()
    if known is not None:
        return Receipt(known.number, code)
    person = Person(new.name, new.phone).checked()
    ref = registered(new.code)
    with kept_files(files) as kept, transaction.atomic():
        if not kept:
            raise Invalid("files", _("没有上传证明材料。"), _("请上传营业执照和授权书。"))
        _refuse_twice(str(ref.id), person.index)
        report = Report(
            CLAIM,
            new.text.strip() or "申请管理本企业的虚拟园区账号。",
            source="web",
            title=f"入驻认领：{ref.name}"[:100],
            street=ref.street,
            centre=ref.lead_unit,
            facts={"enterprise": ref.name, "code": ref.code},
        )
        contact = Contact(person.name, person.phone)
        made = report_case(report, actor=PUBLIC, contact=contact, key=new.key, code=code)
        reporter = reporter_with(made.case.number, code)
        if made.repeated or reporter is None:
            return Receipt(made.case.number, code)
        Claim.objects.create(
            case=made.case, enterprise=str(ref.id), code=ref.code, phone_index=person.index
        )
        actor = Actor("public", str(reporter.pk))
        attach_kept(made.case.pk, kept, actor=actor, reporter=reporter)
    return Receipt(made.case.number, code)


def _refuse_twice(enterprise: str, index: str) -> None:
    waiting = Claim.objects.filter(enterprise=enterprise, phone_index=index)
    if waiting.exclude(case__category=Case.Category.DONE).exists():
        raise Conflict(_("您对这家企业的认领正在核实。请凭单号和查询码查询。"))


def answer_claim(status: PublicStatus, doing: str, text: str, files: Files, *, steps: int) -> Case:
    """Do for the claimant, who has shown the code, what the case allows now. `steps` is how many
    steps the case had when the page was drawn. NotFound, Conflict, Invalid as `perform`."""
    if doing not in DOINGS:
        raise NotFound(_("没有这项操作。"))
    reporter = status.reporter
    return perform_with_files(
        status.case.pk,
        doing,
        files,
        actor=Actor("public", str(reporter.pk)),
        data={"text": text},
        key=f"{doing}:{reporter.pk}:{steps}",
        reporter=reporter,
    )


@transaction.atomic
def approve_claim(case_id: UUID | str, words: str, *, actor: Actor) -> Case:
    """Approve a claim: its holder may take it up. `words` say how it was verified.

    Raises NotFound, NotPermitted, Conflict where it does not wait or the enterprise is gone,
    Invalid without words.
    """
    claim = Claim.objects.select_related("case").filter(case__pk=case_id).first()
    if claim is None:
        raise NotFound(_("没有这份认领。"))
    authorise(actor, APPROVE, owned_firm(claim.case.centre_unit_id))
    ref = enterprise_by_code(claim.code)
    if ref is None:
        raise Conflict(_("登记库里没有这家企业了。"))
    registered(claim.code)
    by = Actor("system", "virtual_park", actor.name)
    case = perform(claim.pk, "approve", actor=by, data={"text": words})
    firm = put_firm(ref, actor)
    claim.approved_by_name, claim.expires_at = (actor.name or actor.id)[:120], clock.now() + LASTS
    claim.save(update_fields=["approved_by_name", "expires_at"])
    data = {"firm": firm.code}
    record(subject_of(case), "virtual_park.claim.approved", data, actor=actor)
    return case


@transaction.atomic
def take_up_claim(status: PublicStatus, password: str) -> Representative:
    """The claimant, who has shown the code, takes an approved claim up and manages the firm.

    Raises Conflict where it cannot be taken up (any more), Invalid for the password.
    """
    claim = Claim.objects.select_for_update().filter(pk=status.case.pk).first()
    if claim is None or not may_take_up(claim):
        raise Conflict(_("这份认领不能启用账号：还没有通过、已经启用，或已经过期。"))
    ref = registered(claim.code)
    reporter = status.reporter
    name, phone = (open_for_delivery(token) or "" for token in (reporter.name, reporter.phone))
    issuer = Actor("system", "virtual_park", claim.approved_by_name)
    firm = put_firm(ref, issuer)
    terms = ([ParkRole.MANAGER.value], (clock.today(), None))
    who = take_up(firm, Person(name, read_mobile(phone)), password, terms, issuer)
    claim.representative = who
    claim.save(update_fields=["representative"])
    return who


def may_take_up(claim: Claim) -> bool:
    """Whether an approved claim waits for its holder."""
    open_still = claim.expires_at is not None and clock.now() < claim.expires_at
    return open_still and claim.representative_id is None
