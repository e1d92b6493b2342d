"""Loading the tree of units."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base.errors import Invalid
from district.kernel.history.public import Actor, Entry, Subject, record_many
from district.kernel.organisation.models import Unit
from district.kernel.organisation.selectors import authorise, forget_standing
from district.kernel.organisation.tables import UnitRow, unit_paths

_FIELDS = ("name", "short_name", "name_en", "level", "parent_id", "path", "sort", "topics")


@dataclass(frozen=True)
class UnitsLoaded:
    """What a load did: codes of units created, changed and retired; how many were as stated.

    `missing` are active units that the table does not name and that were left as they are.
    """

    created: tuple[str, ...]
    changed: tuple[str, ...]
    retired: tuple[str, ...]
    missing: tuple[str, ...]
    unchanged: int


@transaction.atomic
def load_units(
    rows: Iterable[UnitRow], *, actor: Actor, retire_missing: bool = False
) -> UnitsLoaded:
    """Make the units be as `rows` state; the same rows again change nothing.

    Each difference is one event with the values before and after. A unit that moves takes its
    subtree along. With `retire_missing` active units not in `rows` become inactive (never
    deleted). Raises Invalid, and writes nothing, when a code comes twice, the rows make no tree,
    or with those that are known they make two: an installation is one district.
    """
    authorise(actor, "organisation.unit.load")
    stated = _by_code(rows)
    known = Unit.objects.in_bulk()
    parents = {code: unit.parent_id or "" for code, unit in known.items()}
    parents |= {code: row.parent_code for code, row in stated.items()}
    levels = {code: unit.level for code, unit in known.items()}
    levels |= {code: row.level for code, row in stated.items()}
    paths = unit_paths(parents, levels)
    _refuse_second_district(parents)

    created = [_made(row, paths[code]) for code, row in stated.items() if code not in known]
    changed: list[Unit] = []
    entries = [Entry(_subject(u.pk), "organisation.unit.created", _values(u)) for u in created]
    for code, unit in known.items():
        before = _values(unit)
        _take(unit, stated.get(code), paths[code])
        after = _values(unit)
        if before != after:
            changed.append(unit)
            entries.append(
                Entry(_subject(code), "organisation.unit.changed", _difference(before, after))
            )
    absent = [unit for code, unit in known.items() if code not in stated and unit.is_active]
    retired = absent if retire_missing else []
    for unit in retired:
        unit.is_active = False
        entries.append(Entry(_subject(unit.pk), "organisation.unit.retired", {}))
    Unit.objects.bulk_create(created, batch_size=200)
    touched = {unit.pk: unit for unit in [*changed, *retired]}
    Unit.objects.bulk_update(touched.values(), [*_FIELDS, "is_active"], batch_size=50)
    record_many(entries, actor=actor)
    forget_standing()
    return UnitsLoaded(
        created=tuple(unit.pk for unit in created),
        changed=tuple(unit.pk for unit in changed),
        retired=tuple(unit.pk for unit in retired),
        missing=() if retire_missing else tuple(unit.pk for unit in absent),
        unchanged=len(known) - len(touched),
    )


def _refuse_second_district(parents: Mapping[str, str]) -> None:
    """An installation is one district (docs/adr/0032): everything below stands in one tree."""
    tops = sorted(code for code, parent in parents.items() if not parent)
    if len(tops) > 1:
        raise Invalid(
            "parent_code",
            _("一套平台只装一个区，这里有两个：%(codes)s。") % {"codes": _("、").join(tops)},
            _("另一个区请另装一套平台；若是漏填了上级编码，请补上。"),
        )


def _by_code(rows: Iterable[UnitRow]) -> dict[str, UnitRow]:
    found: dict[str, UnitRow] = {}
    for row in rows:
        if row.code in found:
            raise Invalid(
                "code",
                _("编码 %(code)s 在表中出现了两次。") % {"code": row.code},
                _("请每个编码只留一行。"),
            )
        found[row.code] = row
    return found


def _subject(code: str) -> Subject:
    return Subject("organisation.unit", code)


def _made(row: UnitRow, path: str) -> Unit:
    unit = Unit(pk=row.code)
    _take(unit, row, path)
    return unit


def _take(unit: Unit, row: UnitRow | None, path: str) -> None:
    unit.path = path
    if row is None:
        return
    unit.name, unit.short_name, unit.name_en = row.name, row.short_name, row.name_en
    unit.level, unit.parent_id = row.level, row.parent_code or None
    unit.sort, unit.topics, unit.is_active = row.sort, list(row.topics), True


def _values(unit: Unit) -> dict[str, Any]:
    return {name: getattr(unit, name) for name in (*_FIELDS, "is_active")}


def _difference(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    return {
        name: {"before": before[name], "after": after[name]}
        for name in before
        if before[name] != after[name]
    }
