"""One visit, and entering one; the list is the register's."""

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
from district.kernel.cases.public import register_key, said, type_of
from district.kernel.organisation.public import (
    actor_of,
    permitted,
    permitted_somewhere,
    posts_of,
)
from district.kernel.registers.public import Figure, list_view
from district.systems.enterprise_requests.forms import VisitForm
from district.systems.enterprise_requests.models import Visit
from district.systems.enterprise_requests.names import REQUEST, SAVE_VISIT, VISITS
from district.systems.enterprise_requests.selectors.posts import industries
from district.systems.enterprise_requests.selectors.rights import may_register_requests
from district.systems.enterprise_requests.selectors.visits import (
    owned_visit,
    requests_of,
    visit_for,
)
from district.systems.enterprise_requests.services.visits import save_visit


@require_safe
def index(request: HttpRequest) -> HttpResponseBase:
    """The visits log."""
    extra = {"may_enter": permitted_somewhere(actor_of(request), SAVE_VISIT)}
    return list_view(request, VISITS, template="enterprise_requests/visits.html", extra=extra)


@require_safe
def visit(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """A visit, what was raised there, and the requests that were opened from it."""
    actor = actor_of(request)
    found = visit_for(visit_id, actor)
    cases = list(requests_of(found, actor))
    figure = Figure(
        register_key(REQUEST),
        f'visit = "{found.number}"',
        value=len(cases),
        unit=_("件"),
        label=_("由此登记的诉求"),
    )
    context = {
        "visit": found,
        "industry": dict(industries()).get(found.industry, ""),
        "rows": [(case, said(type_of(case).stages[case.stage].label)) for case in cases],
        "figure": figure,
        "may_change": permitted(actor, SAVE_VISIT, owned_visit(found)),
        "may_register": may_register_requests(actor),
    }
    return render(request, "enterprise_requests/visit.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_visit(request: HttpRequest) -> HttpResponse:
    """Enter a visit."""
    actor = actor_of(request)
    if not permitted_somewhere(actor, SAVE_VISIT):
        raise NotPermitted(_("您没有登记走访的权限。如确需登记，请联系系统管理员。"))
    own = next((post.unit for post in posts_of(actor)), "")
    return _entered(request, None, {"lead_unit": own})


@require_http_methods(["GET", "HEAD", "POST"])
def change_visit(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """Correct a visit."""
    actor = actor_of(request)
    found = visit_for(visit_id, actor)
    if not permitted(actor, SAVE_VISIT, owned_visit(found)):
        raise NotPermitted(_("这次走访由走访单位修改。"))
    values = {
        "visited_on": found.visited_on,
        "enterprise": found.enterprise,
        "visitor": found.visitor,
        "lead_unit": found.lead_unit_id,
        "street": found.street_unit_id or "",
        "industry": found.industry,
        "raised": found.raised,
    }
    return _entered(request, found, values)


def _entered(request: HttpRequest, known: Visit | None, initial: dict[str, Any]) -> HttpResponse:
    form = VisitForm(request.POST or None, initial=initial)
    saved = submitted(form, lambda data: save_visit(data, known, actor_of(request)))
    if saved is not None:
        messages.success(request, _("走访已保存。"))
        return redirect(saved)
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "known": known}
    return render(request, "enterprise_requests/visit_form.html", context, status=status)
