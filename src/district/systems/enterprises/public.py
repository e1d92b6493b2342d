"""What other systems may use of enterprises.

Enterprises are referred to without foreign keys, by `id` or by credit code, and looked up here.
`SCHEMA()` says what conditions may ask of one; `POPULATION` is the key under which all of them
are matched (`kernel.matching`). Who asks has the right to: nothing here asks who it is, so a
page of another system shows of an enterprise what its own rights allow. `partners_for` and
`products_of` give of others only what is public; `say_of_partner`, `tell_products` and what a firm
does by itself (`..._by_firm`) are writes, which authorise the actor that they are given, such as
a system's own.
"""

from district.systems.enterprises.forms_products import ProductForm
from district.systems.enterprises.names import POPULATION, SELF
from district.systems.enterprises.rules.facts import BY_KEY, Fact
from district.systems.enterprises.selectors.catalogue import (
    class_label,
    class_options,
    industry_label,
    industry_options,
    qualification_label,
    qualification_options,
    service_unit,
)
from district.systems.enterprises.selectors.finding import (
    EnterpriseRef,
    enterprise_by_code,
    enterprises_by_ids,
    enterprises_visible_q,
)
from district.systems.enterprises.selectors.firms import facts_of_firm
from district.systems.enterprises.selectors.partner_words import PartnerRef, partners_for
from district.systems.enterprises.selectors.products import ProductRef, products_of
from district.systems.enterprises.selectors.referring import (
    enterprise_links,
    enterprise_named,
    enterprises_matching,
)
from district.systems.enterprises.services.firms import (
    SAID_BY_FIRMS,
    end_product_by_firm,
    save_product_by_firm,
    show_product_by_firm,
    tell_by_firm,
)
from district.systems.enterprises.services.partners import say_of_partner
from district.systems.enterprises.services.products import tell_products
from district.systems.enterprises.tables import schema as SCHEMA  # noqa: N812  # the contract's name

__all__ = [
    "BY_KEY",
    "POPULATION",
    "SAID_BY_FIRMS",
    "SCHEMA",
    "SELF",
    "EnterpriseRef",
    "Fact",
    "PartnerRef",
    "ProductForm",
    "ProductRef",
    "class_label",
    "class_options",
    "end_product_by_firm",
    "enterprise_by_code",
    "enterprise_links",
    "enterprise_named",
    "enterprises_by_ids",
    "enterprises_matching",
    "enterprises_visible_q",
    "facts_of_firm",
    "industry_label",
    "industry_options",
    "partners_for",
    "products_of",
    "qualification_label",
    "qualification_options",
    "save_product_by_firm",
    "say_of_partner",
    "service_unit",
    "show_product_by_firm",
    "tell_by_firm",
    "tell_products",
]
