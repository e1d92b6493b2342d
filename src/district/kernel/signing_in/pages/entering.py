"""What comes after a password or an identity provider: the code, where one is asked for.

Until it is shown nobody is signed in: the session holds whose turn it is and nothing else. It is
good for a few minutes and for the password of that moment.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.crypto import constant_time_compare
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from district.kernel.base.errors import Invalid
from district.kernel.base.forms import show_on
from district.kernel.organisation.public import SECOND_FACTOR, Member
from district.kernel.signing_in.forms import CodeForm
from district.kernel.signing_in.pages.codes import must_take
from district.kernel.signing_in.selectors import factor_of, member_of_user
from district.kernel.signing_in.services.factors import seconds_now
from district.kernel.throttling.public import TooMany
from district.ui.access import public_page
from district.ui.public_forms import private, waiting

_PENDING = "signing_in.pending"
#: Where a session says that it was begun by the identity provider.
BY_PROVIDER = "signing_in.provider"
#: Seconds between password and code.
WAITS = 300


@dataclass(frozen=True, slots=True)
class Pending:
    """Somebody who has shown the first factor, and where they wanted to go."""

    user: User
    member: Member
    wanted: str
    backend: str
    provider: bool


def finish_sign_in(
    request: HttpRequest, user: User, wanted: str, *, provider: bool = False
) -> HttpResponse:
    """Sign in whoever has shown the first factor, or ask for the second one first.

    `user` bears the backend that knew them; `wanted` is an address of ours; `provider` says that
    an identity provider did.
    """
    member = member_of_user(user.pk)
    backend = str(getattr(user, "backend", ""))
    if member is None or factor_of(member.pk) is None:
        login(request, user, backend or None)
        _mark(request, provider=provider)
        return redirect(wanted)
    request.session.flush()
    request.session[_PENDING] = {
        "user": user.pk,
        "hash": user.get_session_auth_hash(),
        "backend": backend,
        "at": int(seconds_now()),
        "next": wanted,
        "provider": provider,
    }
    return redirect("sign_in_code")


def _mark(request: HttpRequest, *, provider: bool) -> None:
    if provider:
        request.session[BY_PROVIDER] = True


def _pending(request: HttpRequest) -> Pending | None:
    """Whose turn it is; None where nobody's, where it took too long, where the password has
    changed since, and where the log-in or the member was stopped."""
    kept = request.session.get(_PENDING)
    if not isinstance(kept, dict) or not 0 <= seconds_now() - kept["at"] <= WAITS:
        return None
    user = User.objects.filter(pk=kept["user"], is_active=True).first()
    member = member_of_user(user.pk) if user else None
    if user is None or member is None:
        return None
    if not constant_time_compare(kept["hash"], user.get_session_auth_hash()):
        return None
    return Pending(user, member, kept["next"], kept["backend"], kept["provider"])


@public_page
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """The code of the second factor. Without a password before it: back to the log-in page."""
    found = _pending(request)
    if found is None:
        request.session.pop(_PENDING, None)
        messages.info(request, _("请重新输入账号和密码。"))
        return redirect("login")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            taken = must_take(request, found.member, found.user, form.cleaned_data["code"])
        except Invalid as error:
            show_on(form, error)
        except TooMany as error:
            form.add_error(None, str(error))
            return private(waiting(_drawn(request, form, 429), error))
        else:
            return _enter(request, found, taken)
    return private(_drawn(request, form, 422 if form.errors else 200))


def _drawn(request: HttpRequest, form: CodeForm, status: int) -> HttpResponse:
    return render(request, "signing_in/code.html", {"form": form}, status=status)


def _enter(request: HttpRequest, found: Pending, taken: str) -> HttpResponse:
    request.session.pop(_PENDING, None)
    login(request, found.user, found.backend or None)
    request.session[SECOND_FACTOR] = True
    _mark(request, provider=found.provider)
    if taken == "recovery":
        messages.warning(request, _("已使用一个备用码，它不能再用。请核对剩余数量。"))
        return redirect("my_sign_in")
    hosts = {request.get_host()}
    ours = url_has_allowed_host_and_scheme(found.wanted, hosts, request.is_secure())
    return redirect(found.wanted if ours else resolve_url("home"))
