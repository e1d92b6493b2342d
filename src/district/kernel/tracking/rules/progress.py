"""The light of a target: the actual against what is due by now (序时进度). Pure and exact.

Four ways to compare, chosen by the target itself:
- accrued: a flow to reach (投资 1540 亿元): the share of it due by now;
- ceiling: a flow not to exceed (能耗总量 <= x): the share allowed by now;
- path: a level with a known starting level (PM2.5 from 18.6 to 17.9): the way gone by now;
- direct: growth, rates and levels without a starting level: the actual against the target itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import Literal

from district.kernel.tracking.rules.profile import Linear, Period, Profile
from district.kernel.tracking.rules.verdict import (
    DEFAULT_POLICY,
    Light,
    LightPolicy,
    LightVerdict,
    Reason,
)

Comparator = Literal[">=", ">", "=", "<=", "<", "~"]
COMPARATORS = (">=", ">", "=", "<=", "<", "~")


@dataclass(frozen=True)
class Target:
    """What is to be reached.

    `basis` "growth": value and actual are growth in percent. `aggregation`: a flow adds up over
    the period, a stock is a level at a date, a rate is a share or an average. `direction` says
    which way is better where the comparator does not (= and ~). `baseline` is the level at the
    start of the period. `unit` is only for the words. ValueError on an unknown comparator.
    """

    value: Decimal
    comparator: Comparator = ">="
    basis: Literal["absolute", "growth"] = "absolute"
    aggregation: Literal["flow", "stock", "rate"] = "flow"
    direction: Literal["higher", "lower"] = "higher"
    baseline: Decimal | None = None
    unit: str = ""

    def __post_init__(self) -> None:
        if self.comparator not in COMPARATORS:
            raise ValueError(f"unknown comparator: {self.comparator!r}")

    @property
    def falls(self) -> bool:
        """Whether less is better."""
        if self.comparator in ("<=", "<"):
            return True
        return self.comparator in ("=", "~") and self.direction == "lower"

    @property
    def method(self) -> Literal["accrued", "ceiling", "path", "direct"]:
        """How the actual is compared with it."""
        if self.basis == "growth" or self.aggregation == "rate":
            return "direct"
        if self.aggregation == "flow":
            if self.value <= 0:
                return "direct"
            return "ceiling" if self.falls else "accrued"
        if self.baseline is None or self.better(self.baseline) >= self.better(self.value):
            return "direct"
        return "path"

    def better(self, amount: Decimal | Fraction) -> Fraction:
        """`amount` turned so that more is better."""
        return -Fraction(amount) if self.falls else Fraction(amount)

    def reached_by(self, actual: Decimal, policy: LightPolicy) -> bool:
        """Whether `actual` fulfils the target, ~ within the policy's tolerance."""
        lead = self.better(actual) - self.better(self.value)
        if self.comparator == "~":
            return lead >= -Fraction(policy.about) * abs(Fraction(self.value))
        return lead > 0 if self.comparator in (">", "<") else lead >= 0


@dataclass(frozen=True)
class LastYearFigures:
    """Last year's whole amount and its part up to the same date, in the target's unit."""

    total: Decimal
    same_period: Decimal


@dataclass(frozen=True)
class _Case:
    """One question, with its numbers exact."""

    target: Target
    actual: Decimal
    share: Fraction
    months_left: Fraction
    last_year: LastYearFigures | None
    policy: LightPolicy

    @property
    def value(self) -> Fraction:
        return Fraction(self.target.value)

    @property
    def reached(self) -> bool:
        return self.target.reached_by(self.actual, self.policy)

    @property
    def slack(self) -> Fraction:
        """What ~ lets off, as a share."""
        return Fraction(self.policy.about) if self.target.comparator == "~" else Fraction(0)


def progress_light(
    target: Target,
    actual: Decimal | None,
    period: Period,
    at: date,
    *,
    profile: Profile | None = None,
    last_year: LastYearFigures | None = None,
    policy: LightPolicy = DEFAULT_POLICY,
) -> LightVerdict:
    """The light of `target` over `period` with `actual` as it stood at the end of `at`.

    `at` is the date the actual speaks of (the end of the last period filed, or today where a
    system counts live), so that nobody is called late for a month that is not counted yet.
    No actual, or a date before the period, is no data.
    """
    if actual is None:
        return LightVerdict("none", (Reason("progress.no_actual"),))
    if at < period.start:
        return LightVerdict("none", (Reason("progress.not_started"),))
    case = _Case(
        target,
        actual,
        (profile or Linear()).share(period, at),
        period.months_left(at),
        last_year,
        policy,
    )
    method = {
        "accrued": _accrued,
        "ceiling": _ceiling,
        "path": _path,
        "direct": _direct,
    }[target.method]
    return method(case)


def _accrued(case: _Case) -> LightVerdict:
    actual, expected = Fraction(case.actual), case.value * case.share
    rate, gap = actual / case.value, actual - expected
    light = _by_share(case, actual, expected * (1 - case.slack))
    growth, monthly = _needed(case, case.value - actual)
    return LightVerdict(
        light,
        (_standing(case, rate), *_gap_reason(case, gap), *_need_reasons(case, growth, monthly)),
        completion_rate=_percent(rate),
        progress_gap=_decimal(gap),
        growth_needed=growth,
        remaining_per_month=monthly,
    )


