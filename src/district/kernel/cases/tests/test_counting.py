"""What measures are made of: counts of every lead unit, and of all."""

from __future__ import annotations

from datetime import date

from django.db.models import Count

from district.kernel.cases.models import Case
from district.kernel.cases.selectors.counting import counted_by_unit, days_q
from district.kernel.organisation.public import root_code


def test_a_unit_with_nothing_in_the_period_counts_none_and_the_root_counts_all(
    handling: Case,
) -> None:
    unit = handling.lead_unit_id
    reported = handling.reported_at.date()
    for day, expected in ((reported, 1), (date(2024, 1, 1), 0)):
        counts = {"n": Count("pk", filter=days_q("reported_at", day, day))}
        found = counted_by_unit(handling.type_key, counts)
        assert unit != root_code()
        assert (found[unit]["n"], found[root_code()]["n"]) == (expected, expected)
