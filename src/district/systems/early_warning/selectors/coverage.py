"""What the pages of coverage show: the present state, losses, streets, proposals, map data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from district.kernel.base.errors import NotFound
from district.kernel.cases.public import units_kept
from district.kernel.history.public import Actor
from district.kernel.measures.public import StatPeriod
from district.kernel.organisation.public import authorise, permitted_somewhere, root_unit
from district.kernel.places.public import ground
from district.kernel.registers.public import Figure
from district.systems.early_warning.coverage.names import (
    CELLS,
    MANAGE,
    PROPOSALS,
    RUNS,
    SITES,
    STATIONS,
    VIEW,
)
from district.systems.early_warning.coverage.shapes import COVERS, svg
from district.systems.early_warning.models import (
    CoverageCell,
    CoverageProposal,
    CoverageRun,
    CoverageStation,
    ProposedSite,
    StationKind,
)
from district.systems.early_warning.selectors.coverage_inputs import Inputs, inputs_now

_WAITING = (CoverageRun.State.WAITING, CoverageRun.State.RUNNING)
_WORST = 10


@dataclass(frozen=True)
class Overview:
    """The state of coverage; `run` is None before the first computation.

    `stale` says, to whoever may compute anew, that something has changed since; `waiting` and
    `failed` are what was asked for since.
    """

    inputs: Inputs = field(repr=False)
    run: CoverageRun | None
    stale: bool
    waiting: CoverageRun | None
    failed: CoverageRun | None


def overview(actor: Actor) -> Overview:
    """The present state. Raises NotPermitted."""
    authorise(actor, VIEW)
    manages = permitted_somewhere(actor, MANAGE)
    inputs = inputs_now(stations=manages)
    newest = CoverageRun.objects.order_by("-asked_at", "-pk").values("pk")[:1]
    rows = list(_runs().filter(Q(is_current=True) | Q(pk=Subquery(newest))))
    last = max(rows, key=lambda row: (row.asked_at, str(row.pk)), default=None)
    run = next((row for row in rows if row.is_current), None)
    return Overview(
        inputs,
        run,
        manages and run is not None and run.digest != inputs.digest,
        last if last is not None and last.state in _WAITING else None,
        last if last is not None and last.state == CoverageRun.State.FAILED else None,
    )


def current_run() -> CoverageRun | None:
    """The computation whose cells are kept, without its shapes."""
    return _runs().filter(is_current=True).first()


def _runs() -> QuerySet[CoverageRun]:
    rows = CoverageRun.objects.select_related("woodland", "terrain")
    return rows.defer("shapes", "woodland__content", "terrain__content")


def shares_of(run: CoverageRun) -> list[tuple[Figure, str]]:
    """The shares of a computation, each a figure that opens its row, with what it means."""
    where = f'number = "{run.number}"'
    minutes = {"minutes": f"{run.assumptions['minutes']:g}"}
    words = (
        ("any_share", _("覆盖率"), _("前端可见或机场%(minutes)s分钟内可达") % minutes),
        ("seen_share", _("前端可见"), ""),
        ("reached_share", _("机场%(minutes)s分钟内可达") % minutes, ""),
        ("both_share", _("两者都覆盖"), ""),
        ("seen_twice_share", _("两个以上前端可见"), ""),
        ("reached_twice_share", _("两个以上机场可达"), ""),
    )
    found = []
    for key, label, note in words:
        value = getattr(run, key)
        part = key.removesuffix("_share")
        if part in run.weighted:
            note = " · ".join(
                filter(None, (note, _("按权重%(share)s%%") % {"share": run.weighted[part]}))
            )
        found.append((Figure(RUNS, where, f"value:{key}", value, "%", label), note))
    return found


def cells_figure(value: int, where: str, label: str) -> Figure:
    """A number of cells that opens them."""
    return Figure(CELLS, where, value=value, unit=_("格"), label=label)


def covers_of(run: CoverageRun) -> list[dict[str, Any]]:
    """How many cells are covered by what, for the map's legend."""
    counts = {
        "both": run.both_cells,
        "sensor": run.seen_cells - run.both_cells,
        "nest": run.reached_cells - run.both_cells,
        "none": run.none_cells,
    }
    words = dict(CoverageCell.Cover.choices)
    return [
        {
            "key": key,
            "word": words[key],
            "figure": cells_figure(counts[key], f'cover = "{key}"', str(words[key])),
            "hectares": counts[key] * run.hectares / run.cells,
        }
        for key in COVERS
    ]


