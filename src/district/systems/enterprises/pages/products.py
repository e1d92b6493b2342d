"""The pages of products."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from district.kernel.base.errors import Conflict
from district.kernel.base.forms import submitted
from district.kernel.organisation.public import actor_of, authorise, permitted
from district.kernel.registers.public import list_view
from district.systems.enterprises.forms_products import ProductForm
from district.systems.enterprises.models import Enterprise, Product
from district.systems.enterprises.names import PRODUCTS, SAVE_PRODUCT
from district.systems.enterprises.selectors.catalogue import class_label
from district.systems.enterprises.selectors.finding import enterprise_for
from district.systems.enterprises.selectors.products import product_for
from district.systems.enterprises.selectors.rights import owned_enterprise
from district.systems.enterprises.services.products import end_product, save_product


@require_safe
def index(request: HttpRequest) -> HttpResponseBase:
    """What enterprises supply and need."""
    return list_view(request, PRODUCTS, template="enterprises/products.html")


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, enterprise_id: UUID) -> HttpResponse:
    """Enter something that an enterprise supplies or needs."""
    actor = actor_of(request)
    row = enterprise_for(enterprise_id, actor)
    authorise(actor, SAVE_PRODUCT, owned_enterprise(row))
    form = ProductForm(request.POST or None)
    made = submitted(form, lambda data: save_product(row.pk, data, actor=actor))
    if made is not None:
        messages.success(request, _("产品已登记。"))
        return redirect(row)
    return _form(request, form, row, _("登记产品"), {})


@require_http_methods(["GET", "HEAD", "POST"])
def product(request: HttpRequest, product_id: UUID) -> HttpResponse:
    """A product: read by whoever may see the enterprise, changed by whoever may."""
    actor = actor_of(request)
    one = product_for(product_id, actor)
    row = one.enterprise
    may_save = permitted(actor, SAVE_PRODUCT, owned_enterprise(row))
    if request.method == "POST" and not may_save:
        authorise(actor, SAVE_PRODUCT, owned_enterprise(row))
    if not may_save:
        return render(request, "enterprises/product.html", _shown(one, row))
    form = ProductForm(request.POST or None, initial=_initial(one))
    version = request.POST.get("version", "")

    def saved(data: dict[str, Any]) -> Product:
        number = int(version) if version.isascii() and version.isdigit() else None
        return save_product(row.pk, data, actor=actor, known=one, version=number)

    if submitted(form, saved) is not None:
        messages.success(request, _("已记下。"))
        return redirect(row)
    more = {"version": one.version, "product": one, "ends": one.ended_on is None}
    return _form(request, form, row, one.name, more)


def _initial(one: Product) -> dict[str, Any]:
    found = {key: getattr(one, key) for key in ProductForm.base_fields}
    return found | {"product_class": "" if one.is_read else one.product_class}


def _shown(one: Product, row: Enterprise) -> dict[str, Any]:
    label = class_label(one.product_class)
    return {"product": one, "enterprise": row, "label": label, "crumbs": _crumbs(row, one.name)}


@require_POST
def end(request: HttpRequest, product_id: UUID) -> HttpResponse:
    """Say that an enterprise supplies or needs something no more."""
    actor = actor_of(request)
    one = product_for(product_id, actor)
    try:
        end_product(one.pk, actor=actor)
    except Conflict as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("产品已停用，记录保留。"))
    return redirect(one.enterprise)


def _crumbs(row: Enterprise, last: str) -> list[tuple[str, str]]:
    return [(_("企业库"), reverse("enterprises")), (row.code, row.get_absolute_url()), (last, "")]


def _form(
    request: HttpRequest, form: ProductForm, row: Enterprise, title: str, more: dict[str, Any]
) -> HttpResponse:
    context = {"form": form, "title": title, "lead": row.name, "crumbs": _crumbs(row, title)}
    status = 422 if request.method == "POST" else 200
    return render(request, "enterprises/product_form.html", context | more, status=status)
