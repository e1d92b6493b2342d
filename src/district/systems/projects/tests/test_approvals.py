"""Approvals: what may be accepted, clocks that stop, what an event does to project and light."""

from __future__ import annotations

from datetime import date

import pytest

from district.kernel.base.errors import Conflict, Invalid, NotPermitted
from district.kernel.tracking.public import row_by_id, sweep
from district.systems.projects.models import Item, Project
from district.systems.projects.services import items
from district.systems.projects.services.computing import recompute_all
from district.systems.projects.tests.conftest import World
from district.testing.moments import standing


def started(world: World) -> Project:
    return Project.objects.select_related("clock").get(pk=world.project.pk)


def accept(world: World, key: str, **more: object) -> Item:
    actor = world["centre"] if key == "filing" else world["planning"]
    return items.accept_item(world.item(key).pk, actor=actor, **more)  # type: ignore[arg-type]  # as named


def approve(world: World, key: str) -> Item:
    actor = world["centre"] if key == "filing" else world["planning"]
    return items.approve_item(world.item(key).pk, actor=actor)


def test_an_approval_runs_for_the_promised_term_and_moves_the_start(world: World) -> None:
    item = accept(world, "filing")
    assert item.clock_id is not None
    clock = row_by_id(item.clock_id)
    assert clock.due_at is not None
    assert clock.due_at.date() == date(2025, 9, 24)
    assert item.critical
    assert item.expected_on == date(2025, 9, 24)
    before = started(world).start_early
    done = approve(world, "filing")
    assert (done.state, done.expected_on) == ("approved", None)
    after = started(world).start_early
    assert before is not None
    assert after is not None
    assert after < before


def test_what_comes_before_must_be_approved(world: World) -> None:
    with pytest.raises(Invalid, match="备案"):
        accept(world, "land")
    accept(world, "filing")
    with pytest.raises(Invalid, match="备案"):
        accept(world, "land")
    with pytest.raises(Invalid, match="提前介入") as refused:
        accept(world, "land", early=True)
    assert refused.value.field == "early"


def test_early_intervention_lets_in_but_not_out(world: World) -> None:
    accept(world, "filing")
    approve(world, "filing")
    with pytest.raises(Invalid):
        accept(world, "fire", early=True)
    accept(world, "land")
    assert accept(world, "fire", early=True).early
    with pytest.raises(Conflict, match="用地许可"):
        approve(world, "fire")
    approve(world, "land")
    assert approve(world, "fire").state == "approved"


def test_early_intervention_that_is_planned_brings_the_start_forward(world: World) -> None:
    before = started(world).start_early
    items.plan_item(world.item("fire").pk, early=True, tolerated=False, actor=world["lead"])
    after = started(world).start_early
    assert before is not None
    assert after is not None
    # Of 10 days of land 3 must pass, then 5 of fire end within them; fire ends a day after land.
    assert (before - after).days >= 4
    with pytest.raises(Invalid):
        items.plan_item(world.item("fire").pk, early=False, tolerated=True, actor=world["lead"])


def test_tolerance_owes_its_materials_before_the_approval(world: World) -> None:
    for key in ("filing", "fire"):
        items.waive_item(world.item(key).pk, "测试", actor=world["lead"])
    with pytest.raises(Invalid):
        accept(world, "permit")
    missing = items.Missing("用地许可证", date(2025, 10, 20))
    item = accept(world, "permit", missing=missing)
    assert item.tolerated
    assert item.owed_on == date(2025, 10, 20)
    with pytest.raises(Conflict, match="容缺材料"):
        approve(world, "permit")
    items.supply_item(item.pk, actor=world["planning"])
    with pytest.raises(Conflict, match="用地许可"):
        approve(world, "permit")


def test_a_supplement_stops_the_clock_and_the_network_reckons_with_it(world: World) -> None:
    item = accept(world, "filing")
    with pytest.raises(Invalid):
        items.stop_item(item.pk, " ", actor=world["centre"])
    items.stop_item(item.pk, "缺立项报告", actor=world["centre"])
    with standing("2025-09-26 10:00"):
        recompute_all()
        back = items.resume_item(item.pk, actor=world["centre"])
        assert back.clock_id is not None
        due = row_by_id(back.clock_id).due_at
        assert due is not None
        assert due.date() == back.expected_on == date(2025, 9, 29)


def test_a_refusal_ends_the_round_and_another_may_begin(world: World) -> None:
    item = accept(world, "filing")
    items.refuse_item(item.pk, "不符合规划", actor=world["centre"])
    again = accept(world, "filing")
    assert (again.round, again.state, again.ended_on) == (2, "running", None)
    assert row_by_id(again.clock_id).state == "open"  # type: ignore[arg-type]  # it was tracked


def test_a_late_critical_approval_warns_of_item_and_project(world: World) -> None:
    accept(world, "filing")
    with standing("2025-09-26 10:00"):
        recompute_all()
        sweep()
        item = Item.objects.select_related("clock").get(pk=world.item("filing").pk)
        assert item.clock is not None
        assert item.clock.light == "red"
        project = started(world)
        assert project.clock is not None
        assert project.clock.light in ("yellow", "red")
        assert "projects.items_late" in [one["code"] for one in project.clock.reasons]


def test_others_do_not_decide_for_an_authority(world: World) -> None:
    for name in ("street", "statistics", "auditor", "viewer"):
        with pytest.raises(NotPermitted):
            items.accept_item(world.item("filing").pk, actor=world[name])
    with pytest.raises(Invalid) as refused:
        accept(world, "filing", on=date(2025, 9, 23))
    assert refused.value.field == "on"


def test_an_acceptance_entered_late_counts_from_its_day(world: World) -> None:
    item = accept(world, "filing", on=date(2025, 9, 18))
    assert item.clock_id is not None
    due = row_by_id(item.clock_id).due_at
    assert due is not None
    assert due.date() == date(2025, 9, 22)
