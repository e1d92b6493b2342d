"""The numbers of `terms.toml`, read once and checked."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class MissionTerms:
    """Of missions: minutes to verify in, metres a second, shares, minutes."""

    verify_minutes: int
    wind_allowance: float
    least_speed_share: float
    target_minutes: int


@dataclass(frozen=True)
class ForecastTerms:
    """Of forecasts: hours ahead, shares, and what makes data too few; days that are looked back."""

    hours: tuple[int, ...]
    interval: float
    least_hours: int
    oldest_minutes: int
    most_missing: float
    fit_days: int
    error_days: int
    least_proven: int


@dataclass(frozen=True)
class Terms:
    """All of them; `same_within` is in metres."""

    mission: MissionTerms
    forecast: ForecastTerms
    same_within: int


@cache
def terms() -> Terms:
    """The product's terms; ValueError where the file says something impossible."""
    path = Path(__file__).parent / "terms.toml"
    data: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    forecast = {**data["forecast"], "hours": tuple(data["forecast"]["hours"])}
    found = Terms(
        MissionTerms(**data["mission"]),
        ForecastTerms(**forecast),
        int(data["voids"]["same_within"]),
    )
    shares = (found.mission.least_speed_share, found.forecast.interval)
    if not all(0 < share < 1 for share in shares):
        raise ValueError(f"{path.name}: a share lies between 0 and 1")
    if found.mission.verify_minutes < 1 or not found.forecast.hours:
        raise ValueError(f"{path.name}: verify_minutes and hours must be positive")
    return found
