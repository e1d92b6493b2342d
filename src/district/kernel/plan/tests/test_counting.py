"""An achievement is counted on by a measure of the district's own."""

from __future__ import annotations

from decimal import Decimal

import pytest

from district.kernel.base.errors import Conflict, Invalid, NotFound, NotPermitted
from district.kernel.history.public import events_of
from district.kernel.measures.public import Measure, MeasureSpec, ensure_measures
from district.kernel.plan.models import Edition, Statement
from district.kernel.plan.selectors.commitments import uses_of_measure
from district.kernel.plan.services.counting import count_statement
from district.kernel.plan.services.decisions import reject_statement
from district.kernel.plan.subjects import statement_subject
from district.kernel.plan.tests.conftest import LOADER, People

UNKNOWN = "00000000-0000-0000-0000-000000000000"


@pytest.fixture
def counter() -> Measure:
    spec = MeasureSpec("handled", "办理量", "Handled", unit="件", decimals=0, source="system")
    return ensure_measures([spec], actor=LOADER)["handled"]


@pytest.fixture
def achieved(edition: Edition) -> Statement:
    return Statement.objects.filter(edition=edition, kind="actual").order_by("position")[0]


def test_a_measure_is_named_once_and_taken_back(
    achieved: Statement, counter: Measure, people: People
) -> None:
    for _time in range(2):
        row = count_statement(achieved.pk, "handled", actor=people.planner)
    assert (row.counted_by, row.version) == (counter, achieved.version + 1)
    assert [use.title for use in uses_of_measure("handled")] == [
        f"{achieved.subject}{achieved.measure}"
    ]
    assert count_statement(achieved.pk, "", actor=people.planner).counted_by is None
    said = [e.data for e in events_of(statement_subject(achieved.pk))]
    assert [one["measure"] for one in said if "measure" in one][:2] == ["", "handled"]
    assert uses_of_measure("handled") == []


def test_only_achievements_that_stand_are_counted(
    achieved: Statement, edition: Edition, counter: Measure, people: People
) -> None:
    target = Statement.objects.filter(edition=edition, kind="target")[0]
    with pytest.raises(Conflict, match="承诺事项"):
        count_statement(target.pk, "handled", actor=people.planner)
    reject_statement(achieved.pk, actor=people.planner)
    with pytest.raises(Conflict):
        count_statement(achieved.pk, "handled", actor=people.planner)
    with pytest.raises(NotFound):
        count_statement(UNKNOWN, "handled", actor=people.planner)


def test_a_measure_that_is_none_is_refused_by_name(achieved: Statement, people: People) -> None:
    with pytest.raises(Invalid) as refused:
        count_statement(achieved.pk, "nobody_counts_this", actor=people.planner)
    assert refused.value.field == "measure"


def test_an_officer_may_not(achieved: Statement, counter: Measure, people: People) -> None:
    with pytest.raises(NotPermitted):
        count_statement(achieved.pk, "handled", actor=people.officer)


def test_the_value_is_kept_exactly_as_the_report_says(
    achieved: Statement, counter: Measure, people: People
) -> None:
    before = Decimal(achieved.value)
    count_statement(achieved.pk, "handled", actor=people.planner)
    achieved.refresh_from_db()
    assert achieved.value == before
