"""Measures that series provide: nobody files or revises them by hand; they open their series."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from district.kernel.base.errors import Conflict
from district.kernel.measures.public import (
    DutySpec,
    FilingDuty,
    latest_value,
    revise_value,
    set_duty,
    vintages,
)
from district.kernel.plan.public import numbered_commitments
from district.systems.economy.models import Series
from district.systems.economy.services.settings import put_settings
from district.systems.economy.services.values import Told, record_series_values
from district.systems.economy.tests.conftest import LOADER, SETTINGS, People
from district.systems.economy.tests.test_dependents import MEASURE, promised
from district.systems.economy.tests.test_values import AUGUST
from district.testing.moments import standing

pytestmark = pytest.mark.django_db


def _series() -> Series:
    return Series.objects.get(pk="output")


def test_both_vintages_of_the_measure_stay(people: People) -> None:
    told = Told(*AUGUST, value=Decimal(640), growth=Decimal("1.6"))
    with standing("2025-09-25 09:00"):
        record_series_values(_series(), [told], source="bureau", status="final", actor=LOADER)
    found = [row.value for row in vintages(MEASURE, "9", AUGUST[1])]
    assert found == [Decimal("1.6"), 6]


def test_nobody_files_or_revises_what_a_series_provides(people: People) -> None:
    row = promised(people)
    row.refresh_from_db()
    # While the plan's own measure counted it, its lead unit filed that; now nobody owes anything.
    assert not FilingDuty.objects.filter(active=True).exists()
    with pytest.raises(Conflict, match="工业总产值"):
        set_duty(DutySpec(MEASURE, "9-D02", date(2025, 8, 31)), actor=people.planner)
    value = latest_value(MEASURE, "9")
    assert value is not None
    with pytest.raises(Conflict, match="工业总产值"):
        revise_value(value, Decimal(7), status="final", note="改", actor=people.planner)
    page = people.client("planner").get(reverse("measure", args=[MEASURE])).content.decode()
    assert reverse("economy_series", args=["output"]) in page
    assert reverse("measure_end", args=[MEASURE]) not in page


def test_the_cockpit_opens_the_series_and_the_period(people: People) -> None:
    promised(people)
    page = people.client("planner").get(reverse("cockpit")).content.decode()
    assert f"{reverse('economy_series', args=['output'])}#2025-08-31" in page
    series = people.client("planner").get(reverse("economy_series", args=["output"]))
    assert 'id="2025-08-31"' in series.content.decode()


def test_growth_that_is_not_published_follows_from_the_base(people: People) -> None:
    told = Told(date(2025, 1, 1), date(2025, 9, 30), value=Decimal(763), base=Decimal("740.78"))
    record_series_values(_series(), [told], source="bureau", status="final", actor=people.bureau)
    value = latest_value(MEASURE, "9")
    assert value is not None
    assert round(value.value, 2) == 3


def test_a_measure_that_is_named_later_has_what_is_known(people: People) -> None:
    series = [dict(one) for one in SETTINGS["series"]]
    series[1]["measure"] = "economy_sales_growth"
    put_settings({**SETTINGS, "series": series}, actor=LOADER)
    value = latest_value("economy_sales_growth", "9")
    assert value is not None
    assert (value.value, value.period_end) == (6, AUGUST[1])


def test_what_a_series_provides_counts_as_computed(people: People) -> None:
    row = promised(people)
    (found,) = [one for one in numbered_commitments(row.report) if one.pk == row.pk]
    assert vars(found)["counting"] == "computed"
