"""One's own sign-in: the second factor, recovery codes, where one is signed in."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import segno
from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from district.kernel.base.errors import Invalid
from district.kernel.base.forms import submitted
from district.kernel.organisation.public import (
    SECOND_FACTOR,
    Member,
    actor_for,
    member_of,
    root_names,
    second_factor_asked,
)
from district.kernel.sessions.public import open_sessions
from district.kernel.signing_in.forms import CodeForm, FirstCodeForm, PasswordForm
from district.kernel.signing_in.middleware import before_second_factor
from district.kernel.signing_in.models import SecondFactor
from district.kernel.signing_in.pages.codes import must_know_password, must_take
from district.kernel.signing_in.rules import address_for_app
from district.kernel.signing_in.selectors import standing_of
from district.kernel.signing_in.services import (
    begin_second_factor,
    confirm_second_factor,
    end_other_sessions,
    end_session,
    remove_second_factor,
    renew_recovery_codes,
    secret_to_show,
)
from district.ui.public_forms import private

T = TypeVar("T")


def _own(request: HttpRequest) -> Member:
    """Who is signed in, also while they may nothing but set up a second factor."""
    waits = getattr(request, "waiting_member", None)
    return waits if isinstance(waits, Member) else member_of(request)


def _user(request: HttpRequest) -> User:
    user = request.user
    if not isinstance(user, User):
        raise TypeError("a page behind the log-in has a user")
    return user


@before_second_factor
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The second factor, recovery codes, running sessions."""
    return _page(request)


def _page(
    request: HttpRequest, wrong: dict[str, forms.Form] | None = None, status: int = 200
) -> HttpResponse:
    own, user = _own(request), _user(request)
    offered: dict[str, forms.Form] = {
        "password_form": PasswordForm(auto_id="start_%s"),
        "renew_form": CodeForm(auto_id="renew_%s"),
        "remove_form": CodeForm(auto_id="remove_%s"),
    }
    context = {
        "own": own,
        "standing": standing_of(own),
        "asked": second_factor_asked(own),
        "waits": getattr(request, "waiting_member", None) is not None,
        "asks_password": user.has_usable_password(),
        "sessions": open_sessions(user.pk, request.session.session_key),
        "crumbs": [(_("我的资料"), reverse("me")), (_("登录安全"), "")],
        **offered,
        **(wrong or {}),
    }
    return private(render(request, "signing_in/mine.html", context, status=status))


@before_second_factor
@sensitive_post_parameters("password")
@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """Begin to set up the second factor, after the password."""
    own, user = _own(request), _user(request)
    form = PasswordForm(request.POST, auto_id="start_%s")
    form.fields["password"].required = user.has_usable_password()

    def act(values: dict[str, str]) -> SecondFactor:
        if user.has_usable_password():
            must_know_password(request, user, values["password"])
        return begin_second_factor(own, actor=actor_for(own))

    if submitted(form, act) is None:
        return _page(request, {"password_form": form}, 422)
    return redirect("my_second_factor")


@before_second_factor
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def second_factor(request: HttpRequest) -> HttpResponse:
    """The picture for the app and its first code; then the recovery codes, this once."""
    own = _own(request)
    standing = standing_of(own)
    if standing.factor is None or standing.is_on:
        return redirect("my_sign_in")
    form = FirstCodeForm(request.POST or None)
    if request.method == "POST":
        key = request.session.session_key
        codes = submitted(
            form,
            lambda values: confirm_second_factor(
                own, values["code"], actor=actor_for(own), session=key
            ),
        )
        if codes is not None:
            request.session.cycle_key()
            request.session[SECOND_FACTOR] = True
            return _codes(request, codes)
    secret = secret_to_show(standing.factor)
    address = address_for_app(secret, _user(request).get_username(), _issuer())
    context = {
        "form": form,
        "picture": picture_of(address),
        "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        "address": address,
        "crumbs": [(_("登录安全"), reverse("my_sign_in")), (_("启用两步验证"), "")],
    }
    status = 422 if form.errors else 200
    return private(render(request, "signing_in/second_factor.html", context, status=status))


def _issuer() -> str:
    """What the app calls the account: the district's name."""
    name, _english = root_names()
    return name or "District"


def picture_of(address: str) -> SafeString:
    """The QR code as a drawing for the page, black on white in either colour scheme."""
    made = segno.make(address, error="m", micro=False)
    drawn = made.svg_inline(scale=5, border=4, dark="#000", light="#fff", omitsize=False)
    return mark_safe(drawn)  # noqa: S308  # numbers and our own colours; the address is in modules alone


def _codes(request: HttpRequest, codes: list[str]) -> HttpResponse:
    context = {
        "codes": codes,
        "crumbs": [(_("登录安全"), reverse("my_sign_in")), (_("备用码"), "")],
    }
    return private(render(request, "signing_in/codes.html", context))


@sensitive_post_parameters("code")
@require_POST
def renew(request: HttpRequest) -> HttpResponse:
    """Fresh recovery codes, after a code."""
    own = member_of(request)
    form = CodeForm(request.POST, auto_id="renew_%s")
    codes = _after_code(request, own, form, lambda: renew_recovery_codes(own, actor=actor_for(own)))
    return _page(request, {"renew_form": form}, 422) if codes is None else _codes(request, codes)


@sensitive_post_parameters("code")
@require_POST
def remove(request: HttpRequest) -> HttpResponse:
    """Switch the second factor off, after a code."""
    own = member_of(request)
    form = CodeForm(request.POST, auto_id="remove_%s")

    def act() -> bool:
        key = request.session.session_key
        remove_second_factor(own, actor=actor_for(own), session=key)
        return True

    if _after_code(request, own, form, act) is None:
        return _page(request, {"remove_form": form}, 422)
    request.session.pop(SECOND_FACTOR, None)
    messages.success(request, _("两步验证已停用，其他登录已结束。"))
    return redirect("my_sign_in")


def _after_code(
    request: HttpRequest, own: Member, form: CodeForm, act: Callable[[], T]
) -> T | None:
    """What `act` gave once the form's code was taken; None where it was not."""

    def checked(values: dict[str, str]) -> T:
        must_take(request, own, _user(request), values["code"])
        return act()

    return submitted(form, checked)


@require_POST
def end(request: HttpRequest) -> HttpResponse:
    """End one of one's own sessions, or with `all` every other one."""
    own = member_of(request)
    if request.POST.get("all"):
        ended = end_other_sessions(own, request.session.session_key, actor=actor_for(own))
        messages.success(request, _("已结束其他 %(n)d 个登录。") % {"n": ended})
        return redirect("my_sign_in")
    handle = request.POST.get("session", "")
    if not handle:
        raise Invalid("session", _("没有选择登录。"), _("请从列表中选择。"))
    end_session(own, handle, actor=actor_for(own))
    messages.success(request, _("这个登录已结束。"))
    return redirect("my_sign_in")
