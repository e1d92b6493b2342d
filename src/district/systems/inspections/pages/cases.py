"""Cases of law: the list, entering one, and bringing one for what an inspection found."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from district.kernel.base.errors import NotPermitted
from district.kernel.base.forms import submitted
from district.kernel.history.public import Actor
from district.kernel.organisation.public import actor_of, permitted_somewhere
from district.kernel.registers.public import list_view
from district.systems.inspections.forms import CaseForm
from district.systems.inspections.models import Enforcement
from district.systems.inspections.names import CASES, SAVE_CASE
from district.systems.inspections.selectors.finding import result_for
from district.systems.inspections.selectors.rights import own_units
from district.systems.inspections.services.enforcement import bring_case, save_enforcement


@require_safe
def index(request: HttpRequest) -> HttpResponseBase:
    """The cases of law that the member may see."""
    extra = {"may_enter": permitted_somewhere(actor_of(request), SAVE_CASE)}
    return list_view(request, CASES, template="inspections/cases.html", extra=extra)


@require_http_methods(["GET", "HEAD", "POST"])
def new_case(request: HttpRequest) -> HttpResponse:
    """Enter a case of law, or a month's number of them."""
    actor = actor_of(request)
    form = CaseForm(request.POST or None, own=_own(actor), found=False)
    made = submitted(form, lambda data: save_enforcement(data, None, actor))
    return _answer(request, form, made, {"title": _("登记查处案件")}, "inspections_cases")


@require_http_methods(["GET", "HEAD", "POST"])
def from_result(request: HttpRequest, result_id: UUID) -> HttpResponse:
    """Bring a case for what an inspection found."""
    actor = actor_of(request)
    row = result_for(result_id, actor)
    form = CaseForm(request.POST or None, own=_own(actor), found=True)
    made = submitted(form, lambda data: bring_case(row.pk, data, actor=actor))
    context = {"title": _("立案查处"), "row": row}
    return _answer(request, form, made, context, row.get_absolute_url())


def _own(actor: Actor) -> list[str]:
    own = own_units(actor, SAVE_CASE)
    if not own:
        raise NotPermitted(_("您没有登记查处案件的权限。如确需登记，请联系系统管理员。"))
    return own


def _answer(
    request: HttpRequest,
    form: CaseForm,
    made: Enforcement | None,
    context: dict[str, Any],
    onward: str,
) -> HttpResponse:
    if made is not None:
        messages.success(request, _("案件已登记。"))
        return redirect(onward)
    status = 422 if request.method == "POST" else 200
    return render(request, "inspections/case_form.html", {"form": form, **context}, status=status)
