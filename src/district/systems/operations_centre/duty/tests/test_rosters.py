"""Rosters: gaps and double bookings against a slow oracle; planning, copying, importing."""

from __future__ import annotations

import random
from datetime import date, datetime, time, timedelta
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from district.kernel.base.errors import Conflict, Invalid, NotPermitted
from district.systems.operations_centre.duty.rules.roster import (
    Turn,
    clashes,
    gaps,
    hours_wanted,
)
from district.systems.operations_centre.duty.selectors.rosters import week_of
from district.systems.operations_centre.duty.services import (
    copy_week,
    plan_turns,
    remove_turn,
    save_post,
    save_turn,
)
from district.systems.operations_centre.duty.tests.conftest import (
    LOADER,
    ZONE,
    People,
    Plan,
    moment,
    standing,
)
from district.systems.operations_centre.models import DutyPost, DutyTurn

MONDAY = date(2025, 9, 22)
START = datetime(2025, 9, 22, tzinfo=ZONE)
HOUR = timedelta(hours=1)


def drawn(rng: random.Random, hours: int = 72) -> list[Turn]:
    people = [UUID(int=n) for n in range(1, 5)]
    found = []
    for _each in range(rng.randint(0, 12)):
        begins = rng.randint(-12, hours)
        found.append(
            Turn(
                uuid4(),
                rng.choice("AB"),
                rng.choice(people),
                rng.choice(("lead", "officer")),
                START + begins * HOUR,
                START + (begins + rng.randint(1, 24)) * HOUR,
                START - timedelta(days=3),
            )
        )
    return found


