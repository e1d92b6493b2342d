"""Signing in and out by the installation's identity provider."""

from __future__ import annotations

import logging

from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from district.kernel.signing_in.declare import STARTS
from district.kernel.signing_in.pages.entering import BY_PROVIDER, finish_sign_in
from district.kernel.signing_in.provider import (
    Provider,
    ProviderAway,
    TokenRefused,
    account_of,
    address_to_sign_out,
    begin,
    provider,
)
from district.kernel.signing_in.selectors import user_by_name
from district.ui.access import public_page
from district.ui.public_forms import count, private

log = logging.getLogger(__name__)
_NEXT = "signing_in.next"
_BACKEND = "django.contrib.auth.backends.ModelBackend"


def _provider() -> Provider:
    found = provider()
    if found is None:
        raise Http404
    return found


def provider_name() -> str:
    """What the button on the log-in page says; "" where there is no provider."""
    found = provider()
    return "" if found is None else found.name or _("统一身份认证")


@public_page
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Send the browser to the provider; `next` is where it goes afterwards."""
    found = _provider()
    if request.user.is_authenticated:
        return redirect("home")
    count(request, STARTS)
    wanted = request.GET.get("next", "")
    ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure())
    request.session[_NEXT] = wanted if ours else resolve_url("home")
    back = request.build_absolute_uri(reverse("sign_in_provider_back"))
    try:
        return private(begin(found, request, back))
    except ProviderAway as error:
        return _away(request, error)


@public_page
@require_safe
def back(request: HttpRequest) -> HttpResponse:
    """What the browser brings back: a member's log-in, or a refusal in words."""
    found = _provider()
    try:
        account = account_of(found, request)
    except ProviderAway as error:
        return _away(request, error)
    except TokenRefused as error:
        # Why it was refused is for the log alone, and holds nobody's name.
        log.warning("A sign-in by the provider was refused: %s", error)
        words = _("统一身份认证返回的信息无效或已过期，没有登录。请重新登录一次。")
        return _refused(request, words)
    user = user_by_name(account)
    if user is None:
        words = _("您的统一身份认证账号还没有对应的平台成员，没有登录。请联系本单位管理员开通。")
        return _refused(request, words)
    if not user.is_active or not _is_member(user):
        return _refused(request, _("您在本平台的账号已停用，没有登录。请联系本单位管理员。"))
    user.backend = _BACKEND
    wanted = str(request.session.pop(_NEXT, "") or resolve_url("home"))
    return private(finish_sign_in(request, user, wanted, provider=True))


def _is_member(user: User) -> bool:
    member = getattr(user, "member", None)
    return bool(member is not None and member.is_active)


def _refused(request: HttpRequest, words: str) -> HttpResponse:
    return _answer(request, words, 403)


def _away(request: HttpRequest, error: ProviderAway) -> HttpResponse:
    log.error("The identity provider is of no use: %s", error)
    words = _("统一身份认证暂时没有响应。请稍后再试，或用账号和密码登录。")
    answer = _answer(request, words, 503)
    answer["Retry-After"] = "30"
    return answer


def _answer(request: HttpRequest, words: str, status: int) -> HttpResponse:
    page = render(request, "signing_in/refused.html", {"words": words}, status=status)
    return private(page)


def after_sign_out(request: HttpRequest) -> str:
    """Where somebody is led who signs out now: whoever came by the provider is told that they are
    still signed in there. Asked before the session ends."""
    if request.session.get(BY_PROVIDER) and provider() is not None:
        return reverse("signed_out")
    return resolve_url("public")


@public_page
@require_safe
def signed_out(request: HttpRequest) -> HttpResponse:
    """Signed out here, and the way to sign out at the provider.

    It is a page and no redirect: browsers hold a redirect that answers a form to the policy of
    the form's own page, which sends forms nowhere else.
    """
    found = _provider()
    address = address_to_sign_out(found, request.build_absolute_uri(reverse("public")))
    context = {"address": address, "provider": provider_name()}
    return private(render(request, "signing_in/signed_out.html", context))
