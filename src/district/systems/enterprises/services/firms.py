"""What an enterprise says of itself, through a system that let it sign in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base.errors import Conflict, Invalid, NotFound
from district.kernel.history.public import Actor
from district.systems.enterprises.models import Enterprise, Product
from district.systems.enterprises.names import SELF
from district.systems.enterprises.services.products import (
    end_product,
    save_product,
    show_product,
)
from district.systems.enterprises.services.telling import tell

#: What an enterprise may say; who it is and how it stands in law is for others to say.
SAID_BY_FIRMS = (
    "address", "staff", "revenue", "revenue_growth", "rd_share", "patents", "exports", "capital",
)  # fmt: skip


@transaction.atomic
def tell_by_firm(
    enterprise_id: UUID | str, values: Mapping[str, Any], *, actor: Actor
) -> Enterprise:
    """Note what an enterprise says of itself; believed where no other source says anything.

    `actor` is the system that knows who may act for it. Raises NotFound, NotPermitted, Invalid
    naming the field, also for a fact that is not for it to say.
    """
    for key in values:
        if key not in SAID_BY_FIRMS:
            raise Invalid(key, _("这一项不能由企业填写。"), _("请联系企业服务单位更正。"))
    return tell(enterprise_id, values, actor=actor, source=SELF)


@transaction.atomic
def save_product_by_firm(
    enterprise_id: UUID | str,
    values: Mapping[str, Any],
    *,
    actor: Actor,
    product_id: UUID | str | None = None,
    version: int | None = None,
) -> Product:
    """Enter what an enterprise says that it supplies or needs, or change what it said before.

    What it entered, ended and enters again is there again. What somebody else entered is changed
    by them; the enterprise says only whether it is shown (`show_product_by_firm`). Raises as
    `save_product`, and Conflict for a product of another source.
    """
    known = _said_by(enterprise_id, product_id) if product_id is not None else None
    if known is None:
        side, name = values.get("side", ""), str(values.get("name") or "").strip()
        ended = Product.objects.filter(enterprise_id=enterprise_id, side=side, name=name)
        known = ended.exclude(ended_on=None).first()
    return save_product(
        enterprise_id, values, actor=actor, known=known, source=SELF, version=version
    )


@transaction.atomic
def end_product_by_firm(
    enterprise_id: UUID | str, product_id: UUID | str, *, actor: Actor
) -> Product:
    """An enterprise supplies or needs no more what it had said. Raises as `end_product`, and
    Conflict for a product of another source."""
    return end_product(_said_by(enterprise_id, product_id).pk, actor=actor)


@transaction.atomic
def show_product_by_firm(
    enterprise_id: UUID | str, product_id: UUID | str, *, is_public: bool, actor: Actor
) -> Product:
    """An enterprise says whether others may know of a product of its own, whoever entered it.

    Raises NotFound, NotPermitted, Conflict where it is ended.
    """
    row = _product_of(enterprise_id, product_id)
    return show_product(row.pk, is_public=is_public, actor=actor)


def _said_by(enterprise_id: UUID | str, product_id: UUID | str) -> Product:
    row = _product_of(enterprise_id, product_id)
    if row.source.key != SELF:
        raise Conflict(
            _(
                "这个产品由区里登记，企业不能修改。要更正的，请联系企业服务单位；不想公开的，可以设为不公开。"
            )
        )
    return row


def _product_of(enterprise_id: UUID | str, product_id: UUID | str) -> Product:
    """A current product of the enterprise; NotFound for any other's, as for what is not there."""
    rows = Product.objects.select_related("source", "enterprise")
    row = rows.filter(pk=product_id, enterprise_id=enterprise_id, ended_on=None).first()
    if row is None:
        raise NotFound(_("没有这个产品。"))
    return row
