"""A resident reports from a phone, with or without a script, once."""

from __future__ import annotations

import re
import time
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.models import User
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from district.kernel.cases.models import Case, Reporter
from district.kernel.cases.public import case_type_of, public_status
from district.kernel.history.models import Event
from district.kernel.organisation.public import Member
from district.systems.appeals.names import TYPE
from district.systems.appeals.rules.tickets import TICKETS, offer_of
from district.systems.appeals.services.reports import Submitted, submit_report
from district.systems.appeals.tests.public.conftest import (
    EAST,
    TEXT,
    WEST,
    People,
    Send,
    old_ticket,
    told,
)

pytestmark = pytest.mark.django_db


def words(answer: HttpResponse) -> str:
    return answer.content.decode()


def errors(answer: HttpResponse) -> set[str]:
    """The fields that the page says are wrong."""
    return set(re.findall(r'id="id_(\w+)_error"', words(answer)))


def test_the_form_needs_no_log_in_and_few_statements(people: People, client: Client) -> None:
    with CaptureQueriesContext(connection) as statements:
        answer = client.get("/appeals/report/")
    assert answer.status_code == 200
    assert len(statements) <= 10
    assert "geolocation=(self)" in answer["Permissions-Policy"]
    assert client.get("/")["Permissions-Policy"].count("geolocation=()") == 1


def test_a_report_opens_a_case_and_tells_number_and_code(send: Send) -> None:
    answer = send()
    number, code = told(answer)
    case = Case.objects.get()
    assert (answer.status_code, case.number) == (200, number)
    assert (case.street_unit_id, case.source, case.stage) == ("901", "web", "triage")
    assert (case.lon, case.lat) == (Decimal("114.25"), Decimal("22.70"))
    status = public_status(number, code)
    assert status is not None
    assert status.words == TEXT
    assert answer["Cache-Control"] == "no-store"


