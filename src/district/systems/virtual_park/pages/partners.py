"""Suppliers and buyers for a firm: found with reasons, judged, asked for contact, answered."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from district.kernel.base.errors import Conflict, NotFound
from district.kernel.base.forms import submitted
from district.systems.enterprises.public import products_of
from district.systems.virtual_park.forms.partners import (
    AcceptForm,
    AskPartnerForm,
    DeclineForm,
    LookForm,
)
from district.systems.virtual_park.models import PartnerRequest
from district.systems.virtual_park.pages.guard import for_enterprise, show
from district.systems.virtual_park.pages.partner_tabs import tabs
from district.systems.virtual_park.selectors.acting import Acting
from district.systems.virtual_park.selectors.partners import (
    Question,
    asked_by,
    asked_of,
    found_for,
    partner_of,
    partner_request_of,
)
from district.systems.virtual_park.services.partners import (
    Wanted,
    accept_partner,
    ask_partner,
    decline_partner,
    judge_partner,
    read_contacts,
    withdraw_partner,
)

_MOST = 100
#: What a firm may say of another that was found, and what once they know each other.
_AT_FIRST, _LATER = ("useful", "unsuitable"), ("contacted", "cooperated", "unsuitable")


def _words(keys: tuple[str, ...]) -> list[tuple[str, str]]:
    """Verdicts as buttons say them."""
    known = {
        "useful": _("感兴趣"),
        "unsuitable": _("不合适"),
        "contacted": _("已联系"),
        "cooperated": _("已合作"),
    }
    return [(key, known[key]) for key in keys]


def _question(form: LookForm) -> Question | None:
    """What a form asks; None where it asks nothing or something in it is wrong."""
    if not form.is_valid() or not form.cleaned_data["q"].strip():
        return None
    data = form.cleaned_data
    direction = "buyers" if data["direction"] == "buyers" else "suppliers"
    return Question(direction, data["q"].strip(), data["amount"].strip())


@for_enterprise("partners.see")
@require_safe
def partners(request: HttpRequest, acting: Acting) -> HttpResponseBase:
    """Look for suppliers or buyers of something; without words the firm's own products to start
    from."""
    form = LookForm(request.GET)
    asked = _question(form)
    context: dict[str, Any] = {
        "form": form,
        "asked": asked,
        "tabs": tabs("find"),
        "may_do": acting.may("partners.do"),
        "may_open": acting.may("profile.do"),
        "verdicts": _words(_AT_FIRST),
    }
    if asked is not None:
        context["found"] = found_for(acting, asked)
        context["query"] = urlencode({"direction": asked.direction, "q": asked.text})
    else:
        context["own"] = products_of(acting.id, public_only=False)
    return show(request, acting, "partners", context)


def _asked(request: HttpRequest) -> dict[str, str]:
    """What was looked for when the firm came upon another."""
    given = request.POST if request.method == "POST" else request.GET
    direction = "buyers" if given.get("direction") == "buyers" else "suppliers"
    return {"direction": direction, "q": given.get("q", "")[:100]}


@for_enterprise("partners.see")
@sensitive_post_parameters("contact")
@require_http_methods(["GET", "HEAD", "POST"])
def firm(request: HttpRequest, acting: Acting, firm_id: UUID) -> HttpResponseBase:
    """What another firm lets others see; with a form, a request for its contact."""
    found, asked = partner_of(acting, firm_id), _asked(request)
    initial = {
        "direction": asked["direction"],
        "product": asked["q"],
        "contact": acting.firm.contact,
    }
    form = AskPartnerForm(request.POST or None, initial=initial)
    made = submitted(form, lambda data: ask_partner(acting, firm_id, Wanted(**data)))
    if made is not None:
        messages.success(request, _("请求已送达，对方答复后会显示在这里。"))
        return redirect("park_partner_request", made.pk)
    context = {
        "partner": found,
        "form": form,
        "asked": asked,
        "tabs": tabs("find"),
        "back": f"{reverse('park_partners')}?{urlencode(asked)}",
        "may_do": acting.may("partners.do"),
        "verdicts": _words(_AT_FIRST),
    }
    status = 422 if request.method == "POST" else 200
    return show(request, acting, "partner", context, status=status)


@for_enterprise("partners.do")
@require_POST
def judge(request: HttpRequest, acting: Acting, firm_id: UUID) -> HttpResponseBase:
    """Say whether a firm suits; the page comes back as it was asked."""
    asked, given = _asked(request), request.POST
    judge_partner(acting, firm_id, asked["direction"], given.get("verdict", ""), asked["q"])
    messages.success(request, _("已记下，以后的排序会参考；对方看不到。"))
    try:
        row = partner_request_of(acting, given.get("request", ""))
    except NotFound:
        return redirect(f"{reverse('park_partners')}?{urlencode(asked)}")
    return redirect(row)


@for_enterprise("partners.see")
@require_safe
def requests(request: HttpRequest, acting: Acting) -> HttpResponseBase:
    """Requests to the firm and by it."""
    context = {
        "incoming": list(asked_of(acting)[:_MOST]),
        "outgoing": list(asked_by(acting)[:_MOST]),
        "tabs": tabs("requests"),
    }
    return show(request, acting, "partner_requests", context)


@for_enterprise("partners.see")
@sensitive_post_parameters("contact")
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, acting: Acting, request_id: UUID) -> HttpResponseBase:
    """One request: what is asked, how it stands, what the firm may do now."""
    row = partner_request_of(acting, request_id)
    doing = request.POST.get("do", "") if request.method == "POST" else ""
    accept = AcceptForm(
        request.POST if doing == "accept" else None, initial={"contact": acting.firm.contact}
    )
    decline = DeclineForm(request.POST if doing == "decline" else None, auto_id="id_decline_%s")
    if request.method == "POST" and _done(acting, row, doing, accept, decline):
        messages.success(request, _("已提交。"))
        return redirect(row if doing != "withdraw" else "park_partner_requests")
    context = _of_request(acting, row) | {"accept": accept, "decline": decline}
    status = 422 if request.method == "POST" else 200
    return show(request, acting, "partner_request", context, status=status)


def _done(
    acting: Acting, row: PartnerRequest, doing: str, accept: AcceptForm, decline: DeclineForm
) -> bool:
    """Do what a form of the request's page asks; False where its form has to be shown again."""
    if doing == "accept":
        saved = submitted(accept, lambda data: accept_partner(acting, row.pk, data["contact"]))
    elif doing == "decline":
        saved = submitted(decline, lambda data: decline_partner(acting, row.pk, data["reason"]))
    elif doing == "withdraw":
        saved = withdraw_partner(acting, row.pk)
    else:
        acting.require("partners.do")
        raise Conflict(_("没有这项操作。请刷新后再看。"))
    return saved is not None


def _of_request(acting: Acting, row: PartnerRequest) -> dict[str, Any]:
    mine = row.asker_id == acting.firm.pk
    may = acting.may("partners.do")
    waiting = row.state == row.State.WAITING
    return {
        "row": row,
        "mine": mine,
        "their": row.other if mine else row.asker,
        "tabs": tabs("requests"),
        "may_answer": may and waiting and not mine,
        "may_withdraw": may and waiting and mine,
        "may_read": may and row.state == row.State.ACCEPTED,
        "may_judge": may and mine and row.state == row.State.ACCEPTED and row.other.is_findable,
        "verdicts": _words(_LATER),
    }


@for_enterprise("partners.do")
@sensitive_variables("asker", "other", "context")
@require_POST
def contact(request: HttpRequest, acting: Acting, request_id: UUID) -> HttpResponseBase:
    """The contacts of both, once both have agreed; the viewing is recorded."""
    asker, other = read_contacts(acting, request_id)
    row = partner_request_of(acting, request_id)
    context = _of_request(acting, row)
    own, theirs = (asker, other) if context["mine"] else (other, asker)
    return show(request, acting, "partner_request", context | {"own": own, "theirs": theirs})
