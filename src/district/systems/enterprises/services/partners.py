"""What people say of partners: kept for good, the last word of each voice counts."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Invalid, NotFound, NotPermitted
from district.kernel.history.public import Actor, record
from district.kernel.organisation.public import authorise, posts_of
from district.systems.enterprises.models import Enterprise, PartnerWord, Product
from district.systems.enterprises.names import JUDGE
from district.systems.enterprises.selectors.catalogue import departments, vocabulary
from district.systems.enterprises.selectors.rights import owned_enterprise
from district.systems.enterprises.services.telling import subject_of

_MOST_CODES = 20


@transaction.atomic
def say_of_partner(
    asker_id: UUID | str,
    other_id: UUID | str,
    direction: str,
    verdict: str,
    *,
    actor: Actor,
    asked: str = "",
    note: str = "",
    as_firm: bool = False,
) -> PartnerWord:
    """Keep what is said of `other` as a partner of `asker`; later rankings count it.

    `direction` is what was looked for (suppliers, buyers), `asked` the words of what was looked
    for. A member speaks for the unit that serves the asker; with `as_firm` the asker speaks for
    itself, through a system that let it sign in (`actor` is that system's). Raises NotFound,
    NotPermitted, and Invalid for an unknown verdict, direction or the firm itself.
    """
    if as_firm and actor.kind == "member":
        raise NotPermitted(_("只有企业自己能以企业的名义反馈。"))
    asker, other = _both(asker_id, other_id)
    authorise(actor, JUDGE, owned_enterprise(asker))
    _check(asker, other, direction, verdict)
    unit = None if as_firm else _unit_of(actor, asker)
    supplier, buyer = (other, asker) if direction == "suppliers" else (asker, other)
    codes = vocabulary().read(asked).heads or _makes(supplier)
    before = PartnerWord.objects.filter(supplier=supplier, buyer=buyer, is_last=True)
    before.filter(lead_unit_id=unit, firm=asker if as_firm else None).update(is_last=False)
    row = PartnerWord.objects.create(
        supplier=supplier,
        buyer=buyer,
        verdict=verdict,
        note=note.strip()[:200],
        supplier_codes=sorted(codes)[:_MOST_CODES],
        buyer_codes=sorted(_makes(buyer))[:_MOST_CODES],
        lead_unit_id=unit,
        firm=asker if as_firm else None,
        at=clock.now(),
    )
    data = {"supplier": supplier.code, "buyer": buyer.code, "verdict": verdict,
            "unit": unit or "", "as_firm": as_firm}  # fmt: skip
    record(subject_of(asker), "enterprises.partner.judged", data, actor=actor)
    return row


def _both(asker_id: UUID | str, other_id: UUID | str) -> tuple[Enterprise, Enterprise]:
    """Both firms, the asker's row locked, so that one voice speaks after the other."""
    rows = Enterprise.objects.select_related("lead_unit")
    try:
        asker = rows.select_for_update(of=("self",)).filter(pk=asker_id).first()
        other = rows.filter(pk=other_id).first()
    except ValidationError:  # no key at all
        asker = other = None
    if asker is None or other is None:
        raise NotFound(_("没有这家企业。"))
    return asker, other


def _check(asker: Enterprise, other: Enterprise, direction: str, verdict: str) -> None:
    if direction not in ("suppliers", "buyers"):
        raise Invalid("direction", _("没有写明是找供应方还是找买家。"), _("请从列表中选择。"))
    if verdict not in PartnerWord.Verdict.values:
        raise Invalid("verdict", _("没有这种反馈。"), _("请从列表中选择。"))
    if asker.pk == other.pk:
        raise Invalid("other", _("不能评价企业自己。"), _("请从结果中选择另一家企业。"))


def _unit_of(actor: Actor, asker: Enterprise) -> str:
    """For which unit somebody speaks: the asker's street, its community, else a department."""
    units = [post.unit for post in posts_of(actor)]
    order = (asker.lead_unit_id, asker.community_unit_id, *sorted(departments()))
    return next((code for code in order if code in units), asker.lead_unit_id)


def _makes(row: Enterprise) -> set[str]:
    """The classes of what an enterprise supplies."""
    rows = Product.objects.filter(enterprise=row, side=Product.Side.SUPPLY, ended_on=None)
    return {code for code in rows.values_list("product_class", flat=True) if code}
