"""Matches on pages: who may speak of them, what lands and is counted."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from district.kernel.base.errors import Conflict, Invalid, NotPermitted
from district.kernel.measures.public import StatPeriod
from district.systems.scenarios.models import Feedback, Landing
from district.systems.scenarios.selectors.landings import landed_by_unit, landed_with
from district.systems.scenarios.selectors.matching import matches_of
from district.systems.scenarios.services.entries import withdraw_entry
from district.systems.scenarios.services.matching import (
    claim_landing,
    decide_landing,
    judge_match,
)
from district.systems.scenarios.tests.conftest import MakeEntry, People

pytestmark = pytest.mark.django_db
YEAR = StatPeriod(date(2025, 1, 1), date(2025, 9, 30), "year_to_date")


def test_both_sides_find_each_other_and_hard_conditions_hold_back(
    people: People, offered: MakeEntry
) -> None:
    need = offered("opportunity", requires='tags has "machine_vision"')
    good = offered(title="合适的")
    offered(title="太贵的", money=Decimal(500))
    offered(title="没有视觉", tags=["drone"])
    offered(title="还是草稿", ready=False)
    gone = offered(title="撤下的")
    withdraw_entry(gone.pk, "停产", actor=people.east)
    found = matches_of(need)
    assert [match.entry.title for match in found.found] == ["合适的"]
    assert (found.refused, found.undecided) == (2, ())
    assert [match.entry for match in matches_of(good).found] == [need]
    assert any("无人机" in why for _label, why, _part in found.found[0].parts)


def test_feedback_is_kept_and_moves_the_ranking(people: People, offered: MakeEntry) -> None:
    need = offered("opportunity")
    first, second = offered(title="方案甲"), offered(title="方案乙")
    before = [match.entry.title for match in matches_of(need).found]
    last = {"方案甲": first, "方案乙": second}[before[1]]
    with pytest.raises(NotPermitted):
        judge_match(need.pk, last.pk, "useful", actor=people.bureau)
    with pytest.raises(Invalid):
        judge_match(need.pk, last.pk, "landed", actor=people.west)
    with pytest.raises(Invalid):
        judge_match(first.pk, second.pk, "useful", actor=people.east)
    judge_match(need.pk, last.pk, "not_useful", actor=people.west)
    judge_match(last.pk, need.pk, "contacted", actor=people.west)
    assert Feedback.objects.count() == 2
    assert [match.entry.title for match in matches_of(need).found] == before[::-1]
    judge_match(need.pk, last.pk, "not_useful", actor=people.east)
    judge_match(need.pk, last.pk, "not_useful", actor=people.keeper)
    assert [match.entry.title for match in matches_of(need).found] == before


def test_a_landing_counts_once_another_person_has_confirmed_it(
    people: People, offered: MakeEntry
) -> None:
    need, offer = offered("opportunity"), offered()
    given: dict[str, Any] = {
        "landed_on": date(2025, 9, 20),
        "text": "已在西街道河道投入使用，每天巡检两次。",
    }
    with pytest.raises(NotPermitted):
        claim_landing(need.pk, offer.pk, actor=people.bureau, **given)
    with pytest.raises(Invalid) as refused:
        claim_landing(
            need.pk, offer.pk, actor=people.keeper, **{**given, "landed_on": date(2025, 9, 23)}
        )
    assert refused.value.field == "landed_on"
    row = claim_landing(need.pk, offer.pk, actor=people.keeper, money=Decimal(60), **given)
    with pytest.raises(Conflict, match="已经申报"):
        claim_landing(offer.pk, need.pk, actor=people.east, **given)
    assert landed_by_unit(YEAR).get("902") is None
    for other in (people.west, people.east):
        with pytest.raises(NotPermitted):
            decide_landing(row.pk, confirmed=True, decision="可以", actor=other)
    with pytest.raises(Conflict, match="另一人"):
        decide_landing(row.pk, confirmed=True, decision="可以", actor=people.keeper)
    decide_landing(row.pk, confirmed=True, decision="已到现场查看", actor=people.keeper_head)
    assert landed_by_unit(YEAR) == {"902": 1, "9": 1}
    assert landed_by_unit(StatPeriod(date(2025, 1, 1), date(2025, 8, 31), "year_to_date")) == {
        "9": 0
    }
    assert landed_with("drone")(YEAR) == {"902": 1, "9": 1}
    assert landed_with("cim")(YEAR) == {"9": 0}
    with pytest.raises(Conflict, match="核实过"):
        decide_landing(row.pk, confirmed=False, decision="再想想", actor=people.keeper_head)


def test_a_refused_landing_may_be_claimed_anew(people: People, offered: MakeEntry) -> None:
    need, offer = offered("opportunity"), offered()
    given: dict[str, Any] = {
        "landed_on": date(2025, 9, 20),
        "text": "已在西街道河道投入使用，每天巡检两次。",
    }
    row = claim_landing(need.pk, offer.pk, actor=people.west, **given)
    decide_landing(row.pk, confirmed=False, decision="现场没有看到", actor=people.keeper)
    assert claim_landing(need.pk, offer.pk, actor=people.west, **given).pk != row.pk


def test_a_match_is_judged_and_landed_on_pages(people: People, offered: MakeEntry) -> None:
    need, offer = offered("opportunity"), offered()
    client = people.client("west")
    url = reverse("scenarios_matches", args=[need.pk])
    with CaptureQueriesContext(connection) as queries:
        page = client.get(url).content.decode()
    assert len(queries) <= 10
    assert offer.title in page
    assert "得分构成" in page
    judge = reverse("scenarios_judge", args=[need.pk])
    assert client.post(judge, {"other": str(offer.pk), "verdict": "useful"}).status_code == 302
    assert people.client("viewer").get(url).status_code == 404
    stranger = people.client("bureau")
    assert stranger.post(judge, {"other": str(offer.pk), "verdict": "useful"}).status_code == 403
    land = reverse("scenarios_land", args=[need.pk, offer.pk])
    assert stranger.get(land).status_code == 403
    given: dict[str, Any] = {
        "landed_on": "2025-09-20",
        "text": "已在西街道河道投入使用。",
        "money": "60",
    }
    assert client.post(land, {**given, "text": "短"}).status_code == 422
    assert client.post(land, given).status_code == 302
    row = Landing.objects.get()
    assert "核实意见" not in client.get(row.get_absolute_url()).content.decode()
    head = people.client("keeper_head")
    assert head.post(row.get_absolute_url(), {"do": "confirm"}).status_code == 422
    good = {"do": "confirm", "decision": "已到现场查看"}
    with CaptureQueriesContext(connection) as queries:
        assert "核实，计入" in head.get(row.get_absolute_url()).content.decode()
    assert len(queries) <= 10
    assert head.post(row.get_absolute_url(), good).status_code == 302
    assert head.post(row.get_absolute_url(), good).status_code == 409
    word = Feedback.objects.first()
    assert word is not None
    assert client.get(reverse("scenarios_feedback", args=[word.pk])).status_code == 302
    assert client.get(reverse("scenarios_landings")).status_code == 200
