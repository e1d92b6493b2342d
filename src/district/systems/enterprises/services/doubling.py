"""Targets of the doubling plan, put in force as the district's data says them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from district.kernel.base import clock
from district.kernel.base.errors import Invalid
from district.kernel.base.versioned import save_versioned
from district.kernel.history.public import Actor, Subject, record
from district.kernel.measures.public import save_measure
from district.kernel.organisation.public import Unit, authorise
from district.kernel.tracking.public import (
    ClockSpec,
    Owner,
    TrackedRow,
    cancel,
    describe,
    reassign,
    refresh_subjects,
    reopen,
    reschedule,
    track,
)
from district.systems.enterprises.models import DoublingTarget
from district.systems.enterprises.names import DOUBLING, LOAD, SYSTEM
from district.systems.enterprises.rules.catalogue import CatalogueError, Settings
from district.systems.enterprises.rules.doubling import Doubling, doublings_from, indicator_of
from district.systems.enterprises.selectors.catalogue import catalogue
from district.systems.enterprises.selectors.doubling import Read, measures, read_target

#: What of a row a district says anew.
_SAID = (
    "group", "indicator", "base_year", "base", "targets", "value", "last_year", "lead_unit_id",
    "in_force",
)  # fmt: skip
_CLOSED = (TrackedRow.State.DONE, TrackedRow.State.CANCELLED)


def subject_of(row: DoublingTarget) -> Subject:
    """How history and tracking call a target."""
    return Subject(DOUBLING, str(row.pk))


@transaction.atomic
def put_doublings(rows: Sequence[Mapping[str, Any]], *, actor: Actor) -> int:
    """Put a district's targets in force instead of earlier ones; returns how many there are.

    Each gets its measure, and a tracked row of its lead unit with a light. Those that `rows` name
    no more rest: their values and history stay. The same again changes nothing. Raises
    NotPermitted, and Invalid naming the entry.
    """
    authorise(actor, LOAD)
    try:
        said = doublings_from(rows)
    except CatalogueError as error:
        raise _wrong(error.field, error.problem) from error
    _check(said, catalogue())
    known = {row.key: row for row in DoublingTarget.objects.select_for_update()}
    for one in said:
        _put(one, known.pop(one.key, None), actor)
    for row in known.values():
        if row.in_force:
            _write(row, {"in_force": False}, actor)
            _rest(row)
    for computed in measures():
        save_measure(computed.spec, actor=SYSTEM)
    refresh_subjects(
        DOUBLING, [str(row.pk) for row in DoublingTarget.objects.filter(in_force=True)]
    )
    return len(said)


def _wrong(field: str, problem: str) -> Invalid:
    return Invalid(
        field,
        _("培土倍增目标的这一项不对：%(problem)s。") % {"problem": problem},
        _("请对照 docs/systems/enterprises.md 改正。"),
    )


def _check(said: Sequence[Doubling], settings: Settings) -> None:
    units = {one.lead_unit for one in said}
    known = set(Unit.objects.filter(pk__in=units, is_active=True).values_list("pk", flat=True))
    for one in said:
        where = f"doubling.{one.key}"
        if one.group and settings.group(one.group) is None:
            raise _wrong(f"{where}.group", f"no such industry group: {one.group}")
        indicator = indicator_of(one.indicator)
        kind = indicator.qualification if indicator else ""
        if kind and settings.kind(kind) is None:
            raise _wrong(f"{where}.indicator", f"no such qualification: {kind}")
        if one.lead_unit not in known:
            raise _wrong(f"{where}.lead_unit", f"no such unit: {one.lead_unit}")


def _put(one: Doubling, row: DoublingTarget | None, actor: Actor) -> None:
    values = {
        "group": one.group,
        "indicator": one.indicator,
        "base_year": one.base_year,
        "base": one.base,
        "targets": [f"{target:f}" for target in one.targets],
        "value": one.value,
        "last_year": one.last_year,
        "lead_unit_id": one.lead_unit,
        "in_force": True,
    }
    if row is None:
        row = DoublingTarget(key=one.key, **values)
        row.save(force_insert=True)
        record(subject_of(row), "enterprises.doubling.put", _told(row), actor=actor)
    elif any(getattr(row, key) != value for key, value in values.items()):
        _write(row, values, actor)
    _track(read_target(row))


def _write(row: DoublingTarget, values: Mapping[str, Any], actor: Actor) -> None:
    for key, value in values.items():
        setattr(row, key, value)
    save_versioned(row, [key.removesuffix("_id") for key in _SAID])
    record(subject_of(row), "enterprises.doubling.put", _told(row), actor=actor)


def _told(row: DoublingTarget) -> dict[str, Any]:
    return {"key": row.key} | {key: getattr(row, key) for key in _SAID}


def _track(read: Read) -> None:
    """The tracked row as the target says: begun, or brought in line."""
    row = read.row
    with override("zh-hans"):
        title = read.title
    owner = Owner(row.lead_unit_id)
    ends = timezone.make_aware(datetime.combine(date(row.last_year, 12, 31), time(23, 59, 59)))
    known = row.tracked
    if known is None:
        began = timezone.make_aware(datetime.combine(read.doubling.period.start, time(0)))
        spec = ClockSpec(starts_at=min(began, clock.now()), due_at=ends)
        url = row.get_absolute_url()
        row.tracked = track(subject_of(row), title, owner, spec, actor=SYSTEM, url=url)
        save_versioned(row, ["tracked"])
        return
    if known.state in _CLOSED:
        reopen(known, actor=SYSTEM)
    if known.lead_unit_id != row.lead_unit_id:
        reassign(known, owner, actor=SYSTEM)
    if known.title != title:
        describe(known, actor=SYSTEM, title=title)
    if known.due_at != ends:
        reschedule(known, ClockSpec(starts_at=known.starts_at, due_at=ends), actor=SYSTEM)


def _rest(row: DoublingTarget) -> None:
    if row.tracked is not None and row.tracked.state not in _CLOSED:
        cancel(row.tracked, actor=SYSTEM)
