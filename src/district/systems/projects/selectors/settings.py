"""The settings in force: what the district's folder brought, else what the product brings."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

from django.utils.translation import get_language

from district.kernel.base.district_settings import HeldSettings
from district.kernel.base.recent import forgets
from district.kernel.organisation.public import root_code
from district.systems.projects.models import Setting, TemplateVersion
from district.systems.projects.rules.network.template import Template, template_from
from district.systems.projects.rules.settings import Named, Settings, settings_from

HELD = HeldSettings(Setting, settings_from, Path(__file__).parent.parent / "defaults.toml")


def settings() -> Settings:
    """The settings in force. At most one statement every few seconds."""
    return HELD.now()


def template_content(kind: str) -> Mapping[str, Any]:
    """What the settings in force say of the template of a kind; KeyError where they have none."""
    rows = HELD.content().get("templates", [])
    return next((row for row in rows if row["key"] == kind), None) or _missing(kind)


def _missing(kind: str) -> Mapping[str, Any]:
    raise KeyError(kind)


@lru_cache(maxsize=64)
def template_of(key: UUID) -> Template:
    """A version of a template; versions never change, so each is read once in a process."""
    return template_from(TemplateVersion.objects.get(pk=key).content)


forgets(template_of.cache_clear)


def coordinating_unit() -> str:
    """The unit that keeps all projects together (统筹单位)."""
    return settings().coordinating_unit or root_code()


def statistics_unit() -> str:
    """The unit that says what is counted in statistics (统计部门)."""
    return settings().statistics_unit or coordinating_unit()


def is_english() -> bool:
    """Whether the page is read in English."""
    return (get_language() or "").startswith("en")


def _label(found: Named | None, key: str) -> str:
    return found.label(english=is_english()) if found else key


def sector_label(key: str) -> str:
    """The name of a sector; the key itself where the settings have it no more."""
    return _label(settings().sectors.get(key), key)


def source_label(key: str) -> str:
    """The name of a source of funds, as `sector_label`."""
    return _label(settings().sources.get(key), key)


def problem_kind_label(key: str) -> str:
    """The name of a kind of problem, as `sector_label`."""
    return _label(settings().problem_kinds.get(key), key)


def kind_label(key: str) -> str:
    """The name of a kind of project, as `sector_label`."""
    found = settings().templates.get(key)
    return (found.en if is_english() and found.en else found.zh) if found else key


def _options(words: Mapping[str, Named]) -> list[tuple[str, str]]:
    return [(key, one.label(english=is_english())) for key, one in words.items()]


def sector_options() -> list[tuple[str, str]]:
    """The sectors, as a filter and a form offer them."""
    return _options(settings().sectors)


def source_options() -> list[tuple[str, str]]:
    """The sources of funds, as a form offers them."""
    return _options(settings().sources)


def problem_kind_options() -> list[tuple[str, str]]:
    """The kinds of problems, as a filter and a form offer them."""
    return _options(settings().problem_kinds)


def works_label(key: str) -> str:
    """The name of a kind of works, as `sector_label`."""
    return _label(settings().works.get(key), key)


def output_words(key: str) -> tuple[str, str]:
    """What a project of these works adds, and its unit; ("", "") where nothing is counted."""
    found = settings().works.get(key)
    if found is None:
        return "", ""
    return (found.output_en if is_english() else "") or found.output, found.output_unit


def works_options() -> list[tuple[str, str]]:
    """The kinds of works, as a filter and a form offer them."""
    return _options(settings().works)


def kind_options() -> list[tuple[str, str]]:
    """The kinds of projects, as a filter and a form offer them."""
    return [(key, kind_label(key)) for key in settings().templates]
