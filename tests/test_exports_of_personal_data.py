"""Nobody takes personal data out of any register without a reason, which history keeps."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from pytest_django import Settings

from district.kernel.history.public import Subject, events_of
from district.kernel.organisation.public import EVERY_ROLE, UnitRow, assign
from district.kernel.registers import reasons
from district.kernel.registers.public import Register, register_of, registers
from district.testing.people import LOADER, People, small_district

UNITS = (UnitRow("9", "试验区", "district"), UnitRow("901", "东街道", "street", "9"))
POSTS = {role: ("9", role) for role in EVERY_ROLE}
REASON = "发放补贴前逐人核对"
#: Registers whose rows only some offices see; their own tests export them as those.
PERSONAL = sorted(one.key for one in registers() if any(field.personal for field in one.fields))


@pytest.fixture
def people(db: None) -> Iterator[People]:
    with small_district(UNITS, POSTS) as made:
        yield made


@pytest.fixture
def exporter(people: People) -> Client:
    """Somebody who holds every role at once: what they are refused is refused to everybody."""
    one = people.members["planner"]
    for role in EVERY_ROLE:
        if role != "planner":
            assign(one.pk, "9", role, actor=LOADER)
    return people.client("planner")


def personal_of(register: Register) -> list[str]:
    return [one.key for one in register.fields if one.personal]


def address(register: Register, columns: list[str], **more: str) -> str:
    query = {"columns": ",".join(columns), "format": "csv", **more}
    return f"/registers/{register.key}/?{urlencode(query)}"


def form_of(answer: Any) -> tuple[str, dict[str, str]]:
    """Where the page sends its form, and what it sends besides the reason."""
    text = answer.content.decode()
    action = re.search(r'action="(/registers/[^"]+/reason/)"', text)
    assert action, "no form asks for the reason"
    hidden = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', text)
    return action[1], {name: unescape(value) for name, value in hidden if "csrf" not in name}


def exported(register: Register) -> list[Any]:
    return list(events_of(Subject("registers.register", register.key)))


def is_file(answer: Any) -> bool:
    return "attachment" in answer.get("Content-Disposition", "")


def test_there_are_registers_with_personal_columns() -> None:
    assert len(PERSONAL) >= 4


@pytest.mark.parametrize("key", PERSONAL)
def test_a_personal_column_goes_out_for_a_reason_alone(key: str, exporter: Client) -> None:
    register = register_of(key)
    personal = personal_of(register)
    wanted = address(register, personal)
    page = exporter.get(wanted)
    assert not is_file(page)
    assert page.status_code == 200
    assert exported(register) == []
    where, hidden = form_of(page)
    for too_short in ("", "  ", "啊"):
        answer = exporter.post(where, {**hidden, "reason": too_short})
        assert answer.status_code == 422
        assert form_of(answer)[1]["where"] == hidden["where"]
    assert exported(register) == []
    granted = exporter.post(where, {**hidden, "reason": REASON})
    assert REASON not in granted["Location"]
    answer = exporter.get(granted["Location"])
    assert is_file(answer)
    event = exported(register)[0]
    assert (event.kind, event.actor.name) == ("registers.exported", "planner")
    assert event.data["reason"] == REASON
    assert sorted(event.data["personal"]) == sorted(personal)
    assert event.data["rows"] == 0
    assert "export=" not in event.data["query"]
    # A reason is good for one file.
    assert not is_file(exporter.get(granted["Location"]))


@pytest.mark.parametrize("key", PERSONAL)
def test_programs_are_refused_too(key: str, exporter: Client) -> None:
    register = register_of(key)
    wanted = address(register, personal_of(register))
    answer = exporter.get(wanted, headers={"Accept": "application/json"})
    assert answer.status_code == 422
    assert answer.json()["error"]["field"] == "reason"
    assert exported(register) == []


@pytest.fixture
def one(exporter: Client) -> Register:
    return register_of("investment_promotion-trips")


def test_a_reason_is_good_for_its_own_rows_and_columns_and_in_its_own_session(
    one: Register, exporter: Client, people: People
) -> None:
    where, hidden = form_of(exporter.get(address(one, ["head"], q="甲")))
    granted = exporter.post(where, {**hidden, "reason": REASON})["Location"]
    assert not is_file(people.client("planner").get(granted))
    assert not is_file(exporter.get(granted.replace("%E7%94%B2", "%E4%B9%99")))
    granted = exporter.post(where, {**hidden, "reason": REASON})["Location"]
    assert is_file(exporter.get(granted))
    assert "%E7%94%B2" in exported(one)[0].data["query"]


def test_a_reason_that_waited_too_long_is_asked_for_again(
    one: Register, exporter: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    where, hidden = form_of(exporter.get(address(one, ["head"])))
    granted = exporter.post(where, {**hidden, "reason": REASON})["Location"]
    later = reasons.now() + 601
    monkeypatch.setattr(reasons, "now", lambda: later)
    assert not is_file(exporter.get(granted))


def test_the_form_sends_nobody_to_another_site(one: Register, exporter: Client) -> None:
    for where in ("https://elsewhere.example/", "//elsewhere.example/", "javascript:1", ""):
        form = {"where": where, "reason": REASON}
        assert exporter.post(f"/registers/{one.key}/reason/", form).status_code == 422


def test_without_personal_columns_no_reason_is_asked(one: Register, exporter: Client) -> None:
    others = [each.key for each in one.fields if not each.personal]
    head = exporter.get(address(one, others[:3]))
    # The title goes along; where it is not personal, nothing is.
    assert is_file(head)
    assert "reason" not in exported(one)[0].data


def test_who_may_not_export_is_not_asked_why(people: People, one: Register) -> None:
    assert people.client("auditor").get(address(one, ["head"])).status_code in (403, 404)
    form = {"where": address(one, ["head"]), "reason": REASON}
    answer = people.client("auditor").post(f"/registers/{one.key}/reason/", form)
    assert answer.status_code in (403, 404)


def test_an_installation_limits_the_rows_of_a_file(
    exporter: Client, people: People, settings: Settings
) -> None:
    settings.DISTRICT_EXPORT_ROWS = 1
    answer = exporter.get("/registers/units/?format=csv")
    assert answer.status_code == 422
    assert "超过一次导出的上限 1 条" in answer.content.decode()
    settings.DISTRICT_EXPORT_ROWS = 2
    answer = exporter.get("/registers/units/?format=csv")
    assert is_file(answer)
    assert len(io.BytesIO(b"".join(answer.streaming_content)).readlines()) == 3
