"""The cockpit: what it counts opens rows of that count, in ten statements."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from district.kernel.plan.public import Commitment, cancel_commitment
from district.kernel.tracking.public import TrackedRow
from district.systems.plan_tracking.selectors.cockpit import Cockpit, cockpit, due_share
from district.systems.plan_tracking.tests.conftest import World, standing

Budget = Callable[[int], AbstractContextManager[Any]]
_FIGURE = re.compile(r'<a class="figure" href="([^"]+)" data-figure="([^"]*)"')


def figures_on(content: str) -> list[tuple[str, str]]:
    """Address and printed value of every figure of a page."""
    return [(html.unescape(url), value) for url, value in _FIGURE.findall(content)]


def recount(client: Client, url: str) -> str:
    """What the register counts now behind a figure."""
    answer = client.get(f"{url}&format=json")
    assert answer.status_code == 200, url
    return str(answer.json()["figure"])


def assert_figures_hold(client: Client, address: str) -> int:
    """Every figure of a page is what its rows recount to; returns how many there are."""
    found = figures_on(client.get(address).content.decode())
    wrong = [
        (url, value, again)
        for url, value in found
        if Decimal(value) != Decimal(again := recount(client, url))
    ]
    assert wrong == []
    return len(found)


def shown(world: World, role: str = "planner", **options: Any) -> Cockpit:
    """The cockpit as that role sees it."""
    return cockpit(world.actor(role), **options)


def test_every_figure_of_the_cockpit_recounts_to_what_is_printed(running: World) -> None:
    for scope in ("", "?scope=mine"):
        for role in ("planner", "officer"):
            count = assert_figures_hold(running.client(role), reverse("cockpit") + scope)
            assert count >= 6


def test_the_cockpit_takes_ten_statements_however_many_rows_there_are(
    running: World, django_assert_max_num_queries: Budget
) -> None:
    client = running.client("planner")
    client.get(reverse("cockpit"))
    with django_assert_max_num_queries(10):
        client.get(reverse("cockpit"))
    _many(running, 300)
    with django_assert_max_num_queries(10):
        answer = client.get(reverse("cockpit"))
    assert shown(running).totals is not None
    assert answer.status_code == 200


def _many(world: World, count: int) -> None:
    """More commitments of the first unit, all green."""
    model = world.commitment("地区生产总值")
    assert model.tracked is not None
    rows, tracked = [], []
    for number in range(count):
        one = TrackedRow(
            subject_type="plan.commitment",
            subject_id=f"many-{number}",
            title=f"事项{number}",
            lead_unit_id="9-D03",
            calendar_id=model.tracked.calendar_id,
            starts_at=model.tracked.starts_at,
            due_at=model.tracked.due_at,
            light="green",
            light_since=model.tracked.light_since,
            created_at=model.tracked.created_at,
        )
        tracked.append(one)
        rows.append(
            Commitment(
                report=world.report,
                kind="task",
                title=f"事项{number}",
                year=2025,
                deadline=model.deadline,
                lead_unit_id="9-D03",
                theme="education",
                state="active",
                tracked=one,
                created_at=model.created_at,
            )
        )
    TrackedRow.objects.bulk_create(tracked)
    Commitment.objects.bulk_create(rows)


def test_red_indicators_stand_first(running: World) -> None:
    order = ["red", "yellow", "none", "green"]
    lights = [order.index(card.headline.light) for card in shown(running).cards]
    assert lights
    assert lights == sorted(lights)


def test_counts_leave_out_what_was_given_up(running: World) -> None:
    before = shown(running).totals
    row = Commitment.objects.filter(report=running.report, children=None, tracked__light="red")[0]
    cancel_commitment(row.pk, actor=running.actor("planner"), note="不再实施")
    after = shown(running).totals
    assert before is not None
    assert after is not None
    assert after.total == before.total - 1


def test_my_units_cockpit_counts_only_what_they_lead(running: World) -> None:
    mine = shown(running, "officer", mine=True)
    others = shown(running, "other_officer", mine=True)
    assert mine.totals is not None
    assert others.totals is not None
    assert mine.totals.total > 0
    assert others.totals.total == 0
    assert {lights.key for lights in mine.units} == {"9-D02"}


def test_what_turned_names_both_lights_and_the_reason(running: World) -> None:
    with standing("2025-09-24 09:00"):
        turned = shown(running).turned
    assert turned
    for row in turned:
        assert row.before in ("green", "yellow", "red")
        assert row.before != row.light
        assert row.reasons


def test_what_turned_is_forgotten_after_a_week(running: World) -> None:
    with standing("2025-10-20 09:00"):
        assert shown(running).turned == ()


def test_the_overdue_list_holds_what_is_past_its_deadline_the_longest_first(
    running: World,
) -> None:
    with standing("2026-02-02 09:00"):
        late = shown(running).overdue
        deadlines = [row.commitment.deadline for row in late]
        assert late
        assert deadlines == sorted(deadlines)
        assert_figures_hold(running.client("planner"), reverse("cockpit"))


def test_without_a_report_the_cockpit_says_what_to_do(world: World) -> None:
    world.report.editions.all().delete()
    page = world.client("planner").get(reverse("cockpit")).content.decode()
    assert reverse("plan_upload") in page
    page = world.client("viewer").get(reverse("cockpit")).content.decode()
    assert reverse("plan_upload") not in page


@pytest.mark.parametrize(
    ("reasons", "share"),
    [
        ([{"code": "progress.standing", "params": {"due": "66.7", "rate": "50"}}], "66.7"),
        ([{"code": "progress.growth_short", "params": {"short": "1"}}], None),
        ([], None),
    ],
)
def test_the_progress_due_is_read_from_the_lights_own_reason(
    reasons: list[dict[str, Any]], share: str | None
) -> None:
    assert due_share(reasons) == (Decimal(share) if share else None)
