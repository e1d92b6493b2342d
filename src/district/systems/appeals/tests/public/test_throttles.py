"""Too much from one address or one number is refused with the wait; others go on."""

from __future__ import annotations

import time
from ipaddress import ip_network

import pytest
from django.test import Client
from pytest_django import Settings

from district.kernel.cases.models import Case, Reporter
from district.kernel.throttling.models import Bucket
from district.systems.appeals.tests.public.conftest import TEXT, Send, old_ticket, told

pytestmark = pytest.mark.django_db
HERE, THERE = "198.51.100.7", "203.0.113.9"


@pytest.fixture(autouse=True)
def _slow(settings: Settings) -> None:
    """Two of each; the machine's clock runs on, so periods are long."""
    keys = ("report.address", "join.address", "near.address", "status.address")
    stated = ", ".join(f"appeals.{key}=2/7200" for key in keys)
    settings.DISTRICT_RATES = f"{stated}, appeals.report.phone=1/7200"


def other(number: int) -> dict[str, object]:
    """A report of something else by somebody else."""
    return {"new": "1", "phone": f"1380013800{number}", "text": f"第{number}处路灯整夜不亮"}


def test_reports_from_one_address_are_limited_and_nothing_typed_is_lost(send: Send) -> None:
    told(send(**other(1)))
    told(send(**other(2)))
    refused = send(**other(3))
    assert refused.status_code == 429
    assert 3500 < int(refused["Retry-After"]) <= 3600
    page = refused.content.decode()
    assert "请在60分钟后再试" in page
    for typed in ("第3处路灯整夜不亮", "13800138003", "王女士"):
        assert typed in page
    assert Case.objects.count() == 2


def test_reports_with_one_number_are_limited_wherever_they_come_from(
    send: Send, client: Client
) -> None:
    told(send(**other(1)))
    client.defaults["REMOTE_ADDR"] = THERE
    spaced = {**other(1), "phone": "138 0013-8001"}
    assert send(**spaced).status_code == 429
    told(send(**other(2)))
    # Nobody is counted by a number they have not given.
    client.defaults["REMOTE_ADDR"] = "192.0.2.1"
    told(send(**{**other(3), "anonymous": "on"}))


def test_joining_is_limited(send: Send, settings: Settings) -> None:
    settings.DISTRICT_RATES = "appeals.join.address=1/7200"
    told(send(**other(1)))
    text = str(other(1)["text"])

    def join(ticket: str) -> int:
        page = send(ticket=ticket, text=text, anonymous="on").content.decode()
        offer = page.split('name="join" value="')[1].split('"')[0]
        return send(ticket=ticket, text=text, anonymous="on", join=offer).status_code

    assert [join(old_ticket()), join(old_ticket())] == [200, 429]
    assert Reporter.objects.count() == 2


def test_searching_for_duplicates_is_limited(send: Send, settings: Settings) -> None:
    settings.DISTRICT_RATES = "appeals.near.address=2/7200"
    told(send(**other(1)))
    text = str(other(1)["text"])
    codes = [send(text=text, anonymous="on").status_code for _ in range(3)]
    assert codes == [200, 200, 429]
    # A report without a search still comes through.
    told(send(text=TEXT, anonymous="on", new="1"))


def test_asking_is_limited_for_right_and_wrong_codes_alike(send: Send, client: Client) -> None:
    number, code = told(send())
    right, wrong = {"number": number, "code": code}, {"number": number, "code": "A" * 10}

    def ask(data: dict[str, str]) -> int:
        return client.post("/appeals/status/", data).status_code

    assert [ask(wrong), ask(wrong), ask(right)] == [404, 404, 429]
    client.defaults["REMOTE_ADDR"] = THERE
    assert ask(right) == 200


def test_an_address_is_believed_only_from_our_own_proxies(
    send: Send, client: Client, settings: Settings
) -> None:
    for number in (1, 2):
        told(send(**other(number), headers={"x-forwarded-for": f"192.0.2.{number}"}))
    # Inventing addresses does not help.
    assert send(**other(3), headers={"x-forwarded-for": "192.0.2.3"}).status_code == 429
    settings.DISTRICT_PROXIES = [ip_network("127.0.0.1/32")]
    told(send(**other(4), headers={"x-forwarded-for": "192.0.2.4"}))
    assert send(**other(5), headers={"x-forwarded-for": "192.0.2.4, 192.0.2.4"}).status_code == 200
    assert send(**other(6), headers={"x-forwarded-for": "192.0.2.9, 192.0.2.4"}).status_code == 429


def test_a_form_that_is_wrong_costs_nothing(send: Send) -> None:
    for _ in range(5):
        assert send(text="").status_code == 422
    assert Bucket.objects.count() == 0


def test_waiting_helps(send: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    told(send(**other(1)))
    told(send(**other(2)))
    assert send(**other(3), anonymous="on").status_code == 429
    later = time.time_ns() + 3601 * 1_000_000_000
    monkeypatch.setattr("district.kernel.throttling.services.time.time_ns", lambda: later)
    told(send(**other(3), anonymous="on"))
