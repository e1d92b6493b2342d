"""Telling people: by whoever is near them, once, as often as they want; what came of it."""

from __future__ import annotations

from datetime import date

import pytest

from district.kernel.base.errors import Conflict, Invalid, NotFound, NotPermitted
from district.kernel.cases.public import Case
from district.kernel.history.public import events_of, verify
from district.systems.policies.models import Consent, Notice, Policy, Push, PushRun
from district.systems.policies.names import SUBSIDY_APPLICATION
from district.systems.policies.selectors.policies import push_for, pushed_counts, run_for
from district.systems.policies.selectors.recipients import subject_of_notice
from district.systems.policies.services.applications import apply_for, offer
from district.systems.policies.services.consents import save_limit
from district.systems.policies.services.notices import note_outcome
from district.systems.policies.services.pushing import do_run, start_run
from district.systems.policies.services.recipients import save_wish
from district.systems.policies.tests.conftest import People, Publish, not_queued
from district.systems.policies.tests.people import WHERE, MakeRecipient, recorded

pytestmark = pytest.mark.django_db
__all__ = ["recorded"]


def _tell(policy: Policy, people: People) -> PushRun:
    run, _small = start_run(policy.pk, actor=people.writer, enqueue=not_queued)
    return do_run(str(run.pk))


def test_a_round_gives_the_community_somebody_to_tell(
    people: People, recorded: MakeRecipient, published: Publish
) -> None:
    row = recorded(1)
    recorded(2, disability="4")
    recorded(3, disability=None)
    run = _tell(published("people", where=WHERE), people)
    assert (run.total, run.sent) == (1, 1)
    notice = Notice.objects.get()
    assert (notice.recipient, notice.unit_id, notice.outcome) == (row, "901001", "waiting")
    push = Push.objects.get()
    assert (push.code, push.name, push.channel) == (row.number, row.number, "person")
    assert push.values == {"birth_date": "1940-05-06", "hukou": "here", "disability": "1"}
    assert notice.push == push


def test_who_may_read_of_a_push_to_a_person(
    people: People, recorded: MakeRecipient, published: Publish
) -> None:
    recorded()
    run = _tell(published("people", where=WHERE), people)
    push = Push.objects.get()
    may = set()
    for key in people.members:
        try:
            push_for(push.pk, getattr(people, key))
            may.add(key)
        except NotFound:
            pass
    assert may == {"writer", "head", "neighbour", "neighbour_head", "east"}
    assert run_for(run.pk, people.head) == run
    for stranger in (people.leader, people.planner, people.east, people.other):
        with pytest.raises(NotFound):
            run_for(run.pk, stranger)


def test_what_was_told_counts_as_read_and_is_noted_once(
    people: People, recorded: MakeRecipient, published: Publish
) -> None:
    recorded()
    policy = published("people", where=WHERE)
    _tell(policy, people)
    notice = Notice.objects.get()
    for stranger in (people.far_neighbour, people.leader, people.other):
        with pytest.raises(NotFound):
            note_outcome(notice.pk, "told", "phone", actor=stranger)
    with pytest.raises((NotFound, NotPermitted)):  # the issuing unit sees it and does not tell
        note_outcome(notice.pk, "told", "phone", actor=people.writer)
    for outcome, means in (("confirmed", "phone"), ("told", "letter"), ("", "phone")):
        with pytest.raises(Invalid):
            note_outcome(notice.pk, outcome, means, actor=people.neighbour)
    note_outcome(notice.pk, "unreached", "phone", actor=people.neighbour)
    assert pushed_counts(policy)["read"] == 0
    note_outcome(notice.pk, "told", "visit", actor=people.neighbour)
    assert pushed_counts(policy)["read"] == 1
    with pytest.raises(Conflict):
        note_outcome(notice.pk, "told", "visit", actor=people.neighbour)
    assert len(events_of(subject_of_notice(notice))) == 2
    assert verify().sound


def test_who_wants_no_more_is_told_no_more(
    people: People, recorded: MakeRecipient, published: Publish
) -> None:
    row = recorded()
    _tell(published("people", where=WHERE), people)
    note_outcome(Notice.objects.get().pk, "told", "phone", actor=people.neighbour, no_more=True)
    assert Consent.objects.get().wants is False
    run = _tell(published("people", where=WHERE, title="另一项老年补贴"), people)
    assert (run.sent, run.opted_out) == (0, 1)
    with pytest.raises(NotPermitted):
        save_wish(row.number, wants=True, actor=people.far_neighbour)
    save_wish(row.number, wants=True, actor=people.neighbour)
    assert _tell(published("people", where=WHERE, title="又一项老年补贴"), people).sent == 1


def test_people_are_told_so_often_a_month_and_no_more(
    people: People, recorded: MakeRecipient, published: Publish
) -> None:
    recorded()
    save_limit(1, actor=people.planner)
    runs = [
        _tell(published("people", where=WHERE, title=f"老年补贴之{n}"), people) for n in range(2)
    ]
    assert [(run.sent, run.capped) for run in runs] == [(1, 0), (0, 1)]


def test_a_policy_for_one_audience_is_not_asked_of_the_other(
    people: People, recorded: MakeRecipient, published: Publish
) -> None:
    recorded()
    assert _tell(published("people", where=WHERE), people).total == 1
    assert _tell(published(), people).total == 0
    with pytest.raises(Invalid):
        published("people", where="revenue >= 2000")


def test_a_grant_without_application_waits_for_the_persons_word(
    people: People, recorded: MakeRecipient, published: Publish
) -> None:
    row, other = recorded(1), recorded(2, disability="4")
    policy = published("people", where=WHERE, without_application=True)
    with pytest.raises(Conflict, match="全部条件"):
        offer(policy.pk, other.number, actor=people.writer)
    case = offer(policy.pk, row.number, actor=people.writer)
    assert (case.type_key, case.stage) == (SUBSIDY_APPLICATION, "confirming")
    assert "1940" not in case.text
    notice = Notice.objects.get()
    assert (notice.kind, notice.unit_id) == ("confirm", "901001")
    with pytest.raises(Invalid):
        note_outcome(notice.pk, "told", "visit", actor=people.neighbour)
    note_outcome(notice.pk, "confirmed", "visit", actor=people.neighbour)
    case.refresh_from_db()
    assert case.stage == "decision"


def test_who_declines_a_grant_ends_its_case(
    people: People, recorded: MakeRecipient, published: Publish
) -> None:
    policy = published("people", where=WHERE, without_application=True)
    offer(policy.pk, recorded().number, actor=people.writer)
    note_outcome(Notice.objects.get().pk, "declined", "phone", actor=people.neighbour)
    assert Case.objects.get().stage == "lapsed"


def test_a_worker_applies_for_a_person_on_record(
    people: People, recorded: MakeRecipient, published: Publish
) -> None:
    row = recorded(birth_date=date(1960, 1, 1))
    policy = published("people", where=WHERE)
    made = apply_for(policy.pk, row.number, actor=people.neighbour)
    assert made.code
    assert made.case.facts["eligibility"] == "misses_one"
    assert made.case.facts["code"] == row.number
    assert "enterprise" not in made.case.facts
    assert (made.case.centre_unit_id, made.case.street_unit_id) == ("9-D01", "901")
    with pytest.raises(Conflict, match="在办"):
        apply_for(policy.pk, row.number, actor=people.neighbour)
