"""Proposals for where the next stations go: asked for, computed, accepted or refused."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

import numpy as np
from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, DistrictError, Invalid, NotFound
from district.kernel.cases.public import new_number
from district.kernel.history.public import Actor, Subject, record
from district.kernel.organisation.public import Owned, Unit, authorise
from district.systems.early_warning.coverage.candidates import Site, Sought, high_points
from district.systems.early_warning.coverage.covering import Chosen, Problem, choose
from district.systems.early_warning.coverage.figures import Assumptions, cover_of
from district.systems.early_warning.coverage.names import (
    DECIDE,
    PROPOSAL_SUBJECT,
    PROPOSE,
    SYSTEM,
)
from district.systems.early_warning.coverage.scene import Scene
from district.systems.early_warning.coverage.stations import Nest, Sensor
from district.systems.early_warning.coverage.woodland import Integers
from district.systems.early_warning.models import (
    CandidateSite,
    CoverageProposal,
    ProposedSite,
    StationKind,
)
from district.systems.early_warning.selectors.coverage_inputs import (
    Inputs,
    inputs_now,
    scene_now,
)
from district.systems.early_warning.services.coverage import (
    LONGEST,
    exact,
    percent,
    streets_at,
)

_STATE = CoverageProposal.State
_FROM = CoverageProposal.From
_OPEN = (_STATE.WAITING, _STATE.RUNNING)
MOST_SITES = 50
#: What may be presumed of a new station: least, most, metres, metres a second, seconds.
_PRESUMED: dict[str, dict[str, tuple[float, float]]] = {
    StationKind.SENSOR: {"height": (1, 200), "reach": (100, 20_000)},
    StationKind.NEST: {"speed": (1, 60), "takeoff": (0, 600), "reach": (100, 30_000)},
}


@dataclass(frozen=True)
class NewProposal:
    """What is asked: how many of which kind, from which sites, presuming what of each.

    `second` is the worth of a second cover (0 to 1). A sensor has `height` and `reach` (metres),
    a nest `speed` (metres a second over the ground), `takeoff` (seconds) and `reach`.
    """

    kind: str
    sites: int
    source: str
    lead_unit: str
    second: Decimal = Decimal(0)
    spacing_m: int = 700
    road_m: int = 300
    height: Decimal | None = None
    speed: Decimal | None = None
    takeoff: Decimal | None = None
    reach: Decimal | None = None


def proposal_subject(row: CoverageProposal) -> Subject:
    """How history names a proposal."""
    return Subject(PROPOSAL_SUBJECT, str(row.pk))


@transaction.atomic
def propose(new: NewProposal, *, actor: Actor) -> CoverageProposal:
    """Ask for a proposal; the worker computes it.

    Raises NotPermitted, Invalid naming the field, and Conflict where there is no woodland.
    """
    from district.systems.early_warning.jobs_coverage import compute_sites  # it calls us

    row = _asked(new, actor)
    compute_sites.enqueue(str(row.pk))
    return row


@transaction.atomic
def _asked(new: NewProposal, actor: Actor) -> CoverageProposal:
    if not Unit.objects.filter(pk=new.lead_unit, is_active=True).exists():
        raise Invalid("lead_unit", _("没有这个单位。"), _("请重新选择。"))
    authorise(actor, PROPOSE, Owned(new.lead_unit))
    _check(new)
    if "woodland" not in (inputs := inputs_now()).data:
        raise Conflict(_("还没有林地数据，不能计算。请先载入林地。"))
    if new.source == _FROM.TERRAIN and "terrain" not in inputs.data:
        raise Invalid(
            "source", _("没有地形数据，找不出高点。"), _("请载入地形，或从备选点位台账中选。")
        )
    station = {key: str(getattr(new, key)) for key in _PRESUMED[new.kind]}
    row = CoverageProposal.objects.create(
        number=new_number("BD", clock.today()),
        kind=new.kind,
        sites=new.sites,
        second=new.second,
        source=new.source,
        spacing_m=new.spacing_m,
        road_m=new.road_m,
        station=station,
        lead_unit_id=new.lead_unit,
        made_by=actor.name,
        made_at=clock.now(),
        state=_STATE.WAITING,
    )
    data = {"number": row.number, "kind": row.kind, "sites": row.sites, "station": station}
    record(proposal_subject(row), "early_warning.coverage.proposed", data, actor=actor)
    return row


def _check(new: NewProposal) -> None:
    choose_again = _("请从列表中选择。")
    if new.kind not in StationKind.values:
        raise Invalid("kind", _("选项不对。"), choose_again)
    if new.source not in _FROM.values:
        raise Invalid("source", _("选项不对。"), choose_again)
    bounds: dict[str, tuple[float, float]] = {
        "sites": (1, MOST_SITES),
        "second": (0, 1),
        "spacing_m": (100, 5000),
        "road_m": (0, 20_000),
        **_PRESUMED[new.kind],
    }
    for key, (least, most) in bounds.items():
        value = getattr(new, key)
        if value is None or not least <= value <= most:
            raise Invalid(
                key,
                _("数值不在范围内。"),
                _("请填写%(least)s到%(most)s。") % {"least": f"{least:g}", "most": f"{most:g}"},
            )


@transaction.atomic
def fail_stuck_proposals() -> int:
    """End proposals whose worker died. Returns how many."""
    before = clock.now() - LONGEST
    rows = list(
        CoverageProposal.objects.select_for_update().filter(state__in=_OPEN, made_at__lt=before)
    )
    for row in rows:
        _fail(row, _("计算没有按时完成。请重新提出，仍不行请联系系统管理员。"))
    return len(rows)


def _fail(row: CoverageProposal, problem: str) -> None:
    row.state, row.problem = _STATE.FAILED, problem[:300]
    row.save(update_fields=["state", "problem"])
    record(
        proposal_subject(row), "early_warning.coverage.failed", {"problem": problem}, actor=SYSTEM
    )


def propose_now(new: NewProposal, *, actor: Actor) -> CoverageProposal:
    """Ask for a proposal and compute it at once, in this process: for demos. As `propose`."""
    row = _asked(new, actor)
    compute_proposal(row.pk)
    row.refresh_from_db()
    return row


def compute_proposal(proposal_id: UUID | str) -> CoverageProposal | None:
    """Compute a proposal; None where it is done or another worker has it. Safe to run twice."""
    taken = CoverageProposal.objects.filter(pk=proposal_id, state=_STATE.WAITING)
    if not taken.update(state=_STATE.RUNNING):
        return None
    row = CoverageProposal.objects.get(pk=proposal_id)
    try:
        _compute(row)
    except DistrictError as error:
        with transaction.atomic():
            _fail(row, str(error))
    except Exception:
        with transaction.atomic():
            _fail(row, _("计算没有完成。请重新提出，仍不行请联系系统管理员。"))
        raise
    return row


def _compute(row: CoverageProposal) -> None:
    inputs = inputs_now()
    if "woodland" not in inputs.data:
        raise Conflict(_("还没有林地数据，不能计算。请先载入林地。"))
    presumed = {key: float(value) for key, value in row.station.items()}
    scene = scene_now(inputs, [presumed["reach"], *(one.reach for one in inputs.sensors)])
    sites = _sites(row, scene)
    if not sites:
        raise Conflict(_("没有备选点位。请在备选点位台账中登记，或放宽高点的间距和离道路的距离。"))
    stations = [_station(row.kind, presumed, site) for site in sites]
    reach = _reaches(stations, scene, inputs.assumptions)
    now = _now(row.kind, inputs, scene)
    worth = scene.cells.weight * scene.cells.hectares
    chosen = choose(Problem(reach, worth, now, row.sites, float(row.second)))
    _keep(row, inputs, scene, sites, reach, now, chosen)


def _sites(row: CoverageProposal, scene: Scene) -> list[Site]:
    """The sites to choose from."""
    if row.source == _FROM.TERRAIN:
        if scene.surface is None:
            raise Conflict(_("没有地形数据，找不出高点。请载入地形，或从备选点位台账中选。"))
        sought = Sought(float(row.spacing_m), float(row.road_m))
        return high_points(scene.surface, scene.cells, scene.roads, sought)
    found = CandidateSite.objects.filter(is_active=True, fits__in=(row.kind, "both"))
    sites = []
    for one in found.order_by("code"):
        lon, lat = float(one.lon), float(one.lat)
        sites.append(Site(one.code, one.name, lon, lat, _height(scene, lon, lat)))
    return sites


def _height(scene: Scene, lon: float, lat: float) -> float | None:
    if scene.surface is None:
        return None
    height = float(scene.surface.ground_at(*scene.cells.frame.metres(lon, lat)))
    return None if np.isnan(height) else round(height, 1)


def _station(kind: str, presumed: dict[str, float], site: Site) -> Sensor | Nest:
    place: dict[str, Any] = {"code": site.code, "name": site.name, "lon": site.lon, "lat": site.lat}
    if kind == StationKind.SENSOR:
        return Sensor(**place, height=presumed["height"], reach=presumed["reach"])
    return Nest(
        **place, speed=presumed["speed"], takeoff=presumed["takeoff"], reach=presumed["reach"]
    )


def _reaches(
    stations: Sequence[Sensor | Nest], scene: Scene, given: Assumptions
) -> Sequence[Integers]:
    """The cells that each station would cover."""
    sensors = [one for one in stations if isinstance(one, Sensor)]
    nests = [one for one in stations if isinstance(one, Nest)]
    cover = cover_of(scene.cells, scene.surface, sensors, nests, given)
    return cover.seen if sensors else cover.reached


def _now(kind: str, inputs: Inputs, scene: Scene) -> Integers:
    """How many stations of that kind cover each cell already."""
    cover = cover_of(scene.cells, scene.surface, inputs.sensors, inputs.nests, inputs.assumptions)
    return cover.counts("sensor" if kind == StationKind.SENSOR else "nest")


@transaction.atomic
def _keep(
    row: CoverageProposal,
    inputs: Inputs,
    scene: Scene,
    sites: Sequence[Site],
    reach: Sequence[Integers],
    now: Integers,
    chosen: Chosen,
) -> None:
    cells = scene.cells
    total = len(cells)
    counts = now.copy()
    picked = [sites[at] for at in chosen.sites]
    streets = streets_at([(site.lon, site.lat) for site in picked])
    for order, (at, site) in enumerate(zip(chosen.sites, picked, strict=True), start=1):
        first = int((counts[reach[at]] == 0).sum())
        counts[reach[at]] += 1
        ProposedSite.objects.create(
            proposal=row,
            order=order,
            code=site.code,
            name=site.name,
            street_unit_id=streets[order - 1],
            lon=exact(site.lon),
            lat=exact(site.lat),
            height=None if site.height is None else exact(site.height, 1),
            covers_cells=len(reach[at]),
            first_cells=first,
            adds=exact(chosen.adds[order - 1], 2),
            after_share=percent(float((counts > 0).sum()) / total),
        )
    row.state, row.computed_at, row.digest = _STATE.OPEN, clock.now(), inputs.digest
    row.candidates, row.cells = len(sites), total
    row.before_share = percent(float((now > 0).sum()) / total)
    row.after_share = percent(float((counts > 0).sum()) / total)
    row.value, row.greedy = exact(chosen.value, 2), exact(chosen.greedy, 2)
    # A bound is rounded upwards: nought means proven best, not almost.
    row.bound, row.gap = _upwards(chosen.bound), _upwards(chosen.gap * 100)
    row.seconds = exact(chosen.seconds, 2)
    row.save()
    data = {"value": str(row.value), "bound": str(row.bound), "sites": len(picked)}
    record(proposal_subject(row), "early_warning.coverage.sites_computed", data, actor=SYSTEM)


def _upwards(value: float) -> Decimal:
    return Decimal(math.ceil(round(value * 100, 6))) / 100


@transaction.atomic
def decide(proposal_id: UUID | str, *, accept: bool, reason: str, actor: Actor) -> CoverageProposal:
    """Accept or refuse a proposal, with the reason; once.

    Raises NotFound, NotPermitted, Invalid without a reason, Conflict where it is not open.
    """
    row = CoverageProposal.objects.select_for_update().filter(pk=proposal_id).first()
    if row is None:
        raise NotFound(_("没有这份布点建议。"))
    authorise(actor, DECIDE, Owned(row.lead_unit_id))
    if row.state != _STATE.OPEN:
        raise Conflict(_("这份建议现在不能决定。请刷新后查看。"))
    words = reason.strip()
    if not words or len(words) > 500:
        raise Invalid("reason", _("决定理由不对。"), _("请填写不超过500字的理由。"))
    row.state = _STATE.ACCEPTED if accept else _STATE.REFUSED
    row.reason, row.decided_by, row.decided_at = words, actor.name, clock.now()
    row.save(update_fields=["state", "reason", "decided_by", "decided_at"])
    kind = "accepted" if accept else "refused"
    record(proposal_subject(row), f"early_warning.coverage.{kind}", {"reason": words}, actor=actor)
    return row
