"""Numbers that people wrote into texts are for those who may read the contacts, and for no file."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.urls import reverse

from district.kernel.cases.models import Case
from district.kernel.cases.selectors import public_status
from district.kernel.cases.services import attach, perform
from district.kernel.cases.tests.conftest import MakeCase, People, signed_in
from district.kernel.history.public import Actor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder", "request_pages")]
PHONES = ("13800138001", "13800138002", "13800138003", "13800138004", "13800138005", "13800138006")
CARD = "440307199001011234"


@pytest.fixture
def written(reported: MakeCase, people: People) -> Case:
    """A case with a number in every text that there is."""
    case = reported(
        text=f"垃圾堆了三天，找{PHONES[0]}。身份证{CARD}",
        place=f"桥头路，{PHONES[1]}",
        facts={"remark": f"备注{PHONES[2]}"},
    ).case
    data = {"lead_unit": "901", "co_units": ["9-D01"], "text": f"请联系{PHONES[3]}"}
    perform(case.pk, "dispatch", actor=people.desk, data=data)
    perform(case.pk, "accept", actor=people.east)
    perform(case.pk, "finish_part", actor=people.water, data={"text": f"已问{PHONES[4]}"})
    attach(case.pk, [(f"{PHONES[5]}.txt", "说明".encode())], actor=people.east)
    perform(case.pk, "finish", actor=people.east, data={"result": f"已告知{PHONES[4]}"})
    data = {"satisfaction": "satisfied", "text": f"回访{PHONES[5]}"}
    perform(case.pk, "note_call", actor=people.desk, data=data)
    return case


def told(page: str) -> set[str]:
    return {number for number in (*PHONES, CARD) if number in page}


def page_for(actor: Actor, case: Case) -> str:
    return signed_in(actor).get(reverse("case", args=[case.pk])).content.decode()


def test_whoever_handles_the_case_reads_the_numbers(written: Case, people: People) -> None:
    for actor in (people.desk, people.east, people.water):
        assert told(page_for(actor, written)) == {*PHONES, CARD}


def test_whoever_may_not_read_the_contacts_reads_no_number(written: Case, people: People) -> None:
    page = page_for(people.leader, written)
    assert told(page) == set()
    assert page.count("〔电话〕") >= 6
    assert "〔证件号〕" in page
    # Of a confidential case the contacts are the desk's alone, and so are the numbers.
    Case.objects.filter(pk=written.pk).update(is_confidential=True)
    assert told(page_for(people.east, written)) == set()
    assert told(page_for(people.desk, written)) == {*PHONES, CARD}


def test_the_api_tells_what_the_page_tells(written: Case, people: People) -> None:
    address = f"/api/cases/{written.pk}"
    for actor, found in ((people.leader, set()), (people.east, {*PHONES[:5], CARD})):
        answer = signed_in(actor).get(address)
        assert answer.status_code == 200
        # Names of files and calls are not told here, but calls are steps.
        assert told(answer.content.decode()) - {PHONES[5]} == found


def test_no_title_holds_a_number_and_the_text_keeps_it(reported: MakeCase) -> None:
    for given in ({}, {"title": f"请联系{PHONES[1]}"}):
        case = reported(text=f"找{PHONES[0]}清垃圾", **given).case
        assert told(case.title) == set()
        assert "〔电话〕" in case.title
        assert PHONES[0] in case.text


def test_a_title_that_is_cut_inside_a_number_holds_no_part_of_it(reported: MakeCase) -> None:
    # A title holds 120 letters, and of a first sentence 39: both end behind ten of the digits.
    for given in ({"title": "路" * 110 + PHONES[1]}, {}):
        case = reported(text="路" * 29 + PHONES[0] + "清垃圾", **given).case
        assert "138" not in case.title


def test_lists_and_files_hold_no_number_also_for_the_desk(written: Case, people: People) -> None:
    # As an earlier version wrote it.
    Case.objects.filter(pk=written.pk).update(title=f"找{PHONES[0]}")
    client = signed_in(people.desk)
    address = "/registers/cases-request/"
    columns = {"columns": "number,title,place"}
    for kind in ("", "csv", "xlsx", "json"):
        answer = client.get(address, {**columns, **({"format": kind} if kind else {})})
        assert answer.status_code == 200
        content = answer.getvalue()
        if kind == "xlsx":
            with zipfile.ZipFile(io.BytesIO(content)) as book:
                content = b"".join(book.read(name) for name in book.namelist())
        text = content.decode("utf-8", "ignore")
        assert written.number in text
        assert told(text) == set(), kind
    answer = client.get("/api/registers/cases-request", {"columns": "number,title,place,remark"})
    assert written.number in answer.content.decode()
    assert told(answer.content.decode()) == set()


def test_the_reporter_reads_no_number_that_a_handler_wrote(
    reported: MakeCase, people: People
) -> None:
    done = reported(text=f"我的电话{PHONES[0]}，垃圾没人清")
    data = {"lead_unit": "901", "text": f"请联系{PHONES[1]}"}
    perform(done.case.pk, "dispatch", actor=people.desk, data=data)
    status = public_status(done.case.number, done.code)
    assert status is not None
    assert told(" ".join([status.words, *(step.text for step in status.steps)])) == set()
    assert "请联系〔电话〕" in [step.text for step in status.steps]
