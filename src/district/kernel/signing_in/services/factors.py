"""The second factor: set up, confirmed, shown at sign-in, renewed, taken away.

Codes are compared with the machine's clock, not the product's: an app knows no demo's date.
"""

from __future__ import annotations

import time
from typing import Literal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid
from district.kernel.history.public import Actor, Subject, open_for_delivery, protect, record
from district.kernel.organisation.public import (
    Member,
    Owned,
    authorise,
    managed_through,
    second_factor_asked,
)
from district.kernel.sessions.public import end_sessions
from district.kernel.signing_in import rules
from district.kernel.signing_in.models import RecoveryCode, SecondFactor
from district.kernel.signing_in.names import CHANGE, RESET


def seconds_now() -> float:
    """The machine's clock, in seconds since 1970."""
    return time.time()


def subject_of(member: Member) -> Subject:
    """Under whom history keeps what happens here: the member."""
    return Subject("organisation.member", str(member.pk))


def _own(member: Member) -> Owned:
    return Owned(None, member=str(member.pk))


@transaction.atomic
def begin_second_factor(member: Member, *, actor: Actor) -> SecondFactor:
    """Make a fresh secret, asked of nobody until it is confirmed.

    Raises NotPermitted for anybody but the member, Conflict where there is a confirmed one.
    """
    authorise(actor, CHANGE, _own(member))
    found = SecondFactor.objects.select_for_update().filter(pk=member.pk).first()
    if found is not None and found.confirmed_at is not None:
        raise Conflict(_("已经启用两步验证。要更换设备，请先停用。"))
    values = {
        "secret": protect(str(member.pk), rules.new_secret()),
        "made_at": clock.now(),
        "last_step": 0,
    }
    made, _new = SecondFactor.objects.update_or_create(pk=member.pk, defaults=values)
    return made


def secret_to_show(factor: SecondFactor) -> str:
    """The secret for the picture that its owner's app reads, while it is not confirmed.

    "" once it is: from then on nobody is shown it, not even its owner.
    """
    if factor.confirmed_at is not None:
        return ""
    return open_for_delivery(factor.secret) or ""


@transaction.atomic
def confirm_second_factor(
    member: Member, code: str, *, actor: Actor, session: str | None = None
) -> list[str]:
    """Switch the second factor on by the app's first code; the recovery codes, told once.

    All other sessions end; `session` is the key of that which goes on. Raises NotPermitted,
    Conflict where nothing was begun, Invalid for a wrong code.
    """
    authorise(actor, CHANGE, _own(member))
    factor = SecondFactor.objects.select_for_update().filter(pk=member.pk).first()
    if factor is None or factor.confirmed_at is not None:
        raise Conflict(_("没有等待确认的两步验证。请刷新后重新开始。"))
    secret = open_for_delivery(factor.secret) or ""
    step = rules.matching_step(secret, rules.typed_code(code), seconds_now(), factor.last_step)
    if step is None:
        raise Invalid(
            "code", _("验证码不正确。"), _("请核对手机时间是否准确，输入应用当前显示的6位数字。")
        )
    factor.confirmed_at, factor.last_step = clock.now(), step
    factor.save(update_fields=["confirmed_at", "last_step"])
    codes = _new_codes(member)
    record(subject_of(member), "signing_in.second_factor.enrolled", {}, actor=actor)
    end_sessions(member.user_id, but=session)
    return codes


def _new_codes(member: Member) -> list[str]:
    codes = rules.new_recovery_codes()
    key = str(member.pk)
    RecoveryCode.objects.filter(member=member).delete()
    RecoveryCode.objects.bulk_create(
        RecoveryCode(member=member, digest=rules.recovery_digest(key, code)) for code in codes
    )
    return codes


@transaction.atomic
def take_code(member: Member, text: str, *, actor: Actor) -> Literal["", "app", "recovery"]:
    """Take a code of the member's second factor, once: what it was, "" where it is none.

    A code of the app is good for its own time step and one that was used before, or an earlier
    one, is not; a recovery code is good once. Of two at the same moment one is taken.
    """
    code = rules.typed_code(text)
    factor = SecondFactor.objects.filter(pk=member.pk, confirmed_at__isnull=False).first()
    if factor is None:
        return ""
    if rules.is_app_code(code):
        secret = open_for_delivery(factor.secret)
        step = (
            rules.matching_step(secret, code, seconds_now(), factor.last_step) if secret else None
        )
        if step is None:
            return ""
        rows = SecondFactor.objects.filter(pk=member.pk, last_step__lt=step)
        return "app" if rows.update(last_step=step) else ""
    digest = rules.recovery_digest(str(member.pk), code)
    rows_of_code = RecoveryCode.objects.filter(member=member, digest=digest, used_at=None)
    if not rows_of_code.update(used_at=timezone.now()):
        return ""
    left = RecoveryCode.objects.filter(member=member, used_at=None).count()
    record(subject_of(member), "signing_in.recovery_code.used", {"left": left}, actor=actor)
    return "recovery"


@transaction.atomic
def renew_recovery_codes(member: Member, *, actor: Actor) -> list[str]:
    """Fresh recovery codes, told once; those of before are good no longer.

    The caller has taken a code. Raises NotPermitted, Conflict where there is no second factor.
    """
    authorise(actor, CHANGE, _own(member))
    _confirmed(member)
    codes = _new_codes(member)
    record(subject_of(member), "signing_in.recovery_code.renewed", {}, actor=actor)
    return codes


def _confirmed(member: Member) -> SecondFactor:
    rows = SecondFactor.objects.select_for_update()
    factor = rows.filter(pk=member.pk, confirmed_at__isnull=False).first()
    if factor is None:
        raise Conflict(_("没有启用两步验证。"))
    return factor


@transaction.atomic
def remove_second_factor(member: Member, *, actor: Actor, session: str | None = None) -> None:
    """Switch one's own second factor off; all other sessions end.

    The caller has taken a code. Raises NotPermitted, and Conflict where there is none or a post
    of the member asks for one.
    """
    authorise(actor, CHANGE, _own(member))
    _confirmed(member)
    if second_factor_asked(member):
        raise Conflict(_("您的角色必须使用两步验证，不能停用。更换手机请联系系统管理员重置。"))
    _forget(member)
    record(subject_of(member), "signing_in.second_factor.removed", {}, actor=actor)
    end_sessions(member.user_id, but=session)


@transaction.atomic
def reset_second_factor(member: Member, reason: str, *, actor: Actor) -> None:
    """Take a member's second factor away who has lost it; all their sessions end.

    Raises NotPermitted unless the actor may through every unit of the member, Invalid without a
    reason, Conflict where there is none.
    """
    for owned in managed_through(member):
        authorise(actor, RESET, owned)
    if not reason.strip():
        raise Invalid("reason", _("事由没有填。"), _("请写明为什么重置，以及怎样核实了本人身份。"))
    _confirmed(member)
    _forget(member)
    data = {"reason": reason.strip()}
    record(subject_of(member), "signing_in.second_factor.reset", data, actor=actor)
    end_sessions(member.user_id)


def _forget(member: Member) -> None:
    SecondFactor.objects.filter(pk=member.pk).delete()
    RecoveryCode.objects.filter(member=member).delete()
