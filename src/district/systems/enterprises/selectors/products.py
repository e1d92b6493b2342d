"""Products of enterprises: for pages under rights, and what everybody may know of them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from district.kernel.base.errors import NotFound
from district.kernel.history.public import Actor
from district.kernel.organisation.public import visible
from district.systems.enterprises.models import Product
from district.systems.enterprises.names import VIEW
from district.systems.enterprises.selectors.catalogue import class_label
from district.systems.enterprises.selectors.rights import of_enterprise_scope_q


@dataclass(frozen=True)
class ProductRef:
    """A product as other systems know it. `side` is supply or need; `capacity` a year in `unit`;
    prices are yuan per `price_unit`; `class_name` is in the language of the page. `is_read` says
    that the class was read from the name; `version` is what a form says that it saw."""

    id: UUID
    side: str
    name: str
    product_class: str
    class_name: str
    used_for: str
    standard: str
    capacity: Decimal | None
    unit: str
    price_from: Decimal | None
    price_to: Decimal | None
    price_unit: str
    is_public: bool
    source: str
    is_read: bool = False
    version: int = 0


def current_products(enterprise_id: UUID | str) -> QuerySet[Product]:
    """What an enterprise supplies and needs today."""
    rows = Product.objects.filter(enterprise_id=enterprise_id, ended_on=None)
    return rows.select_related("source").order_by("-side", "name")


def products_of(enterprise_id: UUID | str, *, public_only: bool = True) -> list[ProductRef]:
    """What an enterprise supplies and needs today, for other systems; one statement.

    `public_only` leaves out what is not for others; the enterprise itself may have all of it.
    """
    rows = current_products(enterprise_id)
    if public_only:
        rows = rows.filter(is_public=True)
    return [
        ProductRef(
            row.pk,
            row.side,
            row.name,
            row.product_class,
            class_label(row.product_class) if row.product_class else "",
            row.used_for,
            row.standard,
            row.capacity,
            row.unit,
            row.price_from,
            row.price_to,
            row.price_unit,
            row.is_public,
            row.source.key,
            row.is_read,
            row.version,
        )
        for row in rows
    ]


def product_for(product_id: UUID | str, actor: Actor) -> Product:
    """A product of an enterprise that the actor may see; NotFound for any other."""
    rows = Product.objects.filter(of_enterprise_scope_q(visible(actor, VIEW)), pk=product_id)
    row = rows.select_related("enterprise", "enterprise__lead_unit", "source").first()
    if row is None:
        raise NotFound(_("没有这个产品，或不在您的查看范围内。"))
    return row
