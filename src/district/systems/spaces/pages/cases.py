"""Offers: their desks, signing, and the card on the page of a case."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from district.kernel.base.errors import Conflict
from district.kernel.base.forms import submitted
from district.kernel.cases.public import Case, case_for, case_url, desk_view
from district.kernel.organisation.public import actor_of, authorise, permitted
from district.systems.spaces.forms import SignForm
from district.systems.spaces.models import Offer
from district.systems.spaces.names import OFFER, SAVE_LEASE
from district.systems.spaces.selectors.rights import owned_park
from district.systems.spaces.selectors.vacancy import PARK
from district.systems.spaces.services.offers import may_sign, sign_offer


@require_safe
def offers(request: HttpRequest) -> HttpResponseBase:
    """On to what waits for the member's unit."""
    return redirect("spaces_desk", "visiting")


@require_safe
def desk(request: HttpRequest, desk: str) -> HttpResponseBase:
    """One desk of offers, with all of them as tabs."""
    return desk_view(request, OFFER, desk, base_url=reverse("spaces_offers"))


def _offer(case: Case) -> Offer | None:
    rows = Offer.objects.select_related("demand", f"unit__{PARK}")
    return rows.filter(pk=case.pk).first()


def case_section(request: HttpRequest, case: Case) -> str:
    """The unit and the demand of an offer, why it was ranked so, and the way to sign. One query."""
    row = _offer(case)
    if row is None:
        return ""
    park = row.unit.floor.building.park
    may = may_sign(case) and permitted(actor_of(request), SAVE_LEASE, owned_park(park))
    context = {"offer": row, "case": case, "park": park, "may_sign": may}
    return render_to_string("spaces/case_section.html", context, request)


@require_http_methods(["GET", "HEAD", "POST"])
def sign(request: HttpRequest, key: UUID) -> HttpResponse:
    """Sign: the lease and the end of the case in one step."""
    actor = actor_of(request)
    case = case_for(key, actor)
    row = _offer(case)
    if row is None or not may_sign(case):
        raise Conflict(_("这份推荐单现在不能签约。请先记看房或进入洽谈。"))
    authorise(actor, SAVE_LEASE, owned_park(row.unit.floor.building.park))
    form = SignForm(request.POST or None, initial={"price": row.unit.price})
    made = submitted(
        form,
        lambda data: sign_offer(
            case.pk, data["starts_on"], data["ends_on"], data["price"], actor=actor
        ),
    )
    if made is not None:
        messages.success(request, _("已签约，租约已登记。"))
        return redirect(case_url(case.pk))
    context = {
        "form": form,
        "title": _("签约"),
        "lead": f"{row.demand.firm} · {row.unit.name}",
        "submit": _("签约并登记租约"),
        "crumbs": [(case.number, case_url(case.pk)), (_("签约"), "")],
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "spaces/form.html", context, status=status)
