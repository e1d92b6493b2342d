"""Coverage of a small district: asked for, computed, kept, found out of date."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from unittest import mock

import numpy as np
import pytest
from django_tasks_db.models import DBTaskResult

from district.kernel.base.errors import Conflict, Invalid, NotPermitted
from district.kernel.history.public import Actor, events_of
from district.kernel.measures.public import StatPeriod
from district.systems.early_warning.coverage.names import SYSTEM
from district.systems.early_warning.jobs_coverage import compute_coverage, follow_changes
from district.systems.early_warning.models import (
    CandidateSite,
    CoverageCell,
    CoverageData,
    CoverageRun,
    CoverageStation,
    DroneNest,
    FrontEnd,
)
from district.systems.early_warning.selectors.coverage import covered_share, overview
from district.systems.early_warning.selectors.coverage_inputs import (
    inputs_now,
    nests_in_service,
    sensors_in_service,
)
from district.systems.early_warning.services.coverage import (
    LONGEST,
    ask_if_changed,
    ask_run,
    compute_now,
    compute_run,
    percent,
)
from district.systems.early_warning.services.coverage_data import (
    drop_data,
    load_coverage,
    put_data,
    save_candidate,
    save_settings,
)
from district.systems.early_warning.tests.coverage.conftest import (
    NOW,
    SIDE,
    SOUTH,
    WEST,
    given,
    nest,
    sensor,
    terrain,
    woodland,
)

People = dict[str, Actor]


def test_what_was_computed_is_what_its_rows_say(ground: People) -> None:
    """Every number of the computation is counted again from the cells."""
    run = compute_now()
    assert run.state == "done"
    cells = CoverageCell.objects.filter(run=run)
    assert cells.count() == run.cells > 500
    for name, rows in {
        "seen": cells.filter(seen__gt=0),
        "reached": cells.filter(reached__gt=0),
        "any": cells.exclude(cover="none"),
        "both": cells.filter(cover="both"),
        "seen_twice": cells.filter(seen__gt=1),
        "reached_twice": cells.filter(reached__gt=1),
        "none": cells.filter(cover="none"),
    }.items():
        count = rows.count()
        assert getattr(run, f"{name}_cells") == count, name
        assert getattr(run, f"{name}_share") == percent(count / run.cells), name
    assert 0 < run.any_share < 100
    assert run.hectares == run.cells
    assert set(cells.values_list("street_unit", flat=True)) == {"901", "902"}


def test_the_figure_of_a_loss_is_what_computing_without_it_gives(ground: People) -> None:
    """A third camera overlaps both others; each is taken away in turn."""
    sensor("M", WEST + SIDE / 2, SOUTH + SIDE / 2, height=60)
    nest("O", WEST + 0.01, SOUTH + 0.01)
    whole = compute_now()
    told = {
        (row.kind, row.code): (row.alone_cells, row.bare_cells, row.covers_cells)
        for row in CoverageStation.objects.filter(run=whole)
    }
    assert len(told) == 5
    for row in FrontEnd.objects.all():
        FrontEnd.objects.filter(pk=row.pk).update(is_active=False)
        without = compute_now()
        FrontEnd.objects.filter(pk=row.pk).update(is_active=True)
        alone, bare, _covers = told["sensor", row.code]
        assert whole.seen_cells - without.seen_cells == alone
        assert whole.any_cells - without.any_cells == bare
    for nest_row in DroneNest.objects.all():
        DroneNest.objects.filter(pk=nest_row.pk).update(state="offline")
        without = compute_now()
        DroneNest.objects.filter(pk=nest_row.pk).update(state="ready")
        alone, bare, _covers = told["nest", nest_row.code]
        assert whole.reached_cells - without.reached_cells == alone
        assert whole.any_cells - without.any_cells == bare
    assert any(alone for alone, _bare, _covers in told.values())


def test_cells_name_the_only_station_that_covers_them(ground: People) -> None:
    """So that the number of a loss opens its cells."""
    run = compute_now()
    for row in CoverageStation.objects.filter(run=run):
        only = {f"only_{row.kind}": row.code}
        other = "reached" if row.kind == "sensor" else "seen"
        cells = CoverageCell.objects.filter(run=run, **only)
        assert cells.count() == row.alone_cells
        assert cells.filter(**{other: 0}).count() == row.bare_cells


def test_a_ridge_costs_coverage_and_without_terrain_reach_alone_counts(ground: People) -> None:
    """The same stations, first behind the ridge, then on a plane without heights."""
    hidden = compute_now()
    assert hidden.terrain is not None
    drop_data("terrain", actor=SYSTEM)
    flat = compute_now()
    assert flat.terrain is None
    assert flat.seen_cells > hidden.seen_cells
    assert flat.reached_cells == hidden.reached_cells


def test_cells_outside_the_terrain_are_told_and_not_seen(ground: People) -> None:
    """The terrain covers the southern part only."""
    values = np.full((20, 60), 30.0)
    rows = ["lon,lat,value"] + [
        f"{WEST - 0.0145 + c * 0.001:.4f},{SOUTH - 0.0145 + (19 - r) * 0.001:.4f},{values[r, c]}"
        for r in range(20)
        for c in range(60)
    ]
    put_data(given("terrain", "\n".join(rows).encode(), "t.csv"), actor=SYSTEM)
    run = compute_now()
    assert 0 < run.unknown_cells < run.cells
    assert 0 < run.seen_cells <= run.cells - run.unknown_cells
    assert run.unknown_sensors == 2


def test_weights_are_told_beside_the_shares_by_area(ground: People) -> None:
    """The north counts three times."""
    assert compute_now().weighted == {}
    put_data(given("woodland", woodland(3), "w.geojson"), actor=SYSTEM)
    run = compute_now()
    cells = list(CoverageCell.objects.filter(run=run).values_list("weight", "cover"))
    covered = sum(weight for weight, cover in cells if cover != "none")
    share = percent(float(covered / sum(weight for weight, _cover in cells)))
    assert Decimal(run.weighted["any"]) == share != run.any_share


def test_a_computation_is_out_of_date_when_anything_it_depends_on_changes(
    ground: People,
) -> None:
    """Each change is another digest; a name is none."""
    compute_now()
    assert not overview(ground["officer"]).stale
    FrontEnd.objects.filter(code="W").update(name="改名")
    assert not overview(ground["officer"]).stale
    known = {inputs_now().digest}
    for change in (
        lambda: FrontEnd.objects.filter(code="W").update(height=25),
        lambda: DroneNest.objects.filter(code="N").update(launch_seconds=40),
        lambda: DroneNest.objects.filter(code="N").update(state="maintenance"),
        lambda: save_settings({"canopy_m": 9}, actor=SYSTEM),
        lambda: put_data(given("terrain", terrain(50), "t.npz"), actor=SYSTEM),
        lambda: put_data(given("woodland", woodland(2), "w.geojson"), actor=SYSTEM),
    ):
        change()
        digest = inputs_now().digest
        assert digest not in known
        known.add(digest)
        assert overview(ground["officer"]).stale
    # A nest that flies or charges still covers.
    DroneNest.objects.filter(code="N").update(state="charging")
    assert [one.code for one in nests_in_service()] == ["N"]


def test_changes_are_followed_once(ground: People) -> None:
    """The periodic job asks once for each state; the worker computes it."""
    assert ask_if_changed() == 1
    assert ask_if_changed() == 0
    run = CoverageRun.objects.get()
    assert run.state == "waiting"
    compute_run(run.pk)
    assert compute_run(run.pk) is None
    assert follow_changes() == 0
    sensor("X", WEST, SOUTH)
    assert follow_changes() == 1
    assert CoverageRun.objects.filter(is_current=True).get() == run


def test_only_the_current_computation_keeps_its_cells(ground: People) -> None:
    """Figures of earlier ones stay."""
    first = compute_now()
    sensor("X", WEST + SIDE, SOUTH)
    second = compute_now()
    first.refresh_from_db()
    assert (first.is_current, second.is_current) == (False, True)
    assert first.any_share < second.any_share
    assert not CoverageCell.objects.filter(run=first).exists()
    assert CoverageStation.objects.filter(run=first).count() == 3


def test_what_cannot_be_computed_says_why_and_is_not_tried_forever(ground: People) -> None:
    """Cells of 20 m are too many for a woodland ten times as long."""
    long = {"cell_m": 20}
    save_settings(long, actor=SYSTEM)
    huge = woodland().replace(b"22.73", b"23.9")
    put_data(given("woodland", huge, "w.geojson"), actor=SYSTEM)
    run = compute_now()
    assert run.state == "failed"
    assert "林地格太多" in run.problem
    assert ask_if_changed() == 0
    assert overview(ground["officer"]).failed == run


def test_a_computation_whose_worker_died_is_ended(ground: People) -> None:
    """And can be asked for again."""
    run = ask_run(actor=ground["officer"])
    assert ask_run(actor=ground["officer"]) == run
    later = NOW + LONGEST + timedelta(minutes=1)
    with mock.patch("district.kernel.base.clock.now", return_value=later):
        follow_changes()
        run.refresh_from_db()
        assert run.state == "failed"
        again = ask_run(actor=ground["officer"])
    assert again != run


def test_the_worker_computes_what_was_asked_for(ground: People) -> None:
    """Its task stands in the queue, once."""
    run = ask_run(actor=ground["head"])
    ask_run(actor=ground["head"])
    queued = DBTaskResult.objects.get(task_path=compute_coverage.module_path)
    compute_coverage.call(*queued.args_kwargs["args"])
    run.refresh_from_db()
    assert (run.state, run.is_current) == ("done", True)


def test_without_woodland_nothing_is_asked_for(world: People) -> None:
    """The refusal says what to load."""
    assert ask_if_changed() == 0
    with pytest.raises(Conflict, match="林地"):
        ask_run(actor=world["admin"])


def test_only_those_who_look_after_it_change_data_and_settings(ground: People) -> None:
    """The unit's officers and head, and administrators."""
    new = given("woodland", woodland(2), "w.geojson")
    for who in ("other", "planner", "leader", "viewer"):
        with pytest.raises(NotPermitted):
            put_data(new, actor=ground[who])
        with pytest.raises(NotPermitted):
            save_settings({"canopy_m": 3}, actor=ground[who])
        with pytest.raises(NotPermitted):
            drop_data("terrain", actor=ground[who])
        with pytest.raises(NotPermitted):
            ask_run(actor=ground[who])
    with pytest.raises(NotPermitted):
        overview(ground["viewer"])
    put_data(new, actor=ground["officer"])
    # To hand it to a unit where one could not look after it is refused as well.
    with pytest.raises(NotPermitted):
        save_settings({"lead_unit": "9-D04"}, actor=ground["officer"])
    save_settings({"lead_unit": "9-D04"}, actor=ground["admin"])
    assert inputs_now().settings.lead_unit_id == "9-D04"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"cell_m": 5}, "cell_m"),
        ({"refraction": "NaN"}, "refraction"),
        ({"minutes": "x"}, "minutes"),
        ({"canopy_m": 61}, "canopy_m"),
        ({"lead_unit": "nowhere"}, "lead_unit"),
    ],
)
def test_settings_out_of_bounds_name_their_field(
    ground: People, values: dict[str, object], field: str
) -> None:
    """And nothing is saved."""
    with pytest.raises(Invalid) as refusal:
        save_settings(values, actor=SYSTEM)
    assert refusal.value.field == field


