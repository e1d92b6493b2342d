"""Every hook that a system has works from its declaration to what people see.

The dummy system (street lamps) stands for any system: rows, history, outbox, lights, urging,
measures, registers, pages, API.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django_tasks_db.models import DBTaskResult

from district.kernel.base import periodic
from district.kernel.history.jobs import seal_and_deliver
from district.kernel.history.public import Actor, events_of, kinds, verify
from district.kernel.measures.jobs import compute
from district.kernel.measures.public import series
from district.kernel.notifications.public import notifications_of
from district.kernel.organisation.public import Member, actor_for
from district.kernel.registry.ledger import declared_by
from district.kernel.tracking.public import reason_texts, row_of, sweep
from district.testing.dummy import demo
from district.testing.dummy.jobs import count_repairs, forget_callers
from district.testing.dummy.models import Lamp
from district.testing.dummy.services import fault_subject, repair_fault, report_fault
from district.testing.dummy.tests.conftest import LOADER

MakeMember = Callable[..., Member]
ClientOf = Callable[[Member], Client]
Hold = Callable[[str], None]


def the_manifest() -> Any:
    return next(system for system in settings.SYSTEMS if system.key == "dummy")


def test_the_manifest_names_exactly_what_is_declared_and_every_kind_of_hook_is_among_it() -> None:
    declared = {str(row) for row in declared_by("dummy")}
    assert declared == set(the_manifest().provides)
    known = {row.kind for row in declared_by("kernel")} | {"measure", "unit_section", "ladder"}
    # Tried where they matter: with a district's folder, and by pages that need no log-in; a
    # section of cases where cases are; what follows a tracked row into the next year where a year
    # rolls over.
    known -= {"demo", "district_file", "public_entry", "rate", "case_section", "following"}
    # What only the kernel itself has any use for is named here, so that a new hook shows up.
    assert known - {row.kind for row in declared_by("dummy")} == set()


def test_a_row_leaves_history_and_its_message_reaches_the_officers_bell_once(
    lamp: Lamp, member: MakeMember
) -> None:
    officer, stranger = member("officer"), member("officer", "902")
    fault = report_fault(lamp.pk, "整夜不亮", actor=actor_for(stranger))
    events = {event.kind: event for event in events_of(fault_subject(fault))}
    reported = events["dummy.fault.reported"]
    assert reported.label == kinds()["dummy.fault.reported"]
    assert reported.data == {"lamp": "L-1", "text": "整夜不亮"}
    assert reported.actor.id == str(stranger.pk)
    assert list(notifications_of(officer)) == []
    seal_and_deliver()
    seal_and_deliver()
    told = list(notifications_of(officer))
    assert [(row.title, row.url) for row in told] == [
        ("路灯报修：桥头路一号", lamp.get_absolute_url())
    ]
    assert list(notifications_of(stranger)) == []
    assert verify().sound


def test_a_light_turns_with_its_reason_and_urges_up_the_declared_ladder(
    lamp: Lamp, member: MakeMember, hold: Hold
) -> None:
    officer, head = member("officer"), member("unit_head")
    fault = report_fault(lamp.pk, "整夜不亮", actor=actor_for(officer))
    assert sweep()["urged"] == 0
    hold("2025-09-25 09:00")
    assert sweep()["urged"] == 1
    row = row_of(fault_subject(fault))
    assert row is not None
    assert row.light == "yellow"
    assert [note.title for note in notifications_of(officer)] == ["预警提醒：桥头路一号：整夜不亮"]
    hold("2025-09-28 09:00")
    sweep()
    row.refresh_from_db()
    assert row.light == "red"
    assert list(notifications_of(head)) == []
    hold("2025-09-30 09:00")
    assert sweep()["urged"] == 1
    assert [note.title for note in notifications_of(head)] == ["滞后提醒：桥头路一号：整夜不亮"]
    assert sweep() == {"seen": 1, "turned": 0, "urged": 0}


def test_a_reason_of_the_systems_own_turns_a_light_red_before_its_deadline(
    lamp: Lamp, member: MakeMember, client_of: ClientOf
) -> None:
    officer = member("officer")
    for number in range(3):
        fault = report_fault(lamp.pk, f"故障{number}", actor=actor_for(officer))
    row = row_of(fault_subject(fault))
    assert row is not None
    assert row.light == "red"
    assert reason_texts(row.reasons)[0] == "这盏灯一年内第 3 次故障"
    with translation.override("en"):
        assert reason_texts(row.reasons)[0] == "This lamp failed 3 times within a year"
    way = client_of(officer).get(reverse("tracked", args=[row.pk]))
    assert (way.status_code, way["Location"]) == (302, lamp.get_absolute_url())


@pytest.mark.django_db(transaction=True)
def test_a_repair_queues_the_count_and_the_measure_shows_it(
    lamp: Lamp, member: MakeMember, client_of: ClientOf
) -> None:
    officer = member("officer")
    fault = report_fault(lamp.pk, "整夜不亮", actor=actor_for(officer))
    repair_fault(fault.pk, fault.version, actor=actor_for(officer))
    queued = DBTaskResult.objects.get()
    assert queued.task_path == count_repairs.module_path
    assert count_repairs.call() == 1
    compute()  # What other systems measure gets its first values here; the lamps' stays as it is.
    assert compute() == 0
    values = list(series("dummy_repaired", "901"))
    assert [(row.value, row.status, row.period_end) for row in values] == [
        (Decimal(1), "estimate", date(2025, 9, 22))
    ]
    page = client_of(officer).get("/measures/dummy_repaired/").content.decode()
    assert "路灯修复数" in page
    assert 'data-value="1"' in page


def test_one_declaration_gives_list_filter_files_figures_map_and_api(
    lamp: Lamp, member: MakeMember, client_of: ClientOf
) -> None:
    client = client_of(member("officer"))
    assert "桥头路一号" in client.get("/registers/dummy-lamps/").content.decode()
    none = client.get("/registers/dummy-lamps/", {"where": "power > 60"}).content.decode()
    assert "桥头路一号" not in none
    rows = client.get("/registers/dummy-lamps/", {"format": "csv"})
    assert "L-1" in b"".join(rows).decode("utf-8-sig")
    counted = client.get(
        "/registers/dummy-lamps/",
        {"where": 'lead_unit under "9"', "aggregate": "sum:power", "figure": 1, "format": "json"},
    ).json()
    assert (counted["count"], Decimal(str(counted["figure"]))) == (1, Decimal(60))
    shapes = client.get("/registers/dummy-lamps/map.json").json()
    [point] = shapes["points"]["features"]
    assert point["geometry"]["coordinates"] == [114.25, 22.72]
    answer = client.get("/api/registers/dummy-lamps").json()
    assert [row["values"]["code"] for row in answer["rows"]] == ["L-1"]


def test_a_file_is_imported_by_the_systems_own_service_or_refused_with_its_words(
    lamp: Lamp, member: MakeMember, client_of: ClientOf
) -> None:
    client = client_of(member("officer"))
    good = "编号,位置,牵头单位,功率\nL-1,桥头路一号,901,80\nL-2,桥头路二号,901,60\n"
    bad = "编号,位置,牵头单位,功率\nL-3,桥头路三号,901,-5\n"
    assert "功率不能小于零" in imported(client, bad)
    assert Lamp.objects.count() == 1
    imported(client, good)
    assert dict(Lamp.objects.values_list("code", "power")) == {"L-1": 80, "L-2": 60}
    imported(client, good)
    changes = [event.kind for event in events_of_lamps()]
    assert sorted(changes) == ["dummy.lamp.added", "dummy.lamp.added", "dummy.lamp.changed"]


def imported(client: Client, text: str) -> str:
    """The last page of an import of this file, uploaded and confirmed."""
    file = SimpleUploadedFile("lamps.csv", text.encode())
    base = "/registers/dummy-lamps/import/"
    run = client.post(base, {"file": file})
    assert run.status_code == 302, run.content.decode()
    client.post(f"{run['Location']}commit/")
    return client.get(run["Location"]).content.decode()


def events_of_lamps() -> list[Any]:
    from district.kernel.history.public import Subject

    return [
        event
        for key in Lamp.objects.values_list("pk", flat=True)
        for event in events_of(Subject("dummy.lamp", str(key)))
    ]


def test_a_units_page_carries_the_systems_card_and_its_number_opens_the_rows(
    lamp: Lamp, member: MakeMember, client_of: ClientOf
) -> None:
    officer = member("officer")
    client = client_of(officer)
    assert "待修路灯" not in client.get("/units/901/").content.decode()
    report_fault(lamp.pk, "整夜不亮", actor=actor_for(officer))
    page = client.get("/units/901/").content.decode()
    assert "待修路灯" in page
    [address] = [
        href for href in re.findall('<a class="figure" href="([^"]+)"', page) if "dummy" in href
    ]
    recount = client.get(f"{html.unescape(address)}&format=json").json()
    assert (recount["count"], recount["figure"]) == (1, 1)


def test_the_rail_shows_the_systems_entry_under_its_own_heading(
    member: MakeMember, client_of: ClientOf
) -> None:
    page = client_of(member("officer")).get("/dummy/").content.decode()
    assert 'href="/dummy/"' in page
    assert "示例" in page


def test_the_api_takes_a_fault_and_names_what_it_refuses(
    lamp: Lamp, member: MakeMember, client_of: ClientOf
) -> None:
    client = client_of(member("viewer", "9"))
    sent = {"lamp": str(lamp.pk), "text": "整夜不亮"}
    made = client.post("/api/dummy/faults", json.dumps(sent), content_type="application/json")
    assert made.status_code == 201
    sent["text"] = ""
    refused = client.post("/api/dummy/faults", json.dumps(sent), content_type="application/json")
    assert refused.status_code == 422
    assert refused.json()["error"]["field"] == "text"


def test_the_periodic_job_and_the_demo_are_there_and_bear_repetition(district: None) -> None:
    job = next(one for one in periodic.declared() if one.key == "dummy.forget_callers")
    assert job.run is forget_callers
    first = demo.lamps("901", actor=LOADER)
    again = demo.lamps("901", actor=Actor.system("again"))
    assert [row.pk for row in first] == [row.pk for row in again]
    assert Lamp.objects.count() == len(demo.LAMPS)
