"""The demo: believable, marked as invented, and played once."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from pathlib import Path

import pytest

from district.kernel.base.district_files import DemoTime
from district.kernel.cases.public import Case
from district.kernel.history.public import verify
from district.kernel.organisation.public import create_member, load_units, parse_units
from district.kernel.tracking.public import refresh_lights, save_calendar
from district.systems.enterprise_requests.demo import play
from district.systems.enterprise_requests.models import Visit, VisitRequest
from district.systems.enterprise_requests.names import COMPLAINT, REQUEST
from district.systems.enterprise_requests.selectors.posts import posts
from district.systems.enterprise_requests.services.posts import load_posts_file
from district.systems.enterprise_requests.tests.conftest import LOADER, People
from district.testing.moments import standing

LONGGANG = Path(__file__).parents[5] / "districts" / "longgang"
TIME = DemoTime(
    datetime.fromisoformat("2025-01-06T09:00:00+08:00"),
    datetime.fromisoformat("2025-09-26T09:00:00+08:00"),
)


@pytest.fixture
def longgang(db: None) -> None:
    """Longgang's units and posts, with an officer and a head in each post."""
    posts.forget()
    with standing("2025-01-06 09:00"):
        for name in ("units.csv", "departments.csv"):
            load_units(parse_units((LONGGANG / name).read_text("utf-8")), actor=LOADER)
        for key in ("24x7", "working_days"):
            save_calendar(key, kind=key, name=key, actor=LOADER)
        hours = (("09:00", "12:00"), ("14:00", "18:00"))
        save_calendar("working_hours", kind="working_hours", name="h", hours=hours, actor=LOADER)
        load_posts_file(LONGGANG / "posts.csv")
        for unit in sorted({post.unit for post in posts()}):
            for role in ("officer", "unit_head"):
                create_member(f"{role} {unit}", unit, role, actor=LOADER)


def test_a_few_dozen_requests_stand_at_every_stage_and_a_second_time_adds_none(
    longgang: None,
) -> None:
    (line,) = list(play(TIME))
    assert "30 requests, 6 visits, 4 complaints" in line
    cases = Case.objects.filter(type_key=REQUEST)
    stages = Counter(cases.values_list("stage", flat=True))
    assert cases.count() == 33
    for stage in ("triage", "assigned", "handling", "returned", "coordination", "suspended"):
        assert stages[stage] >= 1, stage
    assert stages["closed"] >= 8
    lights = Counter(cases.exclude(category="done").values_list("clock__light", flat=True))
    assert min(lights["green"], lights["red"]) >= 3
    assert Case.objects.filter(type_key=COMPLAINT).count() == 4
    assert (Visit.objects.count(), VisitRequest.objects.count()) == (6, 3)
    assert all("演示" in case.text for case in Case.objects.all())
    assert Case.objects.order_by("-reported_at")[0].reported_at < TIME.starts_at
    assert verify().sound
    with standing("2025-09-26 09:00"):
        assert refresh_lights().turned == 0
    assert list(play(TIME)) == []


def test_without_posts_there_is_no_demo(db: None) -> None:
    posts.forget()
    assert list(play(TIME)) == []


def test_where_nobody_acts_nothing_is_played(people: People) -> None:
    (line,) = list(play(TIME))
    assert "complaints" in line
