"""Members: the list, one member, a new one, and oneself."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.forms import PasswordChangeForm
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from district.kernel.base.errors import Invalid
from district.kernel.base.forms import show_on
from district.kernel.history.public import Subject, events_of
from district.kernel.organisation import selectors, services
from district.kernel.organisation.forms import (
    AssignForm,
    MemberForm,
    NameForm,
    PasswordForm,
    PhoneForm,
    ReasonForm,
)
from district.kernel.organisation.middleware import actor_of, member_of
from district.kernel.organisation.models import Level, Member
from district.kernel.organisation.rules import Role

_PAGE = 50
_EVENTS = 30


@require_safe
def members(request: HttpRequest) -> HttpResponse:
    """Active members; `?q=` searches names and titles, `unit=` (a code) and `role=` filter."""
    actor = actor_of(request)
    selectors.authorise(actor, "organisation.member.view")
    code, role = request.GET.get("unit", ""), request.GET.get("role", "")
    rows = selectors.member_list(
        search=request.GET.get("q", "").strip()[:60],
        under=selectors.unit_of(code).path if code else "",
        role=role if role in Role.values else "",
    )
    return render(
        request,
        "organisation/members.html",
        {
            "page": Paginator(rows, _PAGE).get_page(request.GET.get("page")),
            "roles": Role.choices,
            "units": selectors.units().filter(
                level__in=(Level.DISTRICT, Level.STREET, Level.DEPARTMENT)
            ),
            "unit": code,
            "role": role,
            "may_create": selectors.permitted_somewhere(actor, "organisation.member.create"),
        },
    )


@require_safe
def member(request: HttpRequest, member_id: UUID) -> HttpResponse:
    """One member: facts, posts, and what the reader may do with them."""
    selectors.authorise(actor_of(request), "organisation.member.view")
    return _member_page(request, selectors.member_by_id(member_id))


def _member_page(
    request: HttpRequest,
    shown: Member,
    *,
    status: int = 200,
    phone: str | None = None,
    wrong: dict[str, forms.Form] | None = None,
) -> HttpResponse:
    """The page of `shown`; `phone` is the number just looked up, `wrong` forms to correct."""
    posts = selectors.posts_not_over(shown)
    rights = selectors.rights_on(actor_of(request), shown, posts)
    offered: dict[str, forms.Form] = {
        "name_form": NameForm(
            initial={
                "name": shown.name,
                "name_en": shown.name_en,
                "title": shown.title,
                "version": shown.version,
            }
        ),
        "assign_form": AssignForm(initial={"role": Role.OFFICER}),
        "phone_form": PhoneForm(),
        "password_form": PasswordForm(),
        "reason_form": ReasonForm(auto_id="leave_%s"),
        "look_form": ReasonForm(auto_id="look_%s"),
    }
    manages = rights.change or rights.assign
    subject = Subject("organisation.member", str(shown.pk))
    return render(
        request,
        "organisation/member.html",
        {
            "shown": shown,
            "posts": posts,
            "rights": rights,
            "phone": phone,
            "events": events_of(subject, limit=_EVENTS) if manages else [],
            "crumbs": [(pgettext("清单", "成员"), reverse("members")), (shown.display_name, "")],
            **offered,
            **(wrong or {}),
        },
        status=status,
    )


def _write(
    request: HttpRequest,
    member_id: UUID,
    name: str,
    form: forms.Form,
    do: Callable[[dict[str, object]], object],
    done: str,
) -> HttpResponse:
    """Run a service with a form's values; back to the member, or the page with its errors."""
    if form.is_valid():
        try:
            do(form.cleaned_data)
        except Invalid as error:
            show_on(form, error)
        else:
            messages.success(request, done)
            return redirect("member", member_id)
    selectors.authorise(actor_of(request), "organisation.member.view")
    return _member_page(request, selectors.member_by_id(member_id), status=422, wrong={name: form})


@require_POST
def change(request: HttpRequest, member_id: UUID) -> HttpResponse:
    """Change name and title."""
    actor = actor_of(request)

    def do(values: dict[str, object]) -> object:
        return services.change_member(
            member_id,
            int(str(values["version"] or 0)),
            actor=actor,
            name=str(values["name"]),
            name_en=str(values["name_en"]),
            title=str(values["title"]),
        )

    return _write(request, member_id, "name_form", NameForm(request.POST), do, _("资料已保存。"))


@require_POST
def assign(request: HttpRequest, member_id: UUID) -> HttpResponse:
    """Give the member a post."""
    form, actor = AssignForm(request.POST), actor_of(request)

    def do(values: dict[str, object]) -> object:
        return services.assign(
            member_id,
            form.cleaned_data["unit"].pk,
            str(values["role"]),
            actor=actor,
            since=form.cleaned_data["since"],
        )

    return _write(request, member_id, "assign_form", form, do, _("任职已添加。"))


