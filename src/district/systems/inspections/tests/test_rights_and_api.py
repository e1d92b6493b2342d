"""Who may do what on pages and in the API, what a phone is answered, and bad input."""

from __future__ import annotations

import hashlib
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from district.kernel.base.errors import Conflict, Invalid, NotPermitted
from district.kernel.cases.public import Case
from district.systems.inspections.models import Enforcement, Inspection, Place, Task
from district.systems.inspections.rules.answers import Given
from district.systems.inspections.services.enforcement import bring_case, save_enforcement
from district.systems.inspections.services.places import save_place
from district.systems.inspections.services.submitting import submit_inspection
from district.systems.inspections.services.tasks import (
    assign_task,
    cancel_task,
    order_inspection,
)
from district.systems.inspections.tests.conftest import (
    MakePlace,
    MakeTask,
    People,
    answers,
    picture,
    sent,
    submission,
)

pytestmark = pytest.mark.django_db
CARRIED, PHOTOS, SYNC = (f"/api/inspections/{name}" for name in ("phone", "photos", "sync"))


def as_json(of: Task, **other: Any) -> dict[str, Any]:
    """A submission as a phone sends it."""
    given = submission(of)
    return {
        "id": str(given.id),
        "task": str(of.pk),
        "version": given.version,
        "begun_at": given.begun_at.isoformat(),
        "finished_at": given.finished_at.isoformat(),
        "answers": [
            {"item": one.item, "verdict": one.verdict, "value": one.value} for one in given.answers
        ],
        **other,
    }


def synced(people: People, who: str, *inspections: dict[str, Any]) -> list[dict[str, Any]]:
    """What the sync endpoint answers that member, one outcome an inspection."""
    answer = people.client(who).post(
        SYNC, {"inspections": list(inspections)}, content_type="application/json"
    )
    assert answer.status_code == 200, answer.content
    found: list[dict[str, Any]] = answer.json()["outcomes"]
    return found


def test_a_phone_takes_along_its_own_tasks_and_the_units_free_ones(
    tasked: MakeTask, people: People
) -> None:
    own, free, other = tasked(), tasked(inspector=""), tasked(inspector="safety2")
    client = people.client("safety")
    with CaptureQueriesContext(connection) as queries:
        told = client.get(CARRIED).json()
    assert len(queries) <= 10
    assert {row["id"] for row in told["tasks"]} == {str(own.pk), str(free.pk)}
    assert str(other.pk) not in str(told["tasks"])
    assert set(told["checklists"]) == {own.checklist_version}
    assert told["csrf"]
    assert people.client("east").get(CARRIED).json()["tasks"] == []
    assert people.client("viewer").get(CARRIED).status_code == 403


def test_what_one_is_refused_for_does_not_touch_the_others(
    tasked: MakeTask, people: People
) -> None:
    good, short, moved = tasked(), tasked(), tasked()
    assign_task(moved.pk, people.members["safety2"].pk, actor=people.safety_head)
    first = as_json(good)
    sent_in = (first, as_json(short, answers=[]), as_json(moved), as_json(good, task=str(uuid4())))
    outcomes = synced(people, "safety", *sent_in)
    assert [one["status"] for one in outcomes] == ["accepted", "refused", "refused", "refused"]
    assert [one["code"] for one in outcomes] == ["", "invalid", "reassigned", "absent"]
    assert all(one["message"] for one in outcomes[1:])
    (again,) = synced(people, "safety", first)
    assert (again["status"], again["number"]) == ("repeated", outcomes[0]["number"])
    assert Inspection.objects.count() == 1


def test_another_units_people_hand_in_nothing(tasked: MakeTask, people: People) -> None:
    task = tasked()
    for stranger in ("west", "food", "viewer", "leader", "planner"):
        (outcome,) = synced(people, stranger, as_json(task))
        assert (outcome["status"], outcome["code"]) == ("refused", "forbidden")
        (outcome,) = synced(people, stranger, as_json(task, extra=True))
        assert outcome["code"] == "forbidden"
    assert not Inspection.objects.exists()


