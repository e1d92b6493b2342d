"""What a firm supplies and needs, as it says itself; what the district entered it may hide."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from district.kernel.base.errors import NotFound
from district.kernel.base.forms import submitted
from district.systems.enterprises.public import SELF, ProductForm, ProductRef, products_of
from district.systems.virtual_park.forms.partners import ShowForm
from district.systems.virtual_park.pages.guard import for_enterprise, show
from district.systems.virtual_park.pages.partner_tabs import tabs
from district.systems.virtual_park.selectors.acting import Acting
from district.systems.virtual_park.services.partners import (
    end_product,
    save_product,
    show_product,
)

_KEPT = ("side", "name", "used_for", "standard", "capacity", "unit", "price_from", "price_to",
         "price_unit", "is_public")  # fmt: skip


@for_enterprise("partners.see")
@require_safe
def products(request: HttpRequest, acting: Acting) -> HttpResponseBase:
    """What the firm supplies and needs, also what it does not show."""
    rows = products_of(acting.id, public_only=False)
    context = {
        "supplies": [one for one in rows if one.side == "supply"],
        "needs": [one for one in rows if one.side == "need"],
        "said_by_firm": SELF,
        "may_do": acting.may("partners.do"),
        "tabs": tabs("products"),
    }
    return show(request, acting, "products", context)


@for_enterprise("partners.do")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, acting: Acting) -> HttpResponseBase:
    """Say what the firm supplies or needs."""
    side = "need" if request.GET.get("side") == "need" else "supply"
    form = ProductForm(request.POST or None, initial={"side": side})
    made = submitted(form, lambda data: save_product(acting, data))
    if made is not None:
        messages.success(request, _("产品已登记。"))
        return redirect("park_products")
    return _form(request, acting, form, _("登记产品"))


@for_enterprise("partners.do")
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, acting: Acting, product_id: UUID) -> HttpResponseBase:
    """Change what the firm said, or say whether what the district entered is shown."""
    row = _own(acting, product_id)
    if row.source != SELF:
        return _change_shown(request, acting, row)
    initial: dict[str, Any] = {name: getattr(row, name) for name in _KEPT}
    initial["product_class"] = "" if row.is_read else row.product_class
    form = ProductForm(request.POST or None, initial=initial)
    saved = submitted(
        form, lambda data: save_product(acting, data, row.id, _seen(request, row.version))
    )
    if saved is not None:
        messages.success(request, _("已保存。"))
        return redirect("park_products")
    return _form(request, acting, form, row.name, product=row)


def _change_shown(request: HttpRequest, acting: Acting, row: ProductRef) -> HttpResponseBase:
    form = ShowForm(request.POST or None, initial={"is_public": row.is_public})

    def act(data: dict[str, Any]) -> bool:
        show_product(acting, row.id, is_public=data["is_public"])
        return True

    if submitted(form, act):
        messages.success(request, _("已保存。"))
        return redirect("park_products")
    return _form(request, acting, form, row.name, product=row, entered=True)


def _seen(request: HttpRequest, now: int) -> int:
    """The version that the form was drawn with."""
    given = request.POST.get("version", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else now


def _own(acting: Acting, product_id: UUID) -> ProductRef:
    """A current product of the firm; NotFound for any other's."""
    rows = products_of(acting.id, public_only=False)
    found = next((one for one in rows if one.id == product_id), None)
    if found is None:
        raise NotFound(_("没有这个产品。"))
    return found


def _form(
    request: HttpRequest,
    acting: Acting,
    form: Any,
    title: str,
    *,
    product: ProductRef | None = None,
    entered: bool = False,
) -> HttpResponseBase:
    context = {
        "form": form,
        "title": title,
        "product": product,
        "entered": entered,
        "back": reverse("park_products"),
    }
    status = 422 if request.method == "POST" else 200
    return show(request, acting, "product", context, status=status)


@for_enterprise("partners.do")
@require_POST
def end(request: HttpRequest, acting: Acting, product_id: UUID) -> HttpResponseBase:
    """The firm supplies or needs it no more."""
    end_product(acting, product_id)
    messages.success(request, _("已停用，以后不再参加匹配。"))
    return redirect("park_products")
