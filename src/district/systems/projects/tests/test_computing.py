"""Everything computed anew from what was kept says the same as from the rows, and writes little."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from district.kernel.base.recent import forget_all
from district.systems.projects.models import Durations, Item, Project, Reckoning
from district.systems.projects.services import items
from district.systems.projects.services.computing import keep_durations, recompute_all
from district.systems.projects.services.months import Filed, file_month, plan_year
from district.systems.projects.services.projects import add_project, change_project
from district.systems.projects.services.settings import put_settings
from district.systems.projects.tests.conftest import LOADER, SETTINGS, World, values
from district.testing.moments import standing

_ITEM = ("project__name", "key", "expected_on", "latest_on", "slack", "critical")
_PROJECT = (
    "name", "start_early", "start_likely", "start_safe", "chance", "year_plan", "year_due",
    "year_forecast",
)  # fmt: skip


def computed() -> list[Any]:
    """All that is computed, as the database has it."""
    return [
        *Item.objects.order_by("project", "order").values_list(*_ITEM),
        *Project.objects.order_by("name").values_list(*_PROJECT),
        *Project.objects.order_by("name").values_list("name", "clock__light", "clock__reasons"),
    ]


def from_rows() -> list[Any]:
    """The same after nothing kept is believed any more."""
    Reckoning.objects.update(basis="")
    recompute_all()
    return computed()


def writes(call: Any) -> list[str]:
    """The rows that a call changes, as statements."""
    with CaptureQueriesContext(connection) as caught:
        call()
    return [one["sql"] for one in caught.captured_queries if _writes(one["sql"])]


def _writes(statement: str) -> bool:
    """Whether it changes rows; a SELECT may end in FOR UPDATE."""
    changes = any(word in statement for word in ("UPDATE ", "INSERT "))
    return changes and not statement.startswith("SELECT")


def test_what_was_kept_and_the_rows_come_out_the_same_over_days(world: World) -> None:
    add_project(values(name="西江模具", planned_start=date(2025, 10, 10)), actor=world["lead"])
    plan_year(
        world.project.pk, 2025, dict.fromkeys(range(1, 13), Decimal(100)), actor=world["lead"]
    )
    filing = world.item("filing").pk
    happened: dict[str, Callable[[], Item]] = {
        "2025-09-23 10:00": lambda: items.accept_item(filing, actor=world["centre"]),
        "2025-09-25 10:00": lambda: items.stop_item(
            filing, "缺报告", date(2025, 9, 24), actor=world["centre"]
        ),
        "2025-09-30 10:00": lambda: items.resume_item(
            filing, date(2025, 9, 29), actor=world["centre"]
        ),
        "2025-10-09 10:00": lambda: items.plan_item(
            world.item("fire").pk, early=True, tolerated=False, actor=world["lead"]
        ),
        "2025-10-13 10:00": lambda: items.approve_item(filing, actor=world["centre"]),
    }
    for moment, event in happened.items():
        with standing(moment):
            forget_all()
            recompute_all()
            kept = computed()
            assert kept == from_rows(), moment
            event()
            kept = computed()
            assert writes(recompute_all) == [], moment
            assert kept == from_rows(), moment


def test_the_same_again_writes_nothing_and_reads_no_approvals(world: World) -> None:
    recompute_all()
    with CaptureQueriesContext(connection) as caught:
        recompute_all()
    told = [one["sql"] for one in caught.captured_queries]
    assert not any(_writes(one) for one in told)
    assert not any('FROM "sys_projects_item"' in one for one in told)
    assert not any('FROM "sys_projects_month"' in one for one in told)


def test_chances_move_only_with_their_project_until_the_next_morning(world: World) -> None:
    others = [add_project(values(name=f"模具{at}"), actor=world["lead"]) for at in range(3)]
    put_settings({**SETTINGS, "least_past": 1}, actor=LOADER)
    forget_all()
    recompute_all()
    before = Project.objects.get(pk=world.project.pk).chance
    for other in others:
        key = Item.objects.get(project=other, key="filing").pk
        items.accept_item(key, date(2025, 9, 15), actor=world["centre"])
        items.approve_item(key, actor=world["centre"])
    forget_all()
    recompute_all()
    assert Project.objects.get(pk=world.project.pk).chance == before
    assert Durations.objects.get(day=date(2025, 9, 22)).content == {}
    with standing("2025-09-23 08:00"):
        keep_durations(date(2025, 9, 23))
        keep_durations(date(2025, 9, 23))
        assert Durations.objects.get(day=date(2025, 9, 23)).content == {"filing": {"5": 3}}


def test_other_rules_of_doubt_are_put_to_every_month(world: World) -> None:
    change_project(world.project.pk, {"planned_start": date(2025, 12, 1)}, actor=world["lead"])
    month = file_month(
        world.project.pk, Filed(date(2025, 9, 1), world.project.total / 4), actor=world["lead"]
    )
    assert month.doubt == ""
    recompute_all()
    told = {"jump_times": 3, "jump_least": 5000, "jump_points": 1, "over_total": 105}
    put_settings({**SETTINGS, "doubts": {**told, "before_start": 20}}, actor=LOADER)
    forget_all()
    recompute_all()
    month.refresh_from_db()
    assert month.doubt == "before_start"
