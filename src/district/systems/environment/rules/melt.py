"""The automatic refusal of night permits (熔断): a stated rule over a site's exceedances. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from district.systems.environment.rules.noise import PARTS


class MeltError(Exception):
    """A rule that cannot be taken; field, what is wrong."""

    def __init__(self, field: str, problem: str) -> None:
        self.field, self.problem = field, problem
        super().__init__(f"{field}: {problem}")


@dataclass(frozen=True)
class MeltRule:
    """A site with exceedances of more than `over` dB on `at_least` different days, among the last
    `within_days` days up to the day in question, gets no night permit. `parts`: day, night."""

    key: str
    label: str
    label_en: str
    within_days: int
    at_least: int
    parts: tuple[str, ...]
    over: Decimal
    basis: str

    def content(self) -> dict[str, Any]:
        """As data, whose digest is the version."""
        return {
            "key": self.key,
            "label": self.label,
            "label_en": self.label_en,
            "within_days": self.within_days,
            "at_least": self.at_least,
            "parts": list(self.parts),
            "over": str(self.over),
            "basis": self.basis,
        }

    @property
    def version(self) -> str:
        """The digest of all that the rule says."""
        text = json.dumps(self.content(), ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Exceedance:
    """An exceedance of a site: the day on which it began, by how much, and what it is known by."""

    key: str
    day: date
    part: str
    over: Decimal
    set_aside: bool = False


@dataclass(frozen=True)
class Verdict:
    """Whether the rule holds on a day, and the exceedances that count; the oldest first."""

    holds: bool
    counted: tuple[Exceedance, ...]
    days: int
    since: date


def parse_melt(data: Mapping[str, Any]) -> MeltRule:
    """A rule from its table in a file; MeltError naming what is wrong."""
    unknown = sorted(
        set(data)
        - {"key", "label", "label_en", "within_days", "at_least", "parts", "over", "basis"}
    )
    if unknown:
        raise MeltError(unknown[0], "unknown")
    parts = tuple(str(part) for part in data.get("parts", ("night",)))
    if not parts or set(parts) - set(PARTS):
        raise MeltError("parts", "day, night")
    for name in ("key", "label"):
        if not str(data.get(name, "")).strip():
            raise MeltError(name, "missing")
    try:
        over = Decimal(str(data.get("over", "0")))
    except InvalidOperation as error:
        raise MeltError("over", "number") from error
    if not over.is_finite() or over < 0:
        raise MeltError("over", "number")
    return MeltRule(
        str(data["key"]),
        str(data["label"]),
        str(data.get("label_en", "")),
        _whole(data, "within_days", 366),
        _whole(data, "at_least", 100),
        parts,
        over,
        str(data.get("basis", "")),
    )


def _whole(data: Mapping[str, Any], name: str, most: int) -> int:
    value = data.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= most:
        raise MeltError(name, f"1..{most}")
    return value


def verdict(rule: MeltRule, exceedances: Iterable[Exceedance], on: date) -> Verdict:
    """What the rule says on a day: the day itself and the `within_days` - 1 before it count."""
    since = on - timedelta(days=rule.within_days - 1)
    counted = sorted(
        (
            one
            for one in exceedances
            if since <= one.day <= on
            and one.part in rule.parts
            and one.over > rule.over
            and not one.set_aside
        ),
        key=lambda one: (one.day, one.part, one.key),
    )
    days = len({one.day for one in counted})
    return Verdict(days >= rule.at_least, tuple(counted), days, since)
