"""An inspection comes in once, whole or not at all; a failed item is a hazard until rectified."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from unittest import mock
from uuid import uuid4

import pytest

from district.kernel.base.errors import Conflict, Invalid, NotPermitted
from district.kernel.base.sent import Clash
from district.kernel.cases.public import Case, CaseAttachment, perform, perform_with_files
from district.kernel.history.public import verify
from district.kernel.tracking.public import TrackedRow
from district.systems.inspections import checklists
from district.systems.inspections.models import Answer, Inspection, Photo, Task
from district.systems.inspections.names import HAZARD
from district.systems.inspections.rules.answers import Given
from district.systems.inspections.services import hazards
from district.systems.inspections.services.hazards import settle_left
from district.systems.inspections.services.photos import sweep_photos
from district.systems.inspections.services.submitting import submit_inspection
from district.systems.inspections.services.tasks import assign_task, cancel_task, renew_checklist
from district.systems.inspections.tests.conftest import (
    MakePlace,
    MakeTask,
    People,
    answers,
    picture,
    sent,
    submission,
)
from district.testing.moments import standing

pytestmark = pytest.mark.django_db


def test_the_same_inspection_again_changes_nothing(tasked: MakeTask, people: People) -> None:
    task = tasked()
    given = submission(task)
    first = submit_inspection(given, actor=people.safety)
    again = submit_inspection(given, actor=people.safety)
    assert (first.repeated, again.repeated) == (False, True)
    assert first.inspection.pk == again.inspection.pk == given.id
    assert Inspection.objects.count() == 1
    task.refresh_from_db()
    assert task.state == Task.State.DONE
    assert task.tracked_id is not None
    assert TrackedRow.objects.get(pk=task.tracked_id).state == "done"
    assert verify().sound


def test_a_failed_item_becomes_one_hazard_however_often_it_comes(
    tasked: MakeTask, people: People
) -> None:
    task, key = tasked(), uuid4()
    proof = sent(task, key, picture(), people.safety)
    bad = Given("wiring", "fail", note="配电箱敞开", photos=(proof,))
    given = submission(task, key, answers=answers("work_safety", wiring=bad))
    for _time in range(3):
        submit_inspection(given, actor=people.safety)
    case = Case.objects.get(type_key=HAZARD)
    assert (case.stage, case.lead_unit_id, case.centre_unit_id) == ("assigned", "901", "9-D22")
    assert (case.grade, case.facts["place_code"]) == ("general", task.place.code)
    assert "配电箱敞开" in case.text
    shown = CaseAttachment.objects.get(case=case)
    assert (shown.kind, shown.is_image) == ("before", True)
    assert Answer.objects.get(item="wiring").hazard_id == case.pk
    assert Inspection.objects.get().result == "fail"


def test_a_number_beyond_the_limit_is_graded_by_how_far(tasked: MakeTask, people: People) -> None:
    task, key = tasked(checklist="food"), uuid4()
    proof = sent(task, key, picture(), people.safety)
    warm = Given("fridge", value="16", photos=(proof,))
    given = submission(task, key, answers=answers("food", fridge=warm))
    submit_inspection(given, actor=people.safety)
    case = Case.objects.get(type_key=HAZARD)
    # A major hazard waits for the inspecting unit; whoever answers for the place is proposed.
    assert (case.grade, case.stage, case.suggested_unit_id) == ("major", "found", "901")


def test_what_is_put_right_on_the_spot_is_closed_with_both_pictures(
    tasked: MakeTask, people: People
) -> None:
    task, key = tasked(), uuid4()
    before = sent(task, key, picture(1), people.safety)
    after = sent(task, key, picture(200), people.safety)
    bad = Given("exits", "fail", note="已当场清理", photos=(before,), fixed=True, after=(after,))
    given = submission(task, key, answers=answers("work_safety", exits=bad))
    submit_inspection(given, actor=people.safety)
    case = Case.objects.get(type_key=HAZARD)
    assert (case.stage, case.category) == ("closed", "done")
    kinds = sorted(CaseAttachment.objects.filter(case=case).values_list("kind", flat=True))
    assert kinds == ["after", "before"]


def test_a_broken_off_settling_goes_on_later_and_doubles_nothing(
    tasked: MakeTask, people: People
) -> None:
    task, key = tasked(), uuid4()
    before = sent(task, key, picture(1), people.safety)
    after = sent(task, key, picture(200), people.safety)
    bad = Given("exits", "fail", photos=(before,), fixed=True, after=(after,))
    given = submission(task, key, answers=answers("work_safety", exits=bad))
    with mock.patch.object(hazards, "_close", side_effect=OSError("no space left")):
        received = submit_inspection(given, actor=people.safety)
    assert not received.inspection.settled
    assert Case.objects.get(type_key=HAZARD).stage == "found"
    assert settle_left() == 1
    assert settle_left() == 0
    assert submit_inspection(given, actor=people.safety).repeated
    assert Case.objects.get(type_key=HAZARD).stage == "closed"
    assert CaseAttachment.objects.count() == 2


def test_a_hazard_that_somebody_acted_on_meanwhile_goes_its_way(
    tasked: MakeTask, people: People
) -> None:
    task, key = tasked(), uuid4()
    before = sent(task, key, picture(1), people.safety)
    after = sent(task, key, picture(200), people.safety)
    bad = Given("exits", "fail", photos=(before,), fixed=True, after=(after,))
    given = submission(task, key, answers=answers("work_safety", exits=bad))
    with mock.patch.object(hazards, "_close", side_effect=OSError("no space left")):
        submit_inspection(given, actor=people.safety)
    case = Case.objects.get(type_key=HAZARD)
    perform(case.pk, "dispatch", actor=people.safety)
    assert settle_left() == 1
    case.refresh_from_db()
    assert case.stage == "assigned"
    assert settle_left() == 0


def test_a_hazard_is_struck_off_only_with_a_picture_from_afterwards(
    tasked: MakeTask, people: People
) -> None:
    task, key = tasked(), uuid4()
    proof = sent(task, key, picture(), people.safety)
    bad = Given("wiring", "fail", photos=(proof,))
    given = submission(task, key, answers=answers("work_safety", wiring=bad))
    submit_inspection(given, actor=people.safety)
    case = Case.objects.get(type_key=HAZARD)
    perform(case.pk, "accept", actor=people.east)
    with pytest.raises(Conflict, match="处理后的照片"):
        perform(case.pk, "finish", actor=people.east, data={"result": "已换"})
    done = {"result": "已更换配电箱"}
    photo = [("after.jpg", picture(90))]
    perform_with_files(case.pk, "finish", photo, actor=people.east, data=done)
    with standing("2025-09-23 10:00"):
        perform(case.pk, "fail", actor=people.safety, data={"text": "仍有裸露线头"})
        with pytest.raises(Conflict, match="处理后的照片"):
            # The picture of the first time does not prove the second.
            perform(case.pk, "finish", actor=people.east, data=done)
    with standing("2025-09-24 10:00"):
        with pytest.raises(Conflict, match="处理后的照片"):
            perform_with_files(case.pk, "finish", photo, actor=people.east, data=done)
        photo = [("again.jpg", picture(190))]
        perform_with_files(case.pk, "finish", photo, actor=people.east, data=done)
    with standing("2025-09-24 15:00"):
        closed = perform(case.pk, "pass", actor=people.safety, data={"text": "合格"})
    assert (closed.stage, closed.reopens) == ("closed", 1)


def test_a_major_hazard_is_struck_off_by_the_head_alone(tasked: MakeTask, people: People) -> None:
    task, key = tasked(), uuid4()
    proof = sent(task, key, picture(), people.safety)
    bad = Given("bikes", "fail", photos=(proof,))
    given = submission(task, key, answers=answers("work_safety", bikes=bad))
    submit_inspection(given, actor=people.safety)
    case = Case.objects.get(type_key=HAZARD)
    perform(case.pk, "dispatch", actor=people.safety)
    perform(case.pk, "accept", actor=people.east)
    photo = [("after.jpg", picture(90))]
    perform_with_files(case.pk, "finish", photo, actor=people.east, data={"result": "已清理"})
    said = {"text": "合格"}
    with pytest.raises(Conflict, match="负责人"):
        perform(case.pk, "pass", actor=people.safety, data=said)
    with pytest.raises(NotPermitted):
        perform(case.pk, "pass_major", actor=people.safety, data=said)
    assert perform(case.pk, "pass_major", actor=people.safety_head, data=said).stage == "closed"


def test_another_street_has_no_part_in_it(tasked: MakeTask, people: People) -> None:
    task, key = tasked(), uuid4()
    given = submission(task)
    for stranger in (people.west, people.food, people.viewer, people.planner, people.leader):
        with pytest.raises(NotPermitted):
            submit_inspection(given, actor=stranger)
        with pytest.raises(NotPermitted):
            submit_inspection(replace(given, extra=True), actor=stranger)
        with pytest.raises(NotPermitted):
            sent(task, key, picture(), stranger)
    assert not Inspection.objects.exists()
    assert not Photo.objects.exists()


def test_a_reassigned_task_is_answered_in_words_and_may_come_in_beside_it(
    tasked: MakeTask, people: People
) -> None:
    task = tasked()
    given = submission(task)
    assign_task(task.pk, people.members["safety2"].pk, actor=people.safety_head)
    with pytest.raises(Clash, match="改派给safety2") as clash:
        submit_inspection(given, actor=people.safety)
    assert clash.value.code == "reassigned"
    beside = submit_inspection(replace(given, extra=True), actor=people.safety)
    assert beside.inspection.task is None
    task.refresh_from_db()
    assert task.state == Task.State.OPEN
    submit_inspection(submission(task), actor=people.safety2)
    assert Inspection.objects.count() == 2


def test_a_task_that_is_done_or_given_up_says_by_whom_and_why(
    tasked: MakeTask, people: People
) -> None:
    task = tasked(inspector="")
    submit_inspection(submission(task), actor=people.safety2)
    with pytest.raises(Clash, match=r"safety2.*提交") as clash:
        submit_inspection(submission(task), actor=people.safety)
    assert clash.value.code == "submitted"
    other = tasked()
    cancel_task(other.pk, "已停业注销", actor=people.safety_head)
    with pytest.raises(Clash, match="已停业注销") as clash:
        submit_inspection(submission(other), actor=people.safety)
    assert clash.value.code == "cancelled"


def test_the_same_id_with_another_content_is_no_repetition(
    tasked: MakeTask, people: People
) -> None:
    task = tasked()
    given = submission(task)
    submit_inspection(given, actor=people.safety)
    with pytest.raises(Clash) as clash:
        submit_inspection(replace(given, note="又想起一件事"), actor=people.safety)
    assert clash.value.code == "changed"
    with pytest.raises(Clash):
        submit_inspection(given, actor=people.safety2)


def test_an_inspection_follows_the_version_that_it_was_begun_with(
    tasked: MakeTask, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = tasked()
    old = checklists.checklist_of("work_safety")
    new = replace(old, version="f" * 16)
    known = dict(checklists._declared())
    known["work_safety"] = (new, known["work_safety"][1])
    monkeypatch.setattr(checklists, "_declared", lambda: known)
    given = submission(task)
    with standing("2025-09-22 11:00"):
        task = renew_checklist(task.pk, actor=people.safety_head)
        assert task.checklist_version == "f" * 16
        began_after = replace(
            given,
            id=uuid4(),
            begun_at=given.begun_at + timedelta(hours=1),
            finished_at=given.finished_at + timedelta(hours=1),
        )
        with pytest.raises(Clash) as clash:
            submit_inspection(began_after, actor=people.safety)
        assert clash.value.code == "version"
        received = submit_inspection(given, actor=people.safety)
    assert received.inspection.checklist_version == old.version


def test_pictures_that_have_not_come_are_named(tasked: MakeTask, people: People) -> None:
    task, key = tasked(), uuid4()
    bad = Given("wiring", "fail", photos=("a" * 64,))
    given = submission(task, key, answers=answers("work_safety", wiring=bad))
    with pytest.raises(Clash) as clash:
        submit_inspection(given, actor=people.safety)
    assert (clash.value.code, clash.value.missing) == ("photos", ("a" * 64,))
    assert not Inspection.objects.exists()


def test_a_picture_comes_in_once_and_only_whole(tasked: MakeTask, people: People) -> None:
    task, key = tasked(), uuid4()
    content = picture()
    sha = sent(task, key, content, people.safety)
    assert sent(task, key, content, people.safety) == sha
    assert Photo.objects.count() == 1
    from district.systems.inspections.services.photos import keep_photo

    with pytest.raises(Invalid, match="没有传完整"):
        keep_photo(key, task.pk, "b" * 64, "p.jpg", content, actor=people.safety)
    with pytest.raises(NotPermitted):
        sent(task, key, picture(7), people.safety2)
    with standing("2025-12-22 10:00"):
        assert sweep_photos() >= 1
    assert not Photo.objects.exists()


def test_before_and_after_are_not_the_same_picture(tasked: MakeTask, people: People) -> None:
    task, key = tasked(), uuid4()
    before = sent(task, key, picture(1), people.safety)
    # Another file whose pixels are the same: its bytes differ behind the end of the picture.
    after = sent(task, key, picture(1) + b"\0", people.safety)
    bad = Given("exits", "fail", photos=(before,), fixed=True, after=(after,))
    given = submission(task, key, answers=answers("work_safety", exits=bad))
    with pytest.raises(Invalid, match="同一张"):
        submit_inspection(given, actor=people.safety)


def test_what_is_not_answered_is_named(tasked: MakeTask, people: People) -> None:
    task = tasked()
    short = answers("work_safety")[:-1]
    with pytest.raises(Invalid, match=r"第3\.5项") as refused:
        submit_inspection(submission(task, answers=short), actor=people.safety)
    assert refused.value.field == "item:chemicals"
    no_photo = answers("work_safety", wiring=Given("wiring", "fail"))
    with pytest.raises(Invalid, match="照片"):
        submit_inspection(submission(task, answers=no_photo), actor=people.safety)
    not_a_number = answers("work_safety", drill=Given("drill", value="两次"))
    with pytest.raises(Invalid, match="数字"):
        submit_inspection(submission(task, answers=not_a_number), actor=people.safety)


def test_sections_count_for_themselves(tasked: MakeTask, placed: MakePlace, people: People) -> None:
    task = tasked(place=placed(kind="granary"), checklist="grain")
    wet = answers("grain", moisture=Given("moisture", value="14"))
    submit_inspection(submission(task, answers=wet), actor=people.safety)
    assert Inspection.objects.get().sections == {"quantity": "pass", "quality": "fail"}
