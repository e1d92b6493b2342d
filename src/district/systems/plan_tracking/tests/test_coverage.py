"""The coverage page: what is computed, filed, or counted by nobody, and what that needs."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils import translation

from district.kernel.measures import computing
from district.kernel.measures.public import (
    Computed,
    FilingDuty,
    MeasureSpec,
    end_duty,
    ensure_measures,
)
from district.kernel.plan.public import (
    Commitment,
    bind_measure,
    cancel_commitment,
    count_statement,
)
from district.systems.plan_tracking.selectors import coverage as page
from district.systems.plan_tracking.tests.conftest import LOADER, World, confirm_everything
from district.systems.plan_tracking.tests.test_cockpit import assert_figures_hold

Budget = Callable[[int], AbstractContextManager[Any]]
SEATS = MeasureSpec(
    "tests_seats",
    "公办义务教育学位数",
    "Public school places",
    unit="座",
    source="system",
    definition="学位册",
)


def counted(side: page.Side | None) -> dict[str, int]:
    """How many numbers of a side are counted how."""
    assert side is not None
    return {part.counting: int(part.figure.value) for part in side.parts}


def test_every_numeric_commitment_is_in_one_group_and_opens_its_rows(running: World) -> None:
    numbers = Commitment.objects.filter(report=running.report, value__isnull=False)
    shown = page.coverage()
    assert shown.promised is not None
    assert counted(shown.promised) == {"computed": 0, "filed": numbers.count(), "none": 0}
    assert shown.promised.total.value == numbers.count()
    assert sum(part.share for part in shown.promised.parts) == Decimal(100)
    assert assert_figures_hold(running.client("planner"), reverse("plan_coverage")) >= 8


def test_a_number_moves_to_computed_once_a_systems_measure_is_bound(running: World) -> None:
    before = counted(page.coverage().promised)
    ensure_measures([SEATS], actor=LOADER)
    row = numbered(running)
    bind_measure(row.pk, SEATS.key, actor=running.actor("planner"))
    after = counted(page.coverage().promised)
    assert after["computed"] == before["computed"] + 1
    assert after["filed"] == before["filed"] - 1


def test_a_number_that_nobody_owes_and_nobody_filed_says_so(world: World) -> None:
    confirm_everything(world)
    shown = page.coverage()
    assert counted(shown.promised)["filed"] == 0
    assert {one.need for one in shown.uncounted} == {"owner"}
    answer = world.client("planner").get(reverse("plan_coverage")).content.decode()
    assert "还没有落实责任单位" in answer


def test_a_duty_that_ended_without_values_leaves_nobody_counting(running: World) -> None:
    row = numbered(running)
    assert row.measure is not None
    row.measure.values.all().delete()
    for duty in FilingDuty.objects.filter(measure=row.measure):
        end_duty(
            duty.pk, "不再填报", cancel_open=True, seen=duty.version, actor=running.actor("planner")
        )
    found = [one for one in page.coverage().uncounted if one.row.pk == row.pk]
    assert [one.need for one in found] == ["duty"]


def test_given_up_commitments_do_not_count(running: World) -> None:
    before = page.coverage().promised
    cancel_commitment(numbered(running).pk, note="不再实施", actor=running.actor("planner"))
    after = page.coverage().promised
    assert before is not None
    assert after is not None
    assert after.total.value == before.total.value - 1


def test_a_measure_of_a_system_is_suggested_and_proposed_in_the_form(
    running: World, monkeypatch: Any
) -> None:
    known = {**computing._DECLARED, SEATS.key: Computed(SEATS, lambda _period: {})}
    monkeypatch.setattr(computing, "_DECLARED", known)
    row = numbered(running)
    found = [one for one in page.coverage().filed if one.row.pk == row.pk]
    assert [offer.key for one in found for offer in one.offered] == [SEATS.key]
    client = running.client("planner")
    address = f"{reverse('plan_measure', args=[row.pk])}?measure={SEATS.key}"
    assert address in client.get(reverse("plan_coverage")).content.decode()
    with translation.override("en"):
        assert found[0].choices == [(SEATS.key, SEATS.name_en, "座")]
    form = client.get(address)
    assert f'value="{SEATS.key}" selected' in form.content.decode()
    client.post(address, {"measure": SEATS.key})
    row.refresh_from_db()
    assert row.measure_id == SEATS.key


def test_achievements_are_counted_by_what_was_named_for_them(running: World) -> None:
    before = counted(page.coverage().achieved)
    ensure_measures([SEATS], actor=LOADER)
    statement = running.statement("公办义务教育学位", kind="actual")
    count_statement(statement.pk, SEATS.key, actor=running.actor("planner"))
    after = counted(page.coverage().achieved)
    assert after["computed"] == before["computed"] + 1
    assert after["none"] == before["none"] - 1


def test_without_a_report_the_page_says_what_to_do(db: None, make_world: Any) -> None:
    assert page.coverage().report is None


def test_the_page_takes_ten_statements(
    running: World, django_assert_max_num_queries: Budget
) -> None:
    client = running.client("planner")
    client.get(reverse("plan_coverage"))
    with django_assert_max_num_queries(10):
        assert client.get(reverse("plan_coverage")).status_code == 200


def numbered(world: World) -> Commitment:
    """The commitment about school places."""
    return Commitment.objects.get(report=world.report, value__isnull=False, title__contains="学位")
