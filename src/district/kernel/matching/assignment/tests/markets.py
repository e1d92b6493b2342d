"""Random markets, and what is true of them said in plain Python."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import product

import numpy as np

from district.kernel.matching.public import Market, Part, allowed, at_least, at_most

ALLOWED = ((True, False, False), (True, True, False), (True, True, True))


@dataclass(frozen=True)
class Invented:
    """A market and the plain lists that it was made of."""

    market: Market
    needs: list[dict[str, float]]
    has: list[dict[str, float]]
    worth: list[list[float]]

    def fits(self, demand: int, supply: int) -> bool:
        """Whether the pair breaks nothing, one comparison after another."""
        need, have = self.needs[demand], self.has[supply]
        load = math.isnan(need["load"]) or have["load"] >= need["load"]
        price = math.isnan(need["price"]) or have["price"] <= need["price"]
        kind = need["kind"] < 0 or (
            have["kind"] >= 0 and ALLOWED[int(need["kind"])][int(have["kind"])]
        )
        return load and price and kind

    def best(self) -> float:
        """The greatest total score, every choice tried; for a handful of demands."""
        places = self.market.capacity
        room = [1] * self.market.supplies if places is None else places.tolist()
        quantity = self.market.quantity
        many = [1] * self.market.demands if quantity is None else quantity.tolist()
        bidders = [demand for demand, number in enumerate(many) for _ in range(number)]
        choices = [
            [-1, *(j for j in range(self.market.supplies) if self.fits(i, j))] for i in bidders
        ]
        found = 0.0
        for choice in product(*choices):
            taken = np.bincount([j for j in choice if j >= 0], minlength=self.market.supplies)
            if (taken <= room).all():
                pairs = zip(bidders, choice, strict=True)
                found = max(found, sum(self.worth[i][j] for i, j in pairs if j >= 0))
        return found


def invented(
    rng: np.random.Generator, demands: int, supplies: int, *, several: bool = False
) -> Invented:
    """A market with three constraints, some needs not asked, some of what supplies have unknown."""

    def some(number: int, values: tuple[float, ...], absent: float) -> np.ndarray:
        found = rng.choice(values, number)
        return np.where(rng.random(number) < 0.2, absent, found)

    loads, prices = (3.0, 5.0, 8.0, 10.0), (20.0, 30.0, 40.0)
    need = {"load": some(demands, loads, np.nan), "price": some(demands, prices, np.nan)}
    have = {"load": some(supplies, loads, np.nan), "price": some(supplies, prices, np.nan)}
    kinds = some(demands, (0, 1, 2), -1).astype(int), some(supplies, (0, 1, 2), -1).astype(int)
    # Few different numbers, so that many pairs are equally good.
    worth = rng.integers(0, 6, (demands, supplies)) / 5
    market = Market(
        demands,
        supplies,
        (
            at_least("load", "荷载", need["load"], have["load"]),
            at_most("price", "租金", need["price"], have["price"]),
            allowed("kind", "类别", *kinds, ALLOWED),
        ),
        (
            Part("worth", "评分", 3, lambda i, j: worth[i, j], lambda i, j: f"{worth[i, j]}"),
            Part("flat", "相同", 1, lambda i, j: np.where(j % 2, 1.0, np.nan)),
        ),
        capacity=rng.integers(0, 4, supplies) if several else None,
        quantity=rng.integers(0, 3, demands) if several else None,
    )
    score = [[(3 * worth[i][j] + j % 2) / 4 for j in range(supplies)] for i in range(demands)]
    return Invented(
        market,
        [
            {"load": need["load"][i], "price": need["price"][i], "kind": kinds[0][i]}
            for i in range(demands)
        ],
        [
            {"load": have["load"][j], "price": have["price"][j], "kind": kinds[1][j]}
            for j in range(supplies)
        ],
        score,
    )


def broken_in(made: Invented, demand: list[int], supply: list[int]) -> int:
    """How many of these pairs break something, and how often a capacity or quantity is passed."""
    market = made.market
    wrong = sum(not made.fits(i, j) for i, j in zip(demand, supply, strict=True))
    room = np.ones(market.supplies, int) if market.capacity is None else market.capacity
    many = np.ones(market.demands, int) if market.quantity is None else market.quantity
    over = np.bincount(np.array(supply, int), minlength=market.supplies) - room
    more = np.bincount(np.array(demand, int), minlength=market.demands) - many
    return wrong + int(np.maximum(over, 0).sum() + np.maximum(more, 0).sum())
