"""Suppliers and buyers as a firm finds them: only firms that have said that they may be found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, UUIDField, Value
from django.db.models.functions import Cast, Replace
from django.utils.translation import gettext as _

from district.kernel.base.errors import NotFound
from district.kernel.organisation.public import unit_of
from district.systems.enterprises.public import (
    EnterpriseRef,
    PartnerRef,
    ProductRef,
    enterprises_by_ids,
    industry_label,
    partners_for,
    products_of,
)
from district.systems.virtual_park.models import Firm, Mandate, PartnerRequest
from district.systems.virtual_park.selectors.acting import Acting
from district.systems.virtual_park.selectors.disclosed import Disclosed

_SHOWN = 20
#: Statuses in which a firm is worth asking.
_ACTIVE = "active"


def findable_firms() -> QuerySet[Firm]:
    """Firms that have said that others may find them, and that somebody acts for."""
    held = Mandate.objects.filter(firm=OuterRef("pk"), ended_at=None)
    return Firm.objects.filter(Exists(held), is_findable=True, asleep_since=None)


def _findable_keys() -> QuerySet[Any, Any]:
    """Their keys in the register of enterprises, for a subquery on either database."""
    bare = Replace("enterprise", Value("-"), Value(""))
    rows = findable_firms().order_by().annotate(key=Cast(bare, UUIDField()))
    return rows.values("key")


@dataclass(frozen=True)
class Question:
    """What a firm looks for: `direction` suppliers or buyers, `text` in its own words, `amount` a
    year, such as 500万只."""

    direction: str
    text: str
    amount: str = ""


@dataclass(frozen=True)
class Found:
    """A firm that was found: why, where it is, and how the request between the two stands, in the
    language of the page ("" where none does)."""

    ref: PartnerRef
    firm: UUID
    street: str
    industry: str
    standing: str


def found_for(acting: Acting, asked: Question) -> list[Found]:
    """Who may supply the firm with something or buy it, the best first, of those who may be found.

    At most seven statements.
    """
    refs = partners_for(
        acting.id,
        "buyers" if asked.direction == "buyers" else "suppliers",
        asked.text,
        amount=asked.amount,
        limit=_SHOWN,
        among=_findable_keys(),
    )
    keys = [str(ref.id) for ref in refs]
    standing = Subquery(_open_with(acting, OuterRef("pk")).values("state")[:1])
    rows = findable_firms().filter(enterprise__in=keys).annotate(standing=standing)
    firms = {key: (pk, state) for key, pk, state in
             rows.values_list("enterprise", "pk", "standing")}  # fmt: skip
    words = {state.value: str(state.label) for state in PartnerRequest.State}
    return [
        Found(
            ref,
            firms[str(ref.id)][0],
            unit_of(ref.street).display_short if ref.street else "",
            industry_label(ref.industry),
            words.get(firms[str(ref.id)][1] or "", ""),
        )
        for ref in refs
        if str(ref.id) in firms
    ]


def _open_with(acting: Acting, other: Any) -> QuerySet[PartnerRequest]:
    """The request between the acting firm and another (its key) that stands, whichever asked."""
    by, of = Q(asker=acting.firm, other=other), Q(asker=other, other=acting.firm)
    return PartnerRequest.objects.filter(by | of, state__in=PartnerRequest.OPEN).order_by("pk")


@dataclass(frozen=True)
class Partner:
    """Another firm as far as it lets others see it; `products` are its public ones."""

    firm: Firm
    ref: EnterpriseRef
    street: str
    industry: str
    products: list[ProductRef]
    opened: Disclosed
    request: PartnerRequest | None


def findable_firm(acting: Acting, firm_id: UUID | str) -> Firm:
    """A firm that may be found; NotFound for any other and for the firm itself, in the words of
    one that is not there."""
    try:
        row = findable_firms().filter(pk=firm_id).exclude(pk=acting.firm.pk).first()
    except (ValueError, ValidationError):
        row = None
    if row is None:
        raise NotFound(_("没有这家企业，或它没有参加上下游对接。"))
    return row


def partner_of(acting: Acting, firm_id: UUID | str) -> Partner:
    """What others may see of a firm that may be found, and the request between the two that
    stands; NotFound. Four statements."""
    firm = findable_firm(acting, firm_id)
    ref = enterprises_by_ids([firm.enterprise]).get(firm.enterprise)
    if ref is None or ref.status != _ACTIVE:
        raise NotFound(_("没有这家企业，或它没有参加上下游对接。"))
    return Partner(
        firm,
        ref,
        unit_of(ref.street).display_short if ref.street else "",
        industry_label(ref.industry),
        products_of(ref.id),
        Disclosed(
            firm.shows_products,
            firm.products if firm.shows_products else "",
            firm.shows_contact,
            firm.contact if firm.shows_contact else "",
            firm.is_findable,
        ),
        _open_with(acting, firm.pk).first(),
    )


def asked_by(acting: Acting) -> QuerySet[PartnerRequest]:
    """What the firm asked of others, the newest first."""
    rows = PartnerRequest.objects.filter(asker=acting.firm).select_related("other")
    return rows.order_by("-asked_at", "-pk")


def asked_of(acting: Acting, *, only_waiting: bool = False) -> QuerySet[PartnerRequest]:
    """What others ask of the firm, the newest first; what they took back is not there."""
    rows = PartnerRequest.objects.filter(other=acting.firm).select_related("asker")
    if only_waiting:
        rows = rows.filter(state=PartnerRequest.State.WAITING, asker__asleep_since=None)
    else:
        rows = rows.exclude(state=PartnerRequest.State.WITHDRAWN)
    return rows.order_by("-asked_at", "-pk")


def partner_request_of(acting: Acting, request_id: UUID | str) -> PartnerRequest:
    """A request by the firm or to it; NotFound for any other, in the words of one that is not
    there."""
    withdrawn = Q(other=acting.firm) & ~Q(state=PartnerRequest.State.WITHDRAWN)
    rows = PartnerRequest.objects.filter(Q(asker=acting.firm) | withdrawn)
    try:
        row = rows.select_related("asker", "other").filter(pk=request_id).first()
    except (ValueError, ValidationError):
        row = None
    if row is None:
        raise NotFound(_("没有这项对接请求。"))
    return row
