"""Partners of an enterprise, the market asked by anybody, feedback, and the graph."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from district.kernel.base.errors import Invalid, NotPermitted
from district.kernel.history.public import Actor
from district.kernel.organisation.public import action_of, actor_of, permitted, visible
from district.systems.enterprises.forms_products import AskForm
from district.systems.enterprises.models import Enterprise, PartnerWord, Product
from district.systems.enterprises.names import JUDGE, VIEW
from district.systems.enterprises.selectors.catalogue import class_label, industry_label
from district.systems.enterprises.selectors.finding import enterprise_for
from district.systems.enterprises.selectors.partner_graph import graph_of
from district.systems.enterprises.selectors.partner_words import ShownPartner, shown
from district.systems.enterprises.selectors.partners import Asked, Partners, partners
from district.systems.enterprises.selectors.products import current_products
from district.systems.enterprises.selectors.rights import owned_enterprise
from district.systems.enterprises.services.partners import say_of_partner

_ON_GRAPH = 8
#: Of a firm's products so many are shown and count for it.
_PRODUCTS = 200


@require_safe
def partners_of(request: HttpRequest, enterprise_id: UUID) -> HttpResponse:
    """Who may supply an enterprise or buy from it, every part of the score with its reason."""
    actor = actor_of(request)
    row = enterprise_for(enterprise_id, actor)
    products = list(current_products(row.pk)[:_PRODUCTS])
    given = request.GET.dict()
    if not given.get("q"):
        given |= _first(products, given.get("direction", ""))
    form = AskForm(given)
    asked = _asked(form, row, tuple(products))
    found = partners(asked, actor) if asked else None
    context = {
        "enterprise": row,
        "products": products,
        "may_judge": permitted(actor, JUDGE, owned_enterprise(row)),
        "verdicts": PartnerWord.Verdict.choices,
        "crumbs": _crumbs(row, _("上下游对接")),
        **_results(form, asked, found),
    }
    return render(request, "enterprises/partners.html", context)


def _first(products: Sequence[Product], direction: str) -> dict[str, str]:
    """What is asked where nothing was: suppliers of the first need, else buyers of an offer."""
    needs = [one for one in products if one.side == Product.Side.NEED]
    supplies = [one for one in products if one.side == Product.Side.SUPPLY]
    if needs and direction != "buyers":
        return {"q": needs[0].name, "direction": "suppliers"}
    if supplies and direction != "suppliers":
        return {"q": supplies[0].name, "direction": "buyers"}
    return {}


@require_safe
def market(request: HttpRequest) -> HttpResponse:
    """Who supplies or buys something, asked in free words by nobody in particular."""
    actor = actor_of(request)
    _see(actor)
    given = request.GET.dict()
    form = AskForm(given, places=False)
    asked = _asked(form, None)
    found = partners(asked, actor) if asked else None
    context = {"crumbs": [(_("企业库"), reverse("enterprises")), (_("帮企业找市场"), "")],
               **_results(form, asked, found)}  # fmt: skip
    return render(request, "enterprises/market.html", context)


def _see(actor: Actor) -> None:
    if visible(actor, VIEW).nothing:
        raise NotPermitted(
            _("您没有“%(action)s”的权限。如确需办理，请联系系统管理员调整角色。")
            % {"action": action_of(VIEW).label}
        )


def _asked(
    form: AskForm, row: Enterprise | None, own: tuple[Product, ...] | None = None
) -> Asked | None:
    """The question of a form; None where it has none or something in it is wrong."""
    if not form.is_valid() or not form.cleaned_data["q"].strip():
        return None
    data = form.cleaned_data
    return Asked(
        "buyers" if data["direction"] == "buyers" else "suppliers",
        data["q"].strip(),
        amount=data["amount"],
        street=data["street"],
        within=data.get("within"),
        firm=row,
        own=own,
    )


def _results(form: AskForm, asked: Asked | None, found: Partners | None) -> dict[str, Any]:
    """What both pages show of the answer."""
    rows: list[ShownPartner] = shown(found) if found is not None else []
    return {
        "form": form,
        "asked": asked,
        "partners": found,
        "rows": [(one, _place(one, form.streets), industry_label(one.firm.industry))
                 for one in rows],
        "classes": [class_label(code) for code in sorted(found.ask.codes)] if found else [],
        "more": found.total - len(rows) if found else 0,
    }  # fmt: skip


def _place(one: ShownPartner, streets: Mapping[str, str]) -> str:
    return streets.get(one.firm.street, "")


@require_POST
def judge(request: HttpRequest, enterprise_id: UUID) -> HttpResponse:
    """Say whether a partner is of use; the page comes back as it was asked."""
    actor = actor_of(request)
    row = enterprise_for(enterprise_id, actor)
    said = request.POST
    direction, asked = said.get("direction", ""), said.get("q", "")[:100]
    try:
        say_of_partner(row.pk, said.get("other", ""), direction, said.get("verdict", ""),
                       actor=actor, asked=asked)  # fmt: skip
    except Invalid as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("已记下，以后的排序会参考。"))
    back = {"direction": direction, "q": asked}
    back |= {key: said[key] for key in ("amount", "street", "within") if said.get(key)}
    return redirect(f"{reverse('enterprises_partners', args=[row.pk])}?{urlencode(back)}")


@require_safe
def graph(request: HttpRequest, enterprise_id: UUID) -> HttpResponse:
    """The classes before and behind what an enterprise makes; one may be opened for its firms."""
    actor = actor_of(request)
    row = enterprise_for(enterprise_id, actor)
    own = tuple(current_products(row.pk)[:_PRODUCTS])
    drawn = graph_of(row, own, request.GET.get("centre", ""))
    opened = next((n for n in drawn.nodes if n.code == request.GET.get("open", "")), None)
    rows: list[ShownPartner] = []
    if opened is not None:
        asked = Asked("suppliers", opened.label, opened.code, firm=row, own=own)
        rows = shown(partners(asked, actor, limit=_ON_GRAPH))
    context = {
        "enterprise": row,
        "graph": drawn,
        "centre": request.GET.get("centre", ""),
        "opened": opened,
        "rows": [(one, industry_label(one.firm.industry)) for one in rows],
        "crumbs": [*_crumbs(row, "")[:2],
                   (_("上下游对接"), reverse("enterprises_partners", args=[row.pk])),
                   (_("产业链图"), "")],
    }  # fmt: skip
    return render(request, "enterprises/partner_graph.html", context)


def _crumbs(row: Enterprise, last: str) -> list[tuple[str, str]]:
    return [(_("企业库"), reverse("enterprises")), (row.code, row.get_absolute_url()), (last, "")]
