"""What a firm does in other systems: applies, raises requests, answers, looks for space.

Each looks at the role first, finds the object by the firm, lets the other system do it as the
portal, and writes into the firm's own history which representative it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid, NotFound
from district.kernel.cases.public import (
    Case,
    Contact,
    Reporter,
    attach_kept,
    kept_files,
    perform,
)
from district.kernel.history.public import Actor, open_for_delivery, record
from district.systems.enterprise_requests.public import NewRequest, register_request
from district.systems.enterprises.public import service_unit, tell_by_firm
from district.systems.policies.public import (
    application_of,
    apply_for,
    note_read,
    pushes_to,
    save_consent,
)
from district.systems.spaces.public import (
    decline_by_firm,
    save_demand_by_firm,
    wish_to_visit,
    withdraw_by_firm,
)
from district.systems.virtual_park.models import FirmRequest
from district.systems.virtual_park.selectors.acting import Acting
from district.systems.virtual_park.selectors.requests import request_of
from district.systems.virtual_park.services.firms import firm_subject

Files = Iterable[tuple[str, bytes]]
#: What a firm may do to its applications and its requests, of what their types let a reporter do.
APPLICATION_DOINGS = ("confirm", "complete", "give_up", "appeal")
REQUEST_DOINGS = ("add", "rate", "reopen")


def note(acting: Acting, what: str, **data: Any) -> None:
    """Write into the firm's history what a representative did, in the caller's transaction."""
    told = {"what": what, **data}
    record(firm_subject(acting.firm), "virtual_park.firm.asked", told, actor=acting.actor)


def _contact(acting: Acting) -> Contact:
    """The representative as the reporter of a case, whom its handlers may call."""
    who = acting.representative
    name, phone = (open_for_delivery(token) or "" for token in (who.name, who.phone))
    return Contact(name, phone)


def key_for(acting: Acting, given: str) -> str:
    """A form's key as it is kept: nobody can take another's."""
    return f"park:{acting.mandate.pk.hex[-20:]}:{given}"[:80] if given else ""


@dataclass(frozen=True)
class Asked:
    """What a firm applies for: the amount in 万元, a remark, the form's key."""

    amount: Decimal | None = None
    text: str = ""
    key: str = ""


def apply(acting: Acting, policy_id: UUID | str, asked: Asked, files: Files) -> Case:
    """Apply for a policy, filled in from the register; with the files or not at all.

    Raises NotPermitted, NotFound, Conflict where it is not open or one is under way, Invalid.
    """
    acting.require("policies.do")
    with kept_files(files) as kept, transaction.atomic():
        made = apply_for(
            policy_id,
            acting.enterprise.code,
            actor=acting.portal,
            contact=_contact(acting),
            asked=asked.amount,
            note=asked.text,
            key=key_for(acting, asked.key),
        )
        if made.repeated:
            return made.case
        reporter = reporter_of(made.case)
        by = Actor("public", str(reporter.pk))
        attach_kept(made.case.pk, kept, actor=by, reporter=reporter)
        note(acting, "apply", case=made.case.number)
    return made.case


def reporter_of(case: Case) -> Reporter:
    """As whom the firm goes on with a case that is its own: the first who reported it."""
    found = (
        Reporter.objects.filter(case=case)
        .select_related("case__merged_into")
        .order_by("pk")
        .first()
    )
    if found is None:
        raise NotFound(_("没有这一单。"))
    return found


@dataclass(frozen=True)
class Answer:
    """What a firm does to a case, with the fields of its form; `seen` is the version that the
    case had when the page was drawn, so that the same form does it once."""

    doing: str
    data: Mapping[str, Any]
    seen: int


def answer_application(acting: Acting, case_id: UUID | str, answer: Answer, files: Files) -> Case:
    """Confirm, complete, give up or appeal. NotPermitted, NotFound, Conflict, Invalid."""
    acting.require("policies.do")
    case = application_of(acting.enterprise.code, case_id).case
    return _answer(acting, case, reporter_of(case), answer, files, APPLICATION_DOINGS)


def answer_request(acting: Acting, case_id: UUID | str, answer: Answer, files: Files) -> Case:
    """Add to a request, rate it, ask for it to be handled again. As `answer_application`."""
    acting.require("requests.do")
    row = request_of(acting, case_id)
    if answer.doing == "rate" and answer.data.get("satisfaction") not in RATINGS:
        raise Invalid("satisfaction", _("还没有选择是否满意。"), _("请从列表中选择。"))
    return _answer(acting, row.case, row.reporter, answer, files, REQUEST_DOINGS)


#: What a firm may say of how a request was handled.
RATINGS = ("satisfied", "fair", "unhappy")


