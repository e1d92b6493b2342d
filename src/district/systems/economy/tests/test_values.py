"""Values and vintages: both stay, what held on a day can be asked, growth is never a ratio of
published levels, and the plan's measure follows."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from district.kernel.base.errors import Invalid, NotPermitted
from district.kernel.history.public import events_of
from district.kernel.measures.public import latest_value
from district.systems.economy.models import Series, SeriesValue
from district.systems.economy.names import series_subject
from district.systems.economy.selectors.detail import periods_of, wholes_told
from district.systems.economy.selectors.known import growth_shown, whole_values
from district.systems.economy.services.values import Told, record_series_values
from district.systems.economy.tests.conftest import People
from district.testing.moments import moment, standing

pytestmark = pytest.mark.django_db
AUGUST = (date(2025, 1, 1), date(2025, 8, 31))


def output() -> Series:
    """The series of the tests."""
    return Series.objects.get(pk="output")


def test_a_revision_keeps_both_and_the_day_before_can_be_asked(people: People) -> None:
    series = output()
    with standing("2025-09-25 09:00"):
        done = record_series_values(
            series, [Told(*AUGUST, value=Decimal(700))], source="bureau", status="final",
            actor=people.bureau,
        )  # fmt: skip
    assert (done.fresh, done.revised, done.unchanged) == (0, 1, 0)
    now = whole_values(series)[-1]
    assert now.value == 700
    # What was not told stays: the growth of the vintage before.
    assert now.growth == 6
    then = whole_values(series, known_by=moment("2025-09-24 12:00"))[-1]
    assert then.value == Decimal("667.8")
    assert then.superseded_by_id == now.pk
    assert SeriesValue.objects.filter(series=series, period_end=AUGUST[1], industry="",
                                      street="").count() == 2  # fmt: skip
    told = [one for one in events_of(series_subject("output")) if "values" in one.kind]
    assert told[0].data["rows"][0]["before"][0] == "667.800000"


def test_the_same_again_changes_nothing(people: People) -> None:
    told = [Told(*AUGUST, value=Decimal("667.8"), growth=Decimal(6))]
    done = record_series_values(
        output(), told, source="bureau", status="final", actor=people.bureau
    )
    assert (done.fresh, done.revised, done.unchanged) == (0, 0, 1)


def test_growth_comes_from_the_comparable_base_and_not_from_levels(people: People) -> None:
    series = output()
    # Published levels grew by 6%; the base was restated, so it is 3%.
    told = Told(date(2025, 1, 1), date(2025, 9, 30), value=Decimal(763), base=Decimal("740.78"))
    record_series_values(series, [told], source="bureau", status="preliminary", actor=people.bureau)
    row = whole_values(series)[-1]
    row.series = series
    found = growth_shown(row)
    assert found is not None
    assert round(found, 2) == Decimal("3.00")


def test_a_department_stands_beside_the_bureau(people: People) -> None:
    series = output()
    record_series_values(
        series, [Told(*AUGUST, growth=Decimal("6.8"))], source="department", status="estimate",
        actor=people.industry,
    )  # fmt: skip
    line = periods_of(wholes_told(series))[0]
    assert line.bureau is not None
    assert line.department is not None
    assert line.gap == Decimal("0.8")
    assert latest_value("economy_output_growth", "9").value == 6  # type: ignore[union-attr]  # recorded above


def test_the_measure_of_the_plan_follows_the_bureau(people: People) -> None:
    value = latest_value("economy_output_growth", "9")
    assert value is not None
    assert (value.value, value.period_end, value.source) == (6, AUGUST[1], "statistics")
    level = latest_value("economy_sales", "9")
    assert level is not None
    assert level.value == Decimal("667.8")


def test_gdp_is_quarterly_only(people: People) -> None:
    with pytest.raises(Invalid):
        record_series_values(
            Series.objects.get(pk="gdp"), [Told(*AUGUST, growth=Decimal(5))], source="bureau",
            status="final", actor=people.bureau,
        )  # fmt: skip


def test_each_source_is_told_by_its_own_unit(people: People) -> None:
    for source, actor in (("bureau", people.industry), ("department", people.bureau)):
        with pytest.raises(NotPermitted):
            record_series_values(
                output(), [Told(*AUGUST, growth=Decimal(1))], source=source, status="final",
                actor=actor,
            )  # fmt: skip
