"""Drafts: read by the unit that writes them, those that are asked, and leaders."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from district.kernel.base.errors import Conflict, Invalid, NotFound, NotPermitted
from district.kernel.history.public import verify
from district.kernel.notifications.public import unread_count
from district.systems.policies.models import Policy
from district.systems.policies.rules.terms import NewTerms
from district.systems.policies.selectors.policies import (
    may_read_draft,
    policy_for,
    visible_policies,
)
from district.systems.policies.services.consultations import answer, consult
from district.systems.policies.services.policies import publish_policy, save_policy
from district.systems.policies.tests.conftest import TEXT, WHERE, People, Publish
from district.systems.policies.tests.test_policies import _changed

pytestmark = pytest.mark.django_db
DUE = date(2025, 9, 30)


@pytest.fixture
def draft(people: People) -> Policy:
    """A policy of 9-D01 that was never published."""
    terms = NewTerms("秘密的新奖励", TEXT, WHERE, benefit="最高50万元", opens_on=date(2025, 10, 1))
    return save_policy(terms, unit="9-D01", actor=people.writer)


def _readers(people: People, policy: Policy) -> set[str]:
    found = set()
    for key in people.members:
        if visible_policies(getattr(people, key)).filter(pk=policy.pk).exists():
            found.add(key)
    return found


def test_a_draft_is_read_by_its_unit_and_leaders(people: People, draft: Policy) -> None:
    assert _readers(people, draft) == {"writer", "head", "leader"}
    with pytest.raises(NotFound):
        policy_for(draft.pk, people.other)
    for stranger in ("other", "viewer", "planner"):
        client = people.client(stranger)
        assert client.get(draft.get_absolute_url()).status_code == 404
        for address in (reverse("policies"), "/registers/policies/?format=json"):
            assert "秘密的新奖励" not in client.get(address).content.decode()
    assert "秘密的新奖励" in people.client("leader").get(reverse("policies")).content.decode()


def test_whoever_is_asked_reads_the_draft_and_answers_for_their_unit(
    people: People, draft: Policy
) -> None:
    with pytest.raises(NotPermitted):
        consult(draft.pk, ["9-D02"], DUE, actor=people.other)
    for units, due in (([], DUE), (["9-D01"], DUE), (["none"], DUE), (["9-D02"], date(2025, 9, 1))):
        with pytest.raises(Invalid):
            consult(draft.pk, units, due, actor=people.writer)
    consult(draft.pk, ["9-D02"], DUE, actor=people.writer)
    assert unread_count(people.members["other"]) == 1
    assert _readers(people, draft) == {"writer", "head", "leader", "other", "other_head"}
    with pytest.raises(NotPermitted):
        answer(draft.pk, "9-D02", agrees=True, remarks="", actor=people.writer, seen=draft.version)
    with pytest.raises(Invalid, match="意见"):
        answer(draft.pk, "9-D02", agrees=False, remarks="", actor=people.other, seen=draft.version)
    with pytest.raises(NotFound):
        answer(draft.pk, "901", agrees=True, remarks="", actor=people.east, seen=draft.version)
    row = answer(
        draft.pk, "9-D02", agrees=False, remarks="门槛偏高", actor=people.other, seen=draft.version
    )
    assert not row.is_waiting
    page = people.client("writer").get(draft.get_absolute_url()).content.decode()
    assert "门槛偏高" in page
    assert verify().sound


def test_an_answer_to_an_older_draft_is_not_taken_and_asking_again_waits_again(
    people: People, draft: Policy
) -> None:
    consult(draft.pk, ["9-D02"], DUE, actor=people.writer)
    seen = draft.version
    save_policy(_changed(draft, benefit="最高60万元"), draft.pk, actor=people.writer)
    with pytest.raises(Conflict):
        answer(draft.pk, "9-D02", agrees=True, remarks="", actor=people.other, seen=seen)
    draft.refresh_from_db()
    answer(draft.pk, "9-D02", agrees=True, remarks="", actor=people.other, seen=draft.version)
    consult(draft.pk, ["9-D02"], DUE, actor=people.writer)
    assert draft.consultations.get().agrees is True
    publish_policy(draft.pk, actor=people.head)
    draft.refresh_from_db()
    with pytest.raises(Conflict):
        answer(draft.pk, "9-D02", agrees=True, remarks="", actor=people.other, seen=draft.version)
    with pytest.raises(Conflict):
        consult(draft.pk, ["9-D02"], DUE, actor=people.writer)


def test_what_is_changed_after_publishing_is_a_draft_too(
    people: People, published: Publish
) -> None:
    policy = published()
    changed = _changed(policy, title="悄悄改过的名称", benefit="最高99万元")
    save_policy(changed, policy.pk, actor=people.writer)
    policy.refresh_from_db()
    assert may_read_draft(policy, people.leader)
    assert not may_read_draft(policy, people.viewer)
    client, url = people.client("viewer"), policy.get_absolute_url()
    for address in (url, reverse("policies"), "/registers/policies/?format=json",
                    "/registers/policies/?q=悄悄"):  # fmt: skip
        page = client.get(address).content.decode()
        assert "悄悄改过的名称" not in page.replace("q=悄悄", "")
        assert "99万元" not in page
    assert client.get(f"{url}?version=draft").status_code == 404
    own = people.client("writer")
    assert "看草稿" in own.get(url).content.decode()
    assert "最高99万元" in own.get(f"{url}?version=draft").content.decode()


def test_the_pages_of_a_consultation(people: People, draft: Policy) -> None:
    ask = reverse("policy_consult", args=[draft.pk])
    writer, other = people.client("writer"), people.client("other")
    assert other.get(ask).status_code == 404
    assert writer.post(ask, {"units": [], "due_on": "2025-09-30"}).status_code == 422
    assert writer.post(ask, {"units": ["9-D02"], "due_on": "2025-09-30"}).status_code == 302
    respond = reverse("policy_answer", args=[draft.pk, "9-D02"])
    assert "代表商务局反馈意见" in other.get(draft.get_absolute_url()).content.decode()
    assert writer.get(respond).status_code == 404
    given = {"agrees": "no", "remarks": "门槛偏高", "seen": str(draft.version)}
    assert other.post(respond, given | {"remarks": ""}).status_code == 422
    assert other.post(respond, given | {"seen": "77"}).status_code == 422
    assert other.post(respond, given).status_code == 302
