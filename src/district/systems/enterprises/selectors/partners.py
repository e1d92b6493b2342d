"""Partners found: candidates from the database, ranked by the rules, each part in words.

The database narrows down by product class: products of the classes that are asked for or near
them, firms whose products the thing goes into, firms of the industry that have no products on the
register. What is left, some thousand at most, is ranked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, Case, Q, QuerySet, Value, When

from district.kernel.base.recent import kept_for
from district.kernel.history.public import Actor
from district.kernel.organisation.public import visible
from district.kernel.places.public import areas
from district.kernel.search.public import search
from district.systems.enterprises.models import Enterprise, PartnerWord, Product
from district.systems.enterprises.names import PRODUCTS, VIEW
from district.systems.enterprises.rules.partners import (
    Ask,
    Candidate,
    Direction,
    Firm,
    Item,
    Said,
    Setting,
    rank,
)
from district.systems.enterprises.rules.products import quantity
from district.systems.enterprises.selectors.catalogue import (
    partner_weights,
    relations,
    vocabulary,
)
from district.systems.enterprises.selectors.rights import enterprise_scope_q, of_enterprise_scope_q

#: At most so many products of the classes asked for, of firms downstream, of firms by industry.
MOST_EXACT, MOST_RELATED, MOST_GUESSED = 3000, 1500, 500
#: Firms of the industry without products are asked for where fewer have been found.
_FEW = 30
_MOST_WORDS = 5000
_LEAST_LINK = 0.3
_MOST_CLASSES = 20
#: Letters of an industry's group, such as C384; a class has one more.
_GROUP = 4
_SUPPLY, _NEED = Product.Side.SUPPLY, Product.Side.NEED
_FIRM = ("enterprise_id", "enterprise__name", "enterprise__industry",
         "enterprise__size", "enterprise__is_dishonest", "enterprise__lon", "enterprise__lat",
         "enterprise__street_unit_id", "enterprise__community_unit_id")  # fmt: skip
_ITEM = ("id", "side", "name", "product_class", "capacity", "unit")


@dataclass(frozen=True)
class Asked:
    """What somebody asks for. `firm` is the enterprise that asks, None where nobody in particular
    does; `text` what for; `amount` such as 1000万只; `code` a product class chosen from the list.
    `street` is a unit's code, `within` kilometres. `own` are the firm's products, where the caller
    has them. `among` gives the keys of the only enterprises that are looked at, as a query of one
    column; None stands for all of them."""

    direction: Direction
    text: str = ""
    code: str = ""
    amount: str = ""
    street: str = ""
    within: Decimal | None = None
    firm: Enterprise | None = None
    own: tuple[Product, ...] | None = None
    among: QuerySet[Any, Any] | None = None


@dataclass(frozen=True)
class Word:
    """A last word on a pair: whose it is (a unit or a firm, in the language of the page; `firm` is
    the firm's key, "" for a unit's), what it says, when, and what ranking takes from it."""

    said: Said
    firm: str
    voice: str
    label: str
    at: datetime


@dataclass(frozen=True)
class Known:
    """What the register says of a candidate: public facts, and whether the asker may see more."""

    id: UUID
    name: str
    industry: str
    street: str
    is_visible: bool


@dataclass(frozen=True)
class Found:
    """A candidate with what is known of it."""

    firm: Known
    candidate: Candidate


@dataclass(frozen=True)
class Partners:
    """The best candidates, how many there are, how many firms were ranked, and whether there are
    more than were looked at. `ask` is what was understood, `words` the last words on pairs with
    the asking firm, by the other's key."""

    found: tuple[Found, ...]
    total: int
    ranked: int
    is_cut: bool
    ask: Ask
    words: Mapping[str, tuple[Word, ...]]


def partners(asked: Asked, actor: Actor | None, *, limit: int = 20) -> Partners:
    """Who supplies what is asked for, or buys it, the best first.

    An actor is shown and ranked by products that are not public, and by size, only of enterprises
    that it may see; None stands for everybody, who may see none. At most five statements, one of
    them for the firm's own products where the question does not bring them.
    """
    ask = ask_of(asked)
    rows = _Rows(actor)
    firms, known, is_cut = rows.read(ask, asked)
    words = last_words()
    if actor is None:
        words = [word for word in words if _may_be_told(word, ask)]
    said = [word.said for word in words]
    setting = Setting(partner_weights(), vocabulary(), relations(), said)
    candidates = [one for one in rank(ask, firms, setting) if _is_near(one, asked)]
    found = tuple(Found(known[one.key], one) for one in candidates[:limit])
    return Partners(found, len(candidates), len(firms), is_cut, ask, _about(ask, words))


def _may_be_told(word: Word, ask: Ask) -> bool:
    """Whether everybody may be told of a word: not of what others say of a pair with the asker."""
    asker = ask.firm.key if ask.firm is not None else ""
    return word.firm == asker or asker not in (word.said.supplier, word.said.buyer)


