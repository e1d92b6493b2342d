"""Whoever reported a merged case is told, called and heard; the answer is the standing case's."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from district.kernel.base.errors import Conflict, Invalid, NotPermitted
from district.kernel.cases.models import CallBack, Case, CaseStep, Reporter
from district.kernel.cases.selectors import case_detail, public_status
from district.kernel.cases.selectors.calling import called_list
from district.kernel.cases.services import (
    Contact,
    Reported,
    join_case,
    perform,
    read_contacts,
)
from district.kernel.cases.services.doing import subject_of
from district.kernel.cases.tests.conftest import PUBLIC, MakeCase, People, signed_in, standing
from district.kernel.history.public import Actor, events_of, verify

pytestmark = pytest.mark.django_db


@pytest.fixture
def inside(handling: Case, reported: MakeCase, people: People) -> Reported:
    """A report that was merged into the case that is handled."""
    other = reported(contact=Contact("李四", "13900139000"))
    perform(other.case.pk, "merge", actor=people.desk, data={"into": handling.number})
    return other


def reporter_of(done: Reported) -> Reporter:
    status = public_status(done.case.number, done.code)
    assert status is not None
    return status.reporter


def finished(case: Case, people: People) -> None:
    perform(case.pk, "finish", actor=people.east, data={"result": "已清理"})


def closed(case: Case, people: People) -> None:
    finished(case, people)
    perform(case.pk, "close", actor=people.desk, data={"satisfaction": "satisfied"})


def reopened(case: Case, reporter: Reporter) -> Case:
    actor = Actor("public", str(reporter.pk))
    data = {"text": "没弄好"}
    return perform(case.pk, "reopen", actor=actor, data=data, reporter=reporter)


def test_the_reporter_of_a_merged_case_reopens_the_standing_one(
    handling: Case, inside: Reported, people: People
) -> None:
    closed(handling, people)
    status = public_status(inside.case.number, inside.code)
    assert status is not None
    assert "已清理" in [step.text for step in status.steps]
    assert "reopen" in [move.key for move in status.moves]
    reopened(status.shown, status.reporter)
    handling.refresh_from_db()
    assert (handling.stage, handling.reopens) == ("assigned", 1)
    merged = Case.objects.get(pk=inside.case.pk)
    assert (merged.stage, merged.reopens, merged.merged_into_id) == ("closed", 0, handling.pk)
    assert events_of(subject_of(handling))[0].data["action"] == "reopen"
    step = CaseStep.objects.get(action="reopen")
    assert (step.case_id, step.actor_id) == (handling.pk, str(status.reporter.pk))
    # What follows is told to both alike.
    again = public_status(inside.case.number, inside.code)
    assert again is not None
    assert (again.stage, again.moves) == ("待签收", ())
    assert verify().sound


def test_fourteen_days_after_the_standing_case_was_closed_it_is_too_late(
    handling: Case, inside: Reported, people: People
) -> None:
    closed(handling, people)
    with standing("2025-10-06 10:01"), pytest.raises(Conflict, match="超过14天"):
        reopened(handling, reporter_of(inside))
    with standing("2025-10-06 09:59"):
        reopened(handling, reporter_of(inside))


def test_only_reporters_of_the_case_and_of_what_lies_inside_answer_for_it(
    handling: Case, inside: Reported, reported: MakeCase, people: People
) -> None:
    stranger = reported()
    reporter = reporter_of(inside)
    perform(inside.case.pk, "unmerge", actor=people.desk)
    closed(handling, people)
    for each in (reporter, reporter_of(stranger)):
        with pytest.raises(NotPermitted):
            reopened(handling, each)
    # And nobody reopens what is merged, whoever asks.
    perform(inside.case.pk, "merge", actor=people.desk, data={"into": stranger.case.number})
    with pytest.raises(Conflict, match=f"已并入 {stranger.case.number}"):
        reopened(inside.case, reporter)


def test_the_page_of_a_merged_case_offers_no_reopening(
    handling: Case, inside: Reported, people: People
) -> None:
    closed(handling, people)
    merged = case_detail(inside.case.pk, people.desk)
    assert "reopen" not in [move.key for move in merged.moves]
    assert "reopen" in [move.key for move in case_detail(handling.pk, people.desk).moves]


def test_the_desk_reads_whom_to_call_and_what_each_has_said(
    handling: Case, inside: Reported, people: People
) -> None:
    join_case(handling.pk, text="我也是", contact=Contact(), actor=PUBLIC)
    finished(handling, people)
    perform(
        handling.pk,
        "note_call",
        actor=people.desk,
        data={"satisfaction": "unhappy", "reporter": str(reporter_of(inside).pk)},
    )
    found = read_contacts(handling.pk, actor=people.desk, reason="回访")
    assert [(one.place, one.name, one.number, one.wants_call, one.said) for one in found] == [
        (1, "张三", "", True, ""),
        (2, "李四", inside.case.number, True, "unhappy"),
        (3, "", "", False, ""),
    ]
    assert [one.label for one in called_list(handling)] == [
        "反映人1",
        f"反映人2 · {inside.case.number} · 不满意",
        "反映人3 · 不需回访",
    ]
    page = signed_in(people.desk).post(
        reverse("case_contacts", args=[handling.pk]), {"reason": "回访"}
    )
    text = page.content.decode()
    assert f"并入的 {inside.case.number}" in text
    assert "待回访" in text
    call = CallBack.objects.get()
    assert (call.case_id, call.reporter) == (handling.pk, reporter_of(inside))


def test_the_form_of_a_call_names_nobody_and_asks_little(
    handling: Case, inside: Reported, people: People
) -> None:
    finished(handling, people)
    client = signed_in(people.desk)
    client.get(reverse("case", args=[handling.pk]))
    with CaptureQueriesContext(connection) as queries:
        page = client.get(reverse("case", args=[handling.pk]), {"do": "note_call"})
    assert len(queries) <= 10, [one["sql"][:120] for one in queries]
    text = page.content.decode()
    assert "反映人2" in text
    assert "李四" not in text
    assert "13900139000" not in text


@pytest.mark.parametrize("wrong", ["x", "00000000-0000-0000-0000-000000000000", "stranger"])
def test_nobody_is_called_who_did_not_report_it(
    wrong: str, handling: Case, reported: MakeCase, people: People
) -> None:
    finished(handling, people)
    given = str(reporter_of(reported()).pk) if wrong == "stranger" else wrong
    with pytest.raises(Invalid, match="没有这位反映人") as refused:
        perform(
            handling.pk,
            "note_call",
            actor=people.desk,
            data={"satisfaction": "satisfied", "reporter": given},
        )
    assert refused.value.field == "reporter"
    assert not CallBack.objects.exists()


def test_the_number_of_a_complaint_that_lies_inside_is_not_told(
    handling: Case, reported: MakeCase, people: People
) -> None:
    complaint = reported(complained_unit="902")
    perform(complaint.case.pk, "merge", actor=people.desk, data={"into": handling.number})
    assert [one.label for one in called_list(handling)] == ["反映人1", "反映人2"]
