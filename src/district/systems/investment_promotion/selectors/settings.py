"""The settings in force: what the district's folder brought, else what the product brings."""

from __future__ import annotations

import time
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import get_language

from district.kernel.base.recent import forgets
from district.kernel.cases.public import Case, Matter, TermSpec, Words
from district.kernel.organisation.public import root_code
from district.systems.investment_promotion.models import Setting
from district.systems.investment_promotion.rules.settings import Settings, settings_from

_DEFAULTS = Path(__file__).parent.parent / "defaults.toml"
KEY = "settings"
#: Seconds for which a process believes that the settings are what they were.
_FRESH = 5.0


@dataclass
class _Held:
    asked_at: float = -_FRESH
    digest: str = ""
    settings: Settings | None = None


_HELD = _Held()


def forget_settings() -> None:
    """Ask the database again at the next use; called after a change, and by tests."""
    _HELD.asked_at = -_FRESH


forgets(forget_settings)


@cache
def default_settings() -> dict[str, Any]:
    """What `defaults.toml` says."""
    return tomllib.loads(_DEFAULTS.read_text(encoding="utf-8"))


def settings() -> Settings:
    """The settings in force. At most one statement every few seconds."""
    now = time.monotonic()
    if _HELD.settings is None or now - _HELD.asked_at >= _FRESH:
        row = Setting.objects.filter(pk=KEY).first()
        digest = row.digest if row else "default"
        if digest != _HELD.digest or _HELD.settings is None:
            _HELD.settings = settings_from(default_settings() | (row.content if row else {}))
            _HELD.digest = digest
        _HELD.asked_at = now
    return _HELD.settings


def coordinating_unit() -> str:
    """The unit that keeps all leads together (统筹单位)."""
    return settings().coordinating_unit or root_code()


def verifying_unit() -> str:
    """The unit that verifies what has landed (核验单位)."""
    return settings().verifying_unit or coordinating_unit()


def is_english() -> bool:
    """Whether the page is read in English."""
    return (get_language() or "").startswith("en")


def chain_label(key: str) -> str:
    """The name of a link of the chain; the key itself where the settings have it no more."""
    found = settings().chains.get(key)
    return found.label(english=is_english()) if found else key


def source_label(key: str) -> str:
    """The name of a source, as `chain_label`."""
    found = settings().sources.get(key)
    return found.label(english=is_english()) if found else key


def chain_options() -> list[tuple[str, str]]:
    """The links of the chains, as a filter and a form offer them."""
    return [(key, one.label(english=is_english())) for key, one in settings().chains.items()]


def source_options() -> list[tuple[str, str]]:
    """The sources, as a filter and a form offer them."""
    return [(key, one.label(english=is_english())) for key, one in settings().sources.items()]


def chain_as_matter(code: str) -> Matter | None:
    """A link of the chain as the matter of a case: who answers for it, its days of following up."""
    found = settings().chains.get(code)
    if found is None:
        return None
    return Matter(
        code,
        Words(found.zh, found.en),
        found.unit,
        "",
        term=TermSpec(found.follow_up_days, "days"),
    )


def owner_of_case(case: Case) -> str:
    """The unit that a lead is handed to at once: the one that told it, else its chain's."""
    chain = settings().chains.get(case.matter)
    return str(case.facts.get("owner") or (chain.unit if chain else "") or coordinating_unit())


def desk_of_case(case: Case) -> str:
    """The unit whose desk projects lie on that are not confidential."""
    return coordinating_unit()
