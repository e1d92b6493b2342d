"""Computing coverage: asked for, computed by the worker, kept with the digest of its inputs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import numpy as np
from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, DistrictError
from district.kernel.cases.public import new_number
from district.kernel.history.public import Actor, Subject, record
from district.kernel.organisation.public import Owned, Unit, authorise
from district.kernel.places.public import area_codes_at
from district.systems.early_warning.coverage.figures import Cover, cover_of, losses_of, parts_of
from district.systems.early_warning.coverage.names import MANAGE, RUN_SUBJECT, SYSTEM
from district.systems.early_warning.coverage.scene import Scene
from district.systems.early_warning.coverage.shapes import COVERS, merged
from district.systems.early_warning.coverage.woodland import Integers
from district.systems.early_warning.models import CoverageCell, CoverageRun, CoverageStation
from district.systems.early_warning.selectors.coverage_inputs import (
    Inputs,
    inputs_now,
    scene_now,
    settings_now,
)

_STATE = CoverageRun.State
_OPEN = (_STATE.WAITING, _STATE.RUNNING)
#: A computation that is not done by then will not be any more: its worker died.
LONGEST = timedelta(minutes=30)
_BATCH = 2000


def exact(value: float, places: int = 6) -> Decimal:
    """A float as the database keeps it."""
    return Decimal(str(round(float(value), places)))


def percent(share: float) -> Decimal:
    """A share as percent with two decimals, as it is shown; all is said only of all."""
    shown = round(share * 100, 2)
    if shown >= 100 and share < 1:
        shown = 99.99
    if shown <= 0 and share > 0:
        shown = 0.01
    return Decimal(str(shown))


def run_subject(run: CoverageRun) -> Subject:
    """How history names a computation."""
    return Subject(RUN_SUBJECT, str(run.pk))


@transaction.atomic
def ask_run(*, actor: Actor) -> CoverageRun:
    """Have coverage computed by the worker; one that waits for the same state is returned.

    Raises NotPermitted, and Conflict where there is no woodland to compute on.
    """
    authorise(actor, MANAGE, Owned(settings_now().lead_unit_id))
    from district.systems.early_warning.jobs_coverage import compute_coverage  # it calls us

    run, is_new = _begun(inputs_now())
    if is_new:
        compute_coverage.enqueue(str(run.pk))
    return run


def _begun(inputs: Inputs) -> tuple[CoverageRun, bool]:
    """The run that waits for this state, or a new one, and whether it is new."""
    if "woodland" not in inputs.data:
        raise Conflict(_("还没有林地数据，不能计算。请先载入林地。"))
    digest = inputs.digest
    waiting = CoverageRun.objects.filter(digest=digest, state__in=_OPEN).first()
    if waiting is not None:
        return waiting, False
    made = CoverageRun.objects.create(
        number=new_number("FG", clock.today()),
        state=_STATE.WAITING,
        digest=digest,
        asked_at=clock.now(),
    )
    return made, True


def ask_if_changed() -> int:
    """Ask for a computation where stations, data or settings changed since the last one.

    A state that could not be computed is not tried again until something changes. Returns how
    many were asked for; ends those whose worker died.
    """
    fail_stuck()
    inputs = inputs_now()
    if "woodland" not in inputs.data:
        return 0
    last = CoverageRun.objects.order_by("-asked_at", "-pk").values_list("digest", flat=True)[:1]
    if list(last) == [inputs.digest]:
        return 0
    ask_run(actor=SYSTEM)
    return 1


@transaction.atomic
def fail_stuck() -> int:
    """End computations whose worker died, so that they can be asked for again."""
    before = clock.now() - LONGEST
    stuck = CoverageRun.objects.select_for_update().filter(state__in=_OPEN, asked_at__lt=before)
    rows = list(stuck)
    for run in rows:
        _fail(run, _("计算没有按时完成。请重新计算，仍不行请联系系统管理员。"))
    return len(rows)


def _fail(run: CoverageRun, problem: str) -> None:
    run.state, run.problem = _STATE.FAILED, problem[:300]
    run.save(update_fields=["state", "problem"])
    record(run_subject(run), "early_warning.coverage.failed", {"problem": problem}, actor=SYSTEM)


def compute_run(run_id: UUID | str) -> CoverageRun | None:
    """Compute what was asked for; None where it is done, or another worker has it.

    What it computes is the state of now, whose digest the run takes. Safe to run twice.
    """
    taken = CoverageRun.objects.filter(pk=run_id, state=_STATE.WAITING)
    if not taken.update(state=_STATE.RUNNING):
        return None
    run = CoverageRun.objects.get(pk=run_id)
    try:
        inputs = inputs_now()
        if "woodland" not in inputs.data:
            raise Conflict(_("还没有林地数据，不能计算。请先载入林地。"))
        scene = scene_now(inputs, [one.reach for one in inputs.sensors])
        cover = cover_of(
            scene.cells, scene.surface, inputs.sensors, inputs.nests, inputs.assumptions
        )
        keep(run, inputs, scene, cover)
    except DistrictError as error:
        with transaction.atomic():
            _fail(run, str(error))
    except Exception:
        with transaction.atomic():
            _fail(run, _("计算没有完成。请重试，仍不行请联系系统管理员。"))
        raise
    return run


def compute_now() -> CoverageRun:
    """Compute the present state at once, in this process: for loaders and demos."""
    with transaction.atomic():
        run, _is_new = _begun(inputs_now())
    compute_run(run.pk)
    run.refresh_from_db()
    return run


@transaction.atomic
def keep(run: CoverageRun, inputs: Inputs, scene: Scene, cover: Cover) -> None:
    """Keep what was computed and make it current; cells of earlier ones go, their figures stay."""
    kinds = _kinds(cover)
    list(CoverageRun.objects.select_for_update().filter(is_current=True))
    CoverageRun.objects.filter(is_current=True).update(is_current=False)
    CoverageCell.objects.all().delete()
    run.state, run.is_current, run.done_at = _STATE.DONE, True, clock.now()
    run.digest, run.problem = inputs.digest, ""
    run.terrain, run.woodland = inputs.data.get("terrain"), inputs.data["woodland"]
    run.assumptions = asdict(inputs.assumptions)
    run.sensors, run.nests = len(inputs.sensors), len(inputs.nests)
    run.unknown_cells = scene.unknown
    run.unknown_sensors = scene.blind([(one.lon, one.lat) for one in inputs.sensors])
    run.hectares = exact(len(cover.cells) * cover.cells.hectares, 2)
    parts = parts_of(cover)
    run.cells = parts.pop("all").cells
    for key, part in parts.items():
        setattr(run, f"{key}_cells", part.cells)
        setattr(run, f"{key}_share", percent(part.share))
    if np.ptp(cover.cells.weight) > 0:
        run.weighted = {key: str(percent(part.weighted)) for key, part in parts.items()}
    else:
        run.weighted = {}
    shapes = {key: merged(cover.cells, kinds == at) for at, key in enumerate(COVERS)}
    run.shapes = {key: shape for key, shape in shapes.items() if shape}
    rows = list(_cell_rows(run, cover, kinds))
    run.streets = _by_street(rows)
    run.save()
    CoverageCell.objects.bulk_create(rows, batch_size=_BATCH)
    CoverageStation.objects.bulk_create(_station_rows(run, cover), batch_size=_BATCH)
    data = {"digest": run.digest, "cells": run.cells, "share": str(run.any_share)}
    record(run_subject(run), "early_warning.coverage.computed", data, actor=SYSTEM)


def _kinds(cover: Cover) -> Integers:
    """For each cell the place of its cover in `COVERS`."""
    seen, flown = cover.counts("sensor") > 0, cover.counts("nest") > 0
    return np.where(seen, np.where(flown, 0, 1), np.where(flown, 2, 3))


def _cell_rows(run: CoverageRun, cover: Cover, kinds: Integers) -> Iterator[CoverageCell]:
    cells = cover.cells
    lons, lats = cells.degrees
    streets = streets_at(list(zip(lons.tolist(), lats.tolist(), strict=True)))
    counts = {"sensor": cover.counts("sensor"), "nest": cover.counts("nest")}
    alone = {"sensor": _alone(cover, "sensor"), "nest": _alone(cover, "nest")}
    for at in range(len(cells)):
        yield CoverageCell(
            run=run,
            code=f"{cells.row[at]}/{cells.column[at]}",
            lon=exact(lons[at]),
            lat=exact(lats[at]),
            weight=exact(cells.weight[at]),
            street_unit_id=streets[at],
            seen=int(counts["sensor"][at]),
            reached=int(counts["nest"][at]),
            only_sensor=alone["sensor"].get(at, ""),
            only_nest=alone["nest"].get(at, ""),
            cover=COVERS[kinds[at]],
        )


def _by_street(rows: Sequence[CoverageCell]) -> list[dict[str, Any]]:
    """Cells and uncovered cells by street, the one with most uncovered ones first."""
    cells = Counter(row.street_unit_id or "" for row in rows)
    bare = Counter(row.street_unit_id or "" for row in rows if row.cover == "none")
    order = sorted(cells, key=lambda code: (-bare[code], code))
    return [{"street": code, "cells": cells[code], "bare": bare[code]} for code in order]


def streets_at(points: list[tuple[float, float]]) -> list[str | None]:
    """The streets' unit codes at points; None where there is none, or no such unit."""
    codes = area_codes_at(points, "street") if points else []
    known = set(
        Unit.objects.filter(pk__in={code for code in codes if code}).values_list("pk", flat=True)
    )
    return [code if code in known else None for code in codes]


def _alone(cover: Cover, kind: str) -> dict[int, str]:
    """The code of the only station of a kind, by number of the cell."""
    pairs = (
        zip(cover.sensors, cover.seen, strict=True)
        if kind == "sensor"
        else zip(cover.nests, cover.reached, strict=True)
    )
    counts = cover.counts("sensor" if kind == "sensor" else "nest")
    return {int(at): one.code for one, mine in pairs for at in mine[counts[mine] == 1]}


def _station_rows(run: CoverageRun, cover: Cover) -> Iterator[CoverageStation]:
    for loss in losses_of(cover):
        yield CoverageStation(
            run=run,
            kind=loss.kind,
            code=loss.code,
            name=loss.name,
            lon=exact(loss.lon),
            lat=exact(loss.lat),
            covers_cells=loss.covers.cells,
            covers_share=percent(loss.covers.share),
            alone_cells=loss.alone.cells,
            alone_share=percent(loss.alone.share),
            bare_cells=loss.bare.cells,
            bare_share=percent(loss.bare.share),
        )