@require_POST
def end_post(request: HttpRequest, member_id: UUID, post_id: UUID) -> HttpResponse:
    """End one of the member's posts today."""
    services.end_assignment(post_id, actor=actor_of(request))
    messages.success(request, _("任职已结束。"))
    return redirect("member", member_id)


@require_POST
def phone(request: HttpRequest, member_id: UUID) -> HttpResponse:
    """Set or remove the member's number."""
    actor = actor_of(request)

    def do(values: dict[str, object]) -> object:
        return services.change_phone(member_id, str(values["phone"]), actor=actor)

    return _write(
        request, member_id, "phone_form", PhoneForm(request.POST), do, _("联系电话已保存。")
    )


@require_POST
def look_up_phone(request: HttpRequest, member_id: UUID) -> HttpResponse:
    """Show the member's number on this one answer; that it was looked up is recorded."""
    form, actor = ReasonForm(request.POST, auto_id="look_%s"), actor_of(request)
    shown = selectors.member_by_id(member_id)
    if not form.is_valid():
        return _member_page(request, shown, status=422, wrong={"look_form": form})
    number = services.reveal_phone(member_id, form.cleaned_data["reason"], actor=actor)
    answer = _member_page(request, shown, phone=number or "")
    answer["Cache-Control"] = "no-store"
    return answer


@require_POST
def deactivate(request: HttpRequest, member_id: UUID) -> HttpResponse:
    """Take the member out, or back in."""
    form, actor = ReasonForm(request.POST, auto_id="leave_%s"), actor_of(request)
    back = request.POST.get("back") == "1"
    service = services.reactivate if back else services.deactivate

    def do(values: dict[str, object]) -> object:
        return service(member_id, str(values["reason"]), actor=actor)

    done = _("成员已恢复。") if back else _("成员已停用。")
    return _write(request, member_id, "reason_form", form, do, done)


@sensitive_post_parameters("password")
@require_POST
def password(request: HttpRequest, member_id: UUID) -> HttpResponse:
    """Give the member's log-in a new password."""
    actor = actor_of(request)

    def do(values: dict[str, object]) -> object:
        return services.set_password(member_id, str(values["password"]), actor=actor)

    return _write(
        request,
        member_id,
        "password_form",
        PasswordForm(request.POST),
        do,
        _("密码已重置，登录锁定一并解除。"),
    )


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """A new member with a first post."""
    actor = actor_of(request)
    if not selectors.permitted_somewhere(actor, "organisation.member.create"):
        selectors.authorise(actor, "organisation.member.create")
    form = MemberForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        unit = values.pop("unit")
        try:
            made = services.create_member(
                values.pop("name"), unit.pk, values.pop("role"), actor=actor, **values
            )
        except Invalid as error:
            show_on(form, error)
        else:
            messages.success(request, _("成员已新增。"))
            return redirect(made)
    return render(
        request,
        "organisation/member_new.html",
        {
            "form": form,
            "crumbs": [(pgettext("清单", "成员"), reverse("members")), (_("新增成员"), "")],
        },
        status=422 if form.errors else 200,
    )


@require_safe
def me(request: HttpRequest) -> HttpResponse:
    """Oneself: posts, number, password, and who looked up the number."""
    return _me_page(request, PasswordChangeForm(request.user))  # type: ignore[arg-type]  # a page behind the log-in has a user


def _me_page(request: HttpRequest, password_form: forms.Form, *, status: int = 200) -> HttpResponse:
    own = member_of(request)
    subject = Subject("organisation.member", str(own.pk))
    viewed = [e for e in events_of(subject, limit=100) if e.kind == "history.personal.viewed"]
    return render(
        request,
        "organisation/me.html",
        {
            "own": own,
            "posts": selectors.posts_not_over(own),
            "phone_form": PhoneForm(),
            "password_form": password_form,
            "viewed": viewed[:10],
        },
        status=status,
    )


@require_POST
def my_phone(request: HttpRequest) -> HttpResponse:
    """Set or remove one's own number."""
    own, form = member_of(request), PhoneForm(request.POST)
    if form.is_valid():
        services.change_phone(own.pk, form.cleaned_data["phone"], actor=actor_of(request))
        messages.success(request, _("联系电话已保存。"))
    return redirect("me")


@sensitive_post_parameters()
@require_POST
def my_password(request: HttpRequest) -> HttpResponse:
    """Change one's own password; other sessions end, this one goes on."""
    form = PasswordChangeForm(request.user, request.POST)  # type: ignore[arg-type]  # a page behind the log-in has a user
    if not form.is_valid():
        return _me_page(request, form, status=422)
    services.change_own_password(
        member_of(request),
        form.cleaned_data["new_password1"],
        actor=actor_of(request),
        session=request.session.session_key,
    )
    request.user.refresh_from_db()  # type: ignore[union-attr]  # as above
    update_session_auth_hash(request, request.user)  # type: ignore[arg-type]  # as above
    messages.success(request, _("密码已修改。"))
    return redirect("me")
