"""What was achieved without a promise is told, bound, and read back like everything else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from unittest import mock

import pytest

from district.compiler import compile_text
from district.kernel.measures.public import (
    MeasureSpec,
    StatPeriod,
    ValueSpec,
    ensure_measures,
    record_values,
)
from district.kernel.plan.public import Commitment, Statement, count_statement
from district.kernel.reports.models import Passage, Slot
from district.kernel.reports.selectors.manuscripts import manuscript_of, plain_text
from district.kernel.reports.selectors.staleness import stale_passages
from district.kernel.reports.services.drafting import make_draft
from district.kernel.reports.services.following import take_new
from district.kernel.reports.tests import conftest
from district.kernel.reports.tests.conftest import END, LOADER, NOW, PLAN, World, standing

pytestmark = pytest.mark.django_db
ACHIEVED = """一、2024年经济社会发展主要工作和成效
1.城市品质不断提升。全年新建公园15个,新增停车位3000个。新增公办义务教育学位5000个。
"""


@pytest.fixture
def achieved(db: None, remember: Callable[..., World]) -> Iterator[World]:
    with standing(NOW):
        yield remember(_achieved)


def _achieved() -> World:
    title, rest = PLAN.split("\n", 1)
    rest = rest.replace("二、2025", "三、2025").replace("一、2025", "二、2025")
    text = f"{title}\n{ACHIEVED}{rest}"
    with standing("2025-01-20 09:00"), mock.patch.object(conftest, "PLAN", text):
        world = conftest._district()
    specs = [
        MeasureSpec("tests_parks", "公园", unit="家", source="department"),
        MeasureSpec("tests_spaces", "停车位", unit="万个", source="department"),
    ]
    ensure_measures(specs, actor=LOADER)
    seats = str(Commitment.objects.get(title="公办义务教育学位").measure_id)
    for name, measure in (("公园", "tests_parks"), ("停车位", "tests_spaces"), ("学位", seats)):
        row = Statement.objects.get(kind="actual", measure__contains=name)
        count_statement(row.pk, measure, actor=world.planner)
        _record(measure, "18")
    return replace(world, draft=make_draft(world.report.pk, actor=world.planner))


def _record(measure: str, value: str) -> None:
    period = StatPeriod(date(2025, 1, 1), END, "year_to_date")
    record_values([ValueSpec(measure, "9", period, Decimal(value))], actor=LOADER)


def _told() -> list[Passage]:
    return list(Passage.objects.exclude(statement=None).select_related("section", "statement"))


def test_it_stands_in_its_theme_bound_to_its_measure(achieved: World) -> None:
    row = _told()[0]
    assert row.section.key.startswith("theme:")
    assert (row.phrasing, row.commitment) == ("achieved", None)
    slot = Slot.objects.get(passage=row)
    assert (slot.measure_id, slot.value, slot.unit_word, slot.kind, slot.year) == (
        "tests_parks",
        Decimal(18),
        # The report's own word for pieces.
        "个",
        "actual",
        2025,
    )
    read = compile_text(plain_text(manuscript_of(achieved.draft))).statements
    found = Counter((one.value.normalize(), one.unit, one.kind, one.year) for one in read)
    bound = Counter(
        (one.value.normalize(), one.unit_word, one.kind, one.year)
        for one in Slot.objects.filter(passage__section__draft=achieved.draft, apart=False)
    )
    assert found == bound


def test_another_unit_and_what_a_commitment_tells_are_left_out(achieved: World) -> None:
    assert [row.statement.measure for row in _told()] == ["公园"]  # type: ignore[union-attr]  # each has one


def test_a_new_value_makes_it_stale_and_is_taken(achieved: World) -> None:
    row = _told()[0]
    assert stale_passages(achieved.draft) == {}
    _record("tests_parks", "21")
    stale = stale_passages(achieved.draft)[row.pk]
    assert (stale.slots[0].old_text, stale.slots[0].new_text) == ("18个", "21个")
    assert take_new(row.pk, actor=achieved.planner)
    assert stale_passages(achieved.draft) == {}
    assert "21个" in plain_text(manuscript_of(achieved.draft))


def test_once_nothing_counts_it_the_passage_goes(achieved: World) -> None:
    row = _told()[0]
    assert row.statement is not None
    count_statement(row.statement.pk, "", actor=achieved.planner)
    assert row.pk in stale_passages(achieved.draft)
    take_new(row.pk, actor=achieved.planner)
    assert _told() == []
