"""Members, their posts, and what only some may see of them."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from district.kernel.base.errors import Conflict, Invalid, NotPermitted
from district.kernel.history.models import Event
from district.kernel.history.public import Subject, erase_person, events_of
from district.kernel.organisation.middleware import actor_for
from district.kernel.organisation.models import Member
from district.kernel.organisation.selectors import (
    members_acting,
    permitted,
    posts_of,
    standings_kept,
)
from district.kernel.organisation.services import (
    NewMember,
    assign,
    change_member,
    change_phone,
    create_member,
    create_members,
    deactivate,
    end_assignment,
    load_members,
    load_units,
    reactivate,
    reveal_phone,
    set_password,
)
from district.kernel.organisation.tables import parse_members, parse_units
from district.kernel.organisation.tests.conftest import LOADER, MakeMember

LONGGANG = Path(__file__).resolve().parents[5] / "districts" / "longgang"
PASSWORD = "a-long-enough-word"  # noqa: S105  # of members who do not exist


def subject(member: Member) -> Subject:
    return Subject("organisation.member", str(member.pk))


def test_a_number_is_nowhere_in_plain_text_and_its_viewing_is_recorded(
    make_member: MakeMember,
) -> None:
    officer = make_member("officer", "901001", phone="000-0000-7777")
    head = make_member("unit_head", "901")
    assert "7777" not in Member.objects.get(pk=officer.pk).phone
    assert not Event.objects.filter(data_text__contains="7777").exists()
    assert reveal_phone(officer.pk, "汛期联络", actor=actor_for(head)) == "000-0000-7777"
    viewed = events_of(subject(officer))[0]
    assert viewed.kind == "history.personal.viewed"
    assert viewed.actor.id == str(head.pk)
    assert viewed.data["reason"] == "汛期联络"


def test_a_number_is_refused_to_a_colleague_without_the_right(make_member: MakeMember) -> None:
    officer = make_member("officer", "901001", phone="000-0000-7777")
    for role, unit in (("officer", "901001"), ("unit_head", "902"), ("viewer", "9")):
        other = make_member(role, unit)
        with pytest.raises(NotPermitted):
            reveal_phone(officer.pk, "好奇", actor=actor_for(other))
    with pytest.raises(Invalid):
        reveal_phone(officer.pk, " ", actor=actor_for(officer))
    assert reveal_phone(officer.pk, "核对", actor=actor_for(officer)) == "000-0000-7777"


def test_an_erased_person_has_no_number_any_more(make_member: MakeMember) -> None:
    officer = make_member("officer", "901", phone="000-0000-7777")
    erase_person(str(officer.pk), actor=LOADER, reason="离任")
    assert reveal_phone(officer.pk, "核对", actor=actor_for(officer)) is None


def test_a_number_can_be_changed_by_its_owner_and_removed(make_member: MakeMember) -> None:
    officer = make_member("officer", "901")
    change_phone(officer.pk, "000-1", actor=actor_for(officer))
    assert reveal_phone(officer.pk, "核对", actor=actor_for(officer)) == "000-1"
    change_phone(officer.pk, "", actor=actor_for(officer))
    assert reveal_phone(officer.pk, "核对", actor=actor_for(officer)) is None
    with pytest.raises(Invalid):
        change_phone(officer.pk, "请问", actor=actor_for(officer))
    with pytest.raises(NotPermitted):
        change_phone(officer.pk, "000-2", actor=actor_for(make_member("unit_head", "901")))


def test_rights_begin_and_end_with_a_post(make_member: MakeMember, at: object) -> None:
    member = make_member("viewer", "9")
    me = actor_for(member)
    with at("2025-03-01T09:00+08:00"):  # type: ignore[operator]  # the shared clock fixture
        post = assign(
            member.pk,
            "901",
            "officer",
            actor=LOADER,
            since=date(2025, 3, 2),
            until=date(2025, 3, 10),
        )
        assert not [p for p in posts_of(me) if p.unit == "901"]
    with at("2025-03-09T23:00+08:00"):  # type: ignore[operator]  # as above
        assert [p for p in posts_of(me) if p.unit == "901"]
        assert member in members_acting(["901"], ["officer"])
    with at("2025-03-10T00:30+08:00"):  # type: ignore[operator]  # as above
        assert not [p for p in posts_of(me) if p.unit == "901"]
    assert post.until == date(2025, 3, 10)


def test_ending_a_post_takes_its_rights_at_once(make_member: MakeMember) -> None:
    make_member("administrator", "9", username="root")
    second = make_member("administrator", "9", username="second-root")
    assert permitted(actor_for(second), "organisation.unit.load")
    end_assignment(second.assignments.get().pk, actor=LOADER)
    assert posts_of(actor_for(second)) == ()
    assert not permitted(actor_for(second), "organisation.unit.load")
    assert events_of(subject(second))[0].kind == "organisation.member.assignment_ended"


def test_posts_that_are_kept_follow_the_day_and_every_write(
    make_member: MakeMember, at: Any, django_assert_num_queries: Any
) -> None:
    member = make_member("viewer", "9")
    me = actor_for(member)

    def roles() -> set[str]:
        return {post.role for post in posts_of(me)}

    with standings_kept():
        with at("2025-03-01T09:00+08:00"):
            post = assign(member.pk, "901", "officer", actor=LOADER, until=date(2025, 3, 10))
            assert roles() == {"officer"}
            with django_assert_num_queries(0):
                assert roles() == {"officer"}
        with at("2025-03-10T00:30+08:00"):
            assert roles() == set()
        with at("2025-03-01T10:00+08:00"):
            assign(member.pk, "901", "unit_head", actor=LOADER)
            assert roles() == {"officer", "unit_head"}
            end_assignment(post.pk, actor=LOADER)
            assert roles() == {"unit_head"}
            deactivate(member.pk, "调离", actor=LOADER)
            assert roles() == set()


def test_the_last_administrator_of_the_district_stays(make_member: MakeMember) -> None:
    only = make_member("administrator", "9", username="root")
    make_member("administrator", "901", username="street-root")
    with pytest.raises(Conflict, match="最后一位"):
        end_assignment(only.assignments.get().pk, actor=LOADER)
    with pytest.raises(Conflict, match="最后一位"):
        deactivate(only.pk, "离任", actor=LOADER)


def test_a_street_administrator_manages_the_street_and_nothing_above(
    make_member: MakeMember,
) -> None:
    street = actor_for(make_member("administrator", "901"))
    created = create_member("谷雨", "901001", "officer", actor=street)
    assign(created.pk, "901", "officer", actor=street)
    for unit, role in (("902", "officer"), ("9", "officer"), ("901", "auditor")):
        with pytest.raises(NotPermitted):
            assign(created.pk, unit, role, actor=street)
    assign(created.pk, "9-D01", "officer", actor=LOADER)
    with pytest.raises(NotPermitted):
        set_password(created.pk, PASSWORD, actor=street)


def test_two_people_cannot_overwrite_each_other(make_member: MakeMember) -> None:
    member = make_member("officer", "901")
    change_member(member.pk, 0, actor=LOADER, name="白露", title="科员")
    with pytest.raises(Conflict):
        change_member(member.pk, 0, actor=LOADER, name="寒露")
    assert Member.objects.get(pk=member.pk).name == "白露"
    assert events_of(subject(member))[0].data["name"] == {"before": "石立春", "after": "白露"}


def test_a_deactivated_member_has_neither_log_in_nor_rights(
    make_member: MakeMember, client: Client
) -> None:
    member = make_member("planner", "9-D01", username="gone", password=PASSWORD)
    make_member("administrator", "9", username="root")
    assert client.login(username="gone", password=PASSWORD)
    client.logout()
    deactivate(member.pk, "调离", actor=LOADER)
    assert not client.login(username="gone", password=PASSWORD)
    assert posts_of(actor_for(member)) == ()
    reactivate(member.pk, "回任", actor=LOADER)
    assert client.login(username="gone", password=PASSWORD)


def test_bad_input_is_refused_with_field_and_remedy(make_member: MakeMember) -> None:
    make_member("officer", "901", username="taken")
    for more, field in (
        ({"username": "taken"}, "username"),
        ({"username": "a b"}, "username"),
        ({"username": "fresh", "password": "12345"}, "password"),
    ):
        with pytest.raises(Invalid) as caught:
            create_member("谷雨", "901", "officer", actor=LOADER, **more)  # type: ignore[arg-type]  # text keywords
        assert caught.value.field == field
        assert caught.value.remedy
    with pytest.raises(Invalid):
        create_member(" ", "901", "officer", actor=LOADER)
    with pytest.raises(Invalid):
        create_member("谷雨", "901", "king", actor=LOADER)
    member = make_member("officer", "901")
    with pytest.raises(Conflict):
        assign(member.pk, "901", "officer", actor=LOADER)
    with pytest.raises(Conflict):
        set_password(member.pk, PASSWORD, actor=LOADER)
    assert not Member.objects.filter(name="谷雨").exists()


def test_the_demo_people_load_twice_without_a_difference(db: None, client: Client) -> None:
    rows = parse_units((LONGGANG / "units.csv").read_text(encoding="utf-8"))
    rows += parse_units((LONGGANG / "departments.csv").read_text(encoding="utf-8"))
    load_units(rows, actor=LOADER)
    people = parse_members((LONGGANG / "demo" / "members.csv").read_text(encoding="utf-8"))
    loaded = load_members(people, actor=LOADER, password=PASSWORD)
    assert len(loaded.created) == len({row.username for row in people})
    assert {row.role for row in people} == {
        "administrator", "planner", "leader", "unit_head", "officer", "duty_officer",
        "supervisor", "auditor", "viewer",
    }  # fmt: skip
    assert all(row.phone.startswith("000") for row in people)
    again = load_members(people, actor=LOADER, password=PASSWORD)
    assert (again.created, again.changed, again.posts_added) == ((), (), 0)
    assert client.login(username="planner", password=PASSWORD)


def test_many_members_are_made_together_in_few_statements(
    district: None, django_assert_max_num_queries: Any
) -> None:
    given = [
        NewMember(f"成员{at}", "901", "officer", f"member{at}", phone="000-0000-7777" * (at == 1))
        for at in range(9)
    ]
    with django_assert_max_num_queries(20):
        made = create_members(given, actor=LOADER)
    assert [str(one.user) for one in made] == [f"member{at}" for at in range(9)]
    assert [[p.role for p in posts_of(actor_for(one))] for one in made] == [["officer"]] * 9
    kinds = ["organisation.member.assigned", "organisation.member.created"]
    assert all([event.kind for event in events_of(subject(one))] == kinds for one in made)
    assert "7777" not in made[1].phone != made[0].phone == ""


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (NewMember(" ", "901", "officer"), "name"),
        (NewMember("甲", "901", "king"), "role"),
        (NewMember("甲", "901", "officer", username="good"), "username"),
        (NewMember("甲", "901", "officer", username="no good"), "username"),
        (NewMember("甲", "901", "officer", username="weak", password="1"), "password"),  # noqa: S106  # refused
    ],
)
def test_of_members_that_are_made_together_all_are_right_or_none_is_made(
    district: None, wrong: NewMember, field: str
) -> None:
    before = Member.objects.count()
    with pytest.raises(Invalid) as refused:
        create_members([NewMember("甲", "901", "officer", username="good"), wrong], actor=LOADER)
    assert refused.value.field == field
    assert Member.objects.count() == before