def test_the_same_data_again_changes_nothing(ground: People) -> None:
    """And a newer set takes the old one's place, which stays."""
    before = CoverageData.objects.count()
    put_data(given("woodland", woodland(), "other-name.geojson"), actor=SYSTEM)
    assert CoverageData.objects.count() == before
    put_data(given("woodland", woodland(2), "w.geojson"), actor=SYSTEM)
    rows = CoverageData.objects.filter(kind="woodland")
    assert rows.count() == 2
    assert rows.filter(is_current=True).count() == 1


def test_a_sector_is_read_clockwise(ground: People) -> None:
    """From 300 to 60 degrees looks north over 120."""
    sensor("S", WEST, SOUTH, heading_from=300, heading_to=60)
    found = {one.code: (one.heading, one.sector) for one in sensors_in_service()}
    assert found["S"] == (0.0, 120.0)
    assert found["W"] == (None, None)


def test_candidates_are_checked_and_recorded(ground: People) -> None:
    """A place without coordinates is refused; a change is one of the same place."""
    values = {"code": "C1", "name": "山顶", "lead_unit": "9-D22", "lon": 114.2, "lat": 22.7}
    with pytest.raises(Invalid) as refusal:
        save_candidate({**values, "lat": None}, None, ground["officer"])
    assert refusal.value.field == "lat"
    with pytest.raises(NotPermitted):
        save_candidate(values, None, ground["other"])
    row = save_candidate(values, None, ground["officer"])
    save_candidate({"active": False}, row, ground["officer"])
    kept = CandidateSite.objects.get()
    assert (kept.name, kept.is_active, kept.fits) == ("山顶", False, "both")


