"""Rules are written, go live and stop, by whom it is granted, and nothing is lost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from district.kernel.alarms.models import AlarmRule, RuleVersion
from district.kernel.alarms.services.binding import binding_of
from district.kernel.alarms.services.loading import load_alarms_file, load_rules_file
from district.kernel.alarms.services.rules import copy_rule, discard_draft, rule_subject, save_rule
from district.kernel.alarms.services.switching import ask_second, put_rule, switch_off, switch_on
from district.kernel.alarms.tests.rules.conftest import Actors, MakeGauge, content
from district.kernel.base.errors import Conflict, Invalid, NotFound, NotPermitted
from district.kernel.history.public import Actor, events_of
from district.kernel.notifications.public import unread_count
from district.kernel.organisation.public import member_of_actor
from district.kernel.sensing.public import RuleError
from district.kernel.sensing.tests.conftest import LOADER

pytestmark = pytest.mark.django_db
State = AlarmRule.State


@pytest.fixture
def planner(actor: Actors) -> Actor:
    return actor("planner", "9")


@pytest.fixture
def a_gauge(gauge: MakeGauge) -> Any:
    return gauge("A", "901")


def kinds(row: AlarmRule) -> list[str]:
    return [event.kind.rpartition(".")[2] for event in events_of(rule_subject(row))][::-1]


def test_a_draft_goes_live_and_stops_and_all_of_it_is_history(planner: Actor, a_gauge: Any) -> None:
    row = save_rule(content(), unit="9", actor=planner)
    assert (row.state, row.live) == (State.DRAFT, None)
    version = switch_on(row.pk, actor=planner, seen=row.version)
    row.refresh_from_db()
    assert (row.state, row.live, row.draft, version.number) == (State.LIVE, version, None, 1)
    row = save_rule(content(level="blue"), row, actor=planner)
    assert row.draft is not None
    assert (row.level, row.live) == ("yellow", version)  # the list shows what is live
    second = switch_on(row.pk, actor=planner)
    row = switch_off(row.pk, "传感器更换", actor=planner)
    assert (row.state, row.live, second.number) == (State.STOPPED, None, 2)
    assert kinds(row) == [
        "added", "switched_on", "changed", "switched_on", "switched_off",
    ]  # fmt: skip
    changes = events_of(rule_subject(row))[1].data["changes"]
    assert {"path": "rule.level", "before": "yellow", "after": "blue"} in changes


def test_a_content_that_was_live_before_is_its_old_version_again(
    planner: Actor, a_gauge: Any
) -> None:
    row = save_rule(content(), unit="9", actor=planner)
    first = switch_on(row.pk, actor=planner)
    switch_on(save_rule(content(level="blue"), row, actor=planner).pk, actor=planner)
    back = switch_on(save_rule(content(), row, actor=planner).pk, actor=planner)
    assert back == first
    assert RuleVersion.objects.count() == 2
    switch_off(row.pk, "换季", actor=planner)
    assert switch_on(row.pk, actor=planner) == first  # not the one of the highest number


def test_what_equals_the_live_content_is_no_draft(planner: Actor, a_gauge: Any) -> None:
    row = save_rule(content(), unit="9", actor=planner)
    switch_on(row.pk, actor=planner)
    assert save_rule(content(level="red"), row, actor=planner).draft is not None
    same = content(streams='property   =   "水位"')  # written otherwise, meant the same
    row = save_rule(same, row, actor=planner)
    assert row.draft is None
    assert row.writers == []
    with pytest.raises(Conflict):
        switch_on(row.pk, actor=planner)


def test_an_unfinished_draft_is_kept_but_does_not_go_live(planner: Actor) -> None:
    row = save_rule(content(when={"above": ""}), unit="9", actor=planner)
    with pytest.raises(RuleError) as caught:
        switch_on(row.pk, actor=planner)
    assert caught.value.field == "rule.when.above"


@pytest.mark.parametrize("wrong", [{"key": "Bad key"}, {"label": " "}, {"level": "green"}])
def test_a_draft_has_key_label_and_level(planner: Actor, wrong: dict[str, str]) -> None:
    with pytest.raises(RuleError) as caught:
        save_rule(content(**wrong), unit="9", actor=planner)
    assert caught.value.field == f"rule.{next(iter(wrong))}"


@pytest.mark.parametrize("label", ["水\x00位", "水\\\x00位"])
def test_what_no_database_keeps_is_refused_in_words(planner: Actor, label: str) -> None:
    with pytest.raises(Invalid, match="控制字符"):
        save_rule(content(label=label), unit="9", actor=planner)
    assert save_rule(content(label=r"水\u0000位"), unit="9", actor=planner).label == r"水\u0000位"


def test_keys_are_taken_once_and_stay(planner: Actor) -> None:
    row = save_rule(content(), unit="9", actor=planner)
    with pytest.raises(Invalid, match="已有编号"):
        save_rule(content(), unit="901", actor=planner)
    with pytest.raises(Invalid, match="不能再改"):
        save_rule(content("other"), row, actor=planner)


def test_two_who_write_at_once_do_not_overwrite_each_other(
    planner: Actor, actor: Actors, a_gauge: Any
) -> None:
    row = save_rule(content(), unit="9", actor=planner)
    seen = row.version
    save_rule(content(level="blue"), row, actor=planner, seen=seen)
    for act in (
        lambda: save_rule(content(level="red"), row, actor=planner, seen=seen),
        lambda: switch_on(row.pk, actor=planner, seen=seen),
        lambda: discard_draft(row.pk, actor=planner, seen=seen),
    ):
        with pytest.raises(Conflict):
            act()


@pytest.mark.parametrize("level", ["orange", "red"])
def test_grave_rules_need_a_second_pair_of_eyes(
    planner: Actor, actor: Actors, a_gauge: Any, level: str
) -> None:
    row = save_rule(content(level=level), unit="9", actor=planner)
    with pytest.raises(Conflict, match="另一位"):
        switch_on(row.pk, actor=planner)
    other = actor("administrator", "9")
    save_rule(content(level=level, wait="5 s"), row, actor=other)
    with pytest.raises(Conflict, match="另一位"):  # both wrote on it now
        switch_on(row.pk, actor=other)
    leader = actor("leader", "9")
    assert switch_on(row.pk, actor=leader).created_by
    # What was let live once may be stopped and let live again by one person.
    switch_off(row.pk, "换季", actor=planner)
    switch_on(row.pk, actor=planner)


def unread(somebody: Actor) -> int:
    member = member_of_actor(somebody)
    assert member is not None
    return unread_count(member)


def test_whoever_may_switch_a_grave_rule_on_is_told_once_it_waits(
    planner: Actor, actor: Actors, a_gauge: Any
) -> None:
    leader, head = actor("leader", "9"), actor("unit_head", "901")
    row = save_rule(content(level="red"), unit="9", actor=planner)
    assert ask_second(row.pk, actor=planner) == 1
    assert [unread(each) for each in (leader, planner, head)] == [1, 0, 0]
    switch_on(row.pk, actor=leader)
    assert unread(leader) == 0  # settled
    with pytest.raises(Conflict):
        ask_second(row.pk, actor=planner)
    mild = save_rule(content("mild"), unit="9", actor=planner)
    with pytest.raises(Conflict, match="不需要"):
        ask_second(mild.pk, actor=planner)


def test_a_district_says_which_levels_need_two(
    planner: Actor, a_gauge: Any, tmp_path: Path
) -> None:
    file = tmp_path / "alarms.toml"
    file.write_text('two_people = ["yellow"]\n')
    assert load_alarms_file(file) == "alarm rules: 0"
    switch_on(save_rule(content(level="red"), unit="9", actor=planner).pk, actor=planner)
    row = save_rule(content("second"), unit="9", actor=planner)
    with pytest.raises(Conflict, match="黄色"):
        switch_on(row.pk, actor=planner)


def test_nobody_watches_what_they_may_not_see(
    actor: Actors, gauge: MakeGauge, a_gauge: Any
) -> None:
    gauge("C", "902")
    head = actor("unit_head", "901")
    own = save_rule(content(), unit="901", actor=head)
    assert switch_on(own.pk, actor=head).number == 1  # a street's rule sees its own alone
    with pytest.raises(NotPermitted):
        save_rule(content("of_west"), unit="902", actor=head)
    with pytest.raises(NotPermitted):
        save_rule(content("of_all"), unit="9", actor=head)


def test_nothing_goes_live_that_watches_nothing(planner: Actor, district: None) -> None:
    row = save_rule(content(), unit="9", actor=planner)
    with pytest.raises(Invalid, match="没有任何数据流"):
        switch_on(row.pk, actor=planner)


@pytest.mark.parametrize("role", ["officer", "duty_officer", "viewer", "auditor", "supervisor"])
def test_only_planners_heads_and_administrators_write(actor: Actors, role: str) -> None:
    row = save_rule(content(), unit="901", actor=LOADER)
    somebody = actor(role, "901")
    for act in (
        lambda: save_rule(content("more"), unit="901", actor=somebody),
        lambda: save_rule(content(level="red"), row, actor=somebody),
        lambda: switch_on(row.pk, actor=somebody),
        lambda: switch_off(row.pk, "x", actor=somebody),
        lambda: discard_draft(row.pk, actor=somebody),
        lambda: copy_rule(row.pk, "more", "更多", actor=somebody),
    ):
        with pytest.raises(NotPermitted):
            act()


def test_a_draft_that_never_was_live_goes_with_its_rule(planner: Actor, a_gauge: Any) -> None:
    row = save_rule(content(), unit="9", actor=planner)
    assert discard_draft(row.pk, actor=planner) is None
    assert not AlarmRule.objects.exists()
    with pytest.raises(NotFound):
        switch_on(row.pk, actor=planner)
    row = save_rule(content(), unit="9", actor=planner)
    switch_on(row.pk, actor=planner)
    save_rule(content(level="red"), row, actor=planner)
    kept = discard_draft(row.pk, actor=planner)
    assert kept is not None
    assert (kept.draft, kept.level, kept.state) == (None, "yellow", State.LIVE)


def test_a_copy_is_a_draft_under_another_key(planner: Actor, a_gauge: Any) -> None:
    row = save_rule(content(), unit="9", actor=planner)
    switch_on(row.pk, actor=planner)
    made = copy_rule(row.pk, "river_low", "水位偏低", actor=planner)
    assert (made.key, made.label, made.state) == ("river_low", "水位偏低", State.DRAFT)
    assert made.draft is not None
    assert made.draft["rule"]["when"] == {"above": 3.0, "release": 2.5}


def test_stopping_needs_a_reason(planner: Actor, a_gauge: Any) -> None:
    row = save_rule(content(), unit="9", actor=planner)
    switch_on(row.pk, actor=planner)
    with pytest.raises(Invalid, match="原因"):
        switch_off(row.pk, " ", actor=planner)


def test_put_is_once_for_a_content_and_leaves_people_s_work(planner: Actor, a_gauge: Any) -> None:
    row = put_rule(content(level="red"), unit="9", actor=LOADER)
    assert row.state == State.LIVE
    assert put_rule(content(level="red"), unit="9", actor=LOADER).version == row.version
    switch_off(row.pk, "换季", actor=planner)
    assert put_rule(content(level="red"), unit="9", actor=LOADER).state == State.STOPPED
    save_rule(content(level="blue", wait="5 s"), row, actor=planner)
    row = put_rule(content(level="orange"), unit="9", actor=LOADER)
    assert (row.state, row.level) == (State.LIVE, "orange")
    assert row.draft is not None
    assert row.draft["rule"]["wait"] == "5 s"
    with pytest.raises(Conflict):
        put_rule(content(level="blue"), unit="901", actor=LOADER)
    assert row.live is not None
    assert len(binding_of(row.live).groups) == 1


FILE = """
[[rules]]
unit = "9"
key = "river_high"
label = "河道水位"
level = "red"
streams = 'property = "水位"'
when = { above = 3 }

