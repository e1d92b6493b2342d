"""One-time codes: invitations to act for a firm, and new passwords. Each is shown once.

The product sends no text messages, so whoever issues a code tells it to the person themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid, NotFound
from district.kernel.base.fields import time_ordered_uuid
from district.kernel.history.public import Actor, open_for_delivery, protect_new, record
from district.kernel.organisation.public import authorise
from district.kernel.throttling.public import refuse_beyond
from district.systems.virtual_park.models import Firm, Mandate, OneTimeCode, Representative
from district.systems.virtual_park.names import INVITE, RESET
from district.systems.virtual_park.rates import CODE_BY_ADDRESS, CODE_BY_PAIR
from district.systems.virtual_park.rules.phones import (
    code_digest,
    label_of,
    new_code,
    read_mobile,
)
from district.systems.virtual_park.rules.roles import ParkRole
from district.systems.virtual_park.selectors.acting import Acting, actor_of_representative
from district.systems.virtual_park.services.firms import (
    Person,
    checked_terms,
    firm_subject,
    grant,
    owned_firm,
    put_firm,
    put_representative,
    registered,
)
from district.systems.virtual_park.services.passwords import (
    fits,
    index_of,
    put_password,
    subject_of,
)

Kind = OneTimeCode.Kind
#: How long a code may be used.
LASTS = {Kind.INVITATION: timedelta(days=7), Kind.RESET: timedelta(hours=24)}
#: So many codes may wait for one firm at once.
MOST_OPEN = 50


@dataclass(frozen=True)
class Issued:
    """A code as it is shown, this once."""

    row: OneTimeCode
    code: str


def _issue(kind: str, mobile: str, actor: Actor, **facts: Any) -> Issued:
    now, code = clock.now(), new_code()
    row = OneTimeCode.objects.create(
        kind=kind,
        phone_index=index_of(mobile),
        digest=code_digest(mobile, code, settings.PERSON_MASTER_KEY),
        issued_at=now,
        issued_by_name=(actor.name or actor.id)[:120],
        expires_at=now + LASTS[Kind(kind)],
        **facts,
    )
    return Issued(row, code)


@transaction.atomic
def invite(
    acting: Acting,
    person: Person,
    roles: Sequence[str],
    first_day: date | None = None,
    last_day: date | None = None,
) -> Issued:
    """A manager invites somebody to act for the firm. NotPermitted, Invalid, Conflict."""
    acting.require("people")
    firm = Firm.objects.select_for_update().get(pk=acting.firm.pk)
    return _invite(firm, person, checked_terms(roles, first_day, last_day), acting.actor)


@transaction.atomic
def invite_manager(code: str, person: Person, *, actor: Actor) -> Issued:
    """The unit that serves an enterprise invites its first manager, or another one.

    Raises Invalid for a code that the register has not, NotPermitted, Conflict.
    """
    ref = registered(code)
    authorise(actor, INVITE, owned_firm(ref.lead_unit))
    firm = put_firm(ref, actor)
    return _invite(firm, person, checked_terms([ParkRole.MANAGER.value], None, None), actor)


def _invite(
    firm: Firm, given: Person, terms: tuple[list[str], date, date | None], actor: Actor
) -> Issued:
    person, (roles, first, last) = given.checked(), terms
    waiting = open_codes(firm)
    if waiting.count() >= MOST_OPEN:
        raise Conflict(_("还有太多邀请没有接受。请先收回不用的邀请。"))
    waiting.filter(phone_index=person.index).update(withdrawn_at=clock.now())
    # The person's key is the code's own until there is an account.
    tokens = protect_new(str(time_ordered_uuid()), {"name": person.name, "phone": person.phone})
    made = _issue(
        Kind.INVITATION,
        person.phone,
        actor,
        firm=firm,
        name=tokens["name"],
        phone=tokens["phone"],
        label=label_of(person.name, person.phone),
        roles=roles,
        first_day=first,
        last_day=last,
    )
    data = {"invitation": str(made.row.pk), "roles": roles, "first_day": first, "last_day": last}
    record(firm_subject(firm), "virtual_park.firm.invited", data, actor=actor)
    return made


def open_codes(firm: Firm, kind: str = Kind.INVITATION) -> QuerySet[OneTimeCode]:
    """The codes of a firm that may still be used, the newest first."""
    rows = OneTimeCode.objects.filter(firm=firm, kind=kind)
    return rows.filter(usable_q())


def usable_q() -> Q:
    """Codes that are neither used, nor taken back, nor too old, nor guessed at too often."""
    return Q(
        used_at=None,
        withdrawn_at=None,
        expires_at__gt=clock.now(),
        misses__lt=OneTimeCode.MOST_MISSES,
    )


@transaction.atomic
def take_back(acting: Acting, code_id: UUID | str) -> None:
    """A manager takes an invitation of the firm back. NotPermitted, NotFound."""
    acting.require("people")
    row = open_codes(acting.firm).select_for_update(of=("self",)).filter(pk=code_id).first()
    if row is None:
        raise NotFound(_("没有这份邀请，或已经用过。"))
    row.withdrawn_at = clock.now()
    row.save(update_fields=["withdrawn_at"])
    data = {"invitation": str(row.pk)}
    record(firm_subject(acting.firm), "virtual_park.firm.uninvited", data, actor=acting.actor)


@transaction.atomic
def reset_by_manager(acting: Acting, mandate_id: UUID | str) -> Issued:
    """A manager lets a colleague set a new password; their sessions end when they do.

    Only for who acts for no other firm: else a manager could get at another firm through the
    account. NotPermitted, NotFound, Conflict.
    """
    acting.require("people")
    rows = Mandate.objects.select_related("representative")
    row = rows.filter(pk=mandate_id, firm=acting.firm, ended_at=None).first()
    if row is None:
        raise NotFound(_("没有这项授权。"))
    who = Representative.objects.select_for_update().get(pk=row.representative_id)
    _refuse_shared(who, acting.firm)
    return _reset(who, acting.firm, acting.actor)


def _refuse_shared(who: Representative, firm: Firm) -> None:
    """Conflict where the account can act for another firm too."""
    if Mandate.objects.filter(representative=who, ended_at=None).exclude(firm=firm).exists():
        raise Conflict(_("这个账号还有其他授权，不能由企业重设密码。请联系企业服务单位办理。"))


@transaction.atomic
def reset_for(representative_id: UUID | str, code: str, *, actor: Actor) -> Issued:
    """The unit that serves the firm of a credit code lets its representative set a new password.

    Raises NotFound where they do not act for it, NotPermitted.
    """
    firm = Firm.objects.filter(code=code).first()
    mandates = Mandate.objects.filter(
        representative__pk=representative_id, ended_at=None, firm=firm
    )
    if firm is None or not mandates.exists():
        raise NotFound(_("没有这位企业代表。"))
    authorise(actor, RESET, owned_firm(firm.lead_unit_id))
    who = Representative.objects.select_for_update().get(pk=representative_id)
    return _reset(who, None, actor)


def _reset(who: Representative, firm: Firm | None, actor: Actor) -> Issued:
    mobile = open_for_delivery(who.phone)
    if mobile is None:
        raise NotFound(_("没有这位企业代表。"))
    OneTimeCode.objects.filter(representative=who, kind=Kind.RESET, used_at=None).update(
        withdrawn_at=clock.now()
    )
    made = _issue(Kind.RESET, mobile, actor, representative=who, firm=firm)
    kind = "virtual_park.representative.reset_issued"
    record(subject_of(who), kind, {"code": str(made.row.pk)}, actor=actor)
    return made


def count_code(phone: str, address: str) -> None:
    """Count the use of a code; TooMany where it is one too many."""
    refuse_beyond(
        (CODE_BY_PAIR, f"{index_of(phone)} {address}" if index_of(phone) else ""),
        (CODE_BY_ADDRESS, address),
    )


def _wrong() -> Invalid:
    # One sentence whatever was wrong: it tells nobody which numbers were given codes.
    return Invalid(
        "code", _("手机号或代码不对，或代码已经失效。"), _("请核对，或请发给您代码的人重新发一个。")
    )


@transaction.atomic
def _matching(kind: str, phone: str, code: str) -> OneTimeCode | None:
    """The usable code of that number, locked; a wrong one is counted against those that wait."""
    mobile = read_mobile(phone)
    if not mobile:
        return None
    rows = OneTimeCode.objects.filter(usable_q(), kind=kind, phone_index=index_of(mobile))
    wanted = code_digest(mobile, code, settings.PERSON_MASTER_KEY)
    found = rows.select_for_update(of=("self",)).filter(digest=wanted).first()
    if found is None:
        rows.update(misses=F("misses") + 1)
    return found


def accept_invitation(phone: str, code: str, password: str) -> Representative:
    """Take an invitation up: the account is made, or its own password is asked, and the mandate
    runs. Call `count_code` before.

    Raises Invalid in one sentence for every code that cannot be used.
    """
    found = _matching(Kind.INVITATION, phone, code)
    if found is None or found.firm is None:
        raise _wrong()
    return _accept(found.pk, read_mobile(phone), password)


@transaction.atomic
def _accept(code_id: UUID, mobile: str, password: str) -> Representative:
    row = _locked(code_id)
    assert row.firm is not None  # noqa: S101  # an invitation is to a firm
    firm = Firm.objects.select_for_update().get(pk=row.firm.pk)
    name = open_for_delivery(row.name) or ""
    issuer = Actor.outside("virtual_park.invitation", str(row.pk), row.issued_by_name)
    days = (row.first_day or clock.today(), row.last_day)
    who = take_up(firm, Person(name, mobile), password, (row.roles, days), issuer)
    _use(row, who)
    return who


def take_up(
    firm: Firm,
    person: Person,
    password: str,
    terms: tuple[Sequence[str], tuple[date, date | None]],
    issuer: Actor,
) -> Representative:
    """The account of an invited person gets a mandate for a locked firm (`terms`: roles, days), in
    the caller's transaction.

    A new account gets the password; one that has a password asks for it, so that nobody comes
    to act for a firm through an account that somebody else has got hold of. Invalid, Conflict.
    """
    who = put_representative(person, issuer)
    if who.password:
        if not fits(who, password):
            raise Invalid(
                "password", _("这个手机号已有账号，密码不对。"), _("请输入这个账号原有的密码。")
            )
    else:
        put_password(who, password, actor_of_representative(who), "invitation")
    grant(firm, who, terms[0], terms[1], actor=issuer)
    return who


def reset_password(phone: str, code: str, password: str) -> Representative:
    """Set a new password by a code. Call `count_code` before. Raises Invalid."""
    found = _matching(Kind.RESET, phone, code)
    if found is None:
        raise _wrong()
    return _reset_by(found.pk, password)


@transaction.atomic
def _reset_by(code_id: UUID, password: str) -> Representative:
    row = _locked(code_id)
    assert row.representative is not None  # noqa: S101  # a reset is somebody's
    who = Representative.objects.select_for_update().get(pk=row.representative.pk)
    if who.forgotten_at is not None:
        raise _wrong()
    if row.firm is not None:
        # A manager gave it: meanwhile the account may have come to act for another firm.
        _refuse_shared(who, row.firm)
    put_password(who, password, actor_of_representative(who), "reset")
    _use(row, who)
    return who


def _locked(code_id: UUID) -> OneTimeCode:
    rows = OneTimeCode.objects.select_for_update(of=("self",)).select_related("firm")
    found = rows.filter(usable_q(), pk=code_id).first()
    if found is None:
        raise _wrong()
    return found


def _use(row: OneTimeCode, who: Representative) -> None:
    row.used_at, row.representative = clock.now(), who
    row.save(update_fields=["used_at", "representative"])