def test_the_measure_tells_the_last_computation_of_its_period(ground: People) -> None:
    """Nothing before the first."""
    month = StatPeriod(date(2025, 9, 1), date(2025, 9, 30), "month")
    assert covered_share(month) == {}
    run = compute_now()
    assert covered_share(month) == {"9": run.any_share}
    assert covered_share(StatPeriod(date(2025, 8, 1), date(2025, 8, 31), "month")) == {}


def test_a_districts_file_is_taken_whole_and_again(world: People, tmp_path: object) -> None:
    """Settings, woodland, a candidate; an entry that nobody knows is named."""
    from pathlib import Path

    folder = Path(str(tmp_path))
    (folder / "w.geojson").write_bytes(woodland())
    text = (
        'unit = "9-D22"\n[assumptions]\ncell_m = 120\n[woodland]\nfile = "w.geojson"\n'
        'name = "林地"\nsource = "试验"\ninvented = true\n[[candidates]]\ncode = "C1"\n'
        'name = "山顶"\nlon = 114.21\nlat = 22.71\n'
    )
    path = folder / "coverage.toml"
    path.write_text(text, encoding="utf-8")
    load_coverage(path)
    load_coverage(path)
    found = inputs_now()
    assert found.assumptions.cell_m == 120
    assert found.invented
    assert CoverageData.objects.count() == CandidateSite.objects.count() == 1
    path.write_text(text.replace("w.geojson", "../x"), encoding="utf-8")
    with pytest.raises(Invalid, match=r"\.\./x"):
        load_coverage(path)


def test_what_happened_is_in_history(ground: People) -> None:
    """A computation has its digest and share there."""
    from district.systems.early_warning.services.coverage import run_subject

    run = compute_now()
    kinds = [event.kind for event in events_of(run_subject(run))]
    assert kinds == ["early_warning.coverage.computed"]