def test_a_photo_over_the_api_comes_in_once(tasked: MakeTask, people: People) -> None:
    task, key, content = tasked(), str(uuid4()), picture()
    sha256 = hashlib.sha256(content).hexdigest()

    def post(who: str, **other: str) -> Any:
        file = SimpleUploadedFile("p.jpg", content, "image/jpeg")
        given = {"inspection": key, "task": str(task.pk), "sha256": sha256, "file": file, **other}
        return people.client(who).post(PHOTOS, given)

    assert post("safety").json() == {"sha256": sha256, "repeated": False}
    assert post("safety").json() == {"sha256": sha256, "repeated": True}
    assert post("safety", sha256="0" * 64).status_code == 422
    assert post("west").status_code == 403
    assert post("safety", inspection="x").status_code == 422


@pytest.mark.parametrize(
    "wrong",
    [
        {"begun_at": "2025-09-22T10:00:00"},
        {"finished_at": "2025-09-22T11:00:00+08:00"},
        {"finished_at": "2025-09-22T09:00:00+08:00"},
        {"lon": 300, "lat": 22},
        {"lon": "east", "lat": "22"},
        {"lon": 114},
        {"version": "0" * 16},
        {"answers": [{"item": "\x00", "verdict": "pass"}]},
        {"note": "x" * 3000},
    ],
)
def test_bad_input_is_refused_in_words(
    tasked: MakeTask, people: People, wrong: dict[str, Any]
) -> None:
    (outcome,) = synced(people, "safety", as_json(tasked(), **wrong))
    assert outcome["status"] == "refused"
    assert outcome["message"]
    assert not Inspection.objects.exists()


def test_pages_are_for_those_who_may_and_cost_ten_statements(
    tasked: MakeTask, people: People
) -> None:
    task, key = tasked(), uuid4()
    proof = sent(task, key, picture(), people.safety)
    bad = Given("wiring", "fail", photos=(proof,))
    given = submission(task, key, answers=answers("work_safety", wiring=bad))
    row = submit_inspection(given, actor=people.safety).inspection
    waiting = tasked()
    case = Case.objects.get(type_key="hazard")
    photo = reverse("inspections_photo", args=[row.pk, _photo_of(row)])
    pages = {
        reverse("inspections"): "safety food east west leader",
        reverse("inspections_places"): "safety food east west leader",
        reverse("inspections_rounds"): "safety food east west leader",
        reverse("inspections_tasks"): "safety food east west leader",
        reverse("inspections_results"): "safety food east west leader",
        reverse("inspections_cases"): "safety food east west leader",
        reverse("inspections_checklists"): "safety food east west leader",
        reverse("inspections_checklist", args=["dust"]): "safety food east west leader",
        reverse("inspections_hazard_desk", args=["recheck"]): "safety food east west leader",
        reverse("inspections_phone"): "safety food east west",
        task.place.get_absolute_url(): "safety east leader",
        waiting.get_absolute_url(): "safety leader",
        row.get_absolute_url(): "safety east leader",
        photo: "safety east leader",
        reverse("case", args=[case.pk]): "safety east leader",
        reverse("inspections_result_case", args=[row.pk]): "safety east",
        reverse("inspections_case_new"): "safety food east west",
        reverse("inspections_round_new"): "safety food east west",
    }
    whos = ("safety", "food", "east", "west", "leader", "viewer")
    clients = {who: people.client(who) for who in whos}
    for address, names in pages.items():
        for who, client in clients.items():
            with CaptureQueriesContext(connection) as queries:
                status = client.get(address).status_code
            allowed = who in names.split()
            assert (status == 200) == allowed, (address, who, status)
            assert status in (200, 403, 404), (address, who, status)
            assert len(queries) <= 10, (address, who, [q["sql"][:90] for q in queries])


def _photo_of(row: Inspection) -> Any:
    from district.systems.inspections.models import Photo

    return Photo.objects.get(inspection_key=row.pk).pk


