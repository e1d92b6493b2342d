"""Signing in: passwords, sessions' epochs, and what is told to nobody."""

from __future__ import annotations

import hashlib
import secrets
from functools import cache

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Invalid
from district.kernel.history.public import Actor, Subject, record
from district.kernel.throttling.public import refuse_beyond
from district.systems.virtual_park.models import Firm, MonthOfUse, Representative
from district.systems.virtual_park.names import REPRESENTATIVE
from district.systems.virtual_park.rates import (
    SIGN_IN_BY_ACCOUNT,
    SIGN_IN_BY_ADDRESS,
    SIGN_IN_BY_PAIR,
)
from district.systems.virtual_park.rules.phones import mobile_index, read_mobile
from district.systems.virtual_park.selectors.acting import Acting, actor_of_representative

LONGEST = 128


def subject_of(representative: Representative) -> Subject:
    """How history calls a representative."""
    return Subject(REPRESENTATIVE, str(representative.pk))


def index_of(typed: str) -> str:
    """The digest that finds a mobile number; "" for what is none."""
    mobile = read_mobile(typed)
    return mobile_index(mobile, settings.PERSON_MASTER_KEY) if mobile else ""


def count_sign_in(phone: str, address: str) -> None:
    """Count a try, whoever it names; TooMany where it is one too many.

    What is no number is counted as what it is, by its digest: nothing that was typed is kept.
    """
    whom = index_of(phone) or hashlib.sha256(phone.encode()).hexdigest()
    refuse_beyond(
        (SIGN_IN_BY_PAIR, f"{whom} {address}"),
        (SIGN_IN_BY_ADDRESS, address),
        (SIGN_IN_BY_ACCOUNT, whom),
    )


@cache
def _decoy() -> str:
    """The hash of a password that nobody has: looking takes as long for nobody's account."""
    return make_password(secrets.token_urlsafe(24))


def fits(representative: Representative | None, password: str) -> bool:
    """Whether it is the password of the account; takes as long where there is none."""
    usable = representative is not None and representative.forgotten_at is None
    kept = representative.password if representative is not None and usable else ""
    # A hash is always compared, also where the answer is known.
    return check_password(password[:LONGEST], kept or _decoy()) and bool(kept)


@transaction.atomic
def sign_in(phone: str, password: str) -> Representative | None:
    """The representative of that number and password, None for every other pair.

    Call `count_sign_in` before, outside a transaction.
    """
    index = index_of(phone)
    found = Representative.objects.filter(phone_index=index).first() if index else None
    if not fits(found, password) or found is None:
        return None
    found.signed_in_at = clock.now()
    Representative.objects.filter(pk=found.pk).update(signed_in_at=found.signed_in_at)
    return found


def check_new_password(password: str, field: str = "password") -> None:
    """Raise Invalid under `field` for a password that is too weak or too long."""
    if len(password) > LONGEST:
        raise Invalid(field, _("密码超过128个字符。"), _("请换一个短一些的密码。"))
    try:
        validate_password(password)
    except ValidationError as error:
        raise Invalid(field, " ".join(error.messages), _("请换一个更长的密码。")) from error


def put_password(representative: Representative, password: str, actor: Actor, how: str) -> None:
    """Set the password in the caller's transaction; all sessions end, and history says how."""
    check_new_password(password)
    now_at = F("epoch") + 1
    representative.password = make_password(password)
    Representative.objects.filter(pk=representative.pk).update(
        password=representative.password, epoch=now_at
    )
    representative.refresh_from_db(fields=["epoch"])
    record(
        subject_of(representative),
        "virtual_park.representative.password_set",
        {"how": how},
        actor=actor,
    )


@transaction.atomic
def change_password(acting: Acting, old: str, new: str) -> Representative:
    """A new password of one's own; all other sessions end. Invalid where the old one is wrong."""
    row = Representative.objects.select_for_update().get(pk=acting.representative.pk)
    if not fits(row, old):
        raise Invalid("old", _("原密码不对。"), _("请重新输入。"))
    put_password(row, new, acting.actor, "own")
    return row


@transaction.atomic
def sign_out_everywhere(representative: Representative) -> None:
    """End all sessions of an account."""
    Representative.objects.filter(pk=representative.pk).update(epoch=F("epoch") + 1)
    actor = actor_of_representative(representative)
    record(
        subject_of(representative),
        "virtual_park.representative.signed_out_everywhere",
        {},
        actor=actor,
    )


@transaction.atomic
def note_use(firm: Firm) -> None:
    """Note that the firm is active this month; again is nothing new."""
    MonthOfUse.objects.get_or_create(firm=firm, month=clock.today().replace(day=1))
