"""Weekly follow-up: owed by stage, taken in once, corrected, doubted, with its problem."""

from __future__ import annotations

import hashlib
import io
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from docx import Document
from PIL import Image

from district.kernel.base.errors import Invalid, NotPermitted
from district.kernel.base.sent import Clash
from district.kernel.base.sent_photos import Sent
from district.kernel.history.public import Actor
from district.kernel.tracking.public import row_by_id
from district.systems.projects.models import FollowUp, FollowUpPhoto, Month, Problem, Project, Week
from district.systems.projects.names import WEEKS
from district.systems.projects.services.follow_photos import (
    keep_follow_photo,
    sweep_follow_photos,
)
from district.systems.projects.services.follow_ups import Given, Received, take_follow_up
from district.systems.projects.services.months import Filed, file_month
from district.systems.projects.services.projects import change_project
from district.systems.projects.services.weeks import open_weeks
from district.systems.projects.tests.conftest import World
from district.testing.moments import moment, standing

D = Decimal
WEEK = timedelta(days=7)
FIRST = date(2025, 9, 22)
CARRIED, PHOTOS, SYNC = (f"/api/projects/{name}" for name in ("phone", "photos", "sync"))


@pytest.fixture
def building(world: World, settings: LazySettings, tmp_path: Any) -> World:
    """The project has been under construction for long; files lie elsewhere."""
    settings.MEDIA_ROOT = tmp_path
    Project.objects.filter(pk=world.project.pk).update(
        stage="building", stage_since=date(2025, 6, 2), started_on=date(2025, 6, 2),
        lon=D("114.2"), lat=D("22.7"),
    )  # fmt: skip
    world.project.refresh_from_db()
    return world


def picture(colour: int = 0) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), (colour % 256, 80, 120)).save(out, "JPEG")
    return out.getvalue()


def sent_photo(world: World, key: UUID, colour: int = 0, who: str = "lead") -> str:
    content = picture(colour)
    digest = hashlib.sha256(content).hexdigest()
    sent = Sent(digest, "photo.jpg", content)
    keep_follow_photo(key, world.project.pk, sent, actor=world[who])
    return digest


def seen(world: World, who: str = "lead", **given: Any) -> Given:
    key = given.pop("id", None) or uuid4()
    values = {
        "id": key,
        "project": world.project.pk,
        "seen_at": moment("2025-09-22 09:30"),
        "finished_at": moment("2025-09-22 09:31"),
        "progress": D(40),
        "text": "主体结构施工至三层",
        "photos": given.get("photos") or (sent_photo(world, key, who=who),),
        **given,
    }
    return Given(**values)


def taken(world: World, who: str = "lead", **given: Any) -> FollowUp:
    return take_follow_up(seen(world, who, **given), actor=world[who]).row


def at_week(world: World, weeks: int, **given: Any) -> FollowUp:
    """A follow-up of the Tuesday so many weeks later."""
    day = FIRST + WEEK * weeks + timedelta(days=1)
    with standing(f"{day} 10:00"):
        open_weeks()
        began = moment(f"{day} 09:00")
        return taken(world, seen_at=began, finished_at=began, **given)


def test_a_week_is_opened_once_urged_and_missed(building: World) -> None:
    assert open_weeks() == 1
    assert open_weeks() == 0
    week = Week.objects.select_related("clock").get()
    assert (week.state, week.unit_id, week.first) == ("owed", "9-D02", FIRST)
    assert week.due_at == moment("2025-09-26 18:00")
    assert week.clock is not None
    assert (week.clock.light, week.clock.ladder) == ("green", "projects.week")
    with standing("2025-09-29 08:00"):
        assert open_weeks() == 1
        first, second = Week.objects.order_by("first").select_related("clock")
        assert (first.state, second.state, second.missed_before) == ("missed", "owed", 1)
        assert first.clock is not None
        assert first.clock.state == "cancelled"
        assert second.clock is not None
        assert second.clock.light == "yellow"
        assert {one["code"] for one in second.clock.reasons} >= {"projects.weeks_missed"}


