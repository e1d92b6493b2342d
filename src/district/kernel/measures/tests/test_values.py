"""Measures and values: definitions, vintages, revisions, computing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from unittest import mock

import pytest

from district.kernel.base.errors import Conflict, Invalid, NotFound, NotPermitted
from district.kernel.history.public import Subject, events_of
from district.kernel.measures import computing
from district.kernel.measures.computing import declare_measure
from district.kernel.measures.models import Measure, MeasureDefinition, MeasureValue
from district.kernel.measures.records import MeasureSpec
from district.kernel.measures.rules.periods import StatPeriod, period_ending
from district.kernel.measures.selectors import latest_value, measure_by_key, series, vintages
from district.kernel.measures.services import (
    ValueSpec,
    compute_measures,
    ensure_measures,
    record_value,
    record_values,
    revise_value,
    save_measure,
)
from district.kernel.measures.tests.conftest import INVESTMENT, LOADER, People, Stand, at

D = Decimal
JULY = period_ending(date(2025, 7, 31), "year_to_date")
AUGUST = period_ending(date(2025, 8, 31), "year_to_date")


def value(amount: str, period: StatPeriod = AUGUST, **more: str) -> ValueSpec:
    return ValueSpec("investment", "9", period, D(amount), **more)


@pytest.fixture(autouse=True)
def fresh_declarations() -> Iterator[None]:
    with (
        mock.patch.dict(computing._DECLARED, clear=True),
        mock.patch.dict(computing._FAMILIES, clear=True),
    ):
        yield


def test_a_revision_keeps_both_vintages(measure: Measure, people: People, stand: Stand) -> None:
    with stand("2025-09-10 10:00"):
        first = record_value(value("912.4", status="preliminary"), actor=LOADER)
    with stand("2025-10-10 10:00"):
        second = revise_value(
            first, D("915"), status="final", note="年报核实", actor=people.planner
        )
        assert latest_value("investment", "9") == second
        assert [v.value for v in vintages("investment", "9", AUGUST.end)] == [D("915"), D("912.4")]
    first.refresh_from_db()
    assert first.superseded_by == second
    # What was known then is still known.
    assert latest_value("investment", "9", known_by=at("2025-09-20 10:00")) == first
    assert latest_value("investment", "9", known_by=at("2025-10-20 10:00")) == second
    assert latest_value("investment", "9", known_by=at("2025-09-01 10:00")) is None
    with pytest.raises(Conflict, match="刚被修订"):
        revise_value(first, D("1"), status="final", note="x", actor=people.planner)
    event = events_of(Subject("measures.measure", "investment"))[0]
    assert (event.kind, event.data["before"]) == ("measures.value.revised", "912.4")


def test_revising_needs_a_reason_and_the_right(measure: Measure, people: People) -> None:
    known = record_value(value("900"), actor=LOADER)
    with pytest.raises(Invalid, match="修订原因"):
        revise_value(known, D("901"), status="final", note="", actor=LOADER)
    with pytest.raises(NotPermitted):
        revise_value(known, D("901"), status="final", note="x", actor=people.officer)
    with pytest.raises(NotPermitted):
        record_value(value("1"), actor=people.officer)


def test_the_same_value_again_is_no_vintage(measure: Measure) -> None:
    first = record_value(value("900"), actor=LOADER)
    assert record_value(value("900.000"), actor=LOADER) == first
    assert record_value(value("900", status="estimate"), actor=LOADER) != first
    assert MeasureValue.objects.count() == 2


@pytest.mark.parametrize(
    ("spec", "error"),
    [
        (ValueSpec("nothing", "9", AUGUST, D(1)), NotFound),
        (ValueSpec("investment", "404", AUGUST, D(1)), Invalid),
        (ValueSpec("investment", "9", AUGUST, D(1), status="sure"), Invalid),
        (ValueSpec("investment", "9", AUGUST, D("nan")), Invalid),
        (ValueSpec("investment", "9", AUGUST, D(10) ** 14), Invalid),
    ],
)
def test_values_that_cannot_be_are_refused(
    measure: Measure, spec: ValueSpec, error: type[Exception]
) -> None:
    with pytest.raises(error):
        record_value(spec, actor=LOADER)
    assert MeasureValue.objects.count() == 0


def test_one_period_twice_in_a_batch_is_refused(measure: Measure) -> None:
    with pytest.raises(Conflict):
        record_values([value("1"), value("2")], actor=LOADER)


def test_a_series_is_in_the_order_of_its_periods(measure: Measure) -> None:
    record_values([value("912"), value("790", JULY)], actor=LOADER)
    assert [v.value for v in series("investment", "9")] == [D(790), D(912)]
    assert [v.value for v in series("investment", "9", since=AUGUST.end)] == [D(912)]
    assert [v.value for v in series("investment", "9", until=JULY.end)] == [D(790)]
    found = latest_value("investment", "9", at=date(2025, 8, 15))
    assert found is not None
    assert found.value == D(790)


def test_ensuring_makes_what_is_missing_and_leaves_the_rest(people: People) -> None:
    made = ensure_measures([INVESTMENT, MeasureSpec("gdp", "地区生产总值")], actor=LOADER)
    assert set(made) == {"investment", "gdp"}
    again = ensure_measures([MeasureSpec("gdp", "另一个名称")], actor=people.planner)
    assert again["gdp"].name == "地区生产总值"
    assert MeasureDefinition.objects.count() == 2
    with pytest.raises(NotPermitted):
        ensure_measures([MeasureSpec("x", "x")], actor=people.officer)
    with pytest.raises(Invalid):
        ensure_measures([MeasureSpec("x", "x", basis="guess")], actor=LOADER)
    with pytest.raises(Invalid):
        ensure_measures([MeasureSpec("a b/c", "x")], actor=LOADER)
    with pytest.raises(NotFound):
        measure_by_key("x")


def test_a_new_definition_is_a_new_version_and_old_values_keep_theirs(
    measure: Measure, people: People
) -> None:
    record_value(value("790", JULY), actor=LOADER)
    save_measure(replace(INVESTMENT, definition="含农户投资"), actor=people.planner)
    record_value(value("912"), actor=LOADER)
    versions = dict(MeasureValue.objects.values_list("period_end", "definition_version"))
    assert versions == {JULY.end: 1, AUGUST.end: 2}
    texts = list(MeasureDefinition.objects.values_list("number", "text"))
    assert texts == [(2, "含农户投资"), (1, "")]
    with pytest.raises(Invalid, match="不能改计量单位"):
        save_measure(replace(INVESTMENT, unit="万元"), actor=people.planner)
    before = len(events_of(Subject("measures.measure", "investment")))
    save_measure(replace(INVESTMENT, definition="含农户投资"), actor=people.planner)
    assert len(events_of(Subject("measures.measure", "investment"))) == before


# Computed measures --------------------------------------------------------------------------

COUNT = MeasureSpec("cases", "受理件数", unit="件", source="system")


def declare(amounts: Mapping[date, str]) -> None:
    def compute(period: StatPeriod) -> dict[str, Decimal]:
        return {"9": D(amounts[period.end])} if period.end in amounts else {}

    declare_measure(COUNT, compute)


def test_computing_fills_the_complete_and_the_running_period(people: People) -> None:
    declare({date(2025, 8, 31): "100", date(2025, 9, 10): "112", date(2025, 9, 11): "115"})
    assert compute_measures(as_of=date(2025, 9, 10), actor=LOADER) == 2
    assert compute_measures(as_of=date(2025, 9, 10), actor=LOADER) == 0
    assert compute_measures(as_of=date(2025, 9, 11), actor=LOADER) == 1
    current = [(v.period_end.day, v.value, v.status) for v in series("cases", "9")]
    assert current == [(31, D(100), "final"), (11, D(115), "estimate")]
    assert MeasureValue.objects.count() == 3


def test_the_complete_period_replaces_its_running_values(people: People) -> None:
    declare({date(2025, 8, 31): "100", date(2025, 9, 10): "112", date(2025, 9, 30): "140"})
    compute_measures(as_of=date(2025, 9, 10), actor=LOADER)
    compute_measures(as_of=date(2025, 10, 1), actor=LOADER)
    assert [v.period_end for v in series("cases", "9")] == [date(2025, 8, 31), date(2025, 9, 30)]


def test_a_value_counted_anew_is_a_new_vintage(people: People) -> None:
    amounts = {date(2025, 8, 31): "100"}
    declare(amounts)
    compute_measures(as_of=date(2025, 9, 1), actor=LOADER)
    amounts[date(2025, 8, 31)] = "101"
    assert compute_measures(as_of=date(2025, 9, 1), keys=["cases"], actor=LOADER) == 1
    assert compute_measures(as_of=date(2025, 9, 1), keys=["others"], actor=LOADER) == 0
    assert [v.value for v in vintages("cases", "9", date(2025, 8, 31))] == [D(101), D(100)]


def test_measures_made_of_the_same_counts_count_them_once_a_run(people: People) -> None:
    counted: list[date] = []

    @computing.once_a_run
    def rows(period: StatPeriod) -> int:
        counted.append(period.end)
        return 7 * len(counted)

    for key in ("first", "second"):
        declare_measure(replace(COUNT, key=key), lambda period: {"9": D(rows(period))})
    compute_measures(as_of=date(2025, 9, 10), actor=LOADER)
    assert sorted(counted) == [date(2025, 8, 31), date(2025, 9, 10)]
    first, second = ([v.value for v in series(key, "9")] for key in ("first", "second"))
    assert first == second == [D(7), D(14)]
    compute_measures(as_of=date(2025, 9, 10), actor=LOADER)
    assert len(counted) == 4, "the next run counts anew"


def test_declaring_a_measure_twice_or_without_its_source_is_refused() -> None:
    declare({})
    with pytest.raises(ValueError, match="declared twice"):
        declare({})
    with pytest.raises(ValueError, match="source"):
        declare_measure(INVESTMENT, lambda period: {})
