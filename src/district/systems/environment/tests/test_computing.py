"""From readings to days, months, exceedances; late readings make vintages, nothing else does."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from unittest import mock

import pytest
from django.db.models import Model

from district.kernel.history.public import recent_events
from district.systems.environment.models import (
    AirDay,
    AirSpan,
    Computed,
    NoisePart,
    SectionMonth,
    WaterSample,
)
from district.systems.environment.services.computing import compute_results
from district.systems.environment.services.samples import save_sample
from district.systems.environment.tests.conftest import (
    AIR,
    People,
    day_of_air,
    night,
    point,
    section,
    site,
    station,
    streams,
    told,
    wall,
)
from district.systems.environment.tests.memory import MemoryReadings
from district.testing.moments import standing

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def current(model: type[Model], **same: object) -> list[Any]:
    return list(model._default_manager.filter(is_current=True, **same))


def test_hours_become_days_of_stations_and_of_the_district(
    people: People, log: MemoryReadings
) -> None:
    for code, fine in (("A-1", 20), ("A-2", 41)):
        found = streams(f"T-{code}", AIR, 3600)
        station(code, thing=f"T-{code}")
        day_of_air(log, found, date(2025, 9, 20), pm25=fine)
        day_of_air(log, found, date(2025, 9, 21), pm25=80)
    assert compute_results() > 0
    days = {(row.scope, row.day.day): row for row in current(AirDay)}
    assert set(days) == {(scope, day) for scope in ("", "A-1", "A-2") for day in (20, 21)}
    # 30.5 rounds to the even digit.
    assert [days[scope, 20].pm25 for scope in ("A-1", "A-2", "")] == [20, 41, 30]
    assert (days["", 20].aqi, days["", 20].level, days["", 20].good) == (43, "excellent", True)
    assert (days["", 21].aqi, days["", 21].primary, days["", 21].good) == (107, "pm25", False)
    assert days["A-1", 20].hours == dict.fromkeys(AIR, 24)
    (month,) = current(AirSpan, scope="", span="month")
    assert (month.month, month.days, month.good_days) == (date(2025, 9, 1), 2, 1)
    assert (month.rate, month.pm25, month.enough) == (50, Decimal("55.0"), False)


def test_the_running_day_waits_until_it_is_over(people: People, log: MemoryReadings) -> None:
    found = streams("T-1", AIR, 3600)
    station("A-1", thing="T-1")
    day_of_air(log, found, date(2025, 9, 22), hours=9)
    assert compute_results() == 0
    with standing("2025-09-23 00:10"):
        assert compute_results() == 0
    day_of_air(log, found, date(2025, 9, 22))
    with standing("2025-09-23 00:20"):
        assert compute_results() > 0
    assert {row.day for row in current(AirDay)} == {date(2025, 9, 22)}


def test_late_readings_make_another_vintage_and_the_earlier_one_stays(
    people: People, log: MemoryReadings
) -> None:
    found = streams("T-1", AIR, 3600)
    station("A-1", thing="T-1")
    day_of_air(log, found, date(2025, 9, 21), hours=19)
    compute_results()
    (first,) = current(AirDay, scope="A-1")
    # Fourteen running means of eight hours are there, so ozone can be told and the rest cannot.
    assert (first.pm25, first.o3, first.aqi) == (None, 80, 40)
    assert (first.counts, first.number) == (False, 1)
    assert compute_results() == 0
    late = wall("2025-09-22 10:30")
    first_hour = wall("2025-09-21 20:00")
    for stream in found.values():
        told(log, stream, first_hour, [20.0] * 5, step=HOUR, received=late)
    with standing("2025-09-22 10:40"):
        assert compute_results() > 0
        assert compute_results() == 0
    rows = list(AirDay.objects.filter(scope="A-1").order_by("number"))
    assert [(row.number, row.is_current, row.pm25) for row in rows] == [
        (1, False, None),
        (2, True, Decimal(20)),
    ]
    kinds = [event.kind for event in recent_events(limit=20)]
    assert "environment.result.revised" in kinds
    # The running month was of what there was so far: it has no earlier vintages.
    assert not AirSpan.objects.filter(is_current=False).exists()


def test_a_reading_that_came_in_again_changes_nothing(people: People, log: MemoryReadings) -> None:
    found = streams("T-1", {"level": "噪声"}, 60)
    point("N-1", limits="zone2", thing="T-1")
    night(log, found["level"], date(2025, 9, 20), 48)
    assert compute_results() == 1
    Computed.objects.update(until=None)
    assert compute_results() == 0
    Computed.objects.update(binding="other")
    assert compute_results() == 0
    assert NoisePart.objects.count() == 1


def test_a_night_belongs_to_the_day_on_which_it_begins_and_keeps_its_readings(
    people: People, log: MemoryReadings
) -> None:
    site("G-1")
    found = streams("T-1", {"level": "噪声", "peak": "最大声级"}, 60)
    point("N-1", site="G-1", thing="T-1")
    night(log, found["level"], date(2025, 9, 20), 50.0)
    # Twenty loud minutes at three: the block counts, the whole night does not.
    at = wall("2025-09-21 03:01")
    loud = streams("T-2", {"level": "噪声"}, 60)
    point("N-2", site="G-1", thing="T-2")
    night(log, loud["level"], date(2025, 9, 20), 50.0, minutes=300)
    told(log, loud["level"], at, [62.0] * 20, step=timedelta(minutes=1))
    told(log, loud["level"], at + timedelta(minutes=20), [50.0] * 160, step=timedelta(minutes=1))
    compute_results()
    rows = {row.point.code: row for row in current(NoisePart)}
    quiet, noisy = rows["N-1"], rows["N-2"]
    assert (quiet.day, quiet.part, quiet.exceeds) == (date(2025, 9, 20), "night", False)
    assert (quiet.level, quiet.readings, quiet.evidence) == (Decimal(50), 480, [])
    assert (noisy.worst, noisy.over, noisy.exceeds) == (Decimal(62), Decimal(7), True)
    assert noisy.worst_at == datetime.fromisoformat("2025-09-21T03:20:00+08:00")
    assert noisy.level < 55
    assert len(noisy.evidence) == 480
    assert not noisy.cut


def test_an_instruments_own_peaks_are_held_against_their_limit(
    people: People, log: MemoryReadings
) -> None:
    site("G-1")
    found = streams("T-1", {"level": "噪声", "peak": "最大声级"}, 60)
    point("N-1", site="G-1", thing="T-1")
    night(log, found["level"], date(2025, 9, 20), 50.0)
    night(log, found["peak"], date(2025, 9, 20), 70.0)
    compute_results()
    (row,) = current(NoisePart)
    assert (row.peak, row.peak_over, row.exceeds) == (Decimal(70), Decimal(0), False)
    told(
        log, found["peak"], wall("2025-09-21 02:00:30"), [70.1], step=HOUR,
        received=wall("2025-09-22 10:30"),
    )  # fmt: skip
    with standing("2025-09-22 10:40"):
        compute_results()
    (row,) = current(NoisePart)
    assert (row.peak, row.peak_over, row.exceeds) == (Decimal("70.1"), Decimal("0.1"), True)


SAMPLE = {"do": "6.1", "codmn": "3", "nh3n": "0.4", "tp": "0.08"}


def test_laboratory_values_become_months_and_a_correction_a_vintage(people: People) -> None:
    found = section(target="3")
    given = {"section": "S-1", "taken_on": date(2025, 8, 5), "batch": "B-1", **SAMPLE}
    first = save_sample(given, None, people.bureau)
    (month,) = current(SectionMonth, span="month")
    assert (month.water_class, month.meets, month.failing) == ("2", True, [])
    assert save_sample(given, first, people.bureau).pk == first.pk
    second = save_sample({**given, "nh3n": "1.3"}, first, people.bureau)
    assert (second.number, second.found["tp"]) == (2, "0.08")
    (month,) = current(SectionMonth, span="month")
    assert (month.water_class, month.meets, month.number) == ("4", False, 2)
    assert month.failing == [
        {"item": "nh3n", "value": "1.3", "limit": "1", "class": 4, "times": "0.30"}
    ]
    assert SectionMonth.objects.filter(section=found, span="month").count() == 2
    assert WaterSample.objects.filter(is_current=True).count() == 1


def test_a_sample_that_came_while_another_was_looked_up_keeps_its_items(people: People) -> None:
    """Two files at once: neither had found the other's row."""
    section(target="3")
    day = {"section": "S-1", "taken_on": date(2025, 8, 5)}
    save_sample({**day, "do": "6.1", "codmn": "3"}, None, people.bureau)
    second = save_sample({**day, "nh3n": "0.4"}, None, people.bureau)
    assert second.found == {"codmn": "3", "do": "6.1", "nh3n": "0.4"}