def test_a_week_goes_with_its_project(building: World) -> None:
    open_weeks()
    change_project(building.project.pk, {"lead_unit": "9-D03"}, actor=building["centre"])
    open_weeks()
    week = Week.objects.get()
    assert week.unit_id == "9-D03"
    assert row_by_id(week.clock_id).lead_unit_id == "9-D03"  # type: ignore[arg-type]  # it is tracked
    Project.objects.filter(pk=building.project.pk).update(stage="completed")
    assert open_weeks() == 0
    week.refresh_from_db()
    assert week.state == "dropped"


def test_the_same_follow_up_again_changes_nothing(building: World) -> None:
    open_weeks()
    told = seen(building)
    results = [take_follow_up(told, actor=building["lead"]) for _time in range(3)]
    assert [one.repeated for one in results] == [False, True, True]
    assert FollowUp.objects.count() == FollowUpPhoto.objects.count() == 1
    week = Week.objects.select_related("clock", "latest").get()
    assert (week.state, week.made_at) == ("made", told.seen_at)
    assert week.clock is not None
    assert (week.clock.state, week.clock.light) == ("done", "green")
    building.project.refresh_from_db()
    assert building.project.progress == 40
    assert Month.objects.get(month=date(2025, 9, 1)).seen == 40
    with pytest.raises(Clash) as other:
        take_follow_up(replace(told, text="别的内容"), actor=building["lead"])
    assert other.value.code == "changed"


def test_a_later_version_corrects_and_both_stay(building: World) -> None:
    open_weeks()
    first = taken(building, problem={"title": "断路未批", "kind": "approval", "level": "street"})
    with pytest.raises(Clash) as clash:
        taken(building, "street", progress=D(41))
    assert clash.value.code == "made"
    assert clash.value.facts == {"latest": str(first.pk)}
    assert FollowUp.objects.count() == 1
    second = taken(building, "street", progress=D(41), replaces=first.pk)
    assert (second.number, second.problem_id) == (2, first.problem_id)
    week = Week.objects.get()
    assert week.latest_id == second.pk
    assert [one.progress for one in week.follow_ups.all()] == [41, 40]
    building.project.refresh_from_db()
    assert building.project.progress == 41
    assert Problem.objects.count() == 1


def test_a_problem_comes_with_the_follow_up_or_neither_does(building: World) -> None:
    row = taken(building, problem={"title": "断路未批", "kind": "approval", "level": "bureau"})
    assert row.problem is not None
    assert (row.problem.level, row.problem.unit_id) == ("bureau", "9-D02")
    with pytest.raises(Invalid) as refused, standing("2025-09-30 10:00"):
        taken(
            building, seen_at=moment("2025-09-30 09:00"), finished_at=moment("2025-09-30 09:01"),
            problem={"title": "断路未批", "kind": "moon", "level": "bureau"},
        )  # fmt: skip
    assert refused.value.field == "kind"
    assert FollowUp.objects.count() == Problem.objects.count() == 1


def test_what_was_seen_in_a_week_that_is_over_counts_for_it(building: World) -> None:
    open_weeks()
    saturday = moment("2025-09-27 09:00")
    told = seen(building, seen_at=saturday, finished_at=saturday)
    with standing("2025-09-29 08:00"):
        open_weeks()
        assert Week.objects.get(first=FIRST + WEEK).missed_before == 1
        take_follow_up(told, actor=building["lead"])
    first, second = Week.objects.order_by("first").select_related("clock")
    assert (first.state, second.state, second.missed_before) == ("late", "owed", 0)
    assert second.clock is not None
    assert second.clock.light == "green"
    with standing("2025-10-20 08:00"), pytest.raises(Invalid, match="14天以前"):
        taken(building)


