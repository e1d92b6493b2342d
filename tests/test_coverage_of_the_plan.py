"""How many of the plan's numbers are computed from records in the demo year: of the sample, and of
the real report where it is on this machine."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from district.kernel.history.public import Actor
from district.kernel.measures.public import MeasureValue
from district.kernel.organisation.public import root_code
from district.kernel.plan.public import (
    Commitment,
    Report,
    Statement,
    add_edition,
    bind_measure,
    confirm_many,
    create_report,
    numbered_commitments,
    reports,
)
from district.kernel.plan.rules.coverage import alike, same_unit
from district.testing.demo import DemoDistrict

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

REAL = Path(__file__).resolve().parents[2] / "shared" / "report" / "longgang-2025-plan-report.txt"
WANTED = 0.6
PLANNER = Actor.system("demo")
#: Numbers that the sample calls otherwise or leaves on the review desk, and what counts them.
LEFT_OPEN = {
    "第六立面": "projects_roofscape_under_way",
    "优良河长占比": "environment_good_reach",
    "保障性住房": "projects_affordable_housing_output_completed",
}


@pytest.fixture(scope="module")
def sample(demo: DemoDistrict) -> list[Commitment]:
    """The numbered commitments of the demo's report."""
    (report,) = [one for one in reports() if one.year == 2025]
    return numbered_commitments(report)


def _computed(rows: list[Commitment]) -> list[Commitment]:
    return [row for row in rows if getattr(row, "counting", "") == "computed"]


def test_three_fifths_of_the_plan_s_numbers_are_computed_from_records(
    sample: list[Commitment],
) -> None:
    assert len(_computed(sample)) >= WANTED * len(sample)


def test_what_is_computed_has_a_value_of_this_year(sample: list[Commitment]) -> None:
    keys = {str(row.measure_id) for row in _computed(sample)}
    told = MeasureValue.objects.filter(
        measure__in=keys, unit=root_code(), superseded_by=None, period_end__gte=date(2025, 6, 30)
    )
    assert keys - {str(key) for key in told.values_list("measure", flat=True)} == set()


@pytest.mark.skipif(not REAL.exists(), reason="the real report is not on this machine")
def test_the_same_systems_count_three_fifths_of_the_real_report(sample: list[Commitment]) -> None:
    report = create_report(root_code(), 2025, "2025年计划报告原文", actor=PLANNER)
    edition = add_edition(report.pk, REAL.read_bytes(), REAL.name, actor=PLANNER)
    targets = Statement.objects.filter(edition=edition, kind="target", state="proposed")
    confirm_many(
        edition.pk,
        actor=PLANNER,
        threshold=0,  # type: ignore[arg-type]  # it is compared
        statement_ids=list(targets.values_list("pk", flat=True)),
    )
    _bind_alike(report, _computed(sample))
    rows = numbered_commitments(report)
    counted = Counter(str(getattr(row, "counting", "")) for row in rows)
    print(f"real report: {len(rows)} numbers, {dict(counted)}")
    for row in rows:
        print(getattr(row, "counting", ""), row.title, row.value, row.unit, row.measure_id)
    assert counted["computed"] >= WANTED * len(rows)


def _bind_alike(report: Report, bound: list[Commitment]) -> None:
    """Bind each number to the measure of the sample's number that is called most like it."""
    for row in numbered_commitments(report):
        found = [
            (alike(row.title, one.title), str(one.measure_id))
            for one in bound
            if same_unit(row.unit, one.unit) and (row.basis == "yoy") == (one.basis == "yoy")
        ]
        found += [(1.0, key) for words, key in LEFT_OPEN.items() if words in row.title]
        score, key = max(found, default=(0.0, ""))
        if score >= 0.5:
            bind_measure(row.pk, key, actor=PLANNER)