def losses(run: CoverageRun) -> list[dict[str, Any]]:
    """The stations whose loss costs most, each with figures that open the cells."""
    rows = CoverageStation.objects.filter(run=run)
    found = []
    for row in rows.order_by("-bare_cells", "-alone_cells", "code")[:_WORST]:
        only = f'only_{row.kind} = "{row.code}"'
        other = "reached" if row.kind == StationKind.SENSOR else "seen"
        found.append(
            {
                "row": row,
                "url": reverse("register_detail", args=[STATIONS, row.pk]),
                "alone": cells_figure(row.alone_cells, only, row.name),
                "bare": cells_figure(row.bare_cells, f"{only} and {other} = 0", row.name),
            }
        )
    return found


def stations_figure(run: CoverageRun, kind: str, value: int, label: str) -> Figure:
    """How many stations were computed with; it opens them with their losses."""
    return Figure(STATIONS, f'run = "{run.number}" and kind = "{kind}"', value=value, label=label)


def by_street(run: CoverageRun) -> list[dict[str, Any]]:
    """Streets with woodland, the one with most uncovered cells first. Mostly no query."""
    names = {unit.pk: unit.display_short for unit in units_kept().values()}
    found = []
    for row in run.streets:
        code, cells, bare = row["street"], row["cells"], row["bare"]
        name = str(names.get(code, code)) if code else _("不在任何街道")
        where = f'street_unit = "{code}"' if code else "not street_unit known"
        found.append(
            {
                "name": name,
                "cells": cells_figure(cells, where, name),
                "bare": cells_figure(bare, f'{where} and cover = "none"', name),
                "share": Decimal(100 * (cells - bare)) / cells,
            }
        )
    return found


def _shapes(run: CoverageRun) -> dict[str, Any]:
    """The covered and uncovered parts, which lists of computations leave out."""
    found: dict[str, Any] = CoverageRun.objects.values_list("shapes", flat=True).get(pk=run.pk)
    return found


def map_data(run: CoverageRun | None, sites: Sequence[ProposedSite] = ()) -> dict[str, Any]:
    """Streets, covered and uncovered parts, stations and proposed sites as a map takes them."""
    shapes = {} if run is None else _shapes(run)
    words = {key: str(word) for key, word in CoverageCell.Cover.choices}
    lights = {"both": "green", "sensor": "yellow", "nest": "yellow", "none": "red"}
    base = ground("street")
    areas = list(base["areas"]["features"])
    for key in COVERS:
        if key in shapes:
            facts = {"id": key, "title": words[key], "light": lights[key], "pattern": key}
            areas.append(
                {"type": "Feature", "id": key, "properties": facts, "geometry": shapes[key]}
            )
    points = [*_station_points(run), *map(_site_point, sites)]
    return {
        "areas": {"type": "FeatureCollection", "features": areas},
        "points": {"type": "FeatureCollection", "features": points},
        "approximate": base["approximate"],
    }


def _station_points(run: CoverageRun | None) -> list[dict[str, Any]]:
    if run is None:
        return []
    words = dict(StationKind.choices)
    return [
        _point(
            f"{row.kind}-{row.code}",
            row.lon,
            row.lat,
            {
                "title": f"{words[row.kind]} {row.name}",
                "mark": row.kind,
                "note": _("失去后覆盖率下降%(share)s个百分点")
                % {"share": row.bare_share.normalize()},
            },
        )
        for row in CoverageStation.objects.filter(run=run)
    ]


def _site_point(site: ProposedSite) -> dict[str, Any]:
    facts = {
        "name": str(site.order),
        "mark": "new",
        "note": f"{site.name or site.code} · "
        + _("新增覆盖%(cells)s格") % {"cells": site.first_cells},
    }
    return _point(f"site-{site.order}", site.lon, site.lat, facts)


def _point(key: str, lon: Decimal, lat: Decimal, facts: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "Feature",
        "id": key,
        "properties": {"id": key, **facts},
        "geometry": {"type": "Point", "coordinates": [float(lon), float(lat)]},
    }


