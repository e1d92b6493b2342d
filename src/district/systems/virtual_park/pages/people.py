"""Who acts for the firm: its manager invites, changes, ends."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from district.kernel.base.forms import submitted
from district.systems.virtual_park.forms.account import InviteForm, MandateForm, ReasonForm
from district.systems.virtual_park.pages.guard import for_enterprise, show
from district.systems.virtual_park.selectors.acting import Acting
from district.systems.virtual_park.selectors.people import mandate_of, people_of
from district.systems.virtual_park.services.codes import (
    Issued,
    invite,
    open_codes,
    reset_by_manager,
    take_back,
)
from district.systems.virtual_park.services.firms import (
    Person,
    change_mandate,
    end_mandate,
    read_colleague,
)


@for_enterprise("people")
@require_safe
def people(request: HttpRequest, acting: Acting) -> HttpResponseBase:
    """Who acts for the firm, and who is invited."""
    context = {"people": people_of(acting), "codes": list(open_codes(acting.firm)[:50])}
    return show(request, acting, "people", context)


@for_enterprise("people")
@sensitive_post_parameters("name", "phone")
@sensitive_variables("form", "made")
@require_http_methods(["GET", "HEAD", "POST"])
def invite_page(request: HttpRequest, acting: Acting) -> HttpResponseBase:
    """Invite somebody; the code is shown once."""
    form = InviteForm(request.POST or None)
    made = submitted(
        form,
        lambda data: invite(
            acting,
            Person(data["name"], data["phone"]),
            data["roles"],
            last_day=data["last_day"],
        ),
    )
    if made is not None:
        return _code(request, acting, made)
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "title": _("邀请同事"), "submit": _("生成邀请码"),
               "back": reverse("park_people")}  # fmt: skip
    return show(request, acting, "form", context, status=status)


def _code(request: HttpRequest, acting: Acting, made: Issued) -> HttpResponseBase:
    context = {"made": made, "address": request.build_absolute_uri(_where(made))}
    return show(request, acting, "code", context)


def _where(made: Issued) -> str:
    return reverse("park_join" if made.row.kind == made.row.Kind.INVITATION else "park_reset")


@for_enterprise("people")
@require_POST
def uninvite(request: HttpRequest, acting: Acting, code_id: UUID) -> HttpResponseBase:
    """Take an invitation back."""
    take_back(acting, code_id)
    messages.success(request, _("邀请已收回。"))
    return redirect("park_people")


@for_enterprise("people")
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, acting: Acting, mandate_id: UUID) -> HttpResponseBase:
    """Roles and last day of somebody."""
    person = mandate_of(acting, mandate_id)
    initial = {"roles": person.mandate.roles, "last_day": person.mandate.last_day}
    form = MandateForm(request.POST or None, initial=initial)
    saved = submitted(
        form, lambda data: change_mandate(acting, mandate_id, data["roles"], data["last_day"])
    )
    if saved is not None:
        messages.success(request, _("授权已修改。"))
        return redirect("park_people")
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "person": person, "title": person.label}
    return show(request, acting, "person", context, status=status)


@for_enterprise("people")
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, acting: Acting, mandate_id: UUID) -> HttpResponseBase:
    """End somebody's mandate."""
    person = mandate_of(acting, mandate_id)
    form = ReasonForm(request.POST or None)
    ended = submitted(form, lambda data: end_mandate(acting, mandate_id, data["reason"]))
    if ended is not None:
        messages.success(request, _("授权已终止。"))
        return redirect("park_people" if ended.pk != acting.mandate.pk else "park")
    status = 422 if request.method == "POST" else 200
    context = {
        "form": form,
        "title": _("终止授权：%(name)s") % {"name": person.label},
        "submit": _("终止授权"),
        "back": reverse("park_people"),
    }
    return show(request, acting, "form", context, status=status)


@for_enterprise("people")
@sensitive_variables("made")
@require_POST
def reset_person(request: HttpRequest, acting: Acting, mandate_id: UUID) -> HttpResponseBase:
    """A code with which a colleague sets a new password."""
    return _code(request, acting, reset_by_manager(acting, mandate_id))


@for_enterprise("people")
@sensitive_variables("name", "phone")
@require_POST
def read(request: HttpRequest, acting: Acting, mandate_id: UUID) -> HttpResponseBase:
    """Name and number of a colleague; the viewing is recorded."""
    name, phone = read_colleague(acting, mandate_id)
    person = mandate_of(acting, mandate_id)
    form = MandateForm(initial={"roles": person.mandate.roles, "last_day": person.mandate.last_day})
    context = {"form": form, "person": person, "title": name, "name": name, "phone": phone}
    return show(request, acting, "person", context)