[[rules]]
unit = "901"
live = false
key = "river_low"
label = "河道水位偏低"
level = "blue"
streams = 'property = "水位"'
[rules.when]
below = 0.2
[rules.groups]
by = "thing"
"""


def test_a_file_brings_rules_once(district: None, tmp_path: Path) -> None:
    file = tmp_path / "alarms.toml"
    file.write_text(FILE)
    assert load_rules_file(file, actor=LOADER) == 2
    before = {row.key: (row.version, row.state) for row in AlarmRule.objects.all()}
    assert [state for _version, state in before.values()] == [State.LIVE, State.DRAFT]
    assert load_rules_file(file, actor=LOADER) == 2
    assert before == {row.key: (row.version, row.state) for row in AlarmRule.objects.all()}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('label = "河道水位偏低"', "label = 5", "rules[1] river_low: rule.label"),
        ('unit = "901"\n', "", "rules[1] river_low.unit"),
        ('unit = "901"', 'unit = "77"', "rules[1] river_low: unit"),
        ("below = 0.2", "below =", "toml"),
        ("[[rules]]", "colour = 1\n[[rules]]", "colour"),
    ],
)
def test_a_file_with_a_fault_brings_nothing(
    district: None, tmp_path: Path, old: str, new: str, said: str
) -> None:
    file = tmp_path / "alarms.toml"
    file.write_text(FILE.replace(old, new, 1))
    with pytest.raises(Invalid) as caught:
        load_rules_file(file, actor=LOADER)
    assert caught.value.field == said
    assert not AlarmRule.objects.exists()
