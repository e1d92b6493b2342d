"""Targets taken apart: drafted, set by hand, undone, proposed, approved by somebody else, lit."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db.models import Sum

from district.kernel.base.errors import Conflict, Invalid, NotPermitted
from district.systems.economy.models import Decomposition, DecompositionCell, Series
from district.systems.economy.selectors.grid import grid_of
from district.systems.economy.selectors.pace import paces_of_year
from district.systems.economy.services.deciding import (
    approve_decomposition,
    propose_decomposition,
    return_decomposition,
)
from district.systems.economy.services.drafting import (
    draft_decomposition,
    free_cell,
    set_cell,
    undo_step,
)
from district.systems.economy.services.values import Told, record_series_values
from district.systems.economy.tests.conftest import People
from district.systems.economy.tests.test_values import AUGUST

pytestmark = pytest.mark.django_db


def drafted(people: People, growth: int = 8, key: str = "output", **given: Any) -> Decomposition:
    """A draft of the year's target by the lead unit."""
    series = Series.objects.get(pk=key)
    return draft_decomposition(series, 2025, Decimal(growth), actor=people.industry, **given)


def total(row: Decomposition, **where: Any) -> Decimal:
    """A sum of cells."""
    found = DecompositionCell.objects.filter(decomposition=row, **where).aggregate(n=Sum("value"))
    return Decimal(found["n"])


def place(**given: Any) -> dict[str, Any]:
    """A number of the decomposition."""
    return {"first": 1, "last": 12, "industry": "", "street": "", **given}


def test_a_growth_target_becomes_cells_that_add_up_to_its_level(people: People) -> None:
    row = drafted(people)
    # The comparable base of 2024, as 2025's values say it, and one step from there.
    assert row.base is not None
    assert row.level == round(row.base * 108 / 100, 2)
    assert total(row) == row.level
    assert row.cells.count() == 3 * 2 * 11
    # Industries and streets keep last year's shares, months its course.
    assert total(row, industry="chips") == pytest.approx(row.level * Decimal("0.6"), abs=1)
    assert total(row, last_month__lte=2) == pytest.approx(row.level * Decimal("0.14"), abs=1)


def test_a_number_set_by_hand_stays_and_the_rest_gives_way(people: People) -> None:
    row = drafted(people)
    row = set_cell(row.pk, place(street="901"), "fixed", Decimal(800), actor=people.industry)
    row = set_cell(row.pk, place(first=4, last=6), "floor", Decimal(300), actor=people.industry)
    assert total(row) == row.level
    assert total(row, street="901") == 800
    assert total(row, first_month__gte=4, last_month__lte=6) >= 300
    row = undo_step(row.pk, actor=people.industry)
    assert [one["street"] for one in row.wishes] == ["901"]
    row = free_cell(row.pk, place(street="901"), actor=people.industry)
    assert row.wishes == []
    assert total(row, street="901") < 800


def test_what_cannot_be_met_is_said_and_nothing_changes(people: People) -> None:
    row = drafted(people)
    row = set_cell(row.pk, place(industry="rest"), "fixed", Decimal(50), actor=people.industry)
    before = sorted(row.cells.values_list("value", flat=True))
    with pytest.raises(Invalid) as raised:
        set_cell(
            row.pk, place(industry="rest", first=3, last=3), "floor", Decimal(60),
            actor=people.industry,
        )  # fmt: skip
    assert "其他 · 全年" in str(raised.value)
    assert "差10亿元" in str(raised.value)
    row.refresh_from_db()
    assert len(row.wishes) == 1
    assert sorted(row.cells.values_list("value", flat=True)) == before


def test_only_numbers_that_the_series_has_can_be_set(people: People) -> None:
    row = drafted(people, key="sales")
    for node in (place(industry="chips"), place(first=2, last=5), place()):
        with pytest.raises(Invalid):
            set_cell(row.pk, node, "fixed", Decimal(1), actor=people.industry)


def test_somebody_else_approves_and_the_light_follows_the_values(people: People) -> None:
    row = drafted(people)
    propose_decomposition(row.pk, actor=people.industry)
    with pytest.raises(Conflict):
        set_cell(row.pk, place(street="901"), "fixed", Decimal(1), actor=people.industry)
    with pytest.raises(NotPermitted):
        approve_decomposition(row.pk, actor=people.industry)
    approved = approve_decomposition(row.pk, actor=people.planner)
    assert approved.tracked is not None
    assert approved.tracked.light == "yellow"
    pace = paces_of_year(2025)["output"]
    assert pace.due is not None
    assert pace.actual is not None
    assert pace.actual < pace.due
    assert pace.needed is not None
    assert pace.needed.growth is not None
    assert pace.needed.growth > 8
    record_series_values(
        row.series, [Told(*AUGUST, value=Decimal(720))], source="bureau", status="final",
        actor=people.bureau,
    )  # fmt: skip
    approved.tracked.refresh_from_db()
    assert approved.tracked.light == "green"


def test_a_new_version_takes_the_place_of_the_old_one(people: People) -> None:
    first = drafted(people)
    first = set_cell(first.pk, place(street="901"), "fixed", Decimal(700), actor=people.industry)
    propose_decomposition(first.pk, actor=people.industry)
    approve_decomposition(first.pk, actor=people.planner)
    second = drafted(people, 7, copy=first)
    assert [second.number, total(second, street="901")] == [2, 700]
    propose_decomposition(second.pk, actor=people.industry)
    returned = return_decomposition(second.pk, "再高些", actor=people.planner)
    assert returned.is_open
    propose_decomposition(second.pk, actor=people.industry)
    approve_decomposition(second.pk, actor=people.planner)
    first.refresh_from_db()
    assert first.state == "replaced"
    assert first.tracked is not None
    assert first.tracked.state == "cancelled"


def test_who_proposes_does_not_approve(people: People) -> None:
    series = Series.objects.get(pk="output")
    row = draft_decomposition(series, 2025, Decimal(8), actor=people.planner)
    propose_decomposition(row.pk, actor=people.planner)
    with pytest.raises(Conflict):
        approve_decomposition(row.pk, actor=people.planner)


def test_growth_alone_has_no_level_and_no_cells(people: People) -> None:
    series = Series.objects.get(pk="investment")
    row = draft_decomposition(series, 2025, Decimal(8), actor=people.planner)
    assert row.level is None
    assert not row.cells.exists()
    with pytest.raises(Conflict):
        set_cell(row.pk, place(), "fixed", Decimal(1), actor=people.planner)


def test_without_last_year_there_is_no_pattern(people: People) -> None:
    series = Series.objects.get(pk="output")
    with pytest.raises(Invalid):
        draft_decomposition(series, 2023, Decimal(8), base=Decimal(100), actor=people.industry)
    with pytest.raises(Invalid):
        draft_decomposition(series, 2025, None, actor=people.industry)


def test_the_table_adds_up_line_by_line(people: People) -> None:
    grid = grid_of(drafted(people), "industry")
    whole, *members = grid.rows
    for at in range(len(grid.columns)):
        assert sum(one.figures[at].value for one in members) == whole.figures[at].value
    inside = grid_of(drafted(people), "industry", "chips")
    assert inside.within == "电子"
    assert [one.name for one in inside.rows[1:]] == ["东街道", "西街道"]
