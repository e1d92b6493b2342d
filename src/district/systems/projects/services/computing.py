"""Recomputing projects: all of them after a night, one after something happened to it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import F

from district.kernel.base import clock
from district.kernel.base.bulk import update_columns
from district.kernel.tracking.public import (
    TrackedRow,
    refresh_lights,
    refresh_rows,
)
from district.systems.projects.models import Durations, Item, Project, Reckoning
from district.systems.projects.rules.network import packed
from district.systems.projects.selectors.network import past_durations, took_until
from district.systems.projects.selectors.settings import template_of
from district.systems.projects.services.reckoned import (
    FOR_YEAR,
    LIGHTLY,
    Run,
    basis_of,
    kept_of,
    put_shown,
    show_items,
)

_CHUNK = 1000
#: Days for which it is kept what approvals took.
_KEPT = 30


def recompute_all() -> int:
    """Recompute every project that is neither completed nor given up; returns how many.

    What approvals took is counted, then `reckon_all`; the rows of the approvals and the lights
    follow. Each part goes on where it was left, and the same call again changes nothing.
    """
    keep_durations(clock.today())
    found, clocks = reckon_all()
    show_all()
    if clocks:
        # Within the transactions of the sweep; what is left there it finds by itself.
        refresh_lights(TrackedRow.objects.filter(pk__in=clocks))
    return found


def reckon_all() -> tuple[int, list[UUID]]:
    """Compute all projects anew and keep what comes out: how many, and the tracked rows whose
    lights hang on what is other than it was.

    A thousand together, each thousand in a transaction of its own, from what was kept of their
    approvals: rows are read only where settings, calendar or month are others since. What is as it
    was is not written.
    """
    over = (Project.Stage.COMPLETED, Project.Stage.DROPPED)
    keys = list(Project.objects.exclude(stage__in=over).order_by("pk").values_list("pk", flat=True))
    clocks: list[UUID] = []
    for start in range(0, len(keys), _CHUNK):
        clocks += _reckon(keys[start : start + _CHUNK])
    return len(keys), clocks


@transaction.atomic
def _reckon(keys: Sequence[UUID]) -> list[UUID]:
    projects, kept = _locked(keys), kept_of(keys, shown=False)
    basis = basis_of(clock.today())
    trusted = frozenset(key for key, one in kept.items() if one.basis == basis)
    run = Run(projects, kept, trusted=trusted)
    run.write(show=False)
    return run.clocks()


def show_all() -> None:
    """Write into the rows of approvals what was computed of them since they were last written, a
    thousand projects in a transaction."""
    waiting = Reckoning.objects.exclude(packed=F("shown")).order_by("pk")
    keys = list(waiting.values_list("pk", flat=True))
    for start in range(0, len(keys), _CHUNK):
        _show(keys[start : start + _CHUNK])


@transaction.atomic
def _show(keys: Sequence[UUID]) -> None:
    projects, kept = _locked(keys), kept_of(keys)
    by_template: dict[UUID, list[UUID]] = {}
    for row in projects:
        by_template.setdefault(row.template_id, []).append(row.pk)
    for template, own in sorted(by_template.items()):
        found = template_of(template)
        size = packed.RECORD.itemsize * len(found.items)
        own = [key for key in own if key in kept and len(kept[key].packed) == size]
        if own:
            records = packed.unpack([kept[key].packed for key in own], len(found.items))
            show_items(found, own, records, kept)
    shown = [(row.pk, kept[row.pk].packed) for row in projects if row.pk in kept]
    if shown:
        project, content = zip(*shown, strict=True)
        update_columns(Reckoning, ("project",), {"project": project, "shown": content})


@transaction.atomic
def keep_durations(today: date) -> None:
    """Count once a day what approvals took, so that chances move only when their project does."""
    if Durations.objects.filter(day=today).exists():
        return
    row = Durations(day=today, content=took_until(today))
    Durations.objects.bulk_create([row], ignore_conflicts=True)
    Durations.objects.filter(day__lt=date.fromordinal(today.toordinal() - _KEPT)).delete()
    past_durations.forget()


@transaction.atomic
def recompute(keys: Sequence[UUID]) -> None:
    """Recompute projects from their rows, after something happened to them: expected and latest
    days of their approvals, the start of construction, the sums and forecast of the year, doubts,
    lights. Some fifteen statements for any number of one template, those of the lights included."""
    run = Run(_locked(keys, *FOR_YEAR), kept_of(keys), trusted=frozenset())
    run.write(show=True)
    refresh_rows(run.clocks())


def recompute_after(project: Project, items: Sequence[Item]) -> None:
    """As `recompute`, after something happened to approvals of one project, in the transaction of
    the caller, who has locked it and written the approvals: how the others stand is believed, and
    the year follows only where the start moves. Gives the approvals what came out."""
    kept = kept_of([project.pk])
    basis = basis_of(clock.today())
    trusted = frozenset(key for key, one in kept.items() if one.basis == basis)
    run = Run([project], kept, trusted=trusted, told=items)
    run.write(show=True)
    put_shown(run)
    refresh_rows(run.clocks())


def _locked(keys: Sequence[UUID], *more: str) -> list[Project]:
    """The projects, locked, with what the network needs of them, and more."""
    locked = Project.objects.select_for_update(of=("self",), no_key=True).only(*LIGHTLY, *more)
    return list(locked.filter(pk__in=keys).order_by("pk"))
