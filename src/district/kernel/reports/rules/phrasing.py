"""Which words a passage gets: variants by how a thing came out, chosen repeatably. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from district.kernel.base.errors import SettingError
from district.kernel.reports.rules.words import MARK

FORMS = ("growth", "level", "count")
#: Kinds of phrasing of numbers; each has variants for every form.
NUMBERS = ("exceeded", "reached", "short", "not_due", "achieved", "target")
#: Targets are spoken of as a floor or a ceiling too.
TARGET_FORMS = (*FORMS, "floor", "ceiling")
#: Kinds of phrasing without a number.
WORDS = ("done", "open", "late", "unknown", "gap", "task", "apart")
FEWEST = 3
#: Headings of a report; those of themes are the themes' names.
HEADINGS = ("done", "headlines", "gaps", "targets", "tasks", "terms", "other", "annex")


@dataclass(frozen=True, slots=True)
class Phrasing:
    """The variants by kind and form ("" for those without a number), words of reasons, headings."""

    variants: Mapping[tuple[str, str], tuple[str, ...]]
    reasons: Mapping[str, str]
    headings: Mapping[str, str]

    def heading(self, key: str, year: int) -> str:
        """A heading of the report on this year."""
        text = self.headings[key]
        return text.replace("{year}", str(year)).replace("{next}", str(year + 1))

    def of(self, kind: str, form: str = "") -> tuple[str, ...]:
        """The variants of a kind."""
        return self.variants[kind, form if kind in NUMBERS else ""]

    def reason(self, codes: Sequence[str], light: str) -> str:
        """Why something lags, in words without a number."""
        for code in codes:
            if code in self.reasons:
                return self.reasons[code]
        return self.reasons[light if light in self.reasons else "red"]


def phrasing_of(data: Mapping[str, Any]) -> Phrasing:
    """The phrasing that settings say; SettingError names the entry that is wrong."""
    variants: dict[tuple[str, str], tuple[str, ...]] = {}
    for kind in NUMBERS:
        for form in TARGET_FORMS if kind == "target" else FORMS:
            entry = f"{kind}.{form}"
            variants[kind, form] = _texts(data.get(kind, {}).get(form), entry, "{1}")
    for kind in WORDS:
        variants[kind, ""] = _texts(data.get(kind, {}).get("words"), f"{kind}.words", "")
    reasons = {str(key): str(text) for key, text in data.get("reasons", {}).items()}
    for key in ("red", "yellow", "none"):
        if not reasons.get(key):
            raise SettingError(f"reasons.{key}", "missing")
    headings = {str(key): str(text) for key, text in data.get("headings", {}).items()}
    for key in HEADINGS:
        if not headings.get(key):
            raise SettingError(f"headings.{key}", "missing")
    return Phrasing(variants, reasons, headings)


def _texts(found: Any, entry: str, needs: str) -> tuple[str, ...]:
    if not isinstance(found, list) or len(set(found)) < FEWEST:
        raise SettingError(entry, f"at least {FEWEST} different variants")
    for text in found:
        _check(str(text), entry, needs)
    return tuple(str(text) for text in found)


def _check(text: str, entry: str, needs: str) -> None:
    bare = MARK.sub("", text.replace("{name}", "").replace("{why}", ""))
    if "{name}" not in text or needs not in text or "{" in bare or "}" in bare:
        raise SettingError(entry, f"{text!r} needs {{name}} {needs} and no other places")
    if any(sign.isdigit() for sign in bare):
        raise SettingError(entry, f"{text!r} holds a number")


def worded(template: str, name: str, why: str = "") -> str:
    """A variant with the thing's name in it, its numbers' places left."""
    return template.replace("{name}", name).replace("{why}", why)


def choose(keys: Sequence[str], fitting: Sequence[Sequence[int]]) -> list[int | None]:
    """Which of its fitting variants each passage gets, in the order of the text.

    `keys` name the things and decide alone, so that the same draft reads the same again; the
    variant of the passage before is left out where another fits. None where nothing fits.
    """
    chosen: list[int | None] = []
    before: int | None = None
    for key, fits in zip(keys, fitting, strict=True):
        others = [one for one in fits if one != before] or list(fits)
        pick = others[_number(key) % len(others)] if others else None
        chosen.append(pick)
        before = pick
    return chosen


def _number(key: str) -> int:
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8])