def _about(ask: Ask, words: Iterable[Word]) -> dict[str, tuple[Word, ...]]:
    """The words on pairs with the asking firm in the direction that was asked, by the other."""
    if ask.firm is None:
        return {}
    found: dict[str, tuple[Word, ...]] = {}
    for word in words:
        asker, other = word.said.buyer, word.said.supplier
        if ask.direction == "buyers":
            asker, other = other, asker
        if asker == ask.firm.key:
            found[other] = (*found.get(other, ()), word)
    return found


def _is_near(one: Candidate, asked: Asked) -> bool:
    if asked.within is None:
        return True
    km = next(part.facts.get("km") for part in one.parts if part.key == "distance")
    return km is not None and km <= float(asked.within)


def ask_of(asked: Asked) -> Ask:
    """What is understood of a question: its classes, and the firm with its products."""
    reading = vocabulary().read(asked.text)
    codes = frozenset({asked.code}) if asked.code else reading.heads
    amount, unit = quantity(asked.amount) or (None, "")
    firm = _asker(asked.firm, asked.own) if asked.firm is not None else None
    return Ask(asked.direction, asked.text, codes, reading.uses, amount, unit, firm)


def _asker(row: Enterprise, own: tuple[Product, ...] | None) -> Firm:
    rows = Product.objects.filter(enterprise=row, ended_on=None) if own is None else own
    items = [
        (one.side, _item(one.pk, one.name, one.product_class, one.capacity, one.unit))
        for one in rows
    ]
    supplies = tuple(item for side, item in items if side == _SUPPLY)
    lon, lat = _point(row.lon, row.lat, row.community_unit_id, row.street_unit_id)
    return Firm(
        str(row.pk),
        row.name,
        supplies or usual_items(row.industry),
        tuple(item for side, item in items if side == _NEED),
        lon,
        lat,
        row.size,
        is_guessed=not supplies,
    )


def classes_made(row: Enterprise, own: Iterable[Product]) -> tuple[str, ...]:
    """The classes of what an enterprise supplies, else of what its industry usually makes; `own`
    are its products."""
    codes = {one.product_class for one in own if one.side == _SUPPLY and one.product_class}
    return tuple(sorted(codes or {c for item in usual_items(row.industry) for c in item.codes}))


def usual_items(industry: str) -> tuple[Item, ...]:
    """What an industry usually makes, by its class (C3841) or group (C384): the product classes
    below it, all in one item of no name."""
    if len(industry) < _GROUP:
        return ()
    known = vocabulary().by_code.values()
    codes = frozenset(one.code for one in known if one.industry.startswith(industry))
    return (Item("", "", codes),) if codes else ()


def _item(key: Any, name: str, code: str, capacity: Decimal | None, unit: str) -> Item:
    return Item(str(key), name, frozenset({code} if code else ()), capacity, unit)


def last_words() -> list[Word]:
    """Of every voice the last word on each pair, the newest first and where they are very many
    alone; one statement."""
    rows = PartnerWord.objects.filter(is_last=True).select_related("lead_unit", "firm")
    return [
        Word(_said(row), str(row.firm_id or ""), _voice(row), row.get_verdict_display(), row.at)
        for row in rows.order_by("-at", "-id")[:_MOST_WORDS]
    ]


def _said(row: PartnerWord) -> Said:
    supplier, buyer = str(row.supplier_id), str(row.buyer_id)
    sold, bought = frozenset(row.supplier_codes), frozenset(row.buyer_codes)
    return Said(supplier, buyer, sold, bought, row.verdict)


def _voice(row: PartnerWord) -> str:
    if row.firm is not None:
        return row.firm.name
    return row.lead_unit.display_short if row.lead_unit is not None else ""


@kept_for(60)
def _middles() -> Mapping[str, tuple[float, float]]:
    """The middle of every street and community by its code, (lon, lat) in WGS-84."""
    rows = areas().filter(level__in=("street", "community"))
    return {code: (lon, lat) for code, lon, lat in rows.values_list("code", "lon", "lat")}


def _point(lon: Any, lat: Any, *units: str | None) -> tuple[float | None, float | None]:
    """A firm's own point, else the middle of its community, else of its street."""
    if lon is not None and lat is not None:
        return float(lon), float(lat)
    middles = _middles()
    return next((middles[code] for code in units if code and code in middles), (None, None))


