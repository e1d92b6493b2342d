"""Requests that come over Open311: cases like those from the page, once each, or words."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from district.kernel.base.tests.malicious import photo_with_place
from district.kernel.cases import types
from district.kernel.cases.public import Case, CaseAttachment
from district.systems.appeals.tests.interfaces.conftest import People
from district.systems.appeals.tests.interfaces.open311_calls import BASE, SENT, get, post, xml

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("services")]


def test_facts_of_the_case_type_are_the_attributes_and_their_values_are_kept(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = deepcopy(types._CONTENT[types.case_type_of("appeal").version])
    data["facts"] = {
        "floor": {"label": "楼层", "type": "integer"},
        "smell": {"label": "气味", "type": "choice", "choices": [["bad", "臭", "bad"]]},
    }
    typed = types._parsed(data)
    monkeypatch.setitem(types._TYPES, "appeal", typed)
    monkeypatch.setitem(types._CONTENT, typed.version, data)
    assert get("services.json")[0]["metadata"] is True
    floor, smell = get("services/01.json")["attributes"]
    assert (floor["code"], floor["datatype"], floor["order"]) == ("floor", "number", 1)
    assert (smell["datatype"], smell["values"]) == (
        "singlevaluelist",
        [{"key": "bad", "name": "臭"}],
    )
    top = xml("services/01.xml")
    assert top.findtext("attributes/attribute[2]/values/value/key") == "bad"
    post(**{"attribute[floor]": "3", "attribute[smell][]": "bad"})
    assert Case.objects.get().facts == {"floor": 3, "smell": "bad"}
    assert "floor" in post(400, **{"attribute[floor]": "high"})[0]["description"]
    assert post(400, **{"attribute[roof]": "x"})[0]["code"] == 400


def test_a_posted_request_is_a_case_like_one_from_the_page(people: People) -> None:
    (told,) = post()
    case = Case.objects.get()
    assert told["service_request_id"] == case.number
    assert "查询码" in told["service_notice"]
    assert "token" not in told
    assert (case.source, case.matter, case.stage) == ("api", "01", "triage")
    assert (case.text, case.place) == (SENT["description"], SENT["address_string"])
    assert (str(case.lat), str(case.lon)) == ("22.720001", "114.251234")
    assert case.reporter_count == 1
    top = post(form="xml")
    assert top.tag == "service_requests"
    assert top.findtext("request/service_request_id") != case.number


def test_the_code_of_a_posted_request_asks_how_it_stands(people: People) -> None:
    from district.kernel.cases.public import public_status

    (told,) = post()
    code = told["service_notice"].split("查询码 ")[1][:10]
    assert public_status(told["service_request_id"], code) is not None


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"service_code": ""}, 400),
        ({"service_code": "99"}, 404),
        ({"service_code": "03"}, 404),
        ({"jurisdiction_id": "elsewhere.gov"}, 404),
        ({"lat": ""}, 400),
        ({"lat": "north"}, 400),
        ({"lat": "91"}, 400),
        ({"lat": "nan"}, 400),
        ({"lat": "", "long": "", "address_string": ""}, 400),
        ({"description": "好" * 4001}, 400),
        ({"service_code": "other", "description": ""}, 400),
        ({"phone": "12"}, 400),
        ({"last_name": "长" * 61}, 400),
    ],
)
def test_a_bad_request_is_refused_in_the_standards_format(
    people: People, change: dict[str, str], status: int
) -> None:
    (error,) = post(status, **change)
    assert error["code"] == status
    assert error["description"]
    top = post(status, form="xml", **change)
    assert (top.tag, top.findtext("error/code")) == ("errors", str(status))
    assert top.findtext("error/description")
    assert Case.objects.count() == 0


def test_optional_means_that_empty_is_not_given(people: People) -> None:
    post(lat="", long="", jurisdiction_id="", api_key="", email="", device_id="")
    post(address_string="", description="", jurisdiction_id="9", api_key="whatever")
    assert Case.objects.filter(text="垃圾堆放：见地图位置").count() == 1


def test_an_email_is_not_kept_and_the_sender_is_told(people: People) -> None:
    (told,) = post(email="someone@example.org")
    assert "邮箱没有保存" in told["service_notice"]


def test_the_same_key_opens_one_case_and_answers_as_a_token(people: People) -> None:
    def send() -> Any:
        headers = {"Idempotency-Key": "my-own-7"}
        return Client().post(f"{BASE}/requests.json", SENT, headers=headers).json()[0]

    first, again = send(), send()
    assert first["service_request_id"] == again["service_request_id"]
    assert "查询码" not in again["service_notice"]
    assert Case.objects.count() == 1
    assert get("tokens/my-own-7.json") == [
        {"service_request_id": first["service_request_id"], "token": "my-own-7"}
    ]
    assert xml("tokens/my-own-7.xml").findtext("request/token") == "my-own-7"
    assert get("tokens/another.json")[0]["code"] == 404


def test_photos_come_as_media_and_are_drawn_anew_or_nothing_is_taken(
    people: People, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path

    def send(*files: tuple[str, bytes]) -> Any:
        media = [SimpleUploadedFile(name, content) for name, content in files]
        return Client().post(f"{BASE}/requests.json", {**SENT, "media": media})

    good = ("现场.jpg", photo_with_place())
    refused = send(good, ("假.jpg", b"<html>"))
    assert refused.status_code == 400
    assert "假.jpg" in refused.json()[0]["description"]
    assert refused.json()[0]["description"].startswith("media:")
    assert send(*[good] * 10).status_code == 400
    assert Case.objects.count() == 0
    assert send(good).status_code == 201
    row = CaseAttachment.objects.get()
    assert (row.case, row.actor_kind, row.is_image) == (Case.objects.get(), "public", True)
    settings.DISTRICT_RATES = "appeals.photo.address=1/7200"
    assert send(good).status_code == 429


def test_nothing_is_fetched_for_a_media_address_and_the_sender_is_told(people: People) -> None:
    (told,) = post(media_url="http://169.254.169.254/latest/")
    assert "media_url 没有取用" in told["service_notice"]
    assert not CaseAttachment.objects.exists()
