"""The demo: a believable month, and a day that goes on while it is watched."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from unittest import mock

import pytest
from django.conf import LazySettings

from district.kernel.base import clock
from district.kernel.base.district_files import DemoTime
from district.kernel.base.recent import forget_all
from district.kernel.cases.public import Case, CaseStep
from district.kernel.history.public import verify
from district.kernel.places.public import AreaRow, load_areas
from district.systems.appeals.city.models import CityOrder
from district.systems.appeals.demo import arrive, go_on, month, play
from district.systems.appeals.demo.world import SOURCE
from district.systems.appeals.tests.conftest import LOADER, MakeCase, People, standing

pytestmark = pytest.mark.django_db
_RUNNING = clock.now
TIME = DemoTime(
    datetime.fromisoformat("2025-01-06T09:00:00+08:00"),
    datetime.fromisoformat("2025-09-26T09:00:00+08:00"),
)
_SQUARE = [[[114.2, 22.7], [114.3, 22.7], [114.3, 22.8], [114.2, 22.8], [114.2, 22.7]]]


@pytest.fixture
def ground(
    people: People, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """A demo's installation, with one community on the map and a short month."""
    settings.DISTRICT_DEMO = True
    settings.DISTRICT_CLOCK_OFFSET = 1
    monkeypatch.setattr(month, "_HANDLED", 40)
    monkeypatch.setattr(month, "_OPEN", 30)
    shape = {"type": "Polygon", "coordinates": _SQUARE}
    street, community = (
        AreaRow(code, name, level, above, shape, 114.25, 22.75, False, "tests", "CC0", "")
        for code, name, level, above in (
            ("901", "东街道", "street", ""),
            ("901001", "桥头社区", "community", "901"),
        )
    )
    load_areas([street, community], actor=LOADER)
    yield
    forget_all()


@pytest.fixture
def running(ground: None) -> Iterator[None]:
    """The clock runs again: the demo moves it by itself."""
    with mock.patch("district.kernel.base.clock.now", _RUNNING):
        yield


def test_the_month_is_played_once_and_each_case_goes_its_way_in_time(running: None) -> None:
    lines = list(play(TIME))
    assert [line.split(":")[1].split()[0] for line in lines] == ["40", "30", "36"]
    assert list(play(TIME)) == []
    orders = CityOrder.objects.select_related("case")
    assert {order.case.source for order in orders} == {"city"}
    assert {order.revision for order in orders} == {0, 1}
    assert max(Case.objects.values_list("reporter_count", flat=True)) == 24
    assert len(Counter(Case.objects.values_list("stage", flat=True))) >= 4
    for case in Case.objects.all():
        moments = list(CaseStep.objects.filter(case=case).order_by("pk").values_list("at"))
        assert moments == sorted(moments)
    assert not CaseStep.objects.filter(at__gt=TIME.starts_at).exists()
    assert verify().sound


def test_a_watched_case_is_handled_step_by_step_by_those_whose_turn_it_is(
    ground: None, reported: MakeCase
) -> None:
    case = reported()
    Case.objects.filter(pk=case.pk).update(source_name=SOURCE, source_number="1")
    steps = 0
    for minute in range(10, 60):
        with standing(f"2025-09-22 11:{minute}"):
            steps += go_on()
    case.refresh_from_db()
    did = list(
        CaseStep.objects.filter(case=case).order_by("pk").values_list("action", "actor_name")
    )
    assert (case.stage, steps) == ("closed", 4)
    assert did == [
        ("dispatch", "值班员"), ("accept", "东经办"), ("finish", "东经办"), ("close", "值班员"),
    ]  # fmt: skip


def test_somebody_reports_while_it_is_watched(ground: None, reported: MakeCase) -> None:
    Case.objects.filter(pk=reported().pk).update(source_name=SOURCE, source_number="1")
    came = 0
    for minute in range(20):
        with standing(f"2025-09-22 11:{minute:02d}"):
            came += arrive()
    assert 5 <= came == Case.objects.count() - 1


def test_nothing_happens_by_itself_outside_a_demo(
    ground: None, reported: MakeCase, settings: LazySettings
) -> None:
    case = reported()
    assert (arrive(), go_on()) == (0, 0)  # no case of the demo's is there
    Case.objects.filter(pk=case.pk).update(source_name=SOURCE, source_number="1")
    settings.DISTRICT_CLOCK_OFFSET = 0
    assert (arrive(), go_on()) == (0, 0)
    case.refresh_from_db()
    assert case.stage == "triage"
