"""What everybody may read: warnings in force, conditional requests, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.urls import reverse

from district.kernel.warnings import cap
from district.kernel.warnings.models import Alert, Message
from district.kernel.warnings.services import (
    Entered,
    acknowledge,
    draft_cancel,
    enter_by_hand,
    expire_due,
    save_draft,
    submit_draft,
)
from district.kernel.warnings.tests.conftest import EAST, ROOT, People, Send, logged
from district.kernel.warnings.tests.samples import following, moment, rainstorm, standing

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"
PUBLIC = ("warnings_public", "warnings_atom", "warnings_json")


def get(name: str, *args: Any, **headers: str) -> Any:
    return Client().get(reverse(name, args=args), headers=headers)


def in_feed() -> list[str]:
    return [each["headline"]["zh"] for each in get("warnings_json").json()["warnings"]]


def test_what_is_in_force_is_in_all_three(storm: Alert, issued: Alert) -> None:
    for name in PUBLIC:
        text = get(name).content.decode()
        assert storm.headline in text
        assert issued.headline in text


def test_the_gravest_stands_first(storm: Alert, issued: Alert) -> None:
    assert in_feed() == [storm.headline, issued.headline]


def test_atom_is_well_formed_and_leads_to_the_documents(storm: Alert, issued: Alert) -> None:
    answer = get("warnings_atom")
    assert answer["Content-Type"].startswith("application/atom+xml")
    feed = ElementTree.fromstring(answer.content)  # noqa: S314  # our own feed
    entries = feed.findall(f"{ATOM}entry")
    assert len(entries) == 2
    for entry in entries:
        assert entry.find(f"{ATOM}id") is not None
        links = {each.get("rel"): each for each in entry.findall(f"{ATOM}link")}
        address = links["enclosure"].get("href")
        assert address is not None
        assert address.startswith("http://testserver/warnings/public/cap/")
        document = Client().get(address.removeprefix("http://testserver"))
        assert document["Content-Type"] == "application/cap+xml"
        assert cap.read(document.content).infos


def test_a_document_is_what_was_received_byte_for_byte(storm: Alert) -> None:
    message = Message.objects.get()
    assert get("warnings_cap", message.pk).content == cap.write(rainstorm())


def test_json_says_everything_a_program_needs(issued: Alert) -> None:
    (found,) = get("warnings_json").json()["warnings"]
    assert found["colour"] == "yellow"
    assert found["expires"] == "2025-09-23T10:00:00+08:00"
    assert found["issued_by_district"] is True
    assert found["headline"]["en"] == "Waterlogging in East Street"
    assert found["geometry"]["type"] == "MultiPolygon"
    assert found["geometry"]["coordinates"][0][0][0] == [114.0, 22.0]


def test_the_page_speaks_english_when_asked(storm: Alert) -> None:
    client = Client()
    client.cookies["django_language"] = "en"
    text = client.get(reverse("warnings_public")).content.decode()
    assert "Rainstorm warning signal issued by the Observatory" in text


@pytest.mark.parametrize("name", ["warnings_atom", "warnings_json", "warnings_cap"])
def test_whoever_has_it_already_is_told_so(storm: Alert, name: str) -> None:
    args = [Message.objects.get().pk] if name == "warnings_cap" else []
    first = get(name, *args)
    assert first["ETag"]
    assert first["Last-Modified"]
    again = get(name, *args, **{"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    since = get(name, *args, **{"If-Modified-Since": first["Last-Modified"]})
    assert since.status_code == 304
    assert first["Cache-Control"] == "public, no-cache"


@pytest.mark.parametrize("name", ["warnings_atom", "warnings_json"])
def test_every_change_gives_a_new_stamp(
    people: People, send: Send, issued: Alert, name: str
) -> None:
    seen: list[tuple[str, str]] = []

    def look() -> None:
        answer = get(name)
        held = (answer["ETag"], answer["Last-Modified"])
        assert all(held[0] != before[0] for before in seen)
        assert all(held[1] != before[1] for before in seen)
        seen.append(held)

    look()
    with standing("2025-09-22 10:10"):
        send()
        look()
    with standing("2025-09-22 10:30"):
        send(following(rainstorm(), "WX-2", "Update"))
        look()
    with standing("2025-09-23 10:01"):
        # Both are over, whether or not the worker has noticed.
        assert in_feed() == []
        look()
        etag = get(name)["ETag"]
        expire_due()
        assert get(name)["ETag"] == etag


def test_acknowledging_changes_nothing_for_the_public(people: People, storm: Alert) -> None:
    before = get("warnings_json")["ETag"]
    acknowledge(storm.lines.get(lead_unit=EAST).pk, actor=people.east)
    assert get("warnings_json")["ETag"] == before


def test_what_is_over_leaves_the_feed_and_stays_at_its_address(send: Send, storm: Alert) -> None:
    message = Message.objects.get()
    with standing("2025-09-22 10:30"):
        send(following(rainstorm(), "WX-2", "Cancel"))
        assert in_feed() == []
    assert get("warnings_cap", message.pk).status_code == 200


def test_neither_drafts_nor_people_nor_notes_leak(people: People, issued: Alert) -> None:
    draft = save_draft(
        logged(headline="秘密拟稿", description="拟稿内容"), unit=ROOT, actor=people.duty
    )
    submit_draft(draft.pk, actor=people.duty)
    draft_cancel(issued.pk, "内部原因", actor=people.duty)
    acknowledge(issued.lines.get(lead_unit=EAST).pk, actor=people.east)
    for name in PUBLIC:
        text = get(name).content.decode()
        for secret in ("秘密拟稿", "拟稿内容", "内部原因", "east", "duty", "leader"):
            assert secret not in text, (name, secret)
    document = get("warnings_cap", Message.objects.get().pk).content.decode()
    assert "duty" not in document
    assert "leader" not in document


@pytest.mark.parametrize("scope", ["Restricted", "Private"])
def test_what_is_not_for_the_public_is_not_told_to_it(send: Send, scope: str) -> None:
    message = replace(rainstorm(), scope=scope, restriction="应急", addresses=("a@example.org",))
    alert = send(message).alert
    assert alert is not None
    assert in_feed() == []
    assert get("warnings_cap", Message.objects.get().pk).status_code == 404


def test_each_document_is_public_or_not_by_its_own_scope(send: Send) -> None:
    closed = replace(rainstorm(), scope="Restricted", restriction="应急")
    send(closed)
    with standing("2025-09-22 10:25"):
        send(following(closed, "WX-2", "Update"))
    with standing("2025-09-22 10:55"):
        last = following(closed, "WX-3", "Update", minutes=60)
        send(replace(last, scope="Private", addresses=("a@example.org",)))
    answers = {
        message.identifier: get("warnings_cap", message.pk).status_code
        for message in Message.objects.all()
    }
    assert answers == {closed.identifier: 404, "WX-2": 200, "WX-3": 404}


def test_what_was_entered_by_hand_has_no_document_of_its_sender(people: People) -> None:
    entered = Entered(
        "heat", "red", "市气象台", "高温红色预警", "40℃。", moment("2025-09-22 09:40")
    )
    enter_by_hand(entered, actor=people.duty)
    (found,) = get("warnings_json").json()["warnings"]
    assert found["cap"] is None
    assert get("warnings_cap", Message.objects.get().pk).status_code == 404
    assert b"enclosure" not in get("warnings_atom").content


def test_an_empty_feed_is_a_feed(people: People) -> None:
    assert in_feed() == []
    assert ElementTree.fromstring(get("warnings_atom").content) is not None  # noqa: S314  # our own feed
    assert "现在没有生效中的预警" in get("warnings_public").content.decode()


def test_texts_cannot_break_out_of_the_feed(send: Send) -> None:
    message = rainstorm()
    sharp = replace(message.infos[0], headline='暴雨橙色</title><script>"&')
    send(replace(message, infos=(sharp,)))
    feed = ElementTree.fromstring(get("warnings_atom").content)  # noqa: S314  # our own feed
    title = feed.find(f"{ATOM}entry/{ATOM}title")
    assert title is not None
    assert title.text == '暴雨橙色</title><script>"&'
    assert '<script>"&' not in get("warnings_public").content.decode()
