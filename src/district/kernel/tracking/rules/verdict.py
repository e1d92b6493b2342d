"""What every light is made of: the verdict, its reasons, and the cut-offs as data. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Literal, get_args

Light = Literal["green", "yellow", "red", "none"]
LIGHTS: tuple[Light, ...] = get_args(Light)
# How bad a light is. No data is less than green, so that it never hides a known light.
SEVERITY: dict[str, int] = {"none": 0, "green": 1, "yellow": 2, "red": 3}


@dataclass(frozen=True)
class Reason:
    """Why a light is what it is: a declared code and the figures in it (texts, JSON-ready)."""

    code: str
    params: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """`{"code": ..., "params": {...}}`, as rows and history keep it."""
        return {"code": self.code, "params": dict(self.params)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Reason:
        """The inverse of `as_json`."""
        return cls(str(data["code"]), {k: str(v) for k, v in data.get("params", {}).items()})


@dataclass(frozen=True)
class LightVerdict:
    """A light with its reasons.

    `completion_rate` (完成率) is in percent; `progress_gap` (序时差额) in the target's own unit,
    negative when behind; `growth_needed` (后续需增速) in percent; `remaining_per_month` in the
    target's own unit, given where last year's figures are not known.
    """

    light: Light
    reasons: tuple[Reason, ...] = ()
    completion_rate: Decimal | None = None
    progress_gap: Decimal | None = None
    growth_needed: Decimal | None = None
    remaining_per_month: Decimal | None = None


@dataclass(frozen=True)
class LightPolicy:
    """The cut-offs of the lights, declared as data; a district may set its own.

    For progress: the actual as a share of what is due by now. At `green_from` and above the
    light is green, at `yellow_from` and above yellow, below it red. Defaults: 1 and 0.9, the
    usual reading of 序时进度 (on schedule; within a tenth of it; behind).
    For ceilings (<=, <): green up to the part of the ceiling due by now, yellow up to
    `ceiling_yellow_to` times it, red above that or when the whole ceiling is broken.
    For levels and rates that are compared directly: a shortfall of up to `level_tolerance` of
    the target (default a twentieth) is yellow. For growth: up to `points_tolerance` percentage
    points (default 1).
    `about`: how far a target with ~ may be missed and still count as reached (a twentieth).
    `yellow_working_days`: a deadline turns yellow when so many working days or fewer are left
    (default 5); `filing_yellow_working_days` for owed filings (default 2).
    `yellow_share`: for clocks of minutes as well as weeks, a deadline turns yellow when this share
    of its own time, as its calendar counts it, is left (None: by working days).
    """

    green_from: Decimal = Decimal(1)
    yellow_from: Decimal = Decimal("0.9")
    ceiling_yellow_to: Decimal = Decimal("1.1")
    level_tolerance: Decimal = Decimal("0.05")
    points_tolerance: Decimal = Decimal(1)
    about: Decimal = Decimal("0.05")
    yellow_working_days: int = 5
    filing_yellow_working_days: int = 2
    yellow_share: Decimal | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.yellow_from <= self.green_from <= 1 <= self.ceiling_yellow_to:
            raise ValueError("cut-offs: 0 <= yellow_from <= green_from <= 1 <= ceiling_yellow_to")
        if min(self.level_tolerance, self.points_tolerance, self.about) < 0:
            raise ValueError("tolerances must not be negative")
        if min(self.yellow_working_days, self.filing_yellow_working_days) < 0:
            raise ValueError("working days before the deadline must not be negative")
        if self.yellow_share is not None and not 0 < self.yellow_share < 1:
            raise ValueError("the share of time left must lie between 0 and 1")


DEFAULT_POLICY = LightPolicy()


def worst(verdicts: Iterable[LightVerdict]) -> LightVerdict:
    """The worst light; reasons of the worst first, figures from the first verdict that has them.

    Red, yellow, green, then none. No verdict at all is none without a reason.
    """
    ordered = sorted(verdicts, key=lambda v: -SEVERITY[v.light])
    if not ordered:
        return LightVerdict("none")
    reasons = tuple(reason for verdict in ordered for reason in verdict.reasons)
    figures = next((v for v in ordered if v.completion_rate is not None), None) or next(
        (v for v in ordered if v.progress_gap is not None), ordered[0]
    )
    return replace(figures, light=ordered[0].light, reasons=reasons)
