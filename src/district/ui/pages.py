"""The shell's own pages: the public summary, log-in, switches, and the living component page."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth import logout as sign_out
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.core.exceptions import ValidationError
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe
from django.views.defaults import page_not_found

from district.kernel.base import navigation
from district.kernel.organisation.public import minutes_to_wait, wait_words
from district.kernel.signing_in.public import after_sign_out, finish_sign_in, provider_name
from district.ui.access import public_page
from district.ui.context import SCHEME_COOKIE, SCHEMES
from district.ui.front import public_entries
from district.ui.middleware import error_response, wants_json

_YEAR = 365 * 24 * 3600


@public_page
@require_safe
def public(request: HttpRequest) -> HttpResponse:
    """The published headline figures, for everybody."""
    summary = None
    if apps.is_installed("district.kernel.plan"):
        from district.kernel.plan.public import public_headlines

        summary = public_headlines()
    return render(request, "ui/public.html", {"summary": summary, "entries": public_entries()})


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """An address that is none of ours: a page for people, JSON for programs."""
    if wants_json(request):
        return error_response(request, 404, gettext("没有这个地址。请核对后再试。"))
    return page_not_found(request, exception)


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Where a log-in leads: the first page of the rail that this member may open."""
    links = navigation.links(request)
    if links:
        return redirect(links[0].url)
    return render(request, "ui/home.html")


class SignInForm(AuthenticationForm):
    """Name and password, with errors in the officers' words."""

    error_messages = {  # Django's own form declares it as a plain attribute
        "invalid_login": _("账号或密码不正确，请核对后重新输入。"),
        "inactive": _("这个账号已停用，请联系管理员。"),
    }

    def get_invalid_login_error(self) -> ValidationError:
        """Says how long to wait where the log-in is locked; the same for names nobody has."""
        minutes = minutes_to_wait(self.request, self.cleaned_data.get("username", ""))
        if not minutes:
            return super().get_invalid_login_error()
        return ValidationError(wait_words(minutes), code="locked")


class Login(LoginView):
    """The log-in page; in a demo it offers the demo's accounts."""

    template_name = "ui/login.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True
    public_page = True

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Signs in, or asks for the second factor first."""
        return finish_sign_in(self.request, form.get_user(), self.get_success_url())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Adds the demo's accounts, and the identity provider's name where there is one."""
        first, others = by_role(demo_logins())
        return super().get_context_data(
            **kwargs, demo_logins=first, other_logins=others, provider=provider_name()
        )


def demo_logins() -> list[dict[str, str]]:
    """The demo's accounts from `var/demo-logins.json`: username, password, role, unit, name.

    Empty unless `settings.DISTRICT_DEMO` is on and the file is there.
    """
    path = Path(settings.VAR) / "demo-logins.json"
    if not getattr(settings, "DISTRICT_DEMO", False) or not path.is_file():
        return []
    data = json.loads(path.read_text(encoding="utf-8"))
    rows = data.get("logins", []) if isinstance(data, dict) else data
    facts = ("username", "password", "role", "unit", "name")
    known = [{fact: str(row.get(fact, "")) for fact in facts} for row in rows]
    # The file names roles in the words of the catalogue, which is Chinese.
    return [{**row, "role": gettext(row["role"]) if row["role"] else ""} for row in known]


def by_role(logins: list[dict[str, str]]) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """The first account of every role, and all others, both in the file's order."""
    first: dict[str, dict[str, str]] = {}
    for row in logins:
        first.setdefault(row["role"], row)
    shown = list(first.values())
    return shown, [row for row in logins if row not in shown]


@public_page
@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """Ends the session and shows the public page, or the way out of the identity provider."""
    where = after_sign_out(request)
    sign_out(request)
    return redirect(where)


@public_page
@require_POST
def scheme(request: HttpRequest) -> HttpResponse:
    """Keeps the colour scheme in a cookie and returns to the page."""
    wanted = request.POST.get("scheme", "auto")
    answer = redirect(_safe_next(request))
    if wanted in SCHEMES:
        answer.set_cookie(
            SCHEME_COOKIE, wanted, max_age=_YEAR, samesite="Lax", secure=request.is_secure()
        )
    return answer


def _safe_next(request: HttpRequest) -> str:
    wanted = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure())
    return wanted if ours else resolve_url("public")


@public_page
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """For monitors: answers 200 when the database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()
    return JsonResponse({"status": "ok"})


@require_safe
def components(request: HttpRequest) -> HttpResponse:
    """Every component on one page, for developers, tests and administrators."""
    allowed = settings.DEBUG or request.user.is_staff or getattr(settings, "UI_COMPONENTS", False)
    if not allowed:
        raise Http404
    from district.ui.samples import samples

    return render(request, "ui/components.html", samples(request))
