"""The log of a machine room: what a line says, and that nobody is in it."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from datetime import datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError
from django.http import HttpRequest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest_django import Settings

from district.kernel.organisation.public import Member, UnitRow
from district.runtime.watching import logs
from district.runtime.watching.logs import (
    HIDDEN,
    JsonFormatter,
    configuration,
    is_word,
    process_name,
    request_id_of,
)
from district.runtime.watching.middleware import HEADER, path_of
from district.testing.people import People, small_district

NAME, PHONE, IDENTITY = "欧阳惊蛰", "13912345678", "440307199001011234"
MAIL, ADDRESS, WORDS = "ouyang@example.cn", "203.0.113.77", "家住幸福里三栋"
PERSONAL = (NAME, PHONE, IDENTITY, MAIL, ADDRESS, WORDS, "ouyang", "%E6%AC%A7")
UNITS = (UnitRow("9", "试验区", "district"),)
POSTS = {NAME: ("9", "administrator")}


class Lines:
    """What was logged since the start."""

    def __init__(self) -> None:
        self.stream = io.StringIO()

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    @property
    def all(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.splitlines()]

    @property
    def requests(self) -> list[dict[str, Any]]:
        return [line for line in self.all if line["logger"] == logs.REQUESTS]


@pytest.fixture
def lines(settings: Settings) -> Iterator[Lines]:
    """Every logger writes as the configuration has it, down to what libraries say at INFO."""
    settings.DISTRICT_LOG = "json"
    settings.DISTRICT_PROCESS = "district-web"
    found = Lines()
    handler = logging.StreamHandler(found.stream)
    handler.setFormatter(JsonFormatter())
    # The root's handlers do not hear of loggers that keep to themselves.
    names = ["", "django", "axes", *logging.root.manager.loggerDict]
    loggers = [logging.getLogger(name) for name in names]
    heard = [one for one in loggers if not one.name or one.name == "root" or not one.propagate]
    levels = {one: one.level for one in loggers}
    for one in heard:
        one.addHandler(handler)
    for one in loggers:
        one.setLevel(logging.INFO)
    yield found
    for one in heard:
        one.removeHandler(handler)
    for one, level in levels.items():
        one.setLevel(level)


@pytest.fixture
def people(db: None) -> Iterator[People]:
    with small_district(UNITS, POSTS) as made:
        yield made


def test_a_line_says_when_who_by_number_what_how_long(lines: Lines, people: People) -> None:
    member: Member = people.members[NAME]
    answer = people.client(NAME).get(f"/members/{member.pk}/?q={NAME}")
    assert answer.status_code == 200
    (line,) = lines.requests
    assert datetime.fromisoformat(line["time"]).utcoffset() is not None
    assert line["process"].startswith("district-web[")
    assert (line["level"], line["message"]) == ("info", "answered")
    assert line["member"] == str(member.pk)
    assert line["path"] == f"/members/{member.pk}/"
    assert line["route"] == "members/<uuid:member_id>/"
    assert (line["method"], line["status"]) == ("GET", 200)
    assert 0 < line["statements"] <= 10
    assert line["ms"] > 0
    assert line["request"] == answer[HEADER]


@pytest.fixture
def breaks(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page of the product breaks with what databases put into their errors."""

    def page(request: HttpRequest) -> None:
        raise IntegrityError(f"Key (phone, name)=({PHONE}, {NAME}) already exists.")

    monkeypatch.setattr("district.kernel.organisation.pages.members.member_of", page)


def test_nobody_is_in_the_log_of_pages_forms_and_errors(
    lines: Lines, people: People, breaks: None, settings: Settings
) -> None:
    settings.AXES_ENABLED = True
    User.objects.create_user("ouyang", MAIL, PHONE)
    visitor = Client(
        raise_request_exception=False,
        REMOTE_ADDR=ADDRESS,
        headers={"x-forwarded-for": ADDRESS, "user-agent": NAME, "referer": f"/?q={NAME}"},
    )
    for _each in range(6):
        visitor.post("/login/", {"username": "ouyang", "password": WORDS})
        visitor.post("/login/", {"username": PHONE, "password": WORDS})
    report = {"name": NAME, "phone": PHONE, "text": WORDS, "address": WORDS, "id_number": IDENTITY}
    for path in ("/report/", "/appeals/report/", "/policies/check/", "/virtual_park/sign_in/"):
        visitor.get(path, {"q": NAME, "phone": PHONE})
        visitor.post(path, report)
    for path in (f"/{NAME}/", f"/{PHONE}/", f"/units/{NAME}/", f"/registers/{IDENTITY}/"):
        visitor.get(path)
    client = people.client(NAME)
    client.raise_request_exception = False
    member = people.members[NAME]
    client.get("/members/", {"q": NAME})
    client.get(f"/units/{PHONE}/", {"q": NAME})
    client.get(f"/registers/units/row/{NAME}/")
    client.get("/registers/units/", {"where": f'name = "{NAME}"', "q": MAIL, "format": "csv"})
    client.get("/api/registers/units", {"q": PHONE})
    client.post(f"/members/{member.pk}/phone/", {"phone": PHONE})
    client.post(f"/members/{member.pk}/phone/look/", {"reason": WORDS})
    client.post("/members/new/", {"name": NAME, "phone": PHONE, "username": MAIL})
    broken = client.get("/me/", {"q": NAME})
    assert broken.status_code == 500
    assert len(lines.requests) >= 30
    found = [word for word in PERSONAL if word in lines.text]
    assert not found, [line for line in lines.text.splitlines() if any(w in line for w in found)]
    errors = [line for line in lines.all if line.get("exception") == "IntegrityError"]
    assert errors
    assert all(line["request"] == broken[HEADER] for line in errors)
    assert any("members.py" in frame for frame in errors[0]["raised"])


