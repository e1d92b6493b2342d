"""Files come along when a case goes on as another, and each case keeps its own rights to them."""

from __future__ import annotations

from pathlib import Path

import pytest

from district.kernel.base.attachments import small_of
from district.kernel.base.errors import NotFound
from district.kernel.base.tests.malicious import PDF_WITH_SCRIPT
from district.kernel.cases.models import Case, CaseAttachment, Reporter
from district.kernel.cases.rules import attachments as limits
from district.kernel.cases.selectors import attachment_for, case_detail
from district.kernel.cases.selectors.timeline import files_of
from district.kernel.cases.services import (
    anonymise_due,
    attach,
    carry_on,
    detach,
    linking,
    perform,
    read_contacts,
    sweep_files,
)
from district.kernel.cases.services.doing import subject_of
from district.kernel.cases.tests.conftest import PUBLIC, MakeCase, People, standing
from district.kernel.cases.tests.test_attachments import PHOTO, on_disk, photo, reporter_of
from district.kernel.history.public import events_of, verify

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder")]


@pytest.fixture
def mediated(reported: MakeCase, people: People) -> Case:
    """A case with a reporter's photo and a member's document."""
    done = reported()
    attach(done.case.pk, [PHOTO], actor=PUBLIC, reporter=reporter_of(done.code, done.case))
    attach(done.case.pk, [("笔录.pdf", PDF_WITH_SCRIPT)], actor=people.desk, public=True)
    return done.case


def carried(case: Case, people: People) -> Case:
    return carry_on(case.pk, "request", kind="转仲裁", actor=people.desk).case


def over(case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(
        category="done", stage="closed", closed_at=case.reported_at
    )


def test_the_new_case_shows_the_files_of_the_earlier_one_over_the_same_content(
    mediated: Case, people: People, folder: Path
) -> None:
    before = on_disk(folder)
    after = carried(mediated, people)
    assert on_disk(folder) == before
    old, new = (
        {row.sha256: row for row in CaseAttachment.objects.filter(case=case)}
        for case in (mediated, after)
    )
    assert old.keys() == new.keys()
    assert len(new) == 2
    for sha, row in new.items():
        was = old[sha]
        assert (row.stored, row.name, row.at) == (was.stored, was.name, was.at)
        assert (row.origin_id, row.step_id) == (mediated.pk, None)
    photo_row = next(row for row in new.values() if row.actor_kind == "public")
    assert photo_row.actor_id == str(Reporter.objects.get(case=after).pk)
    shown = files_of(case_detail(after.pk, people.desk), people.desk)
    assert [file.origin for file in shown] == [mediated.number] * 2
    told = [e for e in events_of(subject_of(after)) if e.kind == "cases.case.attached"]
    assert {event.data["sha256"] for event in told} == set(new)
    assert {event.data["from"] for event in told} == {mediated.number}
    assert verify().sound


def test_each_case_keeps_its_own_rights(mediated: Case, people: People) -> None:
    perform(mediated.pk, "dispatch", actor=people.desk, data={"lead_unit": "901"})
    after = carried(mediated, people)
    perform(after.pk, "dispatch", actor=people.desk, data={"lead_unit": "902"})
    theirs = CaseAttachment.objects.filter(case=after)[0]
    ours = CaseAttachment.objects.get(case=mediated, sha256=theirs.sha256)
    assert attachment_for(after.pk, theirs.pk, people.west) == theirs
    assert attachment_for(mediated.pk, ours.pk, people.east) == ours
    for case, row, actor in (
        (after, theirs, people.east),
        (mediated, ours, people.west),
        (after, ours, people.west),
        (mediated, theirs, people.east),
    ):
        with pytest.raises(NotFound):
            attachment_for(case.pk, row.pk, actor)


def test_what_a_confidential_reporter_attached_stays_with_the_desk(
    reported: MakeCase, people: People
) -> None:
    done = reported(is_confidential=True)
    attach(done.case.pk, [PHOTO], actor=PUBLIC, reporter=reporter_of(done.code, done.case))
    after = carried(done.case, people)
    perform(after.pk, "dispatch", actor=people.desk, data={"lead_unit": "901"})
    assert case_detail(after.pk, people.east).files == ()
    assert len(case_detail(after.pk, people.desk).files) == 1


def test_a_secret_inside_another_case_does_not_come_along(
    reported: MakeCase, people: People
) -> None:
    main = reported()
    secrets: list[dict[str, object]] = [{}, {"is_confidential": True}, {"complained_unit": "901"}]
    for number, given in enumerate(secrets):
        inside = reported(**given)
        reporter = reporter_of(inside.code, inside.case)
        attach(inside.case.pk, [photo(number)], actor=PUBLIC, reporter=reporter)
        perform(inside.case.pk, "merge", actor=people.desk, data={"into": main.case.number})
    after = carried(main.case, people)
    assert CaseAttachment.objects.filter(case=after).count() == 1
    assert len(read_contacts(after.pk, actor=people.desk, reason="核实")) == 2


@pytest.mark.django_db(transaction=True)
def test_forgetting_one_case_leaves_the_files_of_the_other(
    mediated: Case, people: People, folder: Path
) -> None:
    after = carried(mediated, people)
    photo_row = CaseAttachment.objects.get(case=after, is_image=True)
    document = CaseAttachment.objects.get(case=after, is_image=False)
    over(mediated)
    with standing("2026-10-01 09:00"):
        assert anonymise_due(str) == 1
    assert not CaseAttachment.objects.filter(case=mediated, is_image=True).exists()
    whole = {photo_row.stored, small_of(photo_row.stored), document.stored}
    assert on_disk(folder) == whole
    over(after)
    with standing("2026-10-01 09:00"):
        assert anonymise_due(str) == 1
    assert on_disk(folder) == {document.stored}
    assert sweep_files() == 0


@pytest.mark.django_db(transaction=True)
def test_taking_a_file_back_in_one_case_leaves_it_in_the_other(
    mediated: Case, people: People, folder: Path
) -> None:
    after = carried(mediated, people)
    ours, theirs = (
        CaseAttachment.objects.get(case=case, is_image=False) for case in (mediated, after)
    )
    detach(ours.pk, actor=people.desk)
    assert theirs.stored in on_disk(folder)
    assert attachment_for(after.pk, theirs.pk, people.desk) == theirs
    detach(theirs.pk, actor=people.desk)
    assert theirs.stored not in on_disk(folder)


def test_what_came_along_takes_room_but_no_ones_own(
    reported: MakeCase, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = reported().case
    attach(case.pk, [photo(n) for n in range(9)], actor=people.desk)
    after = carried(case, people)
    attach(after.pk, [photo(n) for n in range(20, 29)], actor=people.desk)
    assert CaseAttachment.objects.filter(case=after).count() == 18
    # As many as a case may hold, and the case is carried on all the same.
    monkeypatch.setattr(limits, "MOST_IN_A_CASE", 4)
    monkeypatch.setattr(linking, "MOST_IN_A_CASE", 4)
    other = reported().case
    rows = CaseAttachment.objects.filter(case=case)
    CaseAttachment.objects.filter(pk__in=[row.pk for row in rows]).update(case=other)
    assert CaseAttachment.objects.filter(case=carried(other, people)).count() == 4
