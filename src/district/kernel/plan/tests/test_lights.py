"""The light of commitments: numbers by progress due, tasks by deadline and reports, parents by
the worst below; late filing turns it; fifty thousand in few queries."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from district.kernel.base import clock
from district.kernel.history.public import run_consumers, seal_all
from district.kernel.measures.public import (
    FilingDuty,
    MeasureSpec,
    ValueSpec,
    ensure_measures,
    open_period,
    period_ending,
    record_values,
)
from district.kernel.plan.models import Commitment, Edition, Report
from district.kernel.plan.models.commitments import CommitmentKind, CommitmentState
from district.kernel.plan.rules.light import (
    Numbers,
    TaskFacts,
    number_light,
    parent_light,
    task_light,
)
from district.kernel.plan.selectors.headlines import headlines
from district.kernel.plan.services.owning import assign_owner
from district.kernel.plan.services.progress import report_progress
from district.kernel.plan.services.steering import activate, set_profile
from district.kernel.plan.tests.conftest import LOADER, People, at, commitment, standing
from district.kernel.tracking.public import (
    DEFAULT_POLICY,
    LightVerdict,
    Reason,
    TrackedRow,
    reason_texts,
    refresh_lights,
)


def started(title: str, people: People) -> Commitment:
    row = commitment(title)
    assign_owner(
        row.pk,
        lead_unit="9-D02",
        leader=people.leader.id,
        contact=people.officer.id,
        actor=people.planner,
    )
    return activate(row.pk, actor=people.planner)


def record(row: Commitment, values: Sequence[tuple[date, str]], unit: str = "9-D02") -> None:
    assert row.measure_id is not None
    specs = [
        ValueSpec(row.measure_id, unit, period_ending(end, "year_to_date"), Decimal(value))
        for end, value in values
    ]
    record_values(specs, actor=LOADER)
    seal_all()
    run_consumers()


def light_of(row: Commitment) -> TrackedRow:
    return TrackedRow.objects.get(subject_type="plan.commitment", subject_id=str(row.pk))


def test_a_recorded_value_lights_the_target_by_progress_due(
    confirmed: Edition, people: People
) -> None:
    row = started("公办义务教育学位", people)
    assert light_of(row).light == "none"
    record(row, [(date(2025, 8, 31), "4100")])
    lit = light_of(row)
    assert (lit.light, lit.completion_rate) == ("green", Decimal("68.3333"))
    record(row, [(date(2025, 8, 31), "3000")])
    lit = light_of(row)
    assert lit.light == "red"
    assert lit.progress_gap is not None
    assert lit.progress_gap < 0


def test_the_lead_units_value_counts_before_the_districts(
    confirmed: Edition, people: People
) -> None:
    row = started("公办义务教育学位", people)
    record(row, [(date(2025, 8, 31), "1000")], unit="9")
    assert light_of(row).light == "red"
    record(row, [(date(2025, 8, 31), "5000")], unit="9-D02")
    assert light_of(row).light == "green"
    record(row, [(date(2025, 8, 31), "9")], unit="9-D03")
    assert light_of(row).light == "green"


def test_growth_is_compared_directly(confirmed: Edition, people: People) -> None:
    row = started("地区生产总值", people)
    record(row, [(date(2025, 6, 30), "5.4")])
    lit = light_of(row)
    assert lit.light == "yellow"
    record(row, [(date(2025, 6, 30), "6.1")])
    assert light_of(row).light == "green"


def test_a_profile_by_hand_says_what_is_due(confirmed: Edition, people: People) -> None:
    row = started("公办义务教育学位", people)
    record(row, [(date(2025, 8, 31), "100")])
    assert light_of(row).light == "red"
    # School places come with the new school year, in September.
    shares = [Decimal(0)] * 8 + [Decimal("0.9")] * 3 + [Decimal(1)]
    set_profile(row.pk, "by_hand", shares=shares, actor=people.planner)
    assert light_of(row).light == "green"


def test_last_years_months_make_a_profile(confirmed: Edition, people: People) -> None:
    row = started("公办义务教育学位", people)
    months = [
        (date(2024, month, day), str(total))
        for month, day, total in ((3, 31, 100), (6, 30, 200), (9, 30, 4500), (12, 31, 5000))
    ]
    record(row, [*months, (date(2025, 8, 31), "3400")])
    assert light_of(row).light == "red"
    made = set_profile(row.pk, "last_year", actor=people.planner)
    assert made.profile_shares[2] == "0.02"
    assert made.profile_shares[5] == "0.04"
    assert made.profile_shares[8] == "0.9"
    assert made.profile_shares[11] == "1"
    assert light_of(row).light == "yellow"


def test_a_late_filing_turns_the_light(confirmed: Edition, people: People) -> None:
    row = started("公办义务教育学位", people)
    record(row, [(date(2025, 6, 30), "3500")])
    assert light_of(row).light == "green"
    FilingDuty.objects.filter(measure=row.measure).update(since=date(2025, 9, 30))
    with standing("2025-10-20 09:00"):
        open_period(actor=LOADER)
        refresh_lights(now=at("2025-10-20 09:00"))
        lit = light_of(row)
    assert lit.light == "yellow"
    assert any("填报逾期" in text for text in reason_texts(lit.reasons))


def test_a_task_is_lit_by_its_deadline_and_its_reports(confirmed: Edition, people: People) -> None:
    row = started("完善家校社协同育人机制", people)
    assert light_of(row).light == "green"
    report_progress(row.pk, percent=30, text="起步", actor=people.officer)
    assert light_of(row).light == "yellow"
    report_progress(row.pk, percent=80, text="成形", actor=people.officer)
    assert light_of(row).light == "green"
    with standing("2026-01-05 09:00"):
        refresh_lights()
        assert light_of(row).light == "red"


def test_a_silent_unit_turns_its_task_yellow(confirmed: Edition, people: People) -> None:
    row = started("完善家校社协同育人机制", people)
    Commitment.objects.filter(pk=row.pk).update(activated_at=at("2025-03-01 09:00"))
    refresh_lights()
    assert light_of(row).light == "yellow"
    assert any("未填报进展" in text for text in reason_texts(light_of(row).reasons))


def test_a_parent_is_as_bad_as_its_worst_child_and_names_it(
    confirmed: Edition, people: People
) -> None:
    places = started("公办义务教育学位", people)
    clause = started("全年新增公办义务教育学位6000个", people)
    item = started("提升教育质量", people)
    record(places, [(date(2025, 8, 31), "4100")])
    assert [light_of(row).light for row in (clause, item)] == ["green", "green"]
    record(places, [(date(2025, 8, 31), "900")])
    assert [light_of(row).light for row in (clause, item)] == ["red", "red"]
    assert "25§1.1-1 公办义务教育学位" in reason_texts(light_of(clause).reasons)[0]
    record(places, [(date(2025, 8, 31), "4100")])
    assert light_of(item).light == "green"


def test_the_cockpits_headlines_cost_three_queries(confirmed: Edition, people: People) -> None:
    output = started("地区生产总值", people)
    record(
        output,
        [
            (date(2024, 12, 31), "6.7"),
            (date(2025, 3, 31), "5.1"),
            (date(2025, 6, 30), "5.4"),
        ],
        unit="9",
    )
    report = Report.objects.select_related("unit").get(pk=confirmed.report_id)
    with CaptureQueriesContext(connection) as queries:
        found = headlines(report)
    assert len(queries) <= 3
    first = found[0]
    assert (first.commitment.title, first.actual, first.as_of) == (
        "地区生产总值",
        Decimal("5.4"),
        date(2025, 6, 30),
    )
    assert [point.value for point in first.trend] == [Decimal("5.1"), Decimal("5.4")]
    assert [point.value for point in first.last_trend] == [Decimal("6.7")]
    assert (first.outturn, first.light) == (Decimal("6.7"), "yellow")
    assert (found[1].actual, found[1].light) == (None, "none")


def _many(report: Report, count: int) -> None:
    """`count` active commitments with measures, values, and parents of ten."""
    now = clock.now()
    measures = ensure_measures(
        [MeasureSpec(f"m{number}", f"指标{number}", unit="个") for number in range(200)],
        actor=LOADER,
    )
    record_values(
        [
            ValueSpec(key, "9", period_ending(date(2025, 8, 31), "year_to_date"), Decimal(60))
            for key in measures
        ],
        actor=LOADER,
    )
    rows: list[Commitment] = []
    for number in range(count):
        parent = rows[number - number % 10] if number % 10 else None
        row = Commitment(
            report=report,
            parent=parent,
            depth=1 if parent else 0,
            kind=CommitmentKind.QUANTITY if parent else CommitmentKind.TASK,
            title=f"事项{number}",
            sort=number,
            year=2025,
            deadline=date(2025, 12, 31),
            state=CommitmentState.ACTIVE,
            lead_unit_id="9-D02",
            activated_at=now,
            created_at=now,
        )
        if parent:
            row.comparator, row.value, row.unit, row.basis = ">=", Decimal(100), "个", "flow"
            row.measure = measures[f"m{number % 200}"]
        rows.append(row)
    Commitment.objects.bulk_create(rows, batch_size=500)
    TrackedRow.objects.bulk_create(
        [
            TrackedRow(
                subject_type="plan.commitment",
                subject_id=str(row.pk),
                title=row.title,
                lead_unit_id="9-D02",
                calendar_id="working_days",
                starts_at=at("2025-01-01 00:00"),
                due_at=at("2025-12-31 23:59"),
                light_since=now,
                created_at=now,
            )
            for row in rows
        ],
        batch_size=500,
    )


@pytest.mark.parametrize("count", [1000, 2000])
def test_queries_grow_with_chunks_never_with_rows(report: Report, count: int) -> None:
    _many(report, count)
    with CaptureQueriesContext(connection) as queries:
        refreshed = refresh_lights()
    assert refreshed.seen == count
    # A chunk of 500 rows: locking, reading, judging and writing what turned.
    assert len(queries) <= 45 * (count // 500) + 10
    with CaptureQueriesContext(connection) as again:
        assert refresh_lights().turned == 0
    assert len(again) <= 20 * (count // 500) + 10


# The rules alone ----------------------------------------------------------------------------


def verdict(light: str, code: str = "x") -> LightVerdict:
    return LightVerdict(light, (Reason(code),))  # type: ignore[arg-type]  # one of the four words


def test_children_without_data_do_not_count() -> None:
    own = verdict("green")
    assert parent_light(own, [("a", verdict("none"))]) == own
    assert parent_light(verdict("none"), [("a", verdict("green"))]).light == "green"
    assert parent_light(own, [("a", verdict("yellow")), ("b", verdict("red"))]).light == "red"
    assert parent_light(verdict("red"), [("a", verdict("yellow"))]) == verdict("red")


def test_a_fall_is_judged_the_other_way_round() -> None:
    falling = Numbers(
        comparator="=",
        value=Decimal("17.9"),
        unit="微克/立方米",
        basis="stock",
        year=2025,
        deadline=date(2025, 12, 31),
        actual=Decimal("17.5"),
        as_of=date(2025, 8, 31),
        baseline=Decimal("18.6"),
    )
    assert number_light(falling, date(2025, 9, 26), DEFAULT_POLICY).light == "green"


def test_a_finished_task_is_green_whatever_its_profile() -> None:
    facts = TaskFacts(2025, date(2025, 12, 31), date(2025, 1, 1), 100, date(2025, 1, 2))
    assert task_light(facts, verdict("yellow"), date(2025, 12, 30)).light == "green"
    assert task_light(facts, verdict("red"), date(2026, 1, 2)).light == "red"
