"""What the year will come to: level, interval, chance, and what still has to be grown. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from district.systems.economy.rules.nowcasting.conformal import Spread

_HUNDRED = Decimal(100)
_STEP = Decimal("0.000001")


@dataclass(frozen=True)
class Part:
    """A model's share in the nowcast: its own outturn, its weight (0 to 1), and its mean absolute
    error at earlier origins as a share of a year (None where it has none)."""

    model: str
    level: Decimal
    weight: Decimal
    error: Decimal | None


@dataclass(frozen=True)
class Note:
    """Something to know about a nowcast.

    Keys: `nowcast.filled` (year, month: a part that was not published and stands in by the
    pattern), `nowcast.restated` (year, factor: bases were restated by so much), `nowcast.short`
    (years: so few that the interval is wide), `nowcast.no_interval`, `nowcast.not_reconciled`.
    """

    key: str
    values: Mapping[str, str]


@dataclass(frozen=True)
class Outturn:
    """The nowcast of a year, in the series' own unit and on the year's basis.

    `so_far` is published as far as month `after` (0: nothing is). `low` and `high` hold the outturn
    with the chance `share`; they equal `level` when the year is whole, and are None where the past
    is too short to say. `base` is the whole last year on this year's basis. `origins` earlier
    origins in `years` years are what the interval rests on.
    """

    key: str
    year: int
    after: int
    so_far: Decimal
    level: Decimal
    low: Decimal | None
    high: Decimal | None
    share: Decimal
    base: Decimal | None
    open_base: Decimal | None
    parts: tuple[Part, ...]
    notes: tuple[Note, ...]
    origins: int
    years: int
    spread: Spread

    @property
    def growth(self) -> Decimal | None:
        """The growth against the comparable base, in percent; None without a positive base."""
        return self._growth(self.level)

    @property
    def growth_low(self) -> Decimal | None:
        """The growth at `low`, in percent."""
        return self._growth(self.low)

    @property
    def growth_high(self) -> Decimal | None:
        """The growth at `high`, in percent."""
        return self._growth(self.high)

    @property
    def whole(self) -> bool:
        """Whether the year is over and published."""
        return self.after == 12

    def probability(self, target: Decimal) -> Decimal | None:
        """The chance (0 to 1) that the year comes to the target or more; None without a past.

        Never 0 or 1 while the year is open, for the past has not seen everything.
        """
        if self.whole:
            return Decimal(1) if self.level >= target else Decimal(0)
        if not self.spread.points:
            return None
        chance = self.spread.reaches(float(target - self.so_far))
        return Decimal(str(round(min(max(chance, 0.001), 0.999), 4)))

    def _growth(self, level: Decimal | None) -> Decimal | None:
        if level is None or self.base is None or self.base <= 0:
            return None
        return ((level / self.base - 1) * _HUNDRED).quantize(_STEP)


@dataclass(frozen=True)
class Needed:
    """What a target still asks of the open part of the year.

    `amount` in the series' unit; `growth` in percent against the comparable base of the open
    months, None where that is not known; `foreseen` what the nowcast has for the same months.
    """

    amount: Decimal
    growth: Decimal | None
    foreseen: Decimal | None


def needed(outturn: Outturn, target: Decimal) -> Needed | None:
    """What is still needed in the open months; None when the year is over."""
    if outturn.whole:
        return None
    amount = target - outturn.so_far
    base = outturn.open_base
    if base is None or base <= 0:
        return Needed(amount, None, None)
    growth, foreseen = (
        ((one / base - 1) * _HUNDRED).quantize(_STEP)
        for one in (amount, outturn.level - outturn.so_far)
    )
    return Needed(amount, growth, foreseen)


@dataclass(frozen=True)
class Limits:
    """The chances from which a target's light is green, and yellow; below it is red."""

    green: Decimal = Decimal("0.7")
    yellow: Decimal = Decimal("0.3")


@dataclass(frozen=True)
class Outlook:
    """A target's light by its chance.

    `light`: green, yellow, red, or none where nothing can be said. `reason`: `nowcast.reached` and
    `nowcast.missed` (the year is over: level, target), `nowcast.likely`, `nowcast.open` and
    `nowcast.unlikely` (chance in percent, level, low, high, target, limit in percent),
    `nowcast.unknown`. `values` are what the sentence of the reason speaks of, as plain numbers.
    """

    light: str
    reason: str
    chance: Decimal | None
    values: Mapping[str, str]


def outlook(
    outturn: Outturn, target: Decimal, limits: Limits = Limits(), *, at_most: bool = False
) -> Outlook:
    """The light of a target that is to be reached, or with `at_most` not to be exceeded.

    The chance is that of keeping the target. Exactly the target keeps it either way.
    """
    values = {"level": _plain(outturn.level), "target": _plain(target)}
    if outturn.whole:
        kept = outturn.level <= target if at_most else outturn.level >= target
        reason = "nowcast.reached" if kept else "nowcast.missed"
        return Outlook("green" if kept else "red", reason, Decimal(int(kept)), values)
    reached = outturn.probability(target)
    if reached is None or outturn.low is None or outturn.high is None:
        return Outlook("none", "nowcast.unknown", None, values)
    chance = 1 - reached if at_most else reached
    light, reason, limit = "red", "nowcast.unlikely", limits.yellow
    if chance >= limits.green:
        light, reason, limit = "green", "nowcast.likely", limits.green
    elif chance >= limits.yellow:
        light, reason, limit = "yellow", "nowcast.open", limits.green
    values |= {
        "chance": _plain((chance * _HUNDRED).quantize(Decimal("0.1"))),
        "limit": _plain(limit * _HUNDRED),
        "low": _plain(outturn.low),
        "high": _plain(outturn.high),
    }
    return Outlook(light, reason, chance, values)


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
