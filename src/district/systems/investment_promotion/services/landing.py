"""Signing, registering and landing: what a project is held to, and by whom it is verified."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.conf import settings as django_settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid, NotPermitted
from district.kernel.base.versioned import save_versioned
from district.kernel.cases.public import Case, perform
from district.kernel.history.public import Actor, record
from district.kernel.organisation.public import Owned, authorise
from district.systems.enterprises.public import enterprise_by_code
from district.systems.investment_promotion.models import Project, Verification
from district.systems.investment_promotion.names import SAVE, SYSTEM, VERIFY
from district.systems.investment_promotion.rules.landing import Landing, counted_amount
from district.systems.investment_promotion.selectors.landing import landing_now
from district.systems.investment_promotion.selectors.rights import (
    owned_project,
    project_for,
    project_subject,
)
from district.systems.investment_promotion.selectors.settings import settings, verifying_unit
from district.systems.investment_promotion.services.projects import MOST, locked_project


def _opened(key: UUID | str, actor: Actor, stages: tuple[str, ...], refusal: str) -> Project:
    """The project that the actor sees and may change, locked, where it stands in one of stages."""
    project_for(key, actor)
    row = locked_project(key)
    row.case = Case.objects.select_related("lead_unit").get(pk=row.pk)
    authorise(actor, SAVE, owned_project(row.case))
    if row.case.stage not in stages:
        raise Conflict(refusal)
    return row


def _words(actor: Actor, text: str) -> str:
    """What a step says that the product does for somebody: who it was, in the first language."""
    with override(django_settings.LANGUAGE_CODE):
        return _("%(who)s：%(text)s") % {"who": actor.name, "text": text}


@transaction.atomic
def sign_agreement(
    key: UUID | str,
    signed_on: date,
    agreed: Decimal,
    agreement: str,
    text: str,
    *,
    actor: Actor,
) -> Project:
    """Note that the agreement is signed; `agreed` is its investment in 万元.

    Raises NotFound, NotPermitted, Invalid naming the field, Conflict where it stands elsewhere.
    """
    row = _opened(key, actor, ("contact", "talks"), _("项目不在接洽或洽谈中，不能签约。"))
    if signed_on > clock.today():
        raise Invalid("signed_on", _("签约日期晚于今天。"), _("签约之后再登记。"))
    if not 0 < agreed <= MOST:
        raise Invalid("agreed", _("协议投资额不对。"), _("请填写大于0的数，单位万元。"))
    if not 1 <= len(agreement.strip()) <= 60:
        raise Invalid("agreement", _("还没有填写协议编号。"), _("最多60字。"))
    row.signed_on, row.agreed, row.agreement = signed_on, agreed, agreement.strip()
    row.signed_by = actor.id
    save_versioned(row, ["signed_on", "agreed", "agreement", "signed_by"])
    data = {"signed_on": signed_on, "agreed": str(agreed), "agreement": row.agreement}
    record(project_subject(row.pk), "investment_promotion.project.signed", data, actor=actor)
    perform(row.pk, "sign", actor=SYSTEM, data={"text": _words(actor, text or row.agreement)})
    return row


@transaction.atomic
def note_registration(key: UUID | str, code: str, name: str, text: str, *, actor: Actor) -> Project:
    """Note which entity was registered for the project; the register is asked when it is verified.

    One entity lands one project: Conflict where another one names it. Raises NotFound,
    NotPermitted, Invalid naming the field.
    """
    row = _opened(key, actor, ("signed", "recheck"), _("项目还没有签约，或已经登记注册。"))
    code, name = code.strip().upper(), name.strip()
    if len(code) != 18 or not code.isalnum():
        raise Invalid("code", _("统一社会信用代码不对。"), _("18位，照营业执照。"))
    known = enterprise_by_code(code)
    name = name or (known.name if known else "")
    if not 2 <= len(name) <= 200:
        raise Invalid("name", _("还没有填写落户主体名称。"), _("照营业执照填写。"))
    if Project.objects.filter(entity_code=code).exclude(pk=row.pk).exists():
        raise Conflict(_("这个主体已登记为另一个项目的落户主体。一个主体只计一个项目。"))
    row.entity_code, row.entity_name, row.registered_by = code, name, actor.id
    save_versioned(row, ["entity_code", "entity_name", "registered_by"])
    data = {"entity": code}
    record(project_subject(row.pk), "investment_promotion.project.registered", data, actor=actor)
    perform(row.pk, "register", actor=SYSTEM, data={"text": _words(actor, text or name)})
    return row


@transaction.atomic
def verify_landing(key: UUID | str, *, accept: bool, note: str, actor: Actor) -> Verification:
    """Look whether a project has landed, by the condition in force and the register as it is now.

    A second person of the verifying unit does so: neither who signed or registered it nor who
    handles it. With `accept` it lands and counts; Conflict where a clause does not hold or is not
    known. Without, only the look is kept. Raises NotFound, NotPermitted, Invalid.
    """
    authorise(actor, VERIFY, Owned(verifying_unit()))
    project_for(key, actor)
    row = locked_project(key)
    case = Case.objects.get(pk=row.pk)
    if case.stage not in ("registered", "recheck"):
        raise Conflict(_("项目还没有登记注册，或已经认定落户。"))
    if actor.id in {row.signed_by, row.registered_by, str(case.handler_id or "")}:
        raise NotPermitted(_("核验须由另一人进行：您经办过这个项目。"))
    if len(note.strip()) > 300:
        raise Invalid("note", _("超过%(most)s字。") % {"most": 300}, _("请精简。"))
    found = landing_now(row)
    if accept and not found.holds:
        raise Conflict(_("落户条件还没有全部满足，不能认定落户。"))
    made = _keep(row, found, Verification.Kind.PERSON, actor, note.strip(), accepted=accept)
    if accept:
        _land(row, found, actor)
    return made


def _land(row: Project, found: Landing, actor: Actor) -> None:
    row.landed_on = row.landed_on or clock.today()
    row.subscribed = found.values["capital"]
    row.counted = counted_amount(row.agreed, row.subscribed)
    save_versioned(row, ["landed_on", "subscribed", "counted"])
    with override(django_settings.LANGUAGE_CODE):
        result = _("%(who)s核验，落户条件全部满足。") % {"who": actor.name}
    perform(row.pk, "land", actor=SYSTEM, data={"result": result})


def _keep(
    row: Project, found: Landing, kind: str, actor: Actor, note: str, *, accepted: bool
) -> Verification:
    made = Verification.objects.create(
        project=row,
        kind=kind,
        at=clock.now(),
        actor_id=actor.id,
        actor_name=actor.name[:80] if actor.kind == "member" else "",
        condition=settings().condition_text,
        values={name: None if value is None else str(value) for name, value in
                found.values.items()},
        clauses=[{"text": one.text, "outcome": one.outcome} for one in found.clauses],
        outcome=found.outcome,
        accepted=accepted,
        note=note,
    )  # fmt: skip
    data: dict[str, Any] = {
        "outcome": found.outcome,
        "accepted": accepted,
        "clauses": {one.text: one.outcome for one in found.clauses},
        "entity": row.entity_code,
    }
    record(project_subject(row.pk), "investment_promotion.landing.verified", data, actor=actor)
    return made


@transaction.atomic
def look_again(key: UUID | str) -> bool:
    """Ask of a landed project whether it still has; where not, it waits for being verified again
    and does not count. Returns whether it was taken back; again changes nothing."""
    row = locked_project(key)
    case = Case.objects.get(pk=row.pk)
    found = landing_now(row) if case.stage == "landed" else None
    if found is None or found.holds:
        return False
    _keep(row, found, Verification.Kind.WATCH, SYSTEM, "", accepted=False)
    with override(django_settings.LANGUAGE_CODE):
        what = "；".join(one.words for one in found.clauses if one.outcome != "holds")
        text = _("按经营主体库复查，不再满足：%(what)s。") % {"what": what}
    perform(row.pk, "lapse", actor=SYSTEM, data={"text": text})
    return True