class _Rows:
    """The firms that a question is about, read for one actor."""

    def __init__(self, actor: Actor | None) -> None:
        scope = visible(actor, VIEW) if actor is not None else None
        nobody = Q(pk__in=[])
        self.own = of_enterprise_scope_q(scope) if scope else nobody
        self.own_firms = enterprise_scope_q(scope) if scope else nobody
        # An empty condition holds of everything, but adds nothing to an alternative.
        self.shown = Q(is_public=True) | self.own if self.own else Q()

    def read(self, ask: Ask, asked: Asked) -> tuple[list[Firm], dict[str, Known], bool]:
        """The firms, what is known of each, and whether there are more than were read."""
        firms: dict[str, Firm] = {}
        known: dict[str, Known] = {}
        items: dict[str, dict[str, tuple[str, Item]]] = {}
        for chosen in self._chosen(ask, asked):
            rows = self._open(asked).filter(enterprise__in=chosen, enterprise__status="active")
            columns = (*_ITEM, *_FIRM, "own")
            for values in rows.annotate(own=_says(self.own)).values_list(*columns):
                key, side, name, code, capacity, unit = values[: len(_ITEM)]
                firm = str(values[len(_ITEM)])
                firms[firm], known[firm] = _firm(values[len(_ITEM) :]), _known(values[len(_ITEM) :])
                item = (side, _item(key, name, code, capacity, unit))
                items.setdefault(firm, {})[str(key)] = item
        found = [_with(firms[key], list(some.values())) for key, some in items.items()]
        is_cut = len(found) >= MOST_EXACT
        if len(found) < _FEW:
            self._add_guessed(ask, asked, found, known)
        return found, known, is_cut

    def _open(self, asked: Asked) -> QuerySet[Product]:
        rows = Product.objects.filter(self.shown, ended_on=None).order_by()
        return rows.filter(enterprise__street_unit_id=asked.street) if asked.street else rows

    def _chosen(self, ask: Ask, asked: Asked) -> list[Any]:
        """Subqueries for enterprises: of which products or needs answer, and of downstream ones."""
        side = _SUPPLY if ask.direction == "suppliers" else _NEED
        rows = self._open(asked)
        rows = rows.filter(enterprise__in=asked.among) if asked.among is not None else rows
        if not ask.codes:
            hits = search(PRODUCTS, ask.text, limit=1000).ids
            return [rows.filter(side=side, pk__in=hits).values("enterprise_id")]
        exact = rows.filter(side=side, product_class__in=_near_codes(ask.codes))
        first = Case(When(product_class__in=sorted(ask.codes), then=0), default=1)
        chosen = [exact.order_by(first, "pk").values("enterprise_id")[:MOST_EXACT]]
        if ask.direction == "buyers" and (outputs := _downstream(ask.codes)):
            related = rows.filter(side=_SUPPLY, product_class__in=outputs).order_by("pk")
            chosen.append(related.values("enterprise_id")[:MOST_RELATED])
        return chosen

    def _add_guessed(
        self, ask: Ask, asked: Asked, found: list[Firm], known: dict[str, Known]
    ) -> None:
        """Firms of the industry that have no products on the register, as its usual makers."""
        codes = ask.codes if ask.direction == "suppliers" else _downstream(ask.codes)
        industries = {code[:at] for code in codes for at in (_GROUP, _GROUP + 1)}
        if not industries:
            return
        rows = Enterprise.objects.filter(industry__in=industries, status="active", products=None)
        rows = rows.filter(street_unit_id=asked.street) if asked.street else rows
        rows = rows.filter(pk__in=asked.among) if asked.among is not None else rows
        columns = ["pk", *(name.removeprefix("enterprise__") for name in _FIRM[1:])]
        rows = rows.annotate(own=_says(self.own_firms)).order_by()
        for values in rows.values_list(*columns, "own")[:MOST_GUESSED]:
            firm = _firm(values)
            items = tuple(Item("", firm.name, one.codes) for one in usual_items(values[2]))
            found.append(replace(firm, supplies=items, is_guessed=True))
            known[firm.key] = _known(values)


def _says(condition: Q) -> Any:
    """A condition as a column; an empty one holds of everything."""
    if not condition:
        return Value(True, output_field=BooleanField())
    return Case(When(condition, then=Value(True)), default=Value(False))


def _near_codes(codes: Iterable[str]) -> list[str]:
    """The classes, those named near them, and those of the same class of industry."""
    known, near = vocabulary(), partner_weights().nearness

    def is_near(one: str, other: str) -> bool:
        return known.nearness(one, other, near)[1] in ("same", "near", "industry")

    return sorted(other for other in known.by_code if any(is_near(code, other) for code in codes))


def _downstream(codes: Iterable[str]) -> list[str]:
    """The classes that these go into, the strongest."""
    found: dict[str, float] = {}
    for code in codes:
        for other, link in relations().outputs(code, _LEAST_LINK).items():
            found[other] = max(found.get(other, 0.0), link.strength)
    return sorted(found, key=lambda code: (-found[code], code))[:_MOST_CLASSES]


def _firm(values: Sequence[Any]) -> Firm:
    key, name, _industry, size, dishonest, lon, lat, street, community, own = values
    x, y = _point(lon, lat, community, street)
    known = size if own else ""  # which is of a firm's returns, and not for everybody
    return Firm(str(key), name, (), (), x, y, known, is_dishonest=bool(dishonest))


def _with(firm: Firm, items: list[tuple[str, Item]]) -> Firm:
    supplies = tuple(item for side, item in items if side == _SUPPLY)
    needs = tuple(item for side, item in items if side == _NEED)
    return replace(firm, supplies=supplies, needs=needs)


def _known(values: Sequence[Any]) -> Known:
    key, name, industry, _size, _dishonest, _lon, _lat, street, _community, own = values
    return Known(key, name, industry, street or "", bool(own))
