"""What a district says of investment promotion, read and checked. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from district.kernel.base.errors import SettingError
from district.kernel.conditions.public import Attribute, Condition, ConditionError, Schema, parse

STATUSES = (
    ("active", _("存续")),
    ("suspended", _("停业")),
    ("cancelled", _("注销")),
    ("revoked", _("吊销")),
)
#: What the condition of landing may ask of a project.
LANDING = Schema(
    "investment_promotion.landing",
    (
        Attribute("registered", _("在经营主体库登记"), "boolean"),
        Attribute("status", _("登记状态"), "choice", choices=STATUSES),
        Attribute("in_district", _("登记在本区街道"), "boolean"),
        Attribute("founded_on", _("成立日期"), "date"),
        Attribute("founded_after", _("成立日期不早于签约"), "boolean"),
        Attribute("capital", _("登记资本"), "decimal", unit="万元"),
        Attribute("agreed", _("协议投资额"), "decimal", unit="万元"),
    ),
)
_MOST_DAYS = 365


@dataclass(frozen=True)
class Named:
    """A word of the district's with its English; `names_who`: it asks who recommended."""

    key: str
    zh: str
    en: str = ""
    names_who: bool = False

    def label(self, *, english: bool) -> str:
        """What people read."""
        return self.en if english and self.en else self.zh


@dataclass(frozen=True)
class Chain(Named):
    """A link of an industry chain: who answers for it, how often its projects are followed up."""

    unit: str = ""
    follow_up_days: int = 30


@dataclass(frozen=True)
class Settings:
    """Everything that is the district's to say."""

    coordinating_unit: str
    verifying_unit: str
    follow_up_days: int
    condition_text: str
    condition: Condition
    sources: Mapping[str, Named] = field(default_factory=dict)
    chains: Mapping[str, Chain] = field(default_factory=dict)


_KNOWN = frozenset(
    {"coordinating_unit", "verifying_unit", "follow_up_days", "landing", "sources", "chains"}
)


def settings_from(data: Mapping[str, Any]) -> Settings:
    """The settings that a table of TOML states; SettingError for what cannot be taken."""
    for name in data:
        if name not in _KNOWN:
            raise SettingError(name, "unknown entry")
    days = _days("follow_up_days", data.get("follow_up_days", 30))
    landing = data.get("landing", {})
    text = landing.get("condition", "") if isinstance(landing, Mapping) else ""
    if not isinstance(text, str) or not text.strip():
        raise SettingError("landing.condition", "is missing")
    try:
        condition = parse(text, LANDING)
    except ConditionError as error:
        raise SettingError("landing.condition", str(error)) from error
    return Settings(
        coordinating_unit=str(data.get("coordinating_unit", "")),
        verifying_unit=str(data.get("verifying_unit", "")),
        follow_up_days=days,
        condition_text=text.strip(),
        condition=condition,
        sources={one["key"]: _named(one) for one in _rows(data, "sources")},
        chains={one["key"]: _chain(one, days) for one in _rows(data, "chains")},
    )


def _days(entry: str, given: Any) -> int:
    if not isinstance(given, int) or isinstance(given, bool) or not 1 <= given <= _MOST_DAYS:
        raise SettingError(entry, f"must be a whole number of days from 1 to {_MOST_DAYS}")
    return given


def _rows(data: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    rows = data.get(name, [])
    if not isinstance(rows, list) or not rows:
        raise SettingError(name, f"write each as a table of its own, [[{name}]]")
    keys: set[str] = set()
    for row in rows:
        key = row.get("key") if isinstance(row, Mapping) else None
        if not isinstance(key, str) or not 1 <= len(key) <= 40 or not row.get("label"):
            raise SettingError(name, "each needs a key and a label")
        if key in keys:
            raise SettingError(name, f"{key} stands twice")
        keys.add(key)
    return rows


def _named(row: Mapping[str, Any]) -> Named:
    return Named(
        row["key"], row["label"], str(row.get("label_en", "")), bool(row.get("names_who", False))
    )


def _chain(row: Mapping[str, Any], days: int) -> Chain:
    entry = f"chains.{row['key']}.follow_up_days"
    return Chain(
        row["key"],
        row["label"],
        str(row.get("label_en", "")),
        unit=str(row.get("unit", "")),
        follow_up_days=_days(entry, row.get("follow_up_days", days)),
    )