def test_what_cannot_be_believed_is_taken_and_marked(building: World) -> None:
    found = [at_week(building, 0).doubt]
    found += [at_week(building, n, progress=D(p)).doubt for n, p in ((1, 55), (2, 54), (3, 54))]
    found += [at_week(building, n, progress=D(54)).doubt for n in (4, 5)]
    assert found == ["", "leaps", "falls", "", "", "still"]
    far = at_week(building, 6, progress=D(55), lon=D("114.3"), lat=D("22.7"), accuracy=20)
    assert far.doubt == "far"
    assert Month.objects.get(month=date(2025, 10, 1)).seen == 54


def test_progress_that_was_seen_tells_a_jump_of_investment_from_a_real_one(
    building: World,
) -> None:
    lead, key = building["lead"], building.project.pk
    for month, done in ((6, 1000), (7, 1000), (8, 1000)):
        file_month(key, Filed(date(2025, month, 1), D(done)), actor=lead)
    assert file_month(key, Filed(date(2025, 9, 1), D(9000)), actor=lead).doubt == "jump"
    Month.objects.filter(month=date(2025, 8, 1)).update(seen=D(30))
    taken(building, progress=D(40))
    assert Month.objects.get(month=date(2025, 9, 1)).doubt == ""


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("progress", {"progress": D(101)}),
        ("progress", {"progress": D("NaN")}),
        ("text", {"text": " 好 "}),
        ("photos", {"photos": tuple("abcde")}),
        ("lon", {"lon": D(114)}),
        ("lon", {"lon": D(300), "lat": D(22)}),
        ("finished_at", {"finished_at": moment("2025-09-22 11:00")}),
        ("finished_at", {"finished_at": moment("2025-09-22 09:00")}),
    ],
)
def test_bad_input_names_its_field_and_leaves_nothing(
    building: World, field: str, wrong: dict[str, Any]
) -> None:
    with pytest.raises(Invalid) as refused:
        taken(building, **wrong)
    assert refused.value.field == field
    assert not FollowUp.objects.exists()


def test_only_the_projects_own_units_follow_it_up(building: World) -> None:
    told = seen(building)
    strangers = ("planning", "other_street", "centre", "leader", "auditor", "viewer")
    for name in strangers:
        with pytest.raises(NotPermitted):
            take_follow_up(told, actor=building[name])
        with pytest.raises(NotPermitted):
            sent_photo(building, uuid4(), who=name)
    for actor in (Actor.system("projects"), Actor.anonymous()):
        with pytest.raises(NotPermitted):
            take_follow_up(told, actor=actor)
    for name in ("head", "street"):
        with pytest.raises(NotPermitted):
            sent_photo(building, told.id, who=name)  # another member's record
    assert isinstance(take_follow_up(told, actor=building["lead"]), Received)


def test_pictures_without_a_follow_up_are_forgotten(building: World) -> None:
    taken(building)
    sent_photo(building, uuid4(), 9)
    with pytest.raises(Clash) as clash:
        taken(building, photos=("0" * 64,))
    assert (clash.value.code, clash.value.missing) == ("photos", ("0" * 64,))
    assert sweep_follow_photos() == 0
    with standing("2025-12-22 10:00"):
        assert sweep_follow_photos() == 1
    assert FollowUpPhoto.objects.count() == 1