@pytest.mark.parametrize("seed", range(60))
def test_gaps_are_those_that_somebody_finds_hour_by_hour(seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311  # a test's draw, no secret
    turns, need = drawn(rng), rng.randint(1, 2)
    opens = rng.choice([None, time(8), time(20)])
    closes = None if opens is None else rng.choice([time(8), time(17), time(23)])
    wanted = hours_wanted(MONDAY, 3, opens, closes, ZONE)
    slow = set()
    for step in range(-24, 24 * 6):
        at = START + step * HOUR
        if any(since <= at < until for since, until in wanted):
            have = {
                t.member for t in turns if t.role == "officer" and t.starts_at <= at < t.ends_at
            }
            if len(have) < need:
                slow.add((at, len(have)))
    quick = {
        (START + step * HOUR, gap.have)
        for gap in gaps(wanted, turns, "officer", need)
        for step in range(-24, 24 * 6)
        if gap.starts_at <= START + step * HOUR < gap.ends_at
    }
    assert quick == slow


@pytest.mark.parametrize("seed", range(60))
def test_double_bookings_are_those_that_somebody_finds_pair_by_pair(seed: int) -> None:
    turns = drawn(random.Random(1000 + seed))  # noqa: S311  # as above
    slow = set()
    for at, one in enumerate(turns):
        for other in turns[at + 1 :]:
            since, until = max(one.starts_at, other.starts_at), min(one.ends_at, other.ends_at)
            if one.member == other.member and since < until:
                slow.add((frozenset({one.key, other.key}), since, until))
    quick = {
        (frozenset({clash.first.key, clash.second.key}), clash.starts_at, clash.ends_at)
        for clash in clashes(turns)
    }
    assert quick == slow


def test_a_desk_that_closes_before_it_opens_works_overnight() -> None:
    found = hours_wanted(MONDAY, 1, time(20), time(8), ZONE)
    assert found == [(START + 20 * HOUR, START + 32 * HOUR)]


@pytest.mark.django_db
def test_a_week_says_who_is_missing_and_who_is_booked_twice(people: People, plan: Plan) -> None:
    plan("901", "east_head", "2025-09-22 00:00", "2025-09-29 00:00", "lead")
    for day in range(22, 29):
        plan("901", "east", f"2025-09-{day} 00:00", f"2025-09-{day} 12:00")
        if day != 24:
            plan("901", "east2", f"2025-09-{day} 12:00", f"2025-09-{day} 23:00")
    plan("901", "east", "2025-09-26 08:00", "2025-09-26 14:00", "lead")
    week = week_of(DutyPost.objects.get(lead_unit="901"), MONDAY)
    texts = [problem.text for problem in week.problems]
    assert texts.count("缺值班员：应有 1 人，已排 0 人") == 7
    wednesday = [p for p in week.problems if p.starts_at == moment("2025-09-24 12:00")]
    assert wednesday[0].ends_at == moment("2025-09-25 00:00")
    assert any("east重复排班" in text for text in texts)
    assert sum(line.clashes for day in week.days for line in day.lines) == 2


@pytest.mark.django_db
def test_somebody_booked_in_two_units_is_told_with_both(people: People, plan: Plan) -> None:
    from district.kernel.organisation.public import assign

    assign(people.members["east"].pk, "902", "officer", actor=LOADER, since=date(2025, 9, 1))
    plan("901", "east", "2025-09-22 08:00", "2025-09-22 20:00")
    plan("902", "east", "2025-09-22 19:00", "2025-09-22 22:00")
    week = week_of(DutyPost.objects.get(lead_unit="901"), MONDAY)
    clash = next(problem for problem in week.problems if problem.kind == "clash")
    assert clash.text == "east重复排班：东街道值班员与西街道值班员时间重叠"


@pytest.mark.django_db
def test_a_week_is_planned_copied_and_mended(people: People) -> None:
    days = [MONDAY + timedelta(days=step) for step in range(5)]
    made = plan_turns(
        "901", people.members["east"].pk, "officer", days, time(20), time(8), actor=people.east
    )
    assert len(made) == 5
    assert made[0].ends_at == moment("2025-09-23 08:00")
    next_week = MONDAY + timedelta(days=7)
    assert copy_week("901", next_week, actor=people.east_head) == 5
    assert copy_week("901", next_week, actor=people.east_head) == 0
    assert DutyTurn.objects.filter(starts_at=moment("2025-09-29 20:00")).count() == 1
    remove_turn(made[4].pk, actor=people.east)
    assert DutyTurn.objects.count() == 9
    with standing("2025-10-20 09:00"), pytest.raises(Conflict):
        remove_turn(made[0].pk, actor=people.east)


@pytest.mark.django_db
def test_another_streets_roster_cannot_be_planned(people: People, plan: Plan) -> None:
    turn = plan("901", "east", "2025-09-22 08:00", "2025-09-22 20:00")
    for key in ("west", "west_head", "bridge", "viewer", "auditor"):
        actor = getattr(people, key)
        with pytest.raises(NotPermitted):
            remove_turn(turn.pk, actor=actor)
        with pytest.raises(NotPermitted):
            copy_week("901", MONDAY, actor=actor)
    with pytest.raises(NotPermitted):
        save_post({"lead_unit": "901", "name": "值班室"}, None, people.west)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"member": "west"}, "member"),
        ({"ends_at": moment("2025-09-22 07:00")}, "ends_at"),
        ({"ends_at": moment("2025-10-22 07:00")}, "ends_at"),
        ({"role": "cook"}, "role"),
        ({"lead_unit": "9-D01"}, "lead_unit"),
        ({"lead_unit": "nowhere"}, "lead_unit"),
        ({"starts_at": moment("2035-09-22 07:00")}, "starts_at"),
        ({"member": ""}, "member"),
    ],
)
def test_what_is_wrong_with_a_turn_names_its_field(
    people: People, changed: dict[str, object], field: str
) -> None:
    values = {
        "lead_unit": "901",
        "member": "east",
        "role": "officer",
        "starts_at": moment("2025-09-22 08:00"),
        "ends_at": moment("2025-09-22 20:00"),
        **changed,
    }
    if field == "starts_at":
        values["ends_at"] = moment("2035-09-22 19:00")
    with pytest.raises(Invalid) as caught:
        save_turn(values, None, LOADER)
    assert caught.value.field == field


HEAD = "单位,值班角色,值班人,上班时间,下班时间\n"
OFFICER = "901,值班员,east,2025-09-22 08:30,2025-09-22 20:30\n"
LEAD = "901,带班领导,east_head,2025-09-22 08:30,2025-09-23 08:30\n"