def _ceiling(case: _Case) -> LightVerdict:
    actual, allowed = Fraction(case.actual), case.value * case.share
    rate, gap = actual / case.value, allowed - actual
    figures = {"completion_rate": _percent(rate), "progress_gap": _decimal(gap)}
    if not case.reached:
        reason = Reason(
            "progress.ceiling_broken",
            {"over": _text(actual - case.value), "unit": case.target.unit, **_compared(case)},
        )
        return LightVerdict("red", (reason,), **figures)
    loose = allowed * (1 + case.slack)
    light: Light = "red"
    if actual <= loose:
        light = "green"
    elif actual <= loose * Fraction(case.policy.ceiling_yellow_to):
        light = "yellow"
    used = Reason("progress.ceiling_used", {"rate": _points(rate), "due": _points(case.share)})
    return LightVerdict(light, (used, *_gap_reason(case, gap)), **figures)


def _path(case: _Case) -> LightVerdict:
    target = case.target
    start = Fraction(target.baseline or 0)
    gone = (Fraction(case.actual) - start) / (case.value - start)
    expected = start + (case.value - start) * case.share
    gap = target.better(case.actual) - target.better(expected)
    light: Light = "green" if case.reached else _by_share(case, gone, case.share)
    left = case.value - Fraction(case.actual)
    monthly = None if case.reached or not case.months_left else _decimal(left / case.months_left)
    return LightVerdict(
        light,
        (_standing(case, gone), *_gap_reason(case, gap), *_need_reasons(case, None, monthly)),
        completion_rate=_percent(gone),
        progress_gap=_decimal(gap),
        remaining_per_month=monthly,
    )


def _direct(case: _Case) -> LightVerdict:
    target, policy = case.target, case.policy
    lead = target.better(case.actual) - target.better(target.value)
    growth = target.basis == "growth"
    allowed = (
        Fraction(policy.points_tolerance)
        if growth
        else Fraction(policy.level_tolerance) * abs(case.value)
    )
    light: Light = "green" if case.reached else "yellow" if -lead <= allowed else "red"
    kind = "reached" if case.reached else "growth_short" if growth else "level_short"
    reason = Reason(
        f"progress.{kind}",
        {"short": _text(abs(lead)), "unit": target.unit, **_compared(case)},
    )
    has_rate = not growth and not target.falls and case.value > 0
    needed = _growth_to_hold(case) if growth else None
    return LightVerdict(
        light,
        (reason, *_need_reasons(case, needed, None)),
        completion_rate=_percent(Fraction(case.actual) / case.value) if has_rate else None,
        progress_gap=_decimal(lead),
        growth_needed=needed,
    )


def _by_share(case: _Case, done: Fraction, due: Fraction) -> Light:
    """Green, yellow or red by what is done of what is due; at the end only the target counts."""
    if case.share == 1:
        green = case.reached
    else:
        green = case.reached or due == 0 or done >= Fraction(case.policy.green_from) * due
    if green:
        return "green"
    return "yellow" if done >= Fraction(case.policy.yellow_from) * due else "red"


def _needed(case: _Case, left: Fraction) -> tuple[Decimal | None, Decimal | None]:
    """(growth needed in percent, amount a month) to get `left` done in what is left of time."""
    if left <= 0 or case.months_left == 0:
        return None, None
    if case.last_year is not None:
        base = Fraction(case.last_year.total) - Fraction(case.last_year.same_period)
        if base > 0:
            return _percent(left / base - 1), None
    return None, _decimal(left / case.months_left)


def _growth_to_hold(case: _Case) -> Decimal | None:
    """Growth needed over the rest of the year for the year's growth to come out as targeted."""
    if case.last_year is None or case.months_left == 0:
        return None
    total, same = Fraction(case.last_year.total), Fraction(case.last_year.same_period)
    if total - same <= 0:
        return None
    wanted = total * (1 + case.value / 100) - same * (1 + Fraction(case.actual) / 100)
    return _percent(wanted / (total - same) - 1)


# Words and figures --------------------------------------------------------------------------


def _standing(case: _Case, rate: Fraction) -> Reason:
    return Reason(
        "progress.standing",
        {"rate": _points(rate), "due": _points(case.share), **_compared(case)},
    )


def _compared(case: _Case) -> dict[str, str]:
    return {
        "actual": _text(Fraction(case.actual)),
        "target": _text(case.value),
        "comparator": case.target.comparator,
    }


def _gap_reason(case: _Case, gap: Fraction) -> tuple[Reason, ...]:
    if gap == 0:
        return ()
    code = "progress.ahead" if gap > 0 else "progress.behind"
    return (Reason(code, {"gap": _text(abs(gap)), "unit": case.target.unit}),)


def _need_reasons(
    case: _Case, growth: Decimal | None, monthly: Decimal | None
) -> tuple[Reason, ...]:
    if growth is not None:
        return (Reason("progress.growth_needed", {"growth": _text(Fraction(growth))}),)
    if monthly is not None:
        params = {"amount": _text(Fraction(monthly)), "unit": case.target.unit}
        return (Reason("progress.monthly_needed", params),)
    return ()


def _decimal(value: Fraction, places: int = 6) -> Decimal:
    """Rounded half-even; the light itself is decided on the exact fraction."""
    scaled = Decimal(value.numerator) / Decimal(value.denominator)
    return scaled.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_EVEN)


def _percent(share: Fraction) -> Decimal:
    return _decimal(share * 100, 4)


def _points(share: Fraction) -> str:
    return f"{_decimal(share * 100, 1):f}"


def _text(value: Fraction) -> str:
    """At most two decimal places (four below 0.1), without trailing zeros."""
    text = f"{_decimal(value, 2 if abs(value) * 10 >= 1 else 4):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
