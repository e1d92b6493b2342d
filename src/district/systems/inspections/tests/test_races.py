"""The same inspection, and two of one task, at the same moment: one is kept, nobody hangs."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from uuid import uuid4

import pytest

from district.kernel.base.sent import Clash
from district.kernel.base.tests.hands import at_once
from district.kernel.cases.public import Case, CaseAttachment
from district.kernel.history.public import seal_all, verify
from district.systems.inspections.models import Inspection, Photo
from district.systems.inspections.rules.answers import Given
from district.systems.inspections.services.submitting import Received, submit_inspection
from district.systems.inspections.tests.conftest import (
    MakeTask,
    People,
    answers,
    picture,
    sent,
    submission,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def test_one_inspection_sent_many_times_at_once_is_kept_once(
    tasked: MakeTask, people: People
) -> None:
    task, key = tasked(), uuid4()
    photos = at_once(*[partial(sent, task, key, picture(), people.safety)] * 4)
    assert set(photos) == {photos[0]}
    assert Photo.objects.count() == 1
    bad = Given("wiring", "fail", photos=(photos[0],))
    given = submission(task, key, answers=answers("work_safety", wiring=bad))
    found = at_once(*[partial(submit_inspection, given, actor=people.safety)] * 5)
    assert all(isinstance(one, Received) for one in found), found
    assert sorted(one.repeated for one in found) == [False, True, True, True, True]
    assert Inspection.objects.count() == 1
    case = Case.objects.get(type_key="hazard")
    assert CaseAttachment.objects.filter(case=case).count() == 1
    seal_all()
    assert verify().sound


def test_of_two_inspectors_of_one_task_one_is_told_that_it_is_done(
    tasked: MakeTask, people: People
) -> None:
    task = tasked(inspector="")
    one = submission(task)
    other = replace(one, id=uuid4())
    found = at_once(
        partial(submit_inspection, one, actor=people.safety),
        partial(submit_inspection, other, actor=people.safety2),
    )
    told = [each for each in found if isinstance(each, Clash)]
    assert [each.code for each in told] == ["submitted"]
    assert Inspection.objects.count() == 1
