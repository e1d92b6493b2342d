"""Nobody is asked twice: which facts travel along, between which types."""

from __future__ import annotations

import pytest

from district.kernel.base.errors import Invalid
from district.kernel.cases.public import case_type_of, perform
from district.systems.disputes.models import CaseParty
from district.systems.disputes.names import ARBITRATION, COURT, LEGAL_AID, MEDIATION, TYPES
from district.systems.disputes.rules.carrying import WAYS
from district.systems.disputes.rules.facts import ASKED, COMMON, still_to_ask
from district.systems.disputes.services import carry
from district.systems.disputes.tests.conftest import Opened, People

#: What a labour dispute that was told in full has said at the first counter.
TOLD = {
    "dispute_kind": "labour",
    "claims": "请被申请人支付拖欠的工资",
    "amount": "12000.50",
    "people": 1,
    "happened_on": "2025-08-31",
    "evidence": "考勤记录",
}


@pytest.mark.parametrize("type_key", TYPES)
def test_every_type_knows_all_the_facts_that_travel(type_key: str) -> None:
    schema = case_type_of(type_key).schema
    first = case_type_of(MEDIATION).schema
    for name in COMMON:
        attribute, same = schema.get(name), first.get(name)
        assert attribute is not None
        assert same is not None
        assert (attribute.type, attribute.choice_values) == (same.type, same.choice_values)
    for name in ASKED[type_key]:
        assert schema.get(name) is not None


@pytest.mark.parametrize(("before", "after"), sorted(WAYS))
def test_what_the_type_before_asked_is_not_asked_by_the_type_after(before: str, after: str) -> None:
    answered = dict.fromkeys(ASKED[before], "x")
    asked = still_to_ask(after, answered)
    assert not set(asked) & set(ASKED[before])
    assert set(WAYS[before, after].stages) <= set(case_type_of(before).stages)


def test_what_is_asked_at_each_step_of_a_labour_dispute_told_in_full() -> None:
    known = dict(TOLD)
    assert set(still_to_ask(LEGAL_AID, known)) == {"means"}
    known |= {"means": "exempt"}
    assert set(still_to_ask(ARBITRATION, known)) == {
        "hired_on",
        "left_on",
        "monthly_wage",
        "has_contract",
        "centre",
    }
    assert set(still_to_ask(COURT, known)) == {"purpose"}


@pytest.mark.django_db
def test_facts_place_and_parties_travel_through_the_whole_chain(
    opened: Opened, people: People
) -> None:
    first = opened(facts={"centre": ""})
    perform(first.pk, "accept", actor=people.east)
    perform(first.pk, "fail", actor=people.east, data={"why_failed": "apart", "text": "差距大"})
    aid = carry(first.pk, LEGAL_AID, actor=people.east)
    perform(aid.pk, "grant", actor=people.justice, data={"aid_form": "advice", "means": "exempt"})
    work = {"hired_on": "2025-06-01", "monthly_wage": "6000", "has_contract": "true"}
    third = carry(aid.pk, ARBITRATION, actor=people.justice, facts=work)
    perform(third.pk, "decline", actor=people.arbitration, data={"text": "超过时效"})
    court = carry(third.pk, COURT, actor=people.arbitration, facts={"purpose": "filing"})
    for case in (aid, third, court):
        assert {name: case.facts[name] for name in TOLD} == TOLD
        assert case.text == first.text
        assert case.title == first.title
        assert (case.street_unit_id, case.place) == ("901", "工业路2号")
        assert case.is_confidential
        parties = CaseParty.objects.filter(case=case).order_by("role")
        kept = CaseParty.objects.filter(case=first).order_by("role")
        assert [(p.party_id, p.role) for p in parties] == [(p.party_id, p.role) for p in kept]
    assert court.facts["monthly_wage"] == "6000"
    assert court.facts["has_contract"] is True


@pytest.mark.django_db
def test_what_is_known_is_not_overwritten_on_the_way(opened: Opened, people: People) -> None:
    case = opened()
    perform(case.pk, "accept", actor=people.east)
    after = carry(case.pk, LEGAL_AID, actor=people.east, facts={"amount": "1", "means": "stated"})
    assert (after.facts["amount"], after.facts["means"]) == ("12000.50", "stated")
    with pytest.raises(Invalid, match="手机号"):
        opened(text="请打13800138000联系申请人")
