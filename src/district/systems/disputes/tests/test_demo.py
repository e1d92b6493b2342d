"""The demo: every type, through the services, and nothing a second time."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from district.kernel.base.district_files import DemoTime
from district.kernel.cases.public import Case
from district.systems.disputes.demo import play
from district.systems.disputes.models import Body, Document
from district.systems.disputes.names import TYPES
from district.systems.disputes.tests.conftest import People

pytestmark = pytest.mark.django_db
CHINA = ZoneInfo("Asia/Shanghai")
TIME = DemoTime(datetime(2025, 1, 6, 9, tzinfo=CHINA), datetime(2025, 9, 26, 9, tzinfo=CHINA))


def test_a_demo_has_every_type_and_adds_nothing_a_second_time(people: People) -> None:
    (line,) = play(TIME)
    count = Case.objects.count()
    assert line == f"demo: {count} disputes"
    assert set(Case.objects.values_list("type_key", flat=True)) == set(TYPES)
    assert Document.objects.exists()
    assert Case.objects.exclude(leader=None).exists()
    assert list(play(TIME)) == []
    assert Case.objects.count() == count


def test_a_district_without_its_bodies_has_no_disputes_in_its_demo(people: People) -> None:
    Body.objects.all().delete()
    assert list(play(TIME)) == []
    assert not Case.objects.exists()