def _answer(
    acting: Acting,
    case: Case,
    reporter: Reporter,
    answer: Answer,
    files: Files,
    doings: tuple[str, ...],
) -> Case:
    if answer.doing not in doings:
        raise NotFound(_("没有这项操作。"))
    by = Actor("public", str(reporter.pk))
    with kept_files(files) as kept, transaction.atomic():
        if kept and answer.doing in ("give_up", "rate"):
            raise Invalid("files", _("这一步不能上传文件。"), _("请去掉文件后再提交。"))
        done = perform(
            case.pk,
            answer.doing,
            actor=by,
            data=dict(answer.data),
            key=f"{answer.doing}:{reporter.pk}:{answer.seen}",
            reporter=reporter,
        )
        attach_kept(case.pk, kept, actor=by, reporter=reporter)
        note(acting, answer.doing, case=case.number)
    return done


@transaction.atomic
def read_pushes(acting: Acting, policy_id: UUID | str) -> None:
    """Note that the firm has read what it was told of a policy."""
    acting.require("policies.see")
    waiting = pushes_to(acting.enterprise.code).filter(version__policy__pk=policy_id, read_at=None)
    for push in waiting:
        note_read(push.pk, actor=acting.portal)


@transaction.atomic
def wish_pushes(acting: Acting, *, wants: bool) -> None:
    """Say whether the firm wants to be told of policies. NotPermitted."""
    acting.require("policies.do")
    code, reason = acting.enterprise.code, "" if wants else "企业在虚拟园区提出"
    save_consent(code, wants=wants, reason=reason, actor=acting.portal)
    note(acting, "consent", wants=wants)


@dataclass(frozen=True)
class Raised:
    """A request as a firm raises it; see `NewRequest`."""

    kind: str
    industry: str
    text: str
    place: str = ""
    amount: int | None = None
    stopped: bool = False
    key: str = ""


def raise_request(acting: Acting, raised: Raised, files: Files) -> Case:
    """Raise a request at the command post, with the files or not at all. NotPermitted, Invalid."""
    acting.require("requests.do")
    new = NewRequest(
        enterprise=acting.enterprise.name[:120],
        industry=raised.industry,
        kind=raised.kind,
        text=raised.text,
        amount=raised.amount,
        stopped=raised.stopped,
        street=acting.enterprise.street,
        place=raised.place,
        source="web",
    )
    with kept_files(files) as kept, transaction.atomic():
        made = register_request(
            new,
            actor=acting.portal,
            contact=_contact(acting),
            key=key_for(acting, raised.key),
        )
        if made.repeated:
            return made.case
        reporter = reporter_of(made.case)
        FirmRequest.objects.create(
            case=made.case, firm=acting.firm, reporter=reporter, raised_at=clock.now()
        )
        by = Actor("public", str(reporter.pk))
        attach_kept(made.case.pk, kept, actor=by, reporter=reporter)
        note(acting, "request", case=made.case.number)
    return made.case


@transaction.atomic
def save_space_demand(acting: Acting, values: Mapping[str, Any], known: UUID | None = None) -> UUID:
    """Write down what space the firm looks for, or change it; its key. NotPermitted, NotFound,
    Invalid, Conflict."""
    acting.require("spaces.do")
    ref = acting.enterprise
    row = save_demand_by_firm(
        ref.code, ref.name, service_unit(), values, known, actor=acting.portal
    )
    note(acting, "demand", number=row.number)
    return row.pk


@transaction.atomic
def withdraw_space_demand(acting: Acting, key: UUID | str, reason: str) -> None:
    """The firm looks no more. NotPermitted, NotFound, Invalid, Conflict."""
    acting.require("spaces.do")
    row = withdraw_by_firm(acting.enterprise.code, key, reason, actor=acting.portal)
    note(acting, "demand_withdrawn", number=row.number)


@transaction.atomic
def wish_visit(acting: Acting, case_id: UUID | str, day: date, text: str) -> None:
    """Ask to see a unit that was offered. NotPermitted, NotFound, Invalid, Conflict."""
    acting.require("spaces.do")
    case = wish_to_visit(acting.enterprise.code, case_id, day, text, actor=acting.portal)
    note(acting, "visit", case=case.number)


@transaction.atomic
def decline_space(acting: Acting, case_id: UUID | str, reason: str) -> None:
    """Decline a unit that was offered. NotPermitted, NotFound, Invalid, Conflict."""
    acting.require("spaces.do")
    case = decline_by_firm(acting.enterprise.code, case_id, reason, actor=acting.portal)
    note(acting, "declined", case=case.number)


@transaction.atomic
def say_otherwise(acting: Acting, values: Mapping[str, Any]) -> None:
    """Say what the register has wrong or not at all: the word of the source that is trusted least.

    Raises NotPermitted, Invalid naming the field, Conflict where nothing was said.
    """
    acting.require("profile.do")
    told = {key: value for key, value in values.items() if value not in (None, "")}
    if not told:
        raise Conflict(_("没有填写任何内容。请至少填写一项。"))
    tell_by_firm(acting.id, told, actor=acting.portal)
    note(acting, "told", facts=sorted(told))
