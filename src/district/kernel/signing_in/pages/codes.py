"""Taking a code that somebody typed: counted, locked out and refused as a wrong password is."""

from __future__ import annotations

from django.contrib.auth.models import AbstractBaseUser, User
from django.http import HttpRequest
from django.utils.translation import gettext as _

from district.kernel.base.errors import Invalid
from district.kernel.organisation.public import (
    Member,
    actor_for,
    is_locked,
    minutes_to_wait,
    note_failure,
    wait_words,
)
from district.kernel.signing_in.declare import CODES
from district.kernel.signing_in.services import take_code
from district.kernel.throttling.public import refuse_beyond


def must_take(request: HttpRequest, member: Member, user: User, text: str) -> str:
    """What kind of code was taken, "app" or "recovery".

    Raises Invalid for a wrong code and where the account is locked out from this address (the
    answer is then 429), TooMany where too many were tried from whichever address.
    """
    _refuse_locked(request, "code", user.username)
    refuse_beyond((CODES, str(member.pk)))
    taken = take_code(member, text, actor=actor_for(member))
    if not taken:
        note_failure(request, user.username)
        _refuse_locked(request, "code", user.username)
        raise Invalid("code", _("验证码不正确或已经用过。"), _("请等应用显示下一个数字后再输入。"))
    return taken


def must_know_password(request: HttpRequest, user: AbstractBaseUser, password: str) -> None:
    """Raises Invalid unless it is the log-in's password; counted as a log-in is."""
    name = user.get_username()
    _refuse_locked(request, "password", name)
    if not user.check_password(password):
        note_failure(request, name)
        raise Invalid("password", _("密码不正确。"), _("请重新输入当前登录密码。"))


def _refuse_locked(request: HttpRequest, field: str, account: str) -> None:
    if is_locked(request, account):
        raise Invalid(field, wait_words(minutes_to_wait(request, account) or 1))
