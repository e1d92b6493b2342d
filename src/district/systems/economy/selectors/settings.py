"""The settings in force, and what members of the dimensions are called."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from district.kernel.base.district_settings import HeldSettings
from district.kernel.base.recent import kept_for
from district.kernel.measures.public import Provided
from district.kernel.organisation.public import Level, root_code, units
from district.systems.economy.models import Series, Setting
from district.systems.economy.rules.settings import Settings, settings_from

HELD = HeldSettings(Setting, settings_from)


def settings() -> Settings:
    """The settings in force. At most one statement every few seconds."""
    return HELD.now()


def statistics_unit() -> str:
    """The statistics bureau of the district."""
    return settings().statistics_unit or root_code()


def is_english() -> bool:
    """Whether the page is read in English."""
    return (get_language() or "").startswith("en")


def industry_label(key: str) -> str:
    """The name of an industry; the key itself where the settings have it no more."""
    found = settings().industries.get(key)
    return found.label(english=is_english()) if found else key


def industry_options() -> list[tuple[str, str]]:
    """The industries, as filters and forms offer them."""
    return [(key, one.label(english=is_english())) for key, one in settings().industries.items()]


@kept_for(5)
def _streets() -> dict[str, tuple[str, str, str]]:
    return {one.pk: (one.name, one.short_name, one.name_en) for one in units(level=Level.STREET)}


def street_keys() -> tuple[str, ...]:
    """The codes of the streets, in their order."""
    return tuple(_streets())


def street_label(key: str) -> str:
    """The name of a street; the code itself where there is none."""
    name, short, english = _streets().get(key, (key, "", ""))
    return english if is_english() and english else short or name


def street_options() -> list[tuple[str, str]]:
    """The streets, as filters and forms offer them."""
    return [(key, street_label(key)) for key in _streets()]


def members_of(series: Series, dimension: str) -> tuple[str, ...]:
    """The members of one of a series' dimensions, in order; none where it has not got it."""
    if dimension not in series.dimensions:
        return ()
    if dimension == "street":
        return street_keys()
    spec = settings().series.get(series.key)
    return spec.industries if spec else ()


def dimension_label(dimension: str) -> str:
    """What a dimension is called."""
    return _("行业") if dimension == "industry" else _("街道")


def member_label(dimension: str, key: str) -> str:
    """What a member is called."""
    return street_label(key) if dimension == "street" else industry_label(key)


def member_names() -> dict[str, dict[str, list[str]]]:
    """Every industry and street by key: its Chinese name and its English one."""
    industries = settings().industries.items()
    return {
        "industry": {key: [one.zh, one.en] for key, one in industries},
        "street": {
            key: [short or name, english] for key, (name, short, english) in _streets().items()
        },
    }


def spellings(series: Series, dimension: str) -> dict[str, str]:
    """The members of a dimension by every way in which a table may write them."""
    if dimension == "street":
        found: dict[str, str] = {}
        for key, (name, short, _english) in _streets().items():
            found |= {name: key, short: key, name.removesuffix("街道"): key}
        return {label: key for label, key in found.items() if label}
    known = settings().industries
    return {
        label.replace(" ", ""): key
        for key in members_of(series, dimension)
        for label in (known[key].zh, *known[key].also)
    }


def provided() -> dict[str, Provided]:
    """The measures that series provide to the plan, by key, each with the page of its series."""
    english = is_english()
    return {
        one.measure: Provided(
            one.name_en if english and one.name_en else one.name,
            reverse("economy_series", args=[one.key]),
            "%" if one.provides_growth else one.unit,
            one.provides_growth,
        )
        for one in settings().series.values()
        if one.measure
    }
