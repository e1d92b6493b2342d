"""A demand with what fits it, nearly fits, and what refuses the rest; and all of them at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, QuerySet, prefetch_related_objects
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import NotFound
from district.kernel.cases.public import case_type_of, said, visible_cases
from district.kernel.history.public import Actor
from district.kernel.matching.public import (
    Assignment,
    Explained,
    Market,
    assign,
    best_offers,
    nearly_fitting,
    refusals,
)
from district.kernel.organisation.public import visible
from district.kernel.registers.public import Figure
from district.systems.spaces.models import Demand, Offer
from district.systems.spaces.names import OFFER, UNITS, VIEW_DEMAND
from district.systems.spaces.rules.listing import still_open, unconfirmed
from district.systems.spaces.rules.matching import RULES, Supply, Wish, market_of
from district.systems.spaces.selectors.overview import units_seen
from district.systems.spaces.selectors.supply import today_words
from district.systems.spaces.selectors.vacancy import PARK, supplies_of, wish_of

_SHOWN, _NEAR = 10, 10
#: A page waits so long for the best division at most.
_SECONDS = 4.0


def demand_for(key: UUID | str, actor: Actor) -> Demand:
    """A demand; NotFound where the actor may not see it."""
    rows = Demand.objects.filter(visible(actor, VIEW_DEMAND).q("lead_unit"), pk=key)
    found = rows.select_related("lead_unit").first()
    if found is None:
        raise NotFound(_("没有这条需求，或您没有查看的权限。"))
    return found


@dataclass(frozen=True)
class Fitting:
    """A unit that fits: its place in the ranking, and why."""

    rank: int
    unit: Any
    explained: Explained
    free: str
    #: The case of an offer that stands, if any.
    offer: Offer | None = None

    @property
    def percent(self) -> str:
        """The score of a hundred."""
        return f"{self.explained.score * 100:.0f}"

    @property
    def parts(self) -> list[tuple[Any, str, str, Any]]:
        """Each part: its name, what it adds of the most that it can, and why."""
        return [
            (
                part.label,
                "—" if part.value is None else f"{part.adds * 100:.0f}",
                f"{part.weight * 100:.0f}",
                part.reason,
            )
            for part in self.explained.parts
        ]


@dataclass(frozen=True)
class Near:
    """A unit that misses exactly one constraint: which, and what it has instead."""

    unit: Any
    label: Any
    unknown: bool


@dataclass(frozen=True)
class ToConfirm:
    """A unit that is known to break nothing and does not hold all: what to confirm, each with what
    its listing says ("" says nothing); the score that it would have."""

    unit: Any
    score: float
    facts: tuple[tuple[Any, str], ...]

    @property
    def percent(self) -> str:
        """The score of a hundred."""
        return f"{self.score * 100:.0f}"


@dataclass(frozen=True)
class Refusal:
    """A constraint that the demand asks for, and the units that do not hold it."""

    label: Any
    units: Figure


@dataclass(frozen=True)
class Matched:
    """A demand against all units that the actor sees."""

    fitting: tuple[Fitting, ...]
    fits: Figure
    to_confirm: tuple[ToConfirm, ...]
    near: tuple[Near, ...]
    refusals: tuple[Refusal, ...]
    units: Figure


def with_offers(demand: Demand) -> Demand:
    """The demand with its offers read at once, for a page that shows them and what fits. One
    query."""
    rows = Offer.objects.select_related("case", f"unit__{PARK}")
    prefetch_related_objects([demand], Prefetch("offers", rows))
    return demand


def matched(
    demand: Demand, actor: Actor, *, only: list[str] | None = None, most: int = _SHOWN
) -> Matched:
    """The ranking of units for a demand, the best `most`; with `only`, these units (their keys).

    Three queries.
    """
    rows = units_seen(actor).select_related(f"{PARK}__street_unit").order_by("code")
    return matched_among(demand, rows, only=only, most=most)


def matched_among(
    demand: Demand, rows: QuerySet[Any], *, only: list[str] | None = None, most: int = _SHOWN
) -> Matched:
    """`matched` among units that the caller chose, with their standing and parks. Three queries:
    columns of all units, the whole rows of those that are shown, offers."""
    today = clock.today()
    wish, supplies = wish_of(demand), supplies_of(rows, today)
    market = market_of([wish], supplies, today)
    open_ = unconfirmed(market, wish, supplies, today)
    offered = {str(one.unit_id): one for one in _offers(demand) if one.case.stage != "declined"}
    ranked = [supply for supply, _score in best_offers(market, max(1, len(supplies))).of(0)]
    chosen = ranked[:most]
    if only is not None:
        chosen = [at for at in ranked if supplies[at].key in only]
    opened = {one.at for one in open_}
    near = [(at, one) for at, one in nearly_fitting(market, 0) if at not in opened][:_NEAR]
    open_ = open_[:_NEAR]
    shown = [*chosen, *(one.at for one in open_), *(at for at, _one in near)]
    units = _by_number(rows, supplies, shown)
    return Matched(
        tuple(
            Fitting(
                ranked.index(at) + 1,
                units[at],
                market.explain(0, at),
                today_words(units[at], today),
                offered.get(supplies[at].key),
            )
            for at in chosen
            if at in units
        ),
        _fits(wish, len(ranked)),
        tuple(
            ToConfirm(units[one.at], one.score, still_open(market, one.at, supplies[one.at]))
            for one in open_
            if one.at in units
        ),
        tuple(
            Near(units[at], one.label, one.verdict(0, at) == "unknown")
            for at, one in near
            if at in units
        ),
        _refusals(wish, market),
        Figure(UNITS, "active = true", value=len(supplies), unit=_("个单元"), label=_("在用单元")),
    )


def _by_number(
    rows: QuerySet[Any], supplies: Sequence[Supply], numbers: Sequence[int]
) -> dict[int, Any]:
    """The whole rows of some of the market's units, by their numbers in it; without those that
    were given up or let since the market was read."""
    keys = {supplies[at].key: at for at in numbers}
    return {keys[str(row.pk)]: row for row in rows.filter(pk__in=list(keys))}


def _fits(wish: Wish, count: int) -> Figure:
    broken = [rule.condition(wish) for rule in RULES]
    # What breaks a constraint may be unknown (no lease, no street): that is no breach.
    where = "active = true" + "".join(f" and {_not(one)}" for one in broken if one)
    return Figure(UNITS, where, value=count, unit=_("个单元"), label=_("符合全部条件"))


def _not(condition: str) -> str:
    if condition.startswith("(leased_until"):
        return f"(not {condition} or not leased_until known)"
    return f"not {condition}"


def _refusals(wish: Wish, market: Market) -> tuple[Refusal, ...]:
    counts = refusals(market, 0)
    found = []
    for rule in RULES:
        condition = rule.condition(wish)
        if condition:
            where = f"active = true and {condition}"
            figure = Figure(
                UNITS, where, value=counts[rule.key], unit=_("个单元"), label=str(rule.label)
            )
            found.append(Refusal(rule.label, figure))
    return tuple(found)


def _offers(demand: Demand) -> list[Offer]:
    """The offers of a demand in their order; no query where `with_offers` has read them."""
    if "offers" not in getattr(demand, "_prefetched_objects_cache", {}):
        with_offers(demand)
    return list(demand.offers.all())


def offers_of(demand: Demand, actor: Actor) -> list[tuple[Offer, str, bool]]:
    """The demand's offers, the newest first: how each stands in words, whether the actor may open
    its case. At most two queries."""
    case_type = case_type_of(OFFER)
    found = _offers(demand)
    seen = set(
        visible_cases(actor, OFFER)
        .filter(pk__in=[one.pk for one in found])
        .values_list("pk", flat=True)
    )
    return [(one, said(case_type.stages[one.case.stage].label), one.pk in seen) for one in found]


@dataclass(frozen=True)
class Given:
    """A pair of the best division."""

    demand: Demand
    unit: Any
    score: str
    #: Whether another unit is the demand's own first choice.
    yields: bool


@dataclass(frozen=True)
class Division:
    """All open demands against all units: who would get what, and how near to the best that is."""

    given: tuple[Given, ...]
    left: tuple[Demand, ...]
    demands: int
    units: int
    answer: Assignment

    @property
    def gap(self) -> str:
        """By how much of the bound it falls short at most, in percent."""
        return f"{self.answer.gap * 100:.2f}%"

    @property
    def value(self) -> str:
        """The total score, in points of a hundred a pair."""
        return f"{self.answer.value * 100:,.0f}"

    @property
    def bound(self) -> str:
        """What no division exceeds."""
        return f"{self.answer.bound * 100:,.0f}"


def division(actor: Actor) -> Division:
    """The best division of the units that the actor sees among the open demands that it sees.

    Two queries; it ends after some seconds with what it has, and tells the gap.
    """
    today = clock.today()
    wanted = Demand.objects.filter(
        visible(actor, VIEW_DEMAND).q("lead_unit"), state=Demand.State.OPEN
    )
    demands = list(wanted.order_by("created_at", "pk"))
    rows = units_seen(actor).select_related(PARK).order_by("code")
    supplies = supplies_of(rows, today)
    market = market_of([wish_of(one) for one in demands], supplies, today)
    answer = assign(market, gap=0.002, seconds=_SECONDS)
    first = best_offers(market, 1)
    units = _by_number(rows, supplies, answer.supply.tolist())
    given, has = [], set()
    for at, to, score in zip(answer.demand, answer.supply, answer.score, strict=True):
        if int(to) not in units:
            continue
        has.add(int(at))
        best = first.of(int(at))
        given.append(
            Given(
                demands[at],
                units[int(to)],
                f"{score * 100:.0f}",
                bool(best) and best[0][1] > score + 1e-9,
            )
        )
    left = tuple(one for at, one in enumerate(demands) if at not in has)
    return Division(tuple(given), left, len(demands), len(supplies), answer)
