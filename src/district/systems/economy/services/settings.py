"""What a district's folder says of its economy: loaded as data, checked as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base.district_settings import KEY, read_setting_file
from district.kernel.base.errors import Invalid
from district.kernel.base.versioned import save_versioned
from district.kernel.history.public import Actor, Subject, record
from district.kernel.measures.public import MeasureSpec, save_measure
from district.kernel.organisation.public import Unit, authorise
from district.systems.economy.models import Series
from district.systems.economy.names import LOAD, SETTING, SYSTEM, series_subject
from district.systems.economy.rules.settings import (
    SeriesSpec,
    Settings,
)
from district.systems.economy.selectors.known import whole_values
from district.systems.economy.selectors.settings import HELD
from district.systems.economy.services.values import tell_measure

_LOADER = Actor.system("loader")
_FIELDS = (
    "name", "name_en", "unit", "places", "basis", "span", "frequency", "prices", "joint_start",
    "elasticity", "definition", "definition_version", "measure", "lead_unit_id",
)  # fmt: skip
#: What values so far would mean something else under.
_FIXED = ("unit", "basis", "span")


def load_economy_file(path: Path) -> str:
    """Read what `district.toml` names under `economy`; the same again changes nothing.

    Raises Invalid naming the entry.
    """
    data = read_setting_file(path, "economy", _wrong)
    found = put_settings(data, actor=_LOADER)
    return f"economy: {len(found.series)} series, {len(found.layouts)} layouts"


@transaction.atomic
def put_settings(data: Mapping[str, Any], *, actor: Actor) -> Settings:
    """Put a district's industries, series and layouts in force.

    Series that it names no more rest; their values stay. Every series that names a measure
    provides it, what is known so far included. Raises NotPermitted, and Invalid naming the entry.
    """
    authorise(actor, LOAD)
    found = HELD.taken(data, _wrong)
    _check_units(found)
    digest = HELD.keep(data)
    if digest:
        told = {"series": sorted(found.series), "digest": digest}
        record(Subject(SETTING, KEY), "economy.setting.loaded", told, actor=actor)
        _put_series(found, actor)
    return found


def _put_series(found: Settings, actor: Actor) -> None:
    known = Series.objects.in_bulk()
    for at, spec in enumerate(found.series.values()):
        _put(spec, known.pop(spec.key, None), at, actor)
    for row in known.values():
        if row.is_active:
            row.is_active = False
            save_versioned(row, ["is_active"])
            record(series_subject(row.key), "economy.series.rested", {}, actor=actor)


def _put(spec: SeriesSpec, row: Series | None, sort: int, actor: Actor) -> None:
    values: dict[str, Any] = {
        name: getattr(spec, "lead_unit" if name == "lead_unit_id" else name) for name in _FIELDS
    }
    values |= {"dimensions": list(spec.dimensions), "sort": sort, "is_active": True}
    if row is None:
        row = Series.objects.create(key=spec.key, **values)
        record(series_subject(spec.key), "economy.series.put", _plain(values), actor=actor)
    else:
        before = {name: getattr(row, name) for name in values}
        changed = {name: value for name, value in values.items() if before[name] != value}
        if set(changed) & set(_FIXED) and row.values.exists():
            raise _wrong(
                f"series.{spec.key}.{min(set(changed) & set(_FIXED))}",
                _("已有数值，不能改变"),
            )
        if changed:
            for name, value in changed.items():
                setattr(row, name, value)
            save_versioned(row)
            record(series_subject(spec.key), "economy.series.put", _plain(changed), actor=actor)
    if row.measure:
        save_measure(measure_spec(row), actor=SYSTEM)
        tell_measure(row, whole_values(row))


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: str(value) if key == "elasticity" else value for key, value in values.items()}


def measure_spec(row: Series) -> MeasureSpec:
    """How the measure of a series is described: its growth, or its level."""
    growth = row.measures_growth
    return MeasureSpec(
        row.measure,
        f"{row.name}增速" if growth else row.name,
        (f"{row.name_en}: growth" if growth else row.name_en) if row.name_en else "",
        unit="%" if growth else row.unit,
        decimals=1 if growth else row.places,
        basis="growth" if growth else "absolute",
        span=row.span,
        prices=row.prices,
        frequency=row.frequency,
        aggregation="rate" if growth else "flow",
        source="statistics",
        definition=row.definition,
    )


def _wrong(entry: str, problem: str) -> Invalid:
    return Invalid(
        entry,
        _("经济运行设置的“%(entry)s”不对：%(problem)s。") % {"entry": entry, "problem": problem},
        _("请对照 docs/systems/economy.md 改正。"),
    )


def _check_units(found: Settings) -> None:
    named = {spec.lead_unit for spec in found.series.values()} | {found.statistics_unit}
    named.discard("")
    known = set(Unit.objects.filter(pk__in=named, is_active=True).values_list("pk", flat=True))
    for code in sorted(named - known):
        raise _wrong("lead_unit", f"no such unit: {code}")
