"""A project's month is filed anew: every figure that depends on it changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse

from district.kernel.history.models import OutboxMessage
from district.kernel.history.public import Message
from district.kernel.measures.public import StatPeriod, latest_value, vintages
from district.kernel.registry.ledger import declared_by
from district.systems.projects.jobs import follow_counts
from district.systems.projects.models import Project
from district.systems.projects.names import COUNTS_CHANGED
from district.systems.projects.selectors.boards import board
from district.systems.projects.selectors.counting import invested as counted
from district.systems.projects.selectors.counting import works_measures
from district.systems.projects.selectors.investment import invested
from district.systems.projects.selectors.rights import project_subject
from district.systems.projects.services.measuring import count_since, measures_of_projects
from district.systems.projects.services.months import Filed, file_month, plan_year
from district.systems.projects.services.projects import change_project
from district.systems.projects.tests.conftest import NOW, World
from district.testing.moments import standing

pytestmark = pytest.mark.django_db
APRIL = date(2025, 4, 30)


def deliver() -> None:
    """What the worker does with the newest message of the counts."""
    told = OutboxMessage.objects.filter(topic=COUNTS_CHANGED).order_by("-pk")[0]
    follow_counts([Message(told.pk, told.topic, project_subject("-"), told.payload)])


def _row(world: World) -> Project:
    return Project.objects.get(pk=world.project.pk)


def _page(name: str, *arguments: Any) -> Callable[[World], Any]:
    def read(world: World) -> Any:
        text = world.client("leader").get(reverse(name, args=arguments or ())).content.decode()
        return "\n".join(one for one in text.splitlines() if "csrf" not in one)

    return read


def _of_register(key: str, field: str) -> Callable[[World], Any]:
    def read(world: World) -> Any:
        url = reverse("register_list", args=[key])
        rows = world.client("leader").get(f"{url}?columns={field}&format=json").json()
        return [row["values"][field] for row in rows["rows"]]

    return read


FIGURES: dict[str, Callable[[World], Any]] = {
    "investment of the year": lambda world: _row(world).year_done,
    "the forecast": lambda world: _row(world).year_forecast,
    "the gap": lambda world: invested().gap,
    "the board": lambda world: [figure.value for figure in board().stats],
    "the measure": lambda world: latest_value("projects_invested", "9").value,  # type: ignore[union-attr]  # counted before
    "the measure of the unit": lambda world: latest_value("projects_invested", "9-D02").value,  # type: ignore[union-attr]  # as above
    "the measure as of April": lambda world: latest_value("projects_invested", "9", at=APRIL).value,  # type: ignore[union-attr]  # as above
    "the register of projects": _of_register("projects-projects", "year_done"),
    "the register of months": _of_register("projects-months", "done"),
    "the page of the board": _page("projects_board"),
    "the page of investment": _page("projects_investment"),
    "the page of the project": lambda world: _page("projects_project", world.project.pk)(world),
    "the page of the measure": _page("measure", "projects_invested"),
}


@pytest.fixture(scope="module")
def followed(built: World, django_db_blocker: Any) -> Iterator[dict[str, tuple[Any, Any]]]:
    """Every figure before and after March is filed anew in September."""
    with django_db_blocker.unblock(), transaction.atomic(), standing(NOW):
        key, lead = built.project.pk, built["lead"]
        plan_year(key, 2025, {m: Decimal(2000) for m in range(1, 13)}, actor=lead)
        march = Filed(date(2025, 3, 1), Decimal(1500))
        file_month(key, march, actor=lead)
        deliver()
        before = {name: figure(built) for name, figure in FIGURES.items()}
        file_month(key, replace(march, done=Decimal(2500)), actor=lead)
        deliver()
        yield {name: (before[name], figure(built)) for name, figure in FIGURES.items()}
        transaction.set_rollback(True)


@pytest.mark.parametrize("name", FIGURES)
def test_it_changes(followed: dict[str, tuple[Any, Any]], name: str) -> None:
    before, after = followed[name]
    assert before != after


def test_every_measure_is_counted_anew(world: World) -> None:
    declared = {one.key for one in declared_by("projects") if one.kind == "measure"}
    works = {one.spec.key for one in works_measures()}
    assert declared
    assert works
    assert set(measures_of_projects()) == declared | works


def test_every_period_of_the_year_since_is_what_the_months_are(world: World) -> None:
    key, lead = world.project.pk, world["lead"]
    for month, done in ((1, 100), (3, 300), (8, 800), (9, 50)):
        file_month(key, Filed(date(2025, month, 1), Decimal(done)), actor=lead)
    assert count_since(date(2025, 1, 1)) > 0
    for end in (date(2025, 1, 31), date(2025, 2, 28), APRIL, date(2025, 8, 31), date(2025, 9, 22)):
        found = latest_value("projects_invested", "9", at=end)
        assert found is not None
        period = StatPeriod(date(2025, 1, 1), end, "year_to_date")
        assert (found.period_end, found.value) == (end, counted("done")(period)["9"])
    assert count_since(date(2025, 1, 1)) == 0


def test_a_change_of_the_lead_unit_moves_what_is_counted(world: World) -> None:
    key = world.project.pk
    file_month(key, Filed(date(2025, 3, 1), Decimal(1500)), actor=world["lead"])
    deliver()
    told = vintages("projects_invested", "9", APRIL).count()
    change_project(key, {"lead_unit": "9-D01"}, actor=world["centre"])
    deliver()
    for unit, value in (("9-D01", "0.15"), ("9", "0.15")):
        found = latest_value("projects_invested", unit, at=APRIL)
        assert found is not None
        assert found.value == Decimal(value)
    # The district's own number is what it was.
    assert vintages("projects_invested", "9", APRIL).count() == told
