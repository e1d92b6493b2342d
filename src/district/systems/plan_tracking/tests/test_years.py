"""The plan period: every year side by side, gaps as gaps, each number with its source."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from district.kernel.base.errors import Invalid
from district.kernel.plan.public import (
    Commitment,
    Rolling,
    add_edition,
    create_report,
    plan_periods,
    roll_over_commitments,
)
from district.kernel.plan.services.settings import put_periods
from district.systems.plan_tracking.selectors.years import Line, period_view
from district.systems.plan_tracking.tests.conftest import LOADER, World, standing
from district.systems.plan_tracking.tests.test_cockpit import assert_figures_hold

Budget = Callable[[int], AbstractContextManager[Any]]
BOTH = {"periods": [{"name": "试验期", "name_en": "Trial period", "from": 2024, "to": 2027}]}
NEXT = """试验区2026年国民经济和社会发展计划(草案)
一、2026年主要经济指标发展目标
全年发展目标如下:
——地区生产总值同比增长5.5%;
——固定资产投资额同比增长7%。
"""


def _line(title: str, *, everything: bool = False) -> Line:
    lines = [line for group in period_view(everything=everything).groups for line in group.lines]
    return next(line for line in lines if line.of.newest.title == title)


def test_a_line_has_each_year_what_is_known_of_it(running: World) -> None:
    cells = {cell.of.year: cell for cell in _line("地区生产总值").cells}
    assert list(cells) == [2021, 2022, 2023, 2024, 2025]
    assert [year for year, cell in cells.items() if cell.of.is_gap] == [2021, 2022, 2023]
    stated = cells[2024]
    assert (stated.of.value, stated.of.target, stated.of.light) == (Decimal("6.7"), None, "none")
    assert stated.source.startswith("/plan_tracking/statements/")
    now = cells[2025]
    assert now.of.target == Decimal(6)
    assert now.figure is not None
    assert now.is_running
    assert now.of.light == Commitment.objects.get(title="地区生产总值").tracked.light  # type: ignore[union-attr]  # it is tracked
    assert now.of.reasons


def test_the_pages_show_it_in_few_statements_and_each_number_recounts(
    running: World, django_assert_max_num_queries: Budget
) -> None:
    client = running.client("planner")
    for address in (
        reverse("plan_years"),
        f"{reverse('plan_years')}?all=1",
        reverse("plan_year_line", args=[Commitment.objects.get(title="公办义务教育学位").pk]),
    ):
        with django_assert_max_num_queries(10):
            answer = client.get(address)
        assert answer.status_code == 200
        assert assert_figures_hold(client, address) > 0
        assert "目标" in answer.content.decode()
    text = client.get(reverse("plan_years")).content.decode()
    assert "报告所述" in text
    assert "目前只有一年的数据" not in text


def test_it_comes_as_a_workbook_and_says_what_to_do_where_nothing_is(running: World) -> None:
    client = running.client("planner")
    answer = client.get(reverse("plan_years"), {"format": "xlsx"})
    assert answer.content[:2] == b"PK"
    empty = client.get(reverse("plan_years"), {"from": "2016"}).content.decode()
    assert "这一时期还没有计划" in empty
    task = Commitment.objects.filter(value=None)[0]
    line = client.get(reverse("plan_year_line", args=[task.pk])).content.decode()
    assert "没有可以对照的数" in line


def test_a_commitment_and_the_one_that_goes_on_with_it_are_one_line(running: World) -> None:
    put_periods(BOTH, actor=LOADER)
    planner = running.actor("planner")
    with standing("2026-01-20 09:00"):
        report = create_report("9", 2026, "2026年计划", actor=planner)
        edition = add_edition(report.pk, NEXT.encode(), "计划.txt", actor=planner)
        roll_over_commitments(Rolling(running.report.pk, edition.pk), actor=planner)
        line = _line("地区生产总值")
        cells = {cell.of.year: cell for cell in line.cells}
        assert [cell.of.target for cell in cells.values()] == [
            None,
            Decimal(6),
            Decimal("5.5"),
            None,
        ]
        # The year that is over has its light by the same rule, and what was measured.
        former = cells[2025].of
        assert former.commitment is not None
        assert former.commitment.state == "carried"
        assert former.value is not None
        assert former.light != "none"
        assert cells[2027].of.is_gap
        alone = _line("公办义务教育学位", everything=True)
        assert [cell.of.target for cell in alone.cells] == [None, Decimal(6000), None, None]


@pytest.mark.parametrize(
    "periods",
    [
        [{"name": "", "from": 2021, "to": 2025}],
        [{"name": "一", "from": 2025, "to": 2021}],
        [{"name": "一", "from": 2001, "to": 2025}],
        [{"name": "一", "from": "2021", "to": 2025}],
        [{"name": "一", "from": 2021, "to": 2025}, {"name": "二", "from": 2025, "to": 2030}],
    ],
)
@pytest.mark.django_db
def test_periods_that_cannot_be_are_refused_by_entry(periods: list[dict[str, object]]) -> None:
    with pytest.raises(Invalid, match="计划时期设置有误"):
        put_periods({"periods": periods}, actor=LOADER)
    assert [one.first for one in plan_periods()] == [2016, 2021, 2026]