def test_of_a_message_the_author_s_words_stay_and_what_was_put_in_is_hidden(lines: Lines) -> None:
    log = logging.getLogger("district.somewhere")
    key = UUID(int=7)
    log.warning("%s of %s gave %d in %s: %r", "cases.petition", NAME, 3, key, ValueError(PHONE))
    log.warning("sent to %(whom)s at %(at)s", {"whom": MAIL, "at": ADDRESS})
    log.error(ValueError(NAME))
    wrong = logging.LogRecord("x", 30, "f", 1, "wrong number of %s %s", (NAME,), None)
    assert logs.message_of(wrong) == "wrong number of %s %s"
    said = [line["message"] for line in lines.all]
    assert said[0] == f"cases.petition of {HIDDEN} gave 3 in {key}: ValueError"
    assert said[1] == f"sent to {HIDDEN} at {HIDDEN}"
    assert said[2] == "ValueError"
    assert not [word for word in PERSONAL if word in lines.text]


def test_of_an_exception_kind_and_place_stay_and_never_its_text(lines: Lines) -> None:
    try:
        try:
            raise KeyError(PHONE)
        except KeyError as error:
            raise ValueError(NAME) from error
    except ValueError:
        logging.getLogger("somewhere.else").exception("it failed")
    (line,) = lines.all
    assert line["exception"] == "ValueError"
    assert line["raised"][0].endswith("test_of_an_exception_kind_and_place_stay_and_never_its_text")
    assert not [word for word in PERSONAL if word in lines.text]


chinese = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=1)


@pytest.mark.one_database
@settings(max_examples=60, deadline=None)
@given(
    st.one_of(
        chinese,
        st.from_regex(r"1[3-9]\d{9}", fullmatch=True),
        st.from_regex(r"\d{17}[\dX]", fullmatch=True),
        st.from_regex(r"[a-z]{1,9}[._-]?[a-z]{1,9}@[a-z]{1,9}\.(cn|com)", fullmatch=True),
        st.ip_addresses().map(str),
        st.from_regex(r"[A-Z][a-z]{1,9}( [A-Z][a-z]{1,9})?", fullmatch=True),
    )
)
def test_names_numbers_and_addresses_are_no_words_of_ours(text: str) -> None:
    assert not is_word(text)


@pytest.mark.one_database
@pytest.mark.parametrize("key", ["cases.petition", "organisation.member.view", "units-x", "a_b"])
def test_keys_of_the_product_are(key: str) -> None:
    assert is_word(key)


def test_a_proxy_of_ours_names_the_request_and_nobody_else(
    people: People, settings: Settings
) -> None:
    sent = "0123456789abcdef0123456789abcdef"
    from ipaddress import ip_network

    stranger = Client(headers={HEADER: sent}).get("/health/live")
    assert stranger[HEADER] != sent
    settings.DISTRICT_PROXIES = [ip_network("127.0.0.1")]
    assert Client(headers={HEADER: sent}).get("/health/live")[HEADER] == sent
    bad = Client(headers={HEADER: NAME.encode().hex()[:12]}).get("/health/live")
    assert bad[HEADER] != NAME.encode().hex()[:12]


@pytest.mark.one_database
def test_an_identifier_is_taken_in_hexadecimal_alone() -> None:
    assert request_id_of("ABCDEF0123456789", believed=True) == "abcdef0123456789"
    for sent in ("", "short", "x" * 32, "0" * 65, "0123456789abcdef\n"):
        made = request_id_of(sent, believed=True)
        assert made != sent
        assert len(made) == 32


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("kwargs", "shown"),
    [
        ({}, "/a/b"),
        ({"key": "plan-commitments"}, "/a/b"),
        ({"id": UUID(int=1)}, "/a/b"),
        ({"key": NAME}, "/route/<x>/"),
        ({"key": PHONE}, "/route/<x>/"),
        ({"key": "Ouyang"}, "/route/<x>/"),
        ({"key": "x" * 80}, "/route/<x>/"),
    ],
)
def test_a_path_is_shown_where_it_holds_keys_and_identifiers(
    kwargs: dict[str, Any], shown: str
) -> None:
    match: Any = SimpleNamespace(kwargs=kwargs, args=(), route="route/<x>/")
    assert path_of("/a/b", match) == shown
    assert path_of(f"/{NAME}", None) == "(none)"


@pytest.mark.one_database
def test_without_the_setting_logging_is_left_alone() -> None:
    assert configuration("") == {}
    made = configuration("json")
    assert made["formatters"]["json"]["()"] == f"{JsonFormatter.__module__}.JsonFormatter"
    assert process_name("district-worker") == "district-worker"


def test_the_units_of_a_machine_room_switch_it_on() -> None:
    from pathlib import Path

    folder = Path(__file__).parents[5] / "deploy"
    unit = (folder / "systemd/district-.service.d/10-all.conf").read_text(encoding="utf-8")
    assert "Environment=DISTRICT_LOG=json" in unit
    assert "Environment=DISTRICT_PROCESS=%p" in unit
    proxy = (folder / "nginx/district.conf").read_text(encoding="utf-8")
    assert f"proxy_set_header {HEADER} $request_id;" in proxy