def picture(run: CoverageRun, sites: Sequence[ProposedSite] = ()) -> str:
    """The map as an SVG for paper."""
    shapes = _shapes(run)
    words = {key: str(word) for key, word in CoverageCell.Cover.choices}
    words |= {f"at_{key}": str(word) for key, word in StationKind.choices}
    points = [
        (f"at_{row.kind}", float(row.lon), float(row.lat), row.name)
        for row in CoverageStation.objects.filter(run=run)
    ]
    if sites:
        words["new"] = _("建议点位")
        points += [("new", float(one.lon), float(one.lat), str(one.order)) for one in sites]
    base = ground("street")
    outlines = [one["geometry"] for one in base["areas"]["features"]]
    title = _("林区覆盖图")
    return svg(shapes, outlines, points, words, title, dashed=base["approximate"])


def proposal_for(proposal_id: UUID | str, actor: Actor) -> CoverageProposal:
    """A proposal; NotPermitted, NotFound."""
    authorise(actor, VIEW)
    row = CoverageProposal.objects.select_related("lead_unit").filter(pk=proposal_id).first()
    if row is None:
        raise NotFound(_("没有这份布点建议。"))
    return row


def is_overtaken(proposal: CoverageProposal) -> bool:
    """Whether coverage was computed since, of another state than the proposal's. One query."""
    if proposal.computed_at is None:
        return False
    later = CoverageRun.objects.filter(is_current=True, done_at__gt=proposal.computed_at)
    return later.exclude(digest=proposal.digest).exists()


def sites_of(proposal: CoverageProposal) -> list[ProposedSite]:
    """The sites of a proposal in their order."""
    return list(proposal.site_rows.select_related("street_unit").order_by("order"))


def sites_figure(proposal: CoverageProposal, value: int) -> Figure:
    """How many sites a proposal has; it opens them, to be exported as CSV or XLSX."""
    return Figure(
        SITES, f'proposal = "{proposal.number}"', value=value, unit=_("处"), label=_("建议点位")
    )


def proposal_figures(proposal: CoverageProposal) -> list[tuple[Figure, str]]:
    """Value, bound and gap of a proposal, each with what it means."""
    where = f'number = "{proposal.number}"'
    words = (
        (
            "after_share",
            "%",
            _("增设后比例"),
            _("原为%(share)s%%") % {"share": proposal.before_share.normalize()},
        ),
        ("value", _("公顷"), _("增加"), _("面积乘以权重")),
        ("bound", _("公顷"), _("上界"), _("任何选法都不会超过")),
        ("gap", "%", _("差距"), _("0表示已证明最好") if proposal.gap else _("已证明最好")),
    )
    return [
        (Figure(PROPOSALS, where, f"value:{key}", getattr(proposal, key), unit, label), note)
        for key, unit, label, note in words
    ]


def as_geojson(proposal: CoverageProposal, sites: Sequence[ProposedSite]) -> dict[str, Any]:
    """A proposal's sites as GeoJSON, with what each adds."""
    features = [
        {
            "type": "Feature",
            "id": f"{proposal.number}-{site.order}",
            "properties": {
                "proposal": proposal.number,
                "kind": proposal.kind,
                "order": site.order,
                "code": site.code,
                "name": site.name,
                "height_m": None if site.height is None else float(site.height),
                "covers_cells": site.covers_cells,
                "first_cells": site.first_cells,
                "adds_ha": float(site.adds),
                "after_percent": float(site.after_share),
            },
            "geometry": {"type": "Point", "coordinates": [float(site.lon), float(site.lat)]},
        }
        for site in sites
    ]
    return {"type": "FeatureCollection", "features": features}


def covered_share(period: StatPeriod) -> Mapping[str, Decimal]:
    """The share of woodland covered at the end of a period, by the last computation until then.

    Percent, under the district's own unit; two queries.
    """
    until = _after(period.end)
    rows = CoverageRun.objects.filter(state=CoverageRun.State.DONE, done_at__lt=until)
    share = rows.order_by("-done_at").values_list("any_share", flat=True).first()
    return {} if share is None else {root_unit().pk: share}


def _after(day: date) -> datetime:
    """The moment at which a day of the district has ended."""
    return datetime.combine(day + timedelta(days=1), time.min, timezone.get_default_timezone())
