"""The settings in force: what the district's folder brought, else what the product brings."""

from __future__ import annotations

from pathlib import Path

from django.utils.translation import get_language

from district.kernel.base.district_settings import HeldSettings
from district.kernel.cases.public import Case, Matter, TermSpec, Words
from district.kernel.organisation.public import root_code
from district.systems.investment_promotion.models import Setting
from district.systems.investment_promotion.rules.settings import Settings, settings_from

HELD = HeldSettings(Setting, settings_from, Path(__file__).parent.parent / "defaults.toml")


def settings() -> Settings:
    """The settings in force. At most one statement every few seconds."""
    return HELD.now()


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
