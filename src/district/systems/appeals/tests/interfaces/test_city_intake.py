"""City orders become cases: by push, by file, by pull; once each, and what is wrong in words."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from district.kernel.base.errors import Conflict, NotPermitted
from district.kernel.cases.public import Case, CaseStep, perform, read_contacts
from district.kernel.cases.services.clocks import clocks_of
from district.kernel.cases.types import type_of
from district.kernel.history.public import Subject, events_of
from district.systems.appeals.city.models import (
    CityOrder,
    CityPlatform,
    CityRefusal,
    CityToken,
)
from district.systems.appeals.city.rules import order_of
from district.systems.appeals.city.services import (
    create_token,
    intake,
    revoke_token,
    save_platform,
    take_order,
)
from district.systems.appeals.tests.interfaces.conftest import GOOD, People

pytestmark = pytest.mark.django_db
Browser = Callable[[Any], Client]
At = Callable[[str], AbstractContextManager[None]]


@pytest.fixture
def push(hotline: CityPlatform, people: People) -> Callable[..., dict[str, Any]]:
    """`push(order, ...)`: what the platform is told of each."""
    token = create_token(hotline.pk, actor=people.admin)

    def send(*orders: Any) -> Any:
        answer = Client().post(
            "/appeals/city/orders/",
            json.dumps({"orders": list(orders)}),
            content_type="application/json",
            headers={"Authorization": f"Bearer {token}"},
        )
        assert answer.status_code == 200, answer.content
        return answer.json()["orders"]

    return send


def test_a_pushed_order_opens_a_case_with_all_that_it_says(
    push: Callable[..., Any], people: People
) -> None:
    told = push(GOOD)
    case = Case.objects.get()
    assert told == [{"number": GOOD["number"], "outcome": "created", "case": case.number}]
    assert (case.source, case.source_name, case.source_number) == (
        "city",
        "12345",
        GOOD["number"],
    )
    assert (case.matter, case.place, case.text) == ("01", GOOD["place"], GOOD["text"])
    assert case.reported_at.isoformat() == "2025-09-22T00:30:00+00:00"
    assert case.source_due_at is not None
    assert case.source_due_at.isoformat() == "2025-09-25T10:00:00+00:00"
    people_of = read_contacts(case.pk, actor=people.desk, reason="核实位置")
    assert [(one.name, one.phone) for one in people_of] == [("张三", "13800138000")]


def test_the_same_number_again_opens_no_second_case(push: Callable[..., Any]) -> None:
    push(GOOD)
    told = push(GOOD, GOOD)
    assert [one["outcome"] for one in told] == ["unchanged", "unchanged"]
    assert Case.objects.count() == CityOrder.objects.count() == 1
    assert CaseStep.objects.count() == 0


def test_the_same_number_of_another_platform_is_another_order(
    push: Callable[..., Any], people: People
) -> None:
    push(GOOD)
    other = save_platform(None, name="民意速办", url="", actor=people.admin)
    order = order_of(GOOD, datetime.fromisoformat("2025-09-22T10:00:00+08:00"))
    assert take_order(other, order, actor=people.desk, way="file").outcome == "created"
    assert Case.objects.count() == 2


def test_a_changed_order_moves_the_deadline_adds_the_text_and_says_what_it_leaves(
    push: Callable[..., Any], people: People
) -> None:
    push(GOOD)
    case = Case.objects.get()
    perform(case.pk, "dispatch", actor=people.desk, data={"lead_unit": "901"})
    changed = {
        **GOOD,
        "text": GOOD["text"] + "今天还有人在烧垃圾。",
        "due_at": "2025-09-24T18:00:00+08:00",
        "place": "西街道",
    }
    (told,) = push(changed)
    assert told["outcome"] == "updated"
    assert told["changed"] == ["text", "due_at"]
    assert told["kept"] == ["place"]
    step = CaseStep.objects.get(action="supplement")
    assert step.text == (
        "市平台将办理时限由 2025-09-25 18:00 改为 2025-09-24 18:00。\n今天还有人在烧垃圾。"
    )
    assert step.actor_name == "12345"
    case.refresh_from_db()
    assert (case.place, case.text, case.stage) == (GOOD["place"], GOOD["text"], "assigned")
    handling = clocks_of(case, type_of(case))["handling"]
    assert handling.due_at == case.source_due_at
    assert case.source_due_at == datetime.fromisoformat(changed["due_at"])
    assert [one["outcome"] for one in push(changed)] == ["unchanged"]
    assert CaseStep.objects.filter(action="supplement").count() == 1


def test_a_deadline_that_goes_back_and_forth_is_followed_each_time(
    push: Callable[..., Any],
) -> None:
    push(GOOD)
    for day in ("24", "25", "24"):
        due = f"2025-09-{day}T18:00:00+08:00"
        (told,) = push({**GOOD, "due_at": due})
        assert told["outcome"] == "updated"
        assert Case.objects.get().source_due_at == datetime.fromisoformat(due)
    assert CaseStep.objects.filter(action="supplement").count() == 3


def test_a_deadline_beyond_our_own_term_does_not_lengthen_it(
    push: Callable[..., Any], people: People
) -> None:
    push(GOOD)
    case = perform(Case.objects.get().pk, "dispatch", actor=people.desk, data={"lead_unit": "901"})
    push({**GOOD, "due_at": "2025-12-31T18:00:00+08:00"})
    handling = clocks_of(case, type_of(case))["handling"]
    assert handling.due_at is not None
    # Five working days from Monday 22 September.
    assert handling.due_at.date().isoformat() == "2025-09-29"


def test_bad_orders_are_refused_in_words_and_good_ones_are_not_lost(
    push: Callable[..., Any],
) -> None:
    told = push(
        {**GOOD, "number": "A1", "text": ""},
        {**GOOD, "number": "A2", "phone": "12"},
        {**GOOD, "number": "A3", "matter": "99"},
        {**GOOD, "number": "A4", "due_at": "2025-09-01T00:00:00+08:00"},
        {**GOOD, "number": "A5", "received_at": "2025-09-22 08:30"},
        {**GOOD, "number": ""},
        "rubbish",
        GOOD,
    )
    assert [one["outcome"] for one in told] == ["refused"] * 7 + ["created"]
    assert [one.get("field") for one in told[:6]] == [
        "text",
        "phone",
        "matter",
        "due_at",
        "received_at",
        "number",
    ]
    assert all(one["problem"] for one in told[:7])
    assert Case.objects.count() == 1
    assert CityRefusal.objects.filter(settled_at=None).count() == 7


def test_a_refusal_is_counted_when_it_comes_again_and_settled_when_it_comes_good(
    push: Callable[..., Any],
) -> None:
    bad = {**GOOD, "phone": "12"}
    push(bad)
    push(bad)
    row = CityRefusal.objects.get()
    assert (row.number, row.times, row.settled_at) == (GOOD["number"], 2, None)
    push(GOOD)
    row.refresh_from_db()
    assert row.settled_at is not None


def test_an_order_of_a_closed_case_is_not_reopened_by_a_change(
    push: Callable[..., Any], people: People
) -> None:
    push(GOOD)
    perform(Case.objects.get().pk, "decline", actor=people.desk, data={"text": "不属本区"})
    (told,) = push({**GOOD, "text": "完全不同的内容"})
    assert told["outcome"] == "refused"
    assert "已经结案" in told["problem"]
    assert Case.objects.get().stage == "declined"


def test_nothing_readable_of_a_person_is_kept_beside_the_case(push: Callable[..., Any]) -> None:
    push(GOOD, {**GOOD, "number": "B2", "phone": "bad"})
    kept = json.dumps(list(CityOrder.objects.values()) + list(CityRefusal.objects.values()),
                      default=str, ensure_ascii=False)  # fmt: skip
    assert not any(word in kept for word in ("张三", "13800138000", "垃圾", "桥头"))


@pytest.mark.parametrize(
    ("header", "status"),
    [("", 401), ("Bearer wrong", 401), ("Basic abc", 401), ("Bearer ", 401)],
)
def test_a_push_without_a_valid_key_is_refused(
    hotline: CityPlatform, header: str, status: int
) -> None:
    answer = Client().post(
        "/appeals/city/orders/",
        json.dumps({"orders": [GOOD]}),
        content_type="application/json",
        headers={"Authorization": header},
    )
    assert answer.status_code == status
    assert answer.json()["error"]["message"]
    assert Case.objects.count() == 0


@pytest.mark.parametrize("body", ["", "{", "[]", '{"orders": 5}', "\x00", "[" * 100_000])
def test_a_body_that_is_no_list_of_orders_is_told_so(
    hotline: CityPlatform, people: People, body: str
) -> None:
    token = create_token(hotline.pk, actor=people.admin)
    answer = Client().post(
        "/appeals/city/orders/",
        body,
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}"},
    )
    assert answer.status_code == 400


def test_a_key_is_kept_as_a_hash_shown_once_revocable_and_in_history(
    hotline: CityPlatform, people: People, browser_of: Browser
) -> None:
    page = browser_of(people.admin)
    shown = page.post(f"/appeals/city/platforms/{hotline.pk}/tokens/").content.decode()
    token = "city_" + shown.split("<code>city_")[1].split("</code>")[0]
    row = CityToken.objects.get()
    assert token not in str(vars(row))
    again = page.get(f"/appeals/city/platforms/{hotline.pk}/").content.decode()
    assert token not in again
    assert row.hint in again
    headers = {"Authorization": f"Bearer {token}"}
    body = json.dumps({"orders": []})
    address = "/appeals/city/orders/"
    given = {"content_type": "application/json", "headers": headers}
    assert Client().post(address, body, **given).status_code == 200  # type: ignore[arg-type]  # keywords of post
    revoke_token(row.pk, actor=people.admin)
    assert Client().post(address, body, **given).status_code == 401  # type: ignore[arg-type]  # as above
    kinds = [event.kind for event in events_of(Subject("appeals.platform", str(hotline.pk)))]
    assert kinds[:2] == ["appeals.token.revoked", "appeals.token.created"]
    assert token not in str(events_of(Subject("appeals.platform", str(hotline.pk))))


def test_only_an_administrator_makes_platforms_and_keys(
    hotline: CityPlatform, people: People, browser_of: Browser
) -> None:
    for actor in (people.desk, people.east, people.viewer, people.auditor):
        with pytest.raises(NotPermitted):
            create_token(hotline.pk, actor=actor)
        page = browser_of(actor)
        assert page.get("/appeals/city/platforms/new/").status_code == 403
        assert page.get(f"/appeals/city/platforms/{hotline.pk}/").status_code == 403


def test_a_push_too_often_is_told_how_long_to_wait(push: Callable[..., Any], settings: Any) -> None:
    settings.DISTRICT_RATES = "appeals.push.address=1/60"
    push()
    answer = Client().post("/appeals/city/orders/", "{}", content_type="application/json")
    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= 60


def test_two_writers_of_one_number_make_one_case(
    hotline: CityPlatform, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    from district.systems.appeals.city.services import intake

    real, calls = intake.take_order, []

    def beaten_once(*args: Any, **kwargs: Any) -> Any:
        calls.append(1)
        if len(calls) == 1:
            real(*args, **kwargs)
            raise Conflict("beside")
        return real(*args, **kwargs)

    monkeypatch.setattr(intake, "take_order", beaten_once)
    (told,) = intake.take_all(hotline, [GOOD], way="push")
    assert told.outcome == "unchanged"
    assert Case.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_same_order_pushed_by_many_at_once_opens_one_case(hotline: CityPlatform) -> None:
    from concurrent.futures import ThreadPoolExecutor

    from django.db import connection

    from district.systems.appeals.city.services import take_all

    def send(_number: int) -> list[str]:
        try:
            orders = [{**GOOD, "number": f"M{at}"} for at in range(3)]
            return [one.outcome for one in take_all(hotline, orders, way="push")]
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        outcomes = [one for found in pool.map(send, range(4)) for one in found]
    assert sorted(outcomes) == ["created"] * 3 + ["unchanged"] * 9
    assert Case.objects.count() == CityOrder.objects.count() == 3
    assert CityRefusal.objects.count() == 0


def test_an_order_committed_by_another_between_look_and_write_is_taken_as_known(
    push: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    push(GOOD)
    look, looks = intake._known, iter([lambda *_asked: None])
    monkeypatch.setattr(intake, "_known", lambda *asked: next(looks, look)(*asked))
    (told,) = push(GOOD)
    assert told["outcome"] == "unchanged"
    assert Case.objects.count() == CityOrder.objects.count() == 1


def test_a_received_time_ahead_of_us_by_a_day_is_a_slip(push: Callable[..., Any]) -> None:
    ahead = datetime.fromisoformat("2025-09-22T10:00:00+08:00") + timedelta(days=1)
    (told,) = push({**GOOD, "received_at": ahead.isoformat(), "due_at": None})
    assert (told["outcome"], told["field"]) == ("refused", "received_at")
