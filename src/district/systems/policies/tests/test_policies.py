"""Drafts, publishing by a second person, versions, what held on a day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from district.kernel.base.errors import Conflict, Invalid, NotPermitted
from district.kernel.history.public import events_of, verify
from district.kernel.measures.public import StatPeriod
from district.systems.policies.models import Policy, PolicyVersion
from district.systems.policies.rules.terms import NewTerms
from district.systems.policies.selectors.counting import in_force_by_unit
from district.systems.policies.selectors.policies import in_force, version_on
from district.systems.policies.selectors.rights import subject_of, terms_of
from district.systems.policies.services.policies import (
    publish_policy,
    save_policy,
    withdraw_policy,
)
from district.systems.policies.tests.conftest import TEXT, WHERE, People, Publish
from district.testing.moments import standing

pytestmark = pytest.mark.django_db


def _changed(policy: Policy, **given: object) -> NewTerms:
    return NewTerms(**{**vars(terms_of(policy)), **given})


def test_a_draft_is_written_by_the_unit_alone(people: People) -> None:
    terms = NewTerms("工业企业增长奖励")
    for stranger in (people.other, people.viewer, people.leader):
        with pytest.raises(NotPermitted):
            save_policy(terms, unit="9-D01", actor=stranger)
    policy = save_policy(terms, unit="9-D01", actor=people.writer)
    assert (policy.state, policy.has_draft, policy.live) == ("draft", True, None)
    with pytest.raises(NotPermitted):
        save_policy(terms, policy.pk, actor=people.other)


@pytest.mark.parametrize(
    ("given", "field", "says"),
    [
        ({"title": "短"}, "title", "4到120"),
        ({"where": "revenue >="}, "where", "第 11 个字"),
        ({"where": "turnover > 3"}, "where", "turnover"),
        ({"where": " and ".join(f"staff > {n}" for n in range(41))}, "where", "41"),
        ({"benefit_kind": "gift"}, "benefit_kind", "列表"),
        ({"amount": Decimal(0)}, "amount", "万元"),
        ({"opens_on": date(2025, 5, 1), "closes_on": date(2025, 4, 1)}, "closes_on", "早于"),
        ({"text": "字" * 20_001}, "text", "20000"),
    ],
)
def test_bad_terms_name_their_field_and_leave_nothing(
    people: People, given: dict[str, object], field: str, says: str
) -> None:
    terms = NewTerms(**{"title": "工业企业增长奖励", **given})  # type: ignore[arg-type]  # as said
    with pytest.raises(Invalid, match=says) as refused:
        save_policy(terms, unit="9-D01", actor=people.writer)
    assert refused.value.field == field
    assert not Policy.objects.exists()


def test_another_person_publishes(people: People) -> None:
    terms = NewTerms("工业企业增长奖励", TEXT, WHERE, benefit="奖励", opens_on=date(2025, 1, 1))
    policy = save_policy(terms, unit="9-D01", actor=people.head)
    with pytest.raises(NotPermitted):
        publish_policy(policy.pk, actor=people.writer)
    with pytest.raises(Conflict, match="起草人以外"):
        publish_policy(policy.pk, actor=people.head)
    save_policy(_changed(policy, benefit="最高奖励50万元"), policy.pk, actor=people.writer)
    version = publish_policy(policy.pk, actor=people.head)
    assert (version.number, version.written_by_name, version.published_by_name) == (
        1,
        "writer",
        "head",
    )
    assert version.condition["all"]
    with pytest.raises(Conflict, match="没有未发布"):
        publish_policy(policy.pk, actor=people.head)


@pytest.mark.parametrize("lacking", ["text", "where", "benefit", "opens_on"])
def test_what_is_missing_is_named_before_publishing(people: People, lacking: str) -> None:
    given = {"text": TEXT, "where": WHERE, "benefit": "奖励", "opens_on": date(2025, 1, 1)}
    given[lacking] = None if lacking == "opens_on" else ""
    terms = NewTerms("工业企业增长奖励", **given)  # type: ignore[arg-type]  # a test's own
    policy = save_policy(terms, unit="9-D01", actor=people.writer)
    with pytest.raises(Invalid) as refused:
        publish_policy(policy.pk, actor=people.head)
    assert refused.value.field == lacking


def test_a_condition_that_nobody_can_hold_is_not_published(people: People) -> None:
    terms = NewTerms(
        "工业企业增长奖励", TEXT, "staff > 300 and staff < 20", benefit="奖励",
        opens_on=date(2025, 1, 1),
    )  # fmt: skip
    policy = save_policy(terms, unit="9-D01", actor=people.writer)
    with pytest.raises(Invalid, match="没有任何企业"):
        publish_policy(policy.pk, actor=people.head)
    assert not PolicyVersion.objects.exists()


def test_what_held_on_a_day_can_be_asked(people: People, published: Publish) -> None:
    policy = published()
    first = policy.live
    assert first is not None
    with standing("2025-09-24 10:00"):
        changed = _changed(policy, where=WHERE + " and staff >= 10")
        save_policy(changed, policy.pk, actor=people.writer)
        policy.refresh_from_db()
        assert policy.has_draft
        assert policy.live_id == first.pk
        second = publish_policy(policy.pk, actor=people.head)
    with standing("2025-09-26 10:00"):
        withdraw_policy(policy.pk, "预算用完", actor=people.head)
    days = {
        21: None, 22: first, 23: first, 24: second, 25: second, 26: None,
    }  # fmt: skip
    for day, version in days.items():
        assert version_on(policy, date(2025, 9, day)) == version, day
    first.refresh_from_db()
    assert (first.where, first.end_reason) == (WHERE, "由第2版替代")
    assert first.digest != second.digest
    with pytest.raises(Conflict, match="已经撤回"):
        save_policy(_changed(policy, benefit="x"), policy.pk, actor=people.writer)
    kinds = [event.kind for event in events_of(subject_of(policy))]
    assert kinds.count("policies.policy.published") == 2
    assert kinds[-1] == "policies.policy.withdrawn" or kinds[0] == "policies.policy.withdrawn"
    assert verify().sound


def test_two_writers_do_not_overwrite_each_other(people: People, published: Publish) -> None:
    policy = published()
    seen = policy.version
    save_policy(_changed(policy, benefit="甲"), policy.pk, actor=people.writer, seen=seen)
    with pytest.raises(Conflict, match="刷新"):
        save_policy(_changed(policy, benefit="乙"), policy.pk, actor=people.writer, seen=seen)


def test_saving_the_same_again_writes_nothing(people: People, published: Publish) -> None:
    policy = published()
    before = len(events_of(subject_of(policy)))
    saved = save_policy(terms_of(policy), policy.pk, actor=people.writer)
    assert not saved.has_draft
    assert len(events_of(subject_of(policy))) == before


def test_policies_in_force_are_counted_by_unit(people: People, published: Publish) -> None:
    published()
    published(title="已经截止的政策", closes_on=date(2025, 9, 22))
    published(title="还没开始的政策", opens_on=date(2025, 10, 1))
    today = date(2025, 9, 22)
    assert len(in_force(today, "enterprises")) == 2
    period = StatPeriod(date(2025, 1, 1), date(2025, 9, 30), "year_to_date")
    assert in_force_by_unit(period) == {"9-D01": 1, "9": 1}
