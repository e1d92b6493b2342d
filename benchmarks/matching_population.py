"""Invented enterprises and policies, shared by the benchmarks of matching. Seeds are fixed."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import polars as pl

    from district.kernel.conditions.public import Condition, Schema

TODAY = date(2025, 9, 26)
_EPOCH = date(1970, 1, 1).toordinal()

KINDS = ("company", "branch", "individual", "cooperative", "other")
STATES = ("active", "suspended", "cancelled", "revoked")
SIZES = ("large", "medium", "small", "micro")
STREETS = tuple(f"/440307/4403070{n:02d}/" for n in range(1, 12))
COMMUNITIES = tuple(f"{street}{street[-10:-1]}{n:03d}/" for street in STREETS for n in range(1, 12))
QUALIFICATIONS = (
    "national_high_tech", "innovative", "specialised", "little_giant", "champion", "listed",
    "aeo", "unicorn", "gazelle", "green_factory", "design_centre", "technology_centre",
)  # fmt: skip


def industries() -> list[str]:
    """Codes in the manner of GB/T 4754: a letter, then two, three or four digits."""
    codes = []
    for letter, first, last in zip(
        "ABCDEFGHIJKLMNOPQRS",
        (1, 6, 13, 44, 47, 51, 53, 61, 63, 66, 70, 71, 73, 76, 80, 83, 84, 86, 91),
        (5, 12, 43, 46, 50, 52, 60, 62, 65, 69, 70, 72, 75, 79, 82, 83, 85, 90, 97),
        strict=True,
    ):
        for division in range(first, last + 1):
            codes += [
                f"{letter}{division:02d}{group}{kind}" for group in range(1, 6) for kind in range(4)
            ]
    return codes


def schema() -> Schema:
    """The attributes that the register of enterprises declares, but for its texts."""
    from district.kernel.conditions.public import Attribute, Schema

    def decimal(key: str, places: int = 6) -> Attribute:
        return Attribute(key, key, "decimal", places=places)

    def choice(key: str, values: tuple[str, ...]) -> Attribute:
        return Attribute(key, key, "choice", choices=tuple((value, value) for value in values))

    return Schema(
        "enterprises",
        (
            choice("kind", KINDS),
            choice("status", STATES),
            choice("size", SIZES),
            Attribute("street", "street", "code", hierarchy="path"),
            Attribute("community", "community", "code", hierarchy="path"),
            Attribute("industry", "industry", "code"),
            Attribute("established_on", "established_on", "date"),
            decimal("capital"),
            decimal("revenue"),
            decimal("revenue_growth"),
            decimal("rd_share"),
            decimal("exports"),
            Attribute("staff", "staff", "integer"),
            Attribute("patents", "patents", "integer"),
            Attribute("is_above_scale", "is_above_scale", "boolean"),
            Attribute("is_dishonest", "is_dishonest", "boolean"),
            Attribute("qualifications", "qualifications", "set"),
        ),
    )


def frame(count: int, seed: int = 1) -> pl.DataFrame:
    """So many enterprises, as `conditions.frame_of` types them; 10 to 20 % of each is unknown."""
    import polars as pl

    rng = np.random.default_rng(seed)

    def picked(values: Any, weights: Any = None) -> pl.Series:
        weights = None if weights is None else np.asarray(weights) / np.sum(weights)
        return pl.Series(values, dtype=pl.String)[rng.choice(len(values), count, p=weights)]

    def scaled(values: Any, places: int = 2) -> pl.Series:
        return pl.Series((np.round(values, places) * 10**6).round().astype(np.int64))

    combos = [[QUALIFICATIONS[n] for n in range(12) if bits >> n & 1] for bits in range(1 << 12)]
    bits = sum((rng.random(count) < 0.12 / (n + 1)).astype(np.int64) << n for n in range(12))
    skewed = 1 / np.arange(1, len(industries()) + 1) ** 0.7
    street = rng.integers(0, len(COMMUNITIES), count)
    days = TODAY.toordinal() - _EPOCH - rng.integers(0, 12_000, count)
    columns = {
        "kind": picked(KINDS, (60, 8, 28, 1, 3)),
        "status": picked(STATES, (88, 2, 8, 2)),
        "size": picked(SIZES, (1, 4, 25, 70)),
        "street": pl.Series(STREETS)[street // 11],
        "community": pl.Series(COMMUNITIES)[street],
        "industry": picked(industries(), skewed),
        "established_on": pl.Series(days.astype(np.int32)).cast(pl.Date),
        "capital": scaled(rng.lognormal(4, 2, count)),
        "revenue": scaled(rng.lognormal(5, 2.2, count)),
        "revenue_growth": scaled(rng.normal(5, 25, count), 1),
        "rd_share": scaled(rng.exponential(3, count)),
        "exports": scaled(np.where(rng.random(count) < 0.7, 0, rng.lognormal(4, 2, count))),
        "staff": pl.Series(rng.lognormal(2, 1.5, count).astype(np.int64)),
        "patents": pl.Series(rng.poisson(rng.exponential(1.5, count)).astype(np.int64)),
        "is_above_scale": pl.Series(rng.random(count) < 0.05),
        "is_dishonest": pl.Series(rng.random(count) < 0.02),
        "qualifications": pl.Series(combos, dtype=pl.List(pl.String))[bits],
    }
    unknown = {
        key: pl.Series(rng.random(count) < 0.10 + 0.10 * at / len(columns))
        for at, key in enumerate(columns)
    }
    made = pl.DataFrame(columns)
    return made.select(pl.when(~unknown[key]).then(pl.col(key)).alias(key) for key in columns)


class Drafter:
    """Draws conditions in the manner of real policies: round thresholds that many share."""

    def __init__(self, seed: int = 7) -> None:
        self.rng = random.Random(seed)  # noqa: S311  # made-up policies, no secrets
        self.by_key = schema().by_key
        self.industries = industries()

    def leaf(self) -> Condition:
        """One comparison."""
        from district.kernel.conditions.public import RelativeDate, compare

        rng = self.rng
        key = rng.choice(
            (
                "kind", "status", "size", "street", "street", "community", "industry", "industry",
                "industry", "established_on", "established_on", "capital", "revenue", "revenue",
                "revenue", "revenue_growth", "rd_share", "rd_share", "exports", "staff", "staff",
                "patents", "patents", "is_above_scale", "is_dishonest", "qualifications",
                "qualifications", "qualifications", "revenue", "industry",
            )
        )  # fmt: skip
        attribute = self.by_key[key]
        if attribute.type == "choice":
            values = rng.sample(attribute.choice_values, rng.randint(1, 2))
            return compare(attribute, "in", *values)
        if attribute.type == "boolean":
            return compare(attribute, "=", key == "is_above_scale")
        if attribute.type == "set":
            return compare(attribute, "has", rng.choice(QUALIFICATIONS))
        if attribute.type == "code":
            return self._code(attribute)
        if attribute.type == "date":
            return compare(
                attribute, rng.choice(("<=", ">=")), RelativeDate(-365 * rng.randint(1, 20))
            )
        low, high = self._number(key), self._number(key)
        if rng.random() < 0.15:
            return compare(attribute, "between", min(low, high), max(low, high))
        return compare(attribute, rng.choice((">=", ">=", ">=", ">", "<")), low)

    def _number(self, key: str) -> Any:
        rng = self.rng
        if key in ("staff", "patents"):
            return rng.choice((1, 2, 3, 5, 8, 10, 15, 20, 30, 50, 80, 100, 200, 300, 500, 1000))
        if key in ("revenue_growth", "rd_share"):
            return Decimal(rng.randint(1, 60)) / 2
        digits = rng.choice(("1", "1.5", "2", "2.5", "3", "4", "5", "6", "8"))
        return Decimal(digits).scaleb(rng.randint(1, 4))

    def _code(self, attribute: Any) -> Condition:
        from district.kernel.conditions.public import compare

        rng = self.rng
        if attribute.key == "street":
            return compare(attribute, "under", rng.choice(STREETS).split("/")[-2])
        if attribute.key == "community":
            codes = [rng.choice(COMMUNITIES).split("/")[-2] for _ in range(rng.randint(1, 4))]
            return compare(attribute, "in", *codes)
        code = rng.choice(self.industries)
        return compare(attribute, "under", code[: rng.choice((1, 3, 3, 3, 4))])

    def clause(self) -> Condition:
        """A comparison, a negation, or alternatives."""
        from district.kernel.conditions.public import All, AnyOf, Not

        shape = self.rng.random()
        if shape < 0.62:
            return self.leaf()
        if shape < 0.72:
            return Not(self.leaf())
        if shape < 0.94:
            return AnyOf(tuple(self.leaf() for _ in range(self.rng.randint(2, 4))))
        return AnyOf((self.leaf(), All((self.leaf(), Not(self.leaf())))))

    def policy(self) -> Condition:
        """Three to nine clauses that must all hold."""
        from district.kernel.conditions.public import All

        return All(tuple(self.clause() for _ in range(self.rng.randint(3, 9))))


def policies(count: int, seed: int = 7) -> dict[str, Condition]:
    """So many conditions by key."""
    drafter = Drafter(seed)
    return {f"policy{number}": drafter.policy() for number in range(count)}


def day(number: int) -> date:
    """So many days after the day of the benchmarks."""
    return TODAY + timedelta(days=number)
