"""Whoever holds number and code sees how it stands and may answer; nobody else learns anything."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from district.kernel.cases.models import CallBack, Case, CaseStep
from district.kernel.cases.public import Contact, join_case, perform
from district.systems.appeals.tests.public.conftest import (
    People,
    Send,
    closed,
    handled,
    standing,
    told,
)

pytestmark = pytest.mark.django_db


class Asking:
    """Asks with a number and code, and answers."""

    def __init__(self, client: Client, number: str, code: str) -> None:
        self.client, self.number, self.code = client, number, code

    def __call__(self, **given: str) -> HttpResponse:
        data = {"number": self.number, "code": self.code, **given}
        answer = self.client.post("/appeals/status/", data)
        assert isinstance(answer, HttpResponse)
        return answer

    def words(self, **given: str) -> str:
        return self(**given).content.decode()


@pytest.fixture
def asking(send: Send, client: Client) -> Asking:
    return Asking(client, *told(send()))


@pytest.fixture
def case(asking: Asking) -> Case:
    return Case.objects.get()


def test_the_status_says_stage_time_and_what_was_done(
    asking: Asking, case: Case, people: People
) -> None:
    assert "已收到" in asking.words()
    perform(
        case.pk,
        "dispatch",
        actor=people.desk,
        data={"lead_unit": "901", "matter": "01", "text": "请三天内清理"},
    )
    page = asking.words()
    assert "已转给承办单位" in page
    assert "请三天内清理" in page
    assert "2025-09-25" in page  # the matter's three working days
    perform(case.pk, "accept", actor=people.east)
    perform(case.pk, "finish", actor=people.east, data={"result": "已清运并消杀"})
    assert "已清运并消杀" in asking.words()


def test_neither_number_nor_code_stands_in_an_address_and_nothing_is_kept(
    asking: Asking, client: Client
) -> None:
    answer = asking()
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    assert not re.search(rf'(?:href|action)="[^"]*{asking.code}', answer.content.decode())
    # In an address they are not even read.
    got = client.get("/appeals/status/", {"number": asking.number, "code": asking.code})
    assert f'value="{asking.code}"' not in got.content.decode()
    assert "办理过程" not in got.content.decode()


@pytest.mark.parametrize("change", ["lower", "spaces", "letters", "wide"])
def test_slips_of_typing_are_forgiven(asking: Asking, change: str) -> None:
    changes: dict[str, Callable[[str], str]] = {
        "lower": str.lower,
        "spaces": lambda text: " ".join(text.replace("-", "")),
        "letters": lambda text: text[:2] + text[2:].replace("0", "O").replace("1", "l"),
        "wide": lambda text: "".join(
            chr(ord(char) + 0xFEE0) if char.isascii() and char.isalnum() else char for char in text
        ),
    }
    typed = changes[change]
    assert "办理过程" in asking.words(number=typed(asking.number), code=typed(asking.code))


def test_a_wrong_number_and_a_wrong_code_give_the_same_answer(asking: Asking) -> None:
    def stripped(answer: HttpResponse) -> str:
        body = answer.content.decode()
        return re.sub(r'(value="[^"]*"|X-CSRFToken[^}]*)', "", body)

    wrong_code = asking(code="AAAAAAAAAA")
    wrong_number = asking(number="SQ250922-AAAAAA")
    neither = asking(number="nothing", code="nothing")
    assert {each.status_code for each in (wrong_code, wrong_number, neither)} == {404}
    assert stripped(wrong_code) == stripped(wrong_number) == stripped(neither)
    assert "没有查到" in stripped(neither)


def test_an_empty_form_names_its_fields(asking: Asking) -> None:
    answer = asking(number="", code=" ")
    assert answer.status_code == 422
    assert set(re.findall(r'id="id_(\w+)_error"', answer.content.decode())) == {"number", "code"}


def test_asking_costs_ten_statements_at_most(asking: Asking, case: Case, people: People) -> None:
    closed(case, people)
    asking()
    with CaptureQueriesContext(connection) as statements:
        assert asking().status_code == 200
    assert len(statements) <= 10


def test_a_merged_case_tells_the_story_of_the_main_one_and_not_its_words(
    asking: Asking, case: Case, send: Send, people: People
) -> None:
    told(send(new="1", text="住在桥头路8号的李四说垃圾成堆"))
    main = Case.objects.exclude(pk=case.pk).get()
    perform(case.pk, "merge", actor=people.desk, data={"into": main.number})
    handled(main, people)
    page = asking.words()
    assert "合并办理" in page
    assert "已办理，等待回访" in page
    assert "已清运并消杀" in page
    assert "李四" not in page
    assert main.number not in page


def test_an_unhappy_reporter_reopens_with_a_reason_within_fourteen_days(
    asking: Asking, case: Case, people: People
) -> None:
    assert "申请重新办理" not in asking.words()
    closed(case, people)
    page = asking.words()
    assert "申请重新办理" in page
    assert "2025-10-06 10:00" in page
    without = asking(do="reopen", text=" ", round="0")
    assert without.status_code == 422
    assert "还没有写明哪里没有解决" in without.content.decode()
    with standing("2025-10-06 09:59"):
        done = asking(do="reopen", text="垃圾又堆起来了", round="0")
    assert done.status_code == 200
    assert "将重新办理" in done.content.decode()
    case.refresh_from_db()
    assert (case.stage, case.reopens) == ("assigned", 1)


def test_a_reason_that_was_typed_stays_where_something_was_wrong(
    asking: Asking, case: Case, people: People
) -> None:
    closed(case, people)
    answer = asking(do="reopen", text="长" * 5001, round="0")
    assert answer.status_code == 422
    assert "长" * 5001 in answer.content.decode()


def test_the_same_answer_sent_twice_counts_once(asking: Asking, case: Case, people: People) -> None:
    closed(case, people)
    for _twice in range(2):
        done = asking(do="reopen", text="垃圾又堆起来了", round="0")
        assert done.status_code == 200
    assert CaseStep.objects.filter(case=case, action="reopen").count() == 1


def test_after_fourteen_days_nothing_is_offered_and_nothing_is_taken(
    asking: Asking, case: Case, people: People
) -> None:
    closed(case, people)
    with standing("2025-10-07 10:00"):
        assert "申请重新办理" not in asking.words()
        late = asking(do="reopen", text="垃圾又堆起来了", round="0")
        rated = asking(do="rate", satisfaction="unhappy", round="0")
    assert late.status_code == 409
    assert "超过14天" in late.content.decode()
    assert rated.status_code == 409
    case.refresh_from_db()
    assert (case.stage, case.satisfaction) == ("closed", "satisfied")


def test_a_reporter_says_once_in_a_round_how_it_went(
    asking: Asking, case: Case, people: People
) -> None:
    assert "提交评价" not in asking.words()
    handled(case, people)
    assert "提交评价" in asking.words()
    unsaid = asking(do="rate", round="0")
    assert unsaid.status_code == 422
    for word in ("unhappy", "satisfied"):
        answer = asking(do="rate", satisfaction=word, text="还有味道", round="0")
        assert answer.status_code == 200
    assert "提交评价" not in asking.words()
    [call] = CallBack.objects.all()
    assert (call.outcome, call.text, call.caller) == ("unhappy", "还有味道", "")
    case.refresh_from_db()
    # The desk decides what follows.
    assert (case.stage, case.satisfaction) == ("call_back", "unhappy")


def test_only_the_reporters_own_words_are_taken_as_an_answer(
    asking: Asking, case: Case, people: People
) -> None:
    handled(case, people)
    for word in ("no_answer", "no_word", "x", ""):
        assert asking(do="rate", satisfaction=word, round="0").status_code == 422
    assert CallBack.objects.count() == 0


@pytest.mark.parametrize("doing", ["close", "dispatch", "merge", "", "x"])
def test_nothing_else_can_be_done_there(
    asking: Asking, case: Case, people: People, doing: str
) -> None:
    handled(case, people)
    answer = asking(do=doing, text="x", satisfaction="satisfied", round="0")
    assert answer.status_code == 404
    case.refresh_from_db()
    assert case.stage == "call_back"


def test_whoever_joined_asks_with_a_code_of_their_own(
    asking: Asking, case: Case, people: People
) -> None:
    join_case(
        case.pk,
        text="我也看到了",
        contact=Contact("李先生", "13900139000"),
        actor=people.desk,
        code="AAAAABBBBB",
    )
    page = asking.words(code="aaaaa bbbbb")
    assert "我也看到了" in page
    assert "味道很大" not in page


def test_a_page_of_english_has_no_chinese_of_ours(
    asking: Asking, case: Case, people: People, client: Client
) -> None:
    closed(case, people)
    client.cookies["django_language"] = "en"
    page = re.sub(r"<(script|template).*?</\1>", "", asking.words(), flags=re.DOTALL)
    for data in ("桥头路口的垃圾堆了三天没人清，味道很大", "已清运并消杀", "中文"):
        page = page.replace(data, "")
    assert re.findall(r"[一-鿿]+", page) == []


@pytest.fixture
def main(case: Case, send: Send, people: People) -> Case:
    """The case that the reporter's was merged into."""
    told(send(new="1", text="住在桥头路8号的李四说垃圾成堆"))
    found = Case.objects.exclude(pk=case.pk).get()
    perform(case.pk, "merge", actor=people.desk, data={"into": found.number})
    return found