def test_forms_say_what_is_wrong_and_do_what_is_right(
    placed: MakePlace, tasked: MakeTask, people: People
) -> None:
    client = people.client("safety")
    new = reverse("inspections_round_new")
    assert client.post(new, {"title": ""}).status_code == 422
    given = {
        "title": "抽查", "lead_unit": "9-D22", "checklist": "work_safety", "size": "2",
        "stratify": "risk", "weights": "high=3\nmedium=1", "assign_to": "round",
        "starts_on": "2025-09-22", "ends_on": "2025-10-10",
    }  # fmt: skip
    assert client.post(new, {**given, "weights": "high"}).status_code == 422
    assert client.post(new, {**given, "where": "kind ="}).status_code == 422
    placed()
    made = client.post(new, given)
    assert made.status_code == 302
    for step in ("commit", "draw"):
        assert client.post(made["Location"], {"do": step}).status_code == 302
    assert client.post(made["Location"], {"do": "draw"}).status_code == 409
    assert client.post(made["Location"], {"do": "nothing"}).status_code == 409
    assert people.client("leader").post(made["Location"], {"do": "close"}).status_code == 403
    task = Task.objects.exclude(round=None).first()
    assert task is not None
    address = task.get_absolute_url()
    who = str(people.members["safety2"].pk)
    assert client.post(address, {"do": "assign", "inspector": "x"}).status_code == 422
    assert client.post(address, {"do": "assign", "inspector": who}).status_code == 302
    assert client.post(address, {"do": "cancel", "reason": ""}).status_code == 422
    assert client.post(address, {"do": "cancel", "reason": "已停业"}).status_code == 302
    place = task.place.get_absolute_url()
    order = {"checklist": "work_safety", "unit": "9-D22", "due_on": "2025-10-01"}
    assert client.post(place, {**order, "due_on": "2025-09-01"}).status_code == 422
    assert client.post(place, order).status_code == 302


def test_services_refuse_other_units(tasked: MakeTask, people: People) -> None:
    task = tasked()
    for stranger in (people.west, people.food, people.leader, people.viewer):
        with pytest.raises(NotPermitted):
            assign_task(task.pk, people.members["west"].pk, actor=stranger)
        with pytest.raises(NotPermitted):
            cancel_task(task.pk, "不想查", actor=stranger)
        with pytest.raises(NotPermitted):
            save_place({"name": "改名"}, Place.objects.get(), stranger)
        with pytest.raises(NotPermitted):
            order_inspection(
                task.place_id, "food", unit="9-D22", due_on=date(2025, 9, 30), actor=stranger
            )
    with pytest.raises(Invalid, match="不负责"):
        order_inspection(
            task.place_id, "food", unit="9-D25", due_on=date(2025, 9, 30), actor=people.food
        )


def test_a_task_is_handed_to_those_alone_who_may_inspect_there(
    tasked: MakeTask, people: People
) -> None:
    task = tasked()
    for other in ("planner", "food", "leader"):
        with pytest.raises(Invalid, match="不是检查单位的检查人"):
            assign_task(task.pk, people.members[other].pk, actor=people.safety_head)
    moved = assign_task(task.pk, people.members["safety_head"].pk, actor=people.safety_head)
    assert str(moved.inspector_id) == people.safety_head.id


def test_a_case_of_law_counts_what_it_stands_for(tasked: MakeTask, people: People) -> None:
    month = {
        "number": "食汇2025-08", "field": "food", "lead_unit": "9-D25", "cases": 80,
        "filed_on": date(2025, 8, 31), "violation": "八月汇总",
    }  # fmt: skip
    save_enforcement(month, None, people.food)
    with pytest.raises(Conflict):
        save_enforcement(month, None, people.food)
    with pytest.raises(NotPermitted):
        save_enforcement({**month, "number": "另一个号"}, None, people.safety)
    for field, wrong in (
        ("cases", 0), ("field", "moon"), ("filed_on", date(2026, 1, 1)),
        ("fine", Decimal(-1)), ("number", "x"), ("place", "NOWHERE"),
    ):  # fmt: skip
        with pytest.raises(Invalid) as refused:
            save_enforcement({**month, "number": "又一个号", field: wrong}, None, people.food)
        assert refused.value.field == field
    task, key = tasked(), uuid4()
    passed = submit_inspection(submission(task), actor=people.safety).inspection
    given = {
        "number": "应急2025-1", "lead_unit": "9-D22", "filed_on": date(2025, 9, 22),
        "violation": "无证上岗",
    }  # fmt: skip
    with pytest.raises(Conflict, match="全部合格"):
        bring_case(passed.pk, given, actor=people.safety)
    task = tasked()
    proof = sent(task, key, picture(), people.safety)
    bad = Given("training", "fail", photos=(proof,))
    found = submission(task, key, answers=answers("work_safety", training=bad))
    row = submit_inspection(found, actor=people.safety).inspection
    brought = bring_case(row.pk, given, actor=people.safety)
    assert (brought.field, brought.place_id) == ("work_safety", task.place_id)
    assert Enforcement.objects.get(inspection=row).cases == 1