def test_readings_fill_what_the_laboratory_did_not_measure(
    people: People, log: MemoryReadings
) -> None:
    names = {"do": "溶解氧", "codmn": "高锰酸盐指数", "nh3n": "氨氮", "tp": "总磷"}
    found = streams("T-S", names, 14400)
    section(target="3", thing="T-S")
    values = {"do": 8.0, "codmn": 2.5, "nh3n": 1.8, "tp": 0.05}
    for key, stream in found.items():
        told(log, stream, wall("2025-08-05 04:00"), [values[key]] * 6, step=4 * HOUR)
    compute_results()
    (month,) = current(SectionMonth, span="month")
    assert (month.water_class, month.meets) == ("5", False)
    save_sample(
        {"section": "S-1", "taken_on": date(2025, 8, 9), "nh3n": "0.3"}, None, people.bureau
    )
    (month,) = current(SectionMonth, span="month")
    assert (month.means["nh3n"], month.water_class, month.samples) == ("0.3", "2", 2)


def test_the_year_so_far_is_the_mean_of_its_months(people: People) -> None:
    section(target="3")
    for month, ammonia in ((6, "0.5"), (7, "1.7"), (8, "0.2")):
        given = {"section": "S-1", "taken_on": date(2025, month, 5), **SAMPLE, "nh3n": ammonia}
        save_sample(given, None, people.bureau)
    years = {row.month.month: row for row in current(SectionMonth, span="year")}
    assert {month: row.means["nh3n"] for month, row in years.items()} == {
        6: "0.5",
        7: "1.1",
        8: "0.8",
    }
    assert (years[7].meets, years[8].meets) == (False, True)


def test_without_a_log_nothing_is_computed_and_nothing_fails(people: People) -> None:
    station("A-1")
    assert compute_results() == 0


def test_only_the_product_computes(people: People) -> None:
    from district.kernel.base.errors import NotPermitted

    for actor in (people.bureau, people.head, people.leader, people.planner):
        with pytest.raises(NotPermitted):
            compute_results(actor=actor)


def test_what_breaks_off_leaves_a_place_as_it_was(people: People, log: MemoryReadings) -> None:
    found = streams("T-1", {"level": "噪声"}, 60)
    point("N-1", limits="zone2", thing="T-1")
    night(log, found["level"], date(2025, 9, 20), 48)
    broken = mock.patch(
        "district.systems.environment.services.noise.compute_point", side_effect=OSError("disk")
    )
    with broken, pytest.raises(OSError, match="disk"):
        compute_results()
    assert not Computed.objects.exists()
    assert compute_results() == 1
