"""Enterprises offer entries themselves: nothing is published before its keeper took it up, and
nobody reads or changes what is another's."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from district.kernel.base.errors import Conflict, Invalid, NotFound, NotPermitted
from district.kernel.history.public import Actor, events_of
from district.kernel.notifications.public import unread_count
from district.systems.scenarios.models import Entry
from district.systems.scenarios.public import (
    change_by_enterprise,
    entries_of_enterprise,
    entry_of_enterprise,
    firm_entry_form,
    kinds_for_enterprises,
    matches_of_entry,
    offer_by_enterprise,
    opportunities_published,
    values_of_entry,
    withdraw_by_enterprise,
)
from district.systems.scenarios.selectors.editions import contents_of, editions_of
from district.systems.scenarios.selectors.entries import entry_subject
from district.systems.scenarios.services.entries import read_contact, save_entry, withdraw_entry
from district.systems.scenarios.services.matching import judge_match
from district.systems.scenarios.services.offering import MOST_WAITING, accept_entry, refuse_entry
from district.systems.scenarios.services.publishing import publish_list
from district.systems.scenarios.tests.conftest import MakeEntry, People
from district.systems.scenarios.tests.recognising import EAST, EAST_CODE, WEST_CODE

pytestmark = pytest.mark.django_db
PORTAL = Actor.system("virtual_park")
GIVEN: dict[str, Any] = {
    "kind": "capability",
    "title": "无人机巡检方案",
    "text": "多旋翼无人机自动巡检河道和工地，识别漂浮物与违规堆放。",
    "organisation": EAST,
    "area": "low_altitude",
    "tags": ["drone", "machine_vision"],
    "stage": "first_use",
    "money": Decimal(80),
    "street": "901",
    "contact_name": "张小满",
    "contact_phone": "13800138000",
}


def offered(code: str = EAST_CODE, **more: Any) -> Entry:
    return offer_by_enterprise(code, {**GIVEN, **more}, actor=PORTAL)


def titles(people: People, list_key: str = "capability") -> list[str]:
    """Publish the list, and say what stands in it."""
    edition = publish_list(list_key, actor=people.keeper_head)
    return [one["title"] for one in contents_of(edition)]


def test_what_an_enterprise_offers_is_published_once_its_keeper_took_it_up(
    people: People,
) -> None:
    entry = offered()
    assert entry.lead_unit_id == "9-D05"
    assert unread_count(people.members["keeper"]) == 1
    with pytest.raises(Conflict):
        publish_list("capability", actor=people.keeper_head)
    for stranger in (people.bureau, people.east, people.planner):
        with pytest.raises(NotPermitted):
            accept_entry(entry.pk, actor=stranger)
    accept_entry(entry.pk, actor=people.keeper, lead_unit="901")
    assert unread_count(people.members["keeper"]) == 0
    assert titles(people) == [GIVEN["title"]]
    entry.refresh_from_db()
    assert (entry.lead_unit_id, entry.state) == ("901", "published")
    line = contents_of(editions_of("capability").first())[0]
    assert "13800138000" not in str(line)
    assert read_contact(entry.pk, "联系", actor=people.east) == ("张小满", "13800138000")
    with pytest.raises(Conflict):
        accept_entry(entry.pk, actor=people.keeper)


def test_what_is_returned_says_why_and_may_be_offered_again(people: People) -> None:
    entry = offered()
    with pytest.raises(Invalid):
        refuse_entry(entry.pk, " ", actor=people.keeper)
    refuse_entry(entry.pk, "请补充应用案例", actor=people.keeper)
    own = entry_of_enterprise(EAST_CODE, entry.pk)
    assert (own.state, own.refusal) == ("refused", "请补充应用案例")
    with pytest.raises(Conflict):
        accept_entry(entry.pk, actor=people.keeper)
    changed = change_by_enterprise(EAST_CODE, entry.pk, {"cases": "已用于三处工地"}, actor=PORTAL)
    assert (changed.state, changed.refusal) == ("offered", "")
    accept_entry(entry.pk, actor=people.keeper)
    assert titles(people) == [GIVEN["title"]]


def test_a_change_of_what_is_published_waits_too(people: People) -> None:
    entry = offered()
    accept_entry(entry.pk, actor=people.keeper)
    titles(people)
    wanted = {**GIVEN, "title": "无人机巡检方案二代", "money": Decimal("95.5"), "street": "902"}
    change_by_enterprise(EAST_CODE, entry.pk, wanted, actor=PORTAL)
    own = entry_of_enterprise(EAST_CODE, entry.pk)
    assert own.line.title == GIVEN["title"]
    proposed = dict(own.proposed)
    assert set(proposed) == {"名称", "街道", "金额（万元）"}
    assert proposed["金额（万元）"] == "95.5"
    assert values_of_entry(EAST_CODE, entry.pk)["money"] == Decimal("95.5")
    with pytest.raises(Conflict):  # nothing differs: the change was not taken up
        publish_list("capability", actor=people.keeper_head)
    refuse_entry(entry.pk, "名称不实", actor=people.keeper)
    own = entry_of_enterprise(EAST_CODE, entry.pk)
    assert (own.state, own.proposed, own.refusal) == ("published", (), "名称不实")
    change_by_enterprise(EAST_CODE, entry.pk, wanted, actor=PORTAL)
    accept_entry(entry.pk, actor=people.keeper)
    assert titles(people) == ["无人机巡检方案二代"]
    entry.refresh_from_db()
    assert (entry.money, entry.street_unit_id, entry.refusal) == (Decimal("95.5"), "902", "")


def test_a_change_back_to_what_is_leaves_nothing_to_decide(people: People) -> None:
    entry = offered()
    accept_entry(entry.pk, actor=people.keeper)
    change_by_enterprise(EAST_CODE, entry.pk, {"title": "另一个名称"}, actor=PORTAL)
    assert unread_count(people.members["keeper"]) == 1
    change_by_enterprise(EAST_CODE, entry.pk, GIVEN, actor=PORTAL)
    assert unread_count(people.members["keeper"]) == 0
    with pytest.raises(Conflict):
        accept_entry(entry.pk, actor=people.keeper)


def test_who_to_call_changes_at_once_and_stands_in_no_proposal(people: People) -> None:
    entry = offered()
    accept_entry(entry.pk, actor=people.keeper)
    new = {"contact_name": "李小寒", "contact_phone": "13900139000"}
    change_by_enterprise(EAST_CODE, entry.pk, new, actor=PORTAL)
    entry.refresh_from_db()
    assert entry.proposed is None
    assert read_contact(entry.pk, "联系", actor=people.keeper) == ("李小寒", "13900139000")


def test_an_enterprise_takes_its_entry_back_from_the_next_edition(people: People) -> None:
    entry, other = offered(), offered(WEST_CODE, title="配送机器人")
    for one in (entry, other):
        accept_entry(one.pk, actor=people.keeper)
    assert len(titles(people)) == 2
    withdraw_by_enterprise(EAST_CODE, entry.pk, actor=PORTAL, reason="不再生产")
    assert titles(people) == ["配送机器人"]
    with pytest.raises(Conflict):
        change_by_enterprise(EAST_CODE, entry.pk, GIVEN, actor=PORTAL)


def test_one_enterprise_reaches_nothing_of_another(people: People) -> None:
    entry = offered()
    assert entries_of_enterprise(WEST_CODE) == []
    for refused in (
        lambda: entry_of_enterprise(WEST_CODE, entry.pk),
        lambda: values_of_entry(WEST_CODE, entry.pk),
        lambda: matches_of_entry(WEST_CODE, entry.pk),
        lambda: change_by_enterprise(WEST_CODE, entry.pk, {"title": "夺取"}, actor=PORTAL),
        lambda: withdraw_by_enterprise(WEST_CODE, entry.pk, actor=PORTAL),
        lambda: entry_of_enterprise(EAST_CODE, "nothing"),
        lambda: entry_of_enterprise("", entry.pk),
    ):
        with pytest.raises(NotFound):
            refused()
    entry.refresh_from_db()
    assert (entry.title, entry.state) == (GIVEN["title"], "offered")


def test_an_entry_that_a_unit_wrote_down_is_its_enterprises_to_read_once_published(
    people: People, offered: MakeEntry
) -> None:
    entry = offered("capability", organisation=EAST, code=EAST_CODE)
    assert entries_of_enterprise(EAST_CODE) == []
    titles(people)
    (own,) = entries_of_enterprise(EAST_CODE)
    assert (own.id, own.own) == (entry.pk, False)
    with pytest.raises(NotFound):
        change_by_enterprise(EAST_CODE, entry.pk, {"title": "改名"}, actor=PORTAL)


def test_members_and_the_public_do_nothing_in_an_enterprises_name(people: People) -> None:
    entry = offered()
    for actor in (people.keeper, people.planner, Actor.anonymous()):
        with pytest.raises(NotPermitted):
            offer_by_enterprise(EAST_CODE, GIVEN, actor=actor)
        with pytest.raises(NotPermitted):
            change_by_enterprise(EAST_CODE, entry.pk, GIVEN, actor=actor)
        with pytest.raises(NotPermitted):
            withdraw_by_enterprise(EAST_CODE, entry.pk, actor=actor)


def test_what_waits_is_changed_and_withdrawn_by_nobody_but_its_enterprise(people: People) -> None:
    entry = offered()
    with pytest.raises(Conflict):
        save_entry({"title": "改名"}, entry, people.keeper)
    with pytest.raises(Conflict):
        withdraw_entry(entry.pk, "不要了", actor=people.keeper)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"kind": "project"}, "kind"),
        ({"text": "短"}, "text"),
        ({"organisation": ""}, "organisation"),
        ({"area": "magic"}, "area"),
        ({"tags": ["nothing"]}, "tags"),
        ({"money": Decimal(-1)}, "money"),
        ({"contact_phone": "abc"}, "contact_phone"),
    ],
)
def test_a_faulty_offer_is_refused_by_field_and_leaves_nothing(
    people: People, given: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        offered(**given)
    assert refused.value.field == field
    assert not Entry.objects.exists()


def test_a_wrong_code_an_unknown_kind_and_the_same_form_twice_are_refused(people: People) -> None:
    with pytest.raises(Invalid):
        offered("91440300MA5DEM1009")
    with pytest.raises(NotFound):
        offered(kind="nothing")
    offered()
    with pytest.raises(Invalid):
        offered()
    for at in range(MOST_WAITING - 1):
        offered(title=f"方案{at}")
    with pytest.raises(Conflict):
        offered(title="又一个方案")


def test_an_enterprise_reads_published_counterparts_and_no_unit_s_word(
    people: People, offered: MakeEntry
) -> None:
    mine = offer_by_enterprise(EAST_CODE, GIVEN, actor=PORTAL)
    need = offered("opportunity")
    hidden = offered("opportunity", title="还没有发布的机会")
    withdraw_entry(hidden.pk, "稍后", actor=people.west)
    assert matches_of_entry(EAST_CODE, mine.pk) == []
    titles(people, "opportunity")
    accept_entry(mine.pk, actor=people.keeper)
    judge_match(mine.pk, need.pk, "useful", actor=people.west)
    with CaptureQueriesContext(connection) as queries:
        (found,) = matches_of_entry(EAST_CODE, mine.pk)
    assert len(queries) <= 6
    assert found.line.title == need.title
    reasons = dict(found.reasons)
    assert reasons["标签"] == "共同标签：无人机"
    assert not {"本对反馈", "同类反馈"} & set(reasons)
    # A change that is not published yet is not told: the counterpart is left out until then.
    need.refresh_from_db()
    save_entry({"text": "内部改动：预算减半，希望用无人机自动巡检河道。"}, need, people.west)
    assert matches_of_entry(EAST_CODE, mine.pk) == []
    ((line, url),) = opportunities_published()
    assert line.title == need.title
    assert "预算减半" not in line.text
    assert url == editions_of("opportunity")[0].get_absolute_url()
    assert opportunities_published(area="chip") == []
    assert len(opportunities_published(text="巡检")) == 1


def test_the_keeper_decides_on_the_entry_s_page(people: People) -> None:
    entry = offered()
    keeper, bureau = people.client("keeper"), people.client("bureau")
    page = keeper.get(reverse("scenarios_list", args=["capability"])).content.decode()
    assert entry.number in page
    with CaptureQueriesContext(connection) as queries:
        page = keeper.get(entry.get_absolute_url()).content.decode()
    assert len(queries) <= 10
    assert "受理后才会列入清单" in page
    assert 'value="accept"' in page
    assert 'value="accept"' not in bureau.get(entry.get_absolute_url()).content.decode()
    step = reverse("scenarios_entry_step", args=[entry.pk])
    assert bureau.post(step, {"do": "accept"}).status_code == 403
    assert keeper.post(step, {"do": "refuse", "reason": ""}).status_code == 422
    assert keeper.post(step, {"do": "accept", "lead_unit": "nothing"}).status_code == 422
    assert keeper.post(step, {"do": "accept", "lead_unit": "901"}).status_code == 302
    change_by_enterprise(EAST_CODE, entry.pk, {"title": "二代方案"}, actor=PORTAL)
    page = keeper.get(entry.get_absolute_url()).content.decode()
    assert "二代方案" in page
    assert keeper.post(step, {"do": "refuse", "reason": "请说明差别"}).status_code == 302
    assert "请说明差别" in keeper.get(entry.get_absolute_url()).content.decode()
    kinds = [event.kind for event in events_of(entry_subject(entry))]
    assert {"scenarios.entry.accepted", "scenarios.entry.refused"} <= set(kinds)


def test_an_enterprise_s_form_asks_for_nothing_that_is_known_of_it() -> None:
    assert [key for key, _label in kinds_for_enterprises()] == [
        "capability", "opportunity", "supply", "demand",
    ]  # fmt: skip
    form = firm_entry_form("capability")
    assert not {"lead_unit", "organisation", "code", "requires"} & set(form.fields)
    assert form.fields["stage"].required
