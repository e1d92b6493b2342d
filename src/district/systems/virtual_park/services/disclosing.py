"""What of a firm others may see: nothing beyond the public register unless the firm says so."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base.errors import Invalid
from district.kernel.base.versioned import save_versioned
from district.kernel.history.public import record
from district.systems.virtual_park.models import Firm
from district.systems.virtual_park.selectors.acting import Acting
from district.systems.virtual_park.selectors.disclosed import Disclosed
from district.systems.virtual_park.services.firms import firm_subject


@transaction.atomic
def disclose(acting: Acting, wanted: Disclosed) -> Firm:
    """Say what other firms may see. History keeps that it changed and what is open now.

    Raises NotPermitted, Invalid naming the field where something is opened that is empty.
    """
    acting.require("profile.do")
    products, contact = wanted.products.strip(), wanted.contact.strip()
    if wanted.shows_products and not products:
        raise Invalid("products", _("还没有填写产品和服务。"), _("请填写后再公开。"))
    if wanted.shows_contact and not contact:
        raise Invalid("contact", _("还没有填写联系方式。"), _("请填写对外的电话或邮箱后再公开。"))
    row = Firm.objects.select_for_update().get(pk=acting.firm.pk)
    row.shows_products, row.products = wanted.shows_products, products[:500]
    row.shows_contact, row.contact = wanted.shows_contact, contact[:120]
    row.is_findable = wanted.is_findable
    fields = ["shows_products", "products", "shows_contact", "contact", "is_findable"]
    save_versioned(row, fields)
    data = {"products": row.shows_products, "contact": row.shows_contact,
            "findable": row.is_findable}  # fmt: skip
    record(firm_subject(row), "virtual_park.firm.disclosed", data, actor=acting.actor)
    return row
