"""Entries are offered, published in editions that never change, and called with a reason."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from district.kernel.base.errors import Conflict, Invalid, NotPermitted
from district.kernel.history.public import events_of, verify
from district.systems.scenarios.models import Edition, Entry, Line
from district.systems.scenarios.selectors.editions import (
    changes_of,
    contents_of,
    edition_on,
    is_sound,
)
from district.systems.scenarios.selectors.entries import entry_subject
from district.systems.scenarios.services.entries import (
    read_contact,
    save_entry,
    withdraw_entry,
)
from district.systems.scenarios.services.publishing import publish_list
from district.systems.scenarios.tests.conftest import MakeEntry, People
from district.testing.moments import standing

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("title", {"title": " "}),
        ("text", {"text": "短"}),
        ("area", {"area": "magic"}),
        ("area", {"area": ""}),
        ("tags", {"tags": ["magic"]}),
        ("tags", {"tags": []}),
        ("stage", {"stage": ""}),
        ("organisation", {"organisation": ""}),
        ("code", {"code": "91440300MA5DEMO00X"}),
        ("money", {"money": -1}),
        ("street", {"street": "9-D01"}),
        ("lead_unit", {"lead_unit": "nowhere"}),
        ("valid_until", {"valid_until": date(2025, 9, 21)}),
        ("requires", {"requires": "colour = 1"}),
        ("contact_phone", {"contact_phone": "x"}),
    ],
)
def test_what_cannot_be_taken_names_its_field(
    people: People, offered: MakeEntry, field: str, wrong: dict[str, Any]
) -> None:
    known = offered(ready=False)
    with pytest.raises(Invalid) as refused:
        save_entry(wrong, known, people.east)
    assert refused.value.field == field
    known.refresh_from_db()
    assert known.version == 0


def test_a_project_scenario_must_name_its_project(people: People, offered: MakeEntry) -> None:
    with pytest.raises(Invalid) as refused:
        offered("project")
    assert refused.value.field == "project"
    assert offered("project", project="西片区道路工程", phase="building").number.startswith("KJ")


def test_a_unit_offers_and_changes_its_own_entries_alone(
    people: People, offered: MakeEntry
) -> None:
    entry = offered()
    for stranger in (people.west, people.keeper, people.viewer):
        with pytest.raises(NotPermitted):
            save_entry({"title": "改个名称"}, entry, stranger)
        with pytest.raises(NotPermitted):
            withdraw_entry(entry.pk, "不要了", actor=stranger)
    base = {"kind": "capability", "title": "别家的", "lead_unit": "901"}
    values = {**base, "text": "写得够长的一段说明文字。", "area": "ai", "tags": ["drone"]}
    with pytest.raises(NotPermitted):
        save_entry({**values, "stage": "series", "organisation": "某公司"}, None, people.west)


def test_an_edition_stays_as_it_was_published(people: People, offered: MakeEntry) -> None:
    kept, changed, gone = offered(title="不变"), offered(title="要改"), offered(title="要撤")
    offered(title="还是草稿", ready=False)
    with pytest.raises(NotPermitted):
        publish_list("capability", actor=people.keeper)
    first = publish_list("capability", actor=people.keeper_head, note="首批")
    assert (first.number, first.line_count) == (1, 3)
    with standing("2025-09-24 09:00"):
        changed.refresh_from_db()
        assert changed.state == Entry.State.PUBLISHED
        again = save_entry({"title": "改过了"}, changed, people.east)
        assert (again.state, again.published_in_id) == (Entry.State.READY, first.pk)
        withdraw_entry(gone.pk, "已经停产", actor=people.east)
        offered(title="新来的")
        second = publish_list("capability", actor=people.keeper_head)
    assert {one["title"] for one in contents_of(first)} == {"不变", "要改", "要撤"}
    assert {one["title"] for one in contents_of(second)} == {"不变", "改过了", "新来的"}
    found = changes_of(second, contents_of(second))
    assert [one["title"] for one in found.added] == ["新来的"]
    assert [one["title"] for one in found.removed] == ["要撤"]
    assert [one.columns for one in found.changed] == [(("title", "要改", "改过了"),)]
    assert edition_on("capability", date(2025, 9, 21)) is None
    assert edition_on("capability", date(2025, 9, 23)) == first
    assert edition_on("capability", date(2025, 9, 24)) == second
    gone.refresh_from_db()
    kept.refresh_from_db()
    assert (gone.published_in_id, kept.published_in_id) == (None, second.pk)
    assert is_sound(first, contents_of(first))
    assert is_sound(second, contents_of(second))
    line = Line.objects.filter(edition=first).first()
    assert line is not None
    line.content = {**line.content, "money": "1"}
    with pytest.raises(Conflict, match="不能修改"):
        line.save()
    Line.objects.filter(pk=line.pk).update(content=line.content)  # past the product's back
    assert not is_sound(first, contents_of(first))
    assert verify().sound


def test_nothing_new_is_not_published_again(people: People, offered: MakeEntry) -> None:
    offered(valid_until=date(2025, 9, 30))
    publish_list("capability", actor=people.keeper_head)
    with pytest.raises(Conflict, match="没有不同"):
        publish_list("capability", actor=people.keeper_head)
    with standing("2025-10-01 09:00"):
        assert publish_list("capability", actor=people.keeper_head).line_count == 0


def test_whom_to_call_is_encrypted_and_read_for_a_reason(
    people: People, offered: MakeEntry
) -> None:
    entry = offered(contact_name="张小满", contact_phone="13800138000")
    assert "张小满" not in entry.contact_name
    with pytest.raises(NotPermitted):
        read_contact(entry.pk, "看看", actor=people.west)
    with pytest.raises(Invalid):
        read_contact(entry.pk, " ", actor=people.east)
    assert read_contact(entry.pk, "对接", actor=people.keeper) == ("张小满", "13800138000")
    events = events_of(entry_subject(entry))
    assert any("对接" in str(vars(event)) for event in events)
    assert not any("13800138000" in str(event.data) for event in events)
    publish_list("capability", actor=people.keeper_head)
    for path in ("", "?format=json", "?format=csv"):
        body = Client().get(f"/scenarios/public/capability/1/{path}").content.decode()
        assert entry.title in body
        assert "13800138000" not in body
        assert "张小满" not in body


def test_published_lists_are_read_without_a_log_in(people: People, offered: MakeEntry) -> None:
    offered(title="=1+1")
    nobody = Client()
    assert nobody.get(reverse("scenarios_public")).status_code == 200
    assert nobody.get(reverse("scenarios_public_list", args=["capability"])).status_code == 404
    publish_list("capability", actor=people.keeper_head)
    first = reverse("scenarios_public_edition", args=["capability", 1])
    assert nobody.get(reverse("scenarios_public_list", args=["capability"]))["Location"] == first
    past = nobody.get(reverse("scenarios_public_list", args=["capability"]), {"day": "2025-09-21"})
    assert past.status_code == 404
    with CaptureQueriesContext(connection) as queries:
        page = nobody.get(first)
    assert len(queries) <= 10
    assert "东江智飞科技有限公司" in page.content.decode()
    for kind in ("docx", "xlsx", "json"):
        assert len(nobody.get(first, {"format": kind}).content) > 100
    assert "'=1+1" in nobody.get(first, {"format": "csv"}).content.decode()
    assert nobody.get(first, {"format": "exe"}).status_code == 422
    assert nobody.get(reverse("scenarios_entries")).status_code == 302


def test_an_entry_is_offered_put_forward_and_published_on_pages(people: People) -> None:
    client = people.client("east")
    url = reverse("scenarios_entry_new", args=["capability"])
    assert client.get(url).status_code == 200
    given = {
        "title": "巡检机器人",
        "text": "在隧道里自动巡检，识别渗漏和裂缝。",
        "area": "robot",
        "tags": ["inspection_robot"],
        "stage": "series",
        "organisation": "东江机器人有限公司",
        "lead_unit": "901",
        "money": "35.5",
    }
    assert client.post(url, {**given, "area": ""}).status_code == 422
    assert client.post(url, given).status_code == 302
    entry = Entry.objects.get()
    step = reverse("scenarios_entry_step", args=[entry.pk])
    assert client.post(step, {"do": "withdraw", "reason": ""}).status_code == 422
    assert client.post(step, {"do": "ready"}).status_code == 302
    change = reverse("scenarios_entry_change", args=[entry.pk])
    assert "巡检机器人" in client.get(change).content.decode()
    assert people.client("west").get(change).status_code == 403
    assert people.client("viewer").get(entry.get_absolute_url()).status_code == 404
    head = people.client("keeper_head")
    publish = reverse("scenarios_publish", args=["capability"])
    assert people.client("east").post(publish).status_code == 403
    assert head.post(publish, {"note": "首批"}).status_code == 302
    assert head.post(publish).status_code == 409
    assert Edition.objects.get().note == "首批"
    for name, args in (
        ("scenarios", []),
        ("scenarios_entries", []),
        ("scenarios_entry", [entry.pk]),
        ("scenarios_list", ["capability"]),
        ("scenarios_editions", []),
    ):
        with CaptureQueriesContext(connection) as queries:
            page = head.get(reverse(name, args=args))
        assert page.status_code == 200
        assert len(queries) <= 10, (name, len(queries))
    assert people.client("viewer").get(reverse("scenarios")).status_code == 403
