"""The same follow-up, and two of one week, at the same moment: one is kept, nobody hangs."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.conf import LazySettings
from PIL import Image

from district.kernel.base.sent import Clash
from district.kernel.base.sent_photos import Sent
from district.kernel.base.tests.hands import at_once
from district.systems.projects.models import FollowUp, FollowUpPhoto, Problem, Project, Week
from district.systems.projects.services.follow_photos import keep_follow_photo
from district.systems.projects.services.follow_ups import Given, Received, take_follow_up
from district.systems.projects.services.projects import add_project
from district.systems.projects.services.settings import put_settings
from district.systems.projects.tests.conftest import POSTS, SETTINGS, UNITS, values
from district.testing.moments import moment
from district.testing.people import LOADER, People, small_district

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def people(db: None, settings: LazySettings, tmp_path: Path) -> Iterator[People]:
    """A project under construction whose week nobody has opened yet."""
    settings.MEDIA_ROOT = tmp_path
    with small_district(UNITS, POSTS) as found:
        put_settings(SETTINGS, actor=LOADER)
        add_project(values(), actor=found.lead)
        Project.objects.update(stage="building", stage_since=date(2025, 6, 2))
        yield found


def sent(people: People, key: UUID, who: str) -> str:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "navy").save(out, "JPEG")
    digest = hashlib.sha256(out.getvalue()).hexdigest()
    photo = Sent(digest, "photo.jpg", out.getvalue())
    keep_follow_photo(key, Project.objects.get().pk, photo, actor=people.actors[who])
    return digest


def told(people: People, who: str) -> Given:
    key, at = uuid4(), moment("2025-09-22 09:00")
    problem = {"title": "断路未批", "kind": "approval", "level": "street"}
    project = Project.objects.get().pk
    photos = (sent(people, key, who),)
    return Given(key, project, at, at, Decimal(40), "正常施工", photos, problem=problem)


def test_one_follow_up_sent_many_times_at_once_is_kept_once(people: People) -> None:
    key = uuid4()
    assert len(set(at_once(*[partial(sent, people, key, "lead")] * 3))) == 1
    assert FollowUpPhoto.objects.count() == 1
    given = told(people, "lead")
    found = at_once(*[partial(take_follow_up, given, actor=people.lead)] * 4)
    assert all(isinstance(one, Received) for one in found), found
    assert sorted(one.repeated for one in found) == [False, True, True, True]
    assert FollowUp.objects.count() == Week.objects.count() == Problem.objects.count() == 1


def test_of_two_who_follow_up_one_week_one_is_told_of_the_other(people: People) -> None:
    one, other = told(people, "lead"), told(people, "street")
    found = at_once(
        partial(take_follow_up, one, actor=people.lead),
        partial(take_follow_up, other, actor=people.street),
    )
    clashes = [each for each in found if isinstance(each, Clash)]
    assert [each.code for each in clashes] == ["made"]
    assert FollowUp.objects.count() == Problem.objects.count() == 1