def imported(people: People, text: str, who: str = "east", what: str = "turns") -> str:
    """The page that an import of a file of turns, or of duty posts, ends on."""
    client = people.client(who)
    base = reverse("register_import", args=[f"operations_centre-{what}"])
    upload = SimpleUploadedFile("turns.csv", text.encode(), "text/csv")
    run = client.post(base, {"file": upload})["Location"]
    client.post(f"{run}commit/")
    return client.get(run).content.decode()


@pytest.mark.django_db
def test_a_file_of_turns_is_taken_once(people: People) -> None:
    for _twice in range(2):
        imported(people, HEAD + OFFICER + LEAD)
        found = DutyTurn.objects.order_by("role").values_list("member__name", "role")
        assert list(found) == [("east_head", "lead"), ("east", "officer")]


@pytest.mark.django_db
def test_a_file_with_a_stranger_brings_nothing_in_and_names_the_line(people: People) -> None:
    page = imported(people, HEAD + OFFICER + LEAD.replace("east_head", "west"))
    assert "“west”当天不在东街道任职" in page
    assert not DutyTurn.objects.exists()
    assert "权限" in imported(people, HEAD + OFFICER, "west")
    assert not DutyTurn.objects.exists()


@pytest.mark.django_db
def test_the_roster_page_plans_prints_and_keeps_to_its_statements(
    people: People, plan: Plan
) -> None:
    plan("901", "east", "2025-09-22 08:00", "2025-09-22 20:00")
    client = people.client("east")
    with CaptureQueriesContext(connection) as queries:
        page = client.get(reverse("duty_roster"))
    assert len(queries) <= 10, [query["sql"][:120] for query in queries]
    assert "缺带班领导" in page.content.decode()
    address = reverse("duty_roster") + "?unit=901&week=2025-09-22"
    data = {
        "do": "add",
        "member": str(people.members["east2"].pk),
        "role": "officer",
        "days": ["2025-09-23", "2025-09-24"],
        "begins": "08:30",
        "ends": "20:30",
    }
    assert client.post(address, data).status_code == 302
    assert client.post(address, {**data, "days": []}).status_code == 422
    assert DutyTurn.objects.filter(member=people.members["east2"]).count() == 2
    for kind in ("docx", "xlsx"):
        assert client.get(address, {"format": kind}).status_code == 200
    figure = client.get(address).context["figure"]
    assert client.get(f"{figure.url}&format=json").json()["figure"] == figure.value == 3


@pytest.mark.django_db
def test_the_roster_of_another_street_is_not_shown(people: People) -> None:
    assert people.client("east").get(reverse("duty_roster"), {"unit": "902"}).status_code == 404
    assert people.client("duty").get(reverse("duty_roster"), {"unit": "902"}).status_code == 200
    above = people.client("east").get(reverse("duty_roster"), {"unit": "9"})
    assert above.status_code == 200
    assert "do" not in above.context["form"].data
    assert people.client("east").get(reverse("duty_roster"), {"week": "now"}).status_code == 422


@pytest.mark.django_db
def test_the_hours_of_a_desk_come_from_a_file_and_go_again(people: People) -> None:
    head = "lead_unit,name,opens,closes\n"
    found = DutyPost.objects.filter(lead_unit="901")
    imported(people, head + "901,东街道值班室,08:30,17:30\n", "east_head", "posts")
    assert found.values_list("opens", "closes").get() == (time(8, 30), time(17, 30))
    client = people.client("east_head")
    address = reverse("register_list", args=["operations_centre-posts"])
    file = client.get(address, {"format": "csv", "columns": "name,opens,closes"})
    assert "08:30,17:30" in b"".join(file).decode()
    assert "值守时间要同时填写开始和结束" in imported(
        people, head + "901,东街道值班室,08:30,\n", "east_head", "posts"
    )
    imported(people, head + "901,东街道值班室,,\n", "east_head", "posts")
    assert found.values_list("opens", "closes").get() == (None, None)
