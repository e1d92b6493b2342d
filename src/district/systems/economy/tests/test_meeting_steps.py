"""The steps of a dispatch meeting and of what it decides: what is refused, and that nothing is
lost."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from district.kernel.base.errors import Conflict, Invalid
from district.kernel.history.public import events_of
from district.systems.economy.models import Decision
from district.systems.economy.names import meeting_subject
from district.systems.economy.rules.packs import path, shares_between
from district.systems.economy.services.issuing import issue_decisions
from district.systems.economy.services.meetings import (
    close_meeting,
    drop_decision,
    hold_meeting,
    save_decision,
)
from district.systems.economy.services.packs import make_pack
from district.systems.economy.tests.conftest import People
from district.systems.economy.tests.meetings import decision, leader, meeting
from district.testing.moments import standing

pytestmark = pytest.mark.django_db


def test_without_a_report_decisions_stay(people: People) -> None:
    row = meeting(people)
    decision(row, people, "走访企业", "2025-10-10")
    hold_meeting(row.pk, actor=people.bureau)
    with pytest.raises(Conflict, match="计划报告"):
        issue_decisions(row.pk, actor=people.planner)
    client = people.client("planner")
    answer = client.post(reverse("economy_meeting_issue", args=[row.pk]))
    assert answer.status_code == 409
    assert "计划报告" in answer.content.decode()
    assert Decision.objects.get().state == "draft"


def test_a_meeting_goes_its_way_step_by_step(people: People) -> None:
    row = meeting(people, day="2025-09-25")
    with pytest.raises(Conflict):
        hold_meeting(row.pk, actor=people.bureau)
    with pytest.raises(Conflict):
        close_meeting(row.pk, actor=people.bureau)
    one = decision(row, people, "走访企业", "2025-10-10")
    with standing("2025-09-25 16:00"):
        hold_meeting(row.pk, actor=people.bureau)
        with pytest.raises(Conflict, match="待议"):
            close_meeting(row.pk, actor=people.bureau)
        drop_decision(one.pk, actor=people.bureau)
        close_meeting(row.pk, actor=people.bureau)
        for act in (make_pack, hold_meeting, close_meeting):
            with pytest.raises(Conflict):
                act(row.pk, actor=people.planner)
    kinds = [event.kind for event in events_of(meeting_subject(row.pk))]
    assert kinds == ["economy.meeting.closed", "economy.meeting.held", "economy.meeting.planned"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"text": " "}, "text"),
        ({"due_on": date(2025, 9, 1)}, "due_on"),
        ({"lead_unit": "9-X"}, "lead_unit"),
        ({"leader": "nobody"}, "leader"),
        ({"street": "901"}, "street"),
        ({"series": "sales", "industry": "chips"}, "industry"),
        ({"series": "nothing"}, "series"),
    ],
)
def test_a_wrong_decision_is_refused_by_its_field(
    people: People, wrong: dict[str, Any], field: str
) -> None:
    row = meeting(people)
    right = {"text": "走访", "lead_unit": "9-D02", "leader": leader().pk,
             "due_on": date(2025, 10, 1)}  # fmt: skip
    with pytest.raises(Invalid) as refused:
        save_decision(row.pk, {**right, **wrong}, actor=people.bureau)
    assert refused.value.field == field
    assert not Decision.objects.exists()


def test_progress_is_due_evenly_from_the_issue_on() -> None:
    shares = shares_between(date(2025, 8, 22), date(2025, 10, 31))
    assert shares[:7] == [0] * 7
    assert shares[7:] == [Decimal("0.1286"), Decimal("0.5571"), 1, 1, 1]
    assert shares_between(date(2025, 11, 1), date(2026, 2, 1)) == []
    assert shares_between(date(2025, 12, 30), date(2025, 12, 30))[10:] == [0, 1]


def test_the_open_part_of_a_year_is_spread_as_the_decomposition_spreads_it() -> None:
    due = {3: Decimal(20), 6: Decimal(50), 9: Decimal(75), 12: Decimal(100)}
    found = path(Decimal(40), Decimal(90), due, 6)
    assert found == {6: 40, 9: 65, 12: 90}
    assert path(Decimal(0), Decimal(80), due, 0) == {3: 16, 6: 40, 9: 60, 12: 80}
    # The year is published, or the last month is no end of a stretch.
    assert path(Decimal(90), Decimal(90), due, 12) == {12: 90}
    assert path(Decimal(40), Decimal(90), due, 7) == {7: 40, 12: 90}
