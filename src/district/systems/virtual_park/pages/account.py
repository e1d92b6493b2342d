"""Signing in and out, codes, passwords, and for which firm."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from district.kernel.base.errors import Conflict, Invalid, NotFound
from district.kernel.base.forms import show_on
from district.kernel.throttling.public import TooMany
from district.systems.virtual_park.forms.account import CodeForm, PasswordForm, SignInForm
from district.systems.virtual_park.models import Representative
from district.systems.virtual_park.pages import session
from district.systems.virtual_park.pages.demo_firms import demo_firms
from district.systems.virtual_park.pages.guard import (
    for_enterprise,
    safe_next,
    show,
    signed_in,
    to_sign_in,
)
from district.systems.virtual_park.selectors.acting import Acting
from district.systems.virtual_park.services.codes import (
    accept_invitation,
    count_code,
    reset_password,
)
from district.systems.virtual_park.services.passwords import (
    change_password,
    count_sign_in,
    sign_in,
    sign_out_everywhere,
)
from district.ui.access import public_page
from district.ui.public_forms import private, waiting, whom


@public_page
@sensitive_post_parameters("password")
@sensitive_variables("form")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_page(request: HttpRequest) -> HttpResponseBase:
    """Number and password. The same words whichever was wrong."""
    if request.method != "POST":
        if signed_in(request) is not None:
            return redirect(safe_next(request))
        return _sign_in(request, SignInForm())
    form = SignInForm(request.POST)
    if not form.is_valid():
        return _sign_in(request, form, 422)
    try:
        count_sign_in(form.cleaned_data["phone"], whom(request))
    except TooMany as error:
        form.add_error(None, str(error))
        return waiting(_sign_in(request, form, 429), error)
    found = sign_in(form.cleaned_data["phone"], form.cleaned_data["password"])
    if found is None:
        form.add_error(None, _("手机号或密码不正确，请核对后重新输入。"))
        return _sign_in(request, form, 422)
    return _begin(request, found)


def _begin(request: HttpRequest, found: Representative) -> HttpResponseBase:
    where = safe_next(request)
    session.begin(request, found)
    return redirect(where)


def _sign_in(request: HttpRequest, form: SignInForm, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "next": safe_next(request),
        "member": request.user.is_authenticated,
        "demo": demo_firms(),
    }
    answer = render(request, "virtual_park/sign_in.html", context, status=status)
    private(answer)
    return answer


@public_page
@require_POST
def sign_out(request: HttpRequest) -> HttpResponseBase:
    """Sign out here, or with `everywhere` in all browsers."""
    found = signed_in(request)
    if found is not None:
        if request.POST.get("everywhere"):
            sign_out_everywhere(found.representative)
        session.end(request)
    return redirect("park_sign_in")


def _by_code(request: HttpRequest, template: str, act: Any, done: str) -> HttpResponseBase:
    """A form with a one-time code: `act` takes number, code and password."""
    form = CodeForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            data = form.cleaned_data
            try:
                count_code(data["phone"], whom(request))
                found = act(data["phone"], data["code"], data["password"])
            except TooMany as error:
                form.add_error(None, str(error))
                answer = render(request, template, {"form": form}, status=429)
                return private(waiting(answer, error))
            except (Invalid, Conflict) as error:
                show_on(form, error)
            else:
                messages.success(request, done)
                return _begin(request, found)
    return private(render(request, template, {"form": form}, status=status))


@public_page
@sensitive_post_parameters("password", "code")
@sensitive_variables("form", "data")
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest) -> HttpResponseBase:
    """Take an invitation up."""
    done = _("已加入。")
    return _by_code(request, "virtual_park/join.html", accept_invitation, done)


@public_page
@sensitive_post_parameters("password", "code")
@sensitive_variables("form", "data")
@require_http_methods(["GET", "HEAD", "POST"])
def reset(request: HttpRequest) -> HttpResponseBase:
    """Set a new password by a code."""
    done = _("密码已更新，其他设备上的登录已退出。")
    return _by_code(request, "virtual_park/reset.html", reset_password, done)


@public_page
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest) -> HttpResponseBase:
    """For which firm; who acts for none is told so, and why."""
    found = signed_in(request)
    if found is None:
        return to_sign_in(request)
    if request.method == "POST":
        wanted = request.POST.get("firm", "")
        acting = next((one for one in found.actings if str(one.firm.pk) == wanted), None)
        if acting is None:
            raise NotFound(_("没有这项授权。"))
        session.choose_firm(request, acting.firm.pk)
        return redirect("park")
    context = {"actings": found.actings, "asleep": found.asleep}
    return private(render(request, "virtual_park/choose.html", context))


@for_enterprise("home")
@sensitive_post_parameters("old", "new")
@sensitive_variables("form", "data")
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: HttpRequest, acting: Acting) -> HttpResponseBase:
    """One's own account: a new password, signing out everywhere."""
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            count_sign_in(str(acting.representative.pk), whom(request))
            found = change_password(acting, data["old"], data["new"])
        except (Invalid, TooMany) as error:
            if isinstance(error, Invalid) and error.field == "password":
                form.add_error("new", str(error))
            elif isinstance(error, Invalid):
                show_on(form, error)
            else:
                form.add_error(None, str(error))
        else:
            session.renew(request, found)
            messages.success(request, _("密码已更新，其他设备上的登录已退出。"))
            return redirect("park_account")
    status = 422 if request.method == "POST" else 200
    return show(request, acting, "account", {"form": form}, status=status)
