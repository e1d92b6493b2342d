"""What a district's folder says of investment promotion: loaded as data, checked as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base.district_settings import KEY, read_setting_file
from district.kernel.base.errors import Invalid
from district.kernel.history.public import Actor, Subject, record
from district.kernel.organisation.public import Unit, authorise
from district.systems.investment_promotion.names import LOAD, SETTING
from district.systems.investment_promotion.rules.settings import (
    Settings,
)
from district.systems.investment_promotion.selectors.settings import (
    HELD,
)

_LOADER = Actor.system("loader")


def load_investment_file(path: Path) -> str:
    """Read what `district.toml` names under `investment`; the same again changes nothing.

    Raises Invalid naming the entry.
    """
    data = read_setting_file(path, "investment", _wrong)
    found = put_settings(data, actor=_LOADER)
    return f"investment: {len(found.chains)} links of chains, {len(found.sources)} sources"


@transaction.atomic
def put_settings(data: Mapping[str, Any], *, actor: Actor) -> Settings:
    """Put a district's own settings in force; entries that it does not name stay the product's.

    Raises NotPermitted, and Invalid naming the entry.
    """
    authorise(actor, LOAD)
    found = HELD.taken(data, _wrong)
    _check_units(found)
    digest = HELD.keep(data)
    if digest:
        told = {"condition": found.condition_text, "digest": digest}
        record(Subject(SETTING, KEY), "investment_promotion.setting.loaded", told, actor=actor)
    return found


def _wrong(entry: str, problem: str) -> Invalid:
    return Invalid(
        entry,
        _("招商设置的“%(entry)s”不对：%(problem)s。") % {"entry": entry, "problem": problem},
        _("请对照 docs/systems/investment_promotion.md 改正。"),
    )


def _check_units(found: Settings) -> None:
    named = {found.coordinating_unit, found.verifying_unit}
    named |= {chain.unit for chain in found.chains.values()}
    named.discard("")
    known = set(Unit.objects.filter(pk__in=named, is_active=True).values_list("pk", flat=True))
    for code in sorted(named - known):
        raise _wrong("unit", f"no such unit: {code}")