def test_the_reporter_of_a_merged_case_reads_the_outcome_and_reopens_the_standing_one(
    asking: Asking, case: Case, main: Case, people: People
) -> None:
    closed(main, people)
    page = asking.words()
    assert "已清运并消杀" in page
    assert "申请重新办理" in page
    assert "2025-10-06 10:00" in page
    for _twice in range(2):
        done = asking(do="reopen", text="垃圾又堆起来了", round="0")
        assert "将重新办理" in done.content.decode()
    main.refresh_from_db()
    case.refresh_from_db()
    assert (main.stage, main.reopens) == ("assigned", 1)
    assert (case.stage, case.reopens) == ("closed", 0)
    step = CaseStep.objects.get(action="reopen")
    assert (step.case_id, step.text) == (main.pk, "垃圾又堆起来了")
    # Their own words are theirs to read, in the next round they answer again.
    assert "垃圾又堆起来了" in asking.words()
    perform(main.pk, "accept", actor=people.east)
    perform(main.pk, "finish", actor=people.east, data={"result": "再次清运"})
    perform(main.pk, "close", actor=people.desk, data={"satisfaction": "satisfied"})
    asking(do="reopen", text="还是没有清", round="1")
    main.refresh_from_db()
    assert main.reopens == 2


def test_the_reporter_of_a_merged_case_says_how_it_went_and_reopens_nothing_too_late(
    asking: Asking, case: Case, main: Case, people: People
) -> None:
    handled(main, people)
    assert "提交评价" in asking.words()
    assert asking(do="rate", satisfaction="unhappy", text="还有味道", round="0").status_code == 200
    assert "提交评价" not in asking.words()
    call = CallBack.objects.get()
    assert (call.case_id, call.outcome) == (main.pk, "unhappy")
    assert call.reporter is not None
    assert call.reporter.case_id == case.pk
    perform(main.pk, "close", actor=people.desk, data={"satisfaction": "unhappy"})
    with standing("2025-10-07 10:00"):
        assert "申请重新办理" not in asking.words()
        assert asking(do="reopen", text="垃圾又堆起来了", round="0").status_code == 409
    main.refresh_from_db()
    assert main.stage == "closed"


def test_asking_about_a_merged_case_costs_ten_statements_at_most(
    asking: Asking, main: Case, people: People
) -> None:
    closed(main, people)
    asking()
    with CaptureQueriesContext(connection) as statements:
        assert asking().status_code == 200
    assert len(statements) <= 10