def test_opening_a_case_costs_ten_statements_at_most(
    send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Throttle, search for duplicates and the whole page included."""
    send()  # what a process reads once is read
    version = case_type_of(TYPE).version
    monkeypatch.setattr("district.kernel.cases.services.publishing._known", {version})
    with CaptureQueriesContext(connection) as statements:
        answer = send(lon=WEST[0], lat=WEST[1], text="西边的路灯整夜不亮，请来修一下")
    told(answer)
    own = [s["sql"] for s in statements if not s["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    assert len(own) <= 10, "\n".join(own)


@pytest.mark.parametrize(
    "where",
    [
        {"place": "桥头路8号小区门口"},
        {"area": "902"},
        {"area": "902001"},
        {"lon": EAST[0], "lat": EAST[1]},
    ],
)
def test_any_one_way_of_saying_where_is_enough(send: Send, where: dict[str, str]) -> None:
    told(send(**{"lon": "", "lat": "", **where}))
    case = Case.objects.get()
    if "area" in where:
        assert case.street_unit_id == "902"
        assert case.community_unit_id == ("902001" if where["area"] == "902001" else None)


def test_one_tap_makes_it_anonymous_and_keeps_no_contact(send: Send) -> None:
    told(send(anonymous="on"))
    case, reporter = Case.objects.get(), Reporter.objects.get()
    assert case.is_anonymous
    assert (reporter.phone, reporter.phone_index, reporter.wants_call) == ("", "", False)
    assert "13800138000" not in str([event.data for event in Event.objects.all()])


def test_name_and_number_are_kept_encrypted_only(send: Send) -> None:
    send(confidential="on")
    reporter = Reporter.objects.get()
    assert Case.objects.get().is_confidential
    assert reporter.name
    assert "王女士" not in reporter.name
    assert "13800138000" not in reporter.phone


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"text": ""}, "text"),
        ({"text": "坏"}, "text"),
        ({"text": "长" * 5001}, "text"),
        ({"lon": "", "lat": ""}, "place"),
        ({"lon": "NaN", "lat": "x"}, "place"),
        ({"lon": "116.4", "lat": "39.9"}, "place"),
        ({"lon": "", "lat": "", "area": "999"}, "area"),
        ({"place": "远" * 201}, "place"),
        ({"name": ""}, "name"),
        ({"phone": ""}, "phone"),
        ({"phone": "打这个"}, "phone"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_typed_is_lost(
    send: Send, wrong: dict[str, str], field: str
) -> None:
    answer = send(**wrong)
    assert answer.status_code == 422
    assert errors(answer) == {field}
    assert f'href="#id_{field}"' in words(answer)
    for name in ("text", "name", "phone"):
        typed = {"text": TEXT, "name": "王女士", "phone": "13800138000"}[name]
        if name not in wrong:
            assert typed in words(answer)
    assert Case.objects.count() == 0


def test_all_that_is_wrong_is_named_at_once(send: Send) -> None:
    answer = send(text="", lon="", lat="", name="", phone="")
    assert errors(answer) == {"text", "place", "name", "phone"}


def test_the_same_form_sent_again_opens_no_second_case_and_tells_the_code_again(
    send: Send,
) -> None:
    ticket = old_ticket()
    first, again = send(ticket=ticket), send(ticket=ticket)
    assert told(first) == told(again)
    assert (Case.objects.count(), Reporter.objects.count()) == (1, 1)


def test_two_sent_at_once_give_one_case_and_one_receipt(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = Submitted("web:one", TEXT, place="桥头路口", anonymous=True)
    first = submit_report(sent)
    # The other request has looked before the first was there, and meets its key in the database.
    monkeypatch.setattr(
        "district.kernel.cases.services.reporting._reported_before", lambda *_: None
    )
    again = submit_report(sent)
    assert first == again
    assert Case.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_form_sent_four_times_at_once_opens_one_case(people: People) -> None:
    ticket = old_ticket()
    data = {"ticket": ticket, "text": TEXT, "place": "桥头路口", "anonymous": "on"}

    def post(_at: int) -> tuple[str, str]:
        try:
            answer = Client().post("/appeals/report/", data)
            assert isinstance(answer, HttpResponse)
            return told(answer)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        receipts = set(pool.map(post, range(4)))
    assert len(receipts) == 1
    assert (Case.objects.count(), Reporter.objects.count()) == (1, 1)


def test_a_form_used_for_something_else_says_that_it_was_sent_already(send: Send) -> None:
    ticket = old_ticket()
    number, _code = told(send(ticket=ticket))
    answer = send(ticket=ticket, text="另一件事：路灯不亮", new="1")
    assert told(answer)[0] == number
    assert "已经提交过" in words(answer)


def test_a_ticket_of_others_or_of_yesterday_is_replaced_and_the_text_stays(send: Send) -> None:
    for ticket in ("", "made:up:ticket", old_ticket(25 * 3600)):
        answer = send(ticket=ticket)
        assert answer.status_code == 422
        assert "页面打开得太久了" in words(answer)
        assert TEXT in words(answer)
        fresh = re.search(r'name="ticket" value="([^"]+)"', words(answer))
        assert fresh
        assert fresh[1] != ticket
    assert Case.objects.count() == 0


def test_a_form_filled_faster_than_anybody_can_is_asked_for_again(send: Send) -> None:
    answer = send(ticket=old_ticket(1))
    assert answer.status_code == 422
    assert "提交得太快" in words(answer)
    assert Case.objects.count() == 0


def test_a_program_that_fills_every_field_opens_nothing(send: Send) -> None:
    answer = send(website="http://spam.example/")
    assert answer.status_code == 422
    assert errors(answer) == set()
    assert "请清空后再提交" in words(answer)
    assert Case.objects.count() == 0


def test_a_post_without_a_form_token_is_refused(people: People) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/appeals/report/", {"text": TEXT}).status_code == 403


def test_a_member_reports_there_as_anybody_does(send: Send, people: People, client: Client) -> None:
    user = User.objects.create_user("desk")
    Member.objects.filter(name="值班员").update(user=user)
    client.force_login(user)
    told(send())
    event = Event.objects.filter(kind="cases.case.reported").get()
    assert event.actor_kind == "public"


# What is alike -------------------------------------------------------------------------------


def test_likely_duplicates_are_offered_before_anything_is_stored(send: Send) -> None:
    send()
    answer = send(text="桥头路口垃圾堆得很高，三天没人清了", name="李先生")
    assert Case.objects.count() == 1
    page = words(answer)
    assert "还没有提交" in page
    assert "约10米" in page
    assert "已有1人反映" in page
    # The reader's own words, not the other person's.
    assert "<q>三天没人清</q>" in page
    assert "味道很大" not in page
    assert "李先生" in page  # carried along


def test_joining_makes_one_more_reporter_of_the_same_case(send: Send) -> None:
    number, first_code = told(send())
    ticket = old_ticket()
    mine = "桥头路口垃圾堆得很高，三天没人清了"
    offer = re.search(r'name="join" value="([^"]+)"', words(send(ticket=ticket, text=mine)))
    assert offer
    for _twice in range(2):
        answer = send(ticket=ticket, text=mine, join=offer[1])
        joined, code = told(answer)
        assert joined == number
        assert "已加入同一件事" in words(answer)
    case = Case.objects.get()
    assert (case.reporter_count, Reporter.objects.count()) == (2, 2)
    assert code != first_code
    status = public_status(number, code)
    assert status is not None
    assert status.words == mine  # never what the other person wrote


def test_a_form_that_joined_one_case_joins_no_other_and_says_which_it_was(send: Send) -> None:
    first, _ = told(send())
    second, _ = told(send(ticket=old_ticket(), new="1"))
    ticket = old_ticket()
    opened = TICKETS.read(ticket, time.time())
    assert opened
    offers = [
        offer_of(str(Case.objects.get(number=number).pk), opened.key) for number in (first, second)
    ]
    joined, code = told(send(ticket=ticket, join=offers[0]))
    answer = send(ticket=ticket, join=offers[1])
    assert told(answer) == (joined, code) == (first, code)
    assert "这张表已经提交过" in words(answer)
    assert public_status(first, code) is not None
    assert Reporter.objects.count() == 3


def test_none_of_them_opens_a_case_of_its_own(send: Send) -> None:
    send()
    told(send(ticket=old_ticket(), new="1"))
    assert Case.objects.count() == 2


def test_going_back_from_the_offers_keeps_all_that_was_typed(send: Send) -> None:
    send()
    answer = send(edit="1", place="桥头路8号", area="901001", confidential="on")
    page = words(answer)
    assert answer.status_code == 200
    for typed in (TEXT, "桥头路8号", "王女士", "13800138000", EAST[0]):
        assert typed in page
    assert re.search(r'value="901001"[^>]* selected', page)
    assert re.search(r'id="id_confidential"[^>]* checked', page)
    assert Case.objects.count() == 1


def test_a_case_that_was_not_offered_cannot_be_joined(send: Send) -> None:
    number, _ = told(send())
    case = Case.objects.get()
    ticket = old_ticket()
    for forged in (str(case.pk), offer_of(str(case.pk), "web:of-somebody-else"), "x"):
        answer = send(ticket=ticket, join=forged)
        assert answer.status_code == 422
        assert number not in words(answer)
    assert Reporter.objects.count() == 1


def test_a_case_that_ended_meanwhile_says_so_and_keeps_what_was_typed(send: Send) -> None:
    send()
    case = Case.objects.get()
    ticket = old_ticket()
    key = TICKETS.read(ticket, time.time())
    assert key
    Case.objects.filter(pk=case.pk).update(stage="closed", category="done")
    answer = send(ticket=ticket, join=offer_of(str(case.pk), key.key))
    assert answer.status_code == 409
    assert "这一单已经结束" in words(answer)
    assert TEXT in words(answer)


@pytest.mark.parametrize("hidden", ["is_sensitive", "is_confidential"])
def test_a_case_that_others_must_not_hear_of_is_neither_offered_nor_joined(
    send: Send, hidden: str
) -> None:
    number, _ = told(send())
    case = Case.objects.get()
    ticket = old_ticket()
    key = TICKETS.read(ticket, time.time())
    assert key
    Case.objects.filter(pk=case.pk).update(**{hidden: True})
    answer = send(ticket=ticket, join=offer_of(str(case.pk), key.key))
    assert answer.status_code == 422
    assert number not in words(answer)
    told(send(ticket=ticket))
    assert Case.objects.count() == 2


def test_whoever_asks_for_confidence_is_offered_nothing_to_join(send: Send) -> None:
    send()
    told(send(confidential="on"))
    assert Case.objects.count() == 2


def test_a_code_follows_from_ticket_and_secret_alone() -> None:
    secret = django_settings.SECRET_KEY
    code = TICKETS.code_for("web:a", secret)
    assert code == TICKETS.code_for("web:a", secret)
    assert code != TICKETS.code_for("web:b", secret)
    assert code != TICKETS.code_for("web:a", "another")
    assert re.fullmatch("[0-9A-HJKMNP-TV-Z]{10}", code)