def test_a_phone_takes_along_its_projects_and_hands_in(
    building: World, django_assert_max_num_queries: Any
) -> None:
    open_weeks()
    client = building.client("lead")
    client.get(CARRIED)
    with django_assert_max_num_queries(10):
        told = client.get(CARRIED).json()
    (project,) = told["projects"]
    assert (project["name"], project["latest"], project["before"]) == ("东江电池一期", None, "0")
    assert (told["week"]["first"], told["utc_offset"]) == ("2025-09-22", 480)
    assert told["phrases"]
    assert building.client("other_street").get(CARRIED).json()["projects"] == []
    assert building.client("auditor").get(CARRIED).status_code == 403
    key, content = str(uuid4()), picture()
    digest = hashlib.sha256(content).hexdigest()
    for repeated in (False, True):
        file = SimpleUploadedFile("p.jpg", content, "image/jpeg")
        given = {"follow_up": key, "project": project["id"], "sha256": digest, "file": file}
        answer = client.post(PHOTOS, given)
        assert answer.json() == {"sha256": digest, "repeated": repeated}
    one = {
        "id": key, "project": project["id"], "seen_at": "2025-09-22T09:30:00+08:00",
        "finished_at": "2025-09-22T09:31:00+08:00", "progress": "12.5", "text": "桩基施工",
        "photos": [digest], "lon": 114.2, "lat": 22.7, "accuracy": 8,
        "problem": {"title": "断路未批", "kind": "approval", "level": "street"},
    }  # fmt: skip
    wrong = [
        {**one, "id": str(uuid4()), "seen_at": "2025-09-22T09:30:00"},
        {**one, "id": str(uuid4()), "project": str(uuid4())},
        {**one, "id": str(uuid4()), "lon": "east"},
    ]
    outcomes = [
        client.post(SYNC, {"follow_ups": [one, *wrong]}, "application/json").json()["outcomes"]
        for _time in range(2)
    ]
    assert [each["status"] for each in outcomes[0]] == ["accepted", *["refused"] * 3]
    assert [each["code"] for each in outcomes[0]] == ["", "invalid", "absent", "invalid"]
    assert all(each["message"] for each in outcomes[0][1:])
    assert outcomes[1][0]["status"] == "repeated"
    assert FollowUp.objects.count() == Problem.objects.count() == 1
    (project,) = client.get(CARRIED).json()["projects"]
    assert project["latest"]["progress"] == "12.5"
    assert project["problems"] == ["断路未批"]


def test_pages_show_what_was_seen_to_those_who_may(
    building: World, django_assert_max_num_queries: Any
) -> None:
    open_weeks()
    first = taken(building, problem={"title": "断路未批", "kind": "approval", "level": "street"})
    taken(building, "street", progress=D(30), replaces=first.pk)
    key = building.project.pk
    client = building.client("auditor")
    pages = [
        reverse("projects_project", args=[key]),
        reverse("projects_follow_ups", args=[key]),
        reverse("projects_weeks"),
        reverse("register_list", args=[WEEKS]),
    ]
    for url in pages:
        client.get(url)
        with django_assert_max_num_queries(10):
            answer = client.get(url)
        assert answer.status_code == 200, url
        assert "主体结构施工至三层" in answer.content.decode(), url
        assert building.client("viewer").get(url).status_code == 403
    for figure in client.get(pages[2]).context["figures"]:
        recount = client.get(f"{figure.url}&format=json").json()
        assert recount["figure"] == figure.value, figure
    week = Week.objects.get()
    assert client.get(reverse("projects_week", args=[week.pk])).url == pages[1]  # type: ignore[attr-defined]  # it leads on
    photo = reverse("projects_follow_photo", args=[key, first.pk, first.photos[0]])
    assert photo in client.get(pages[1]).content.decode()
    for query in ("", "?small=1"):
        answer = client.get(photo + query)
        assert answer["Content-Type"] == "image/jpeg"
        assert b"Exif" not in b"".join(answer)
    assert building.client("viewer").get(photo).status_code == 403
    other = reverse("projects_follow_photo", args=[key, uuid4(), first.photos[0]])
    assert client.get(other).status_code == 404
    for name, status in (("lead", 200), ("street", 200), ("auditor", 403), ("viewer", 403)):
        assert building.client(name).get(reverse("projects_phone")).status_code == status
    assert building.client("lead").get(reverse("projects_worker")).status_code == 200
    with django_assert_max_num_queries(10):
        dossier = client.get(reverse("projects_dossier", args=[key]))
    document = Document(io.BytesIO(dossier.content))
    text = "\n".join(
        cell.text for table in document.tables for line in table.rows for cell in line.cells
    )
    assert "2025年第39周" in text
    assert "30.0%" in text
