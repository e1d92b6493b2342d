"""Rounds that were published elsewhere: taken over at once, then recognised like any other."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse

from district.kernel.base.credit_code import with_check
from district.kernel.base.errors import Conflict, Invalid, NotPermitted
from district.kernel.history.models import Event
from district.kernel.measures.public import StatPeriod
from district.kernel.organisation.public import root_code
from district.systems.scenarios.models import Recognition, Round
from district.systems.scenarios.rules.earlier import Earlier, read_earlier
from district.systems.scenarios.selectors import counting
from district.systems.scenarios.selectors.recognition import in_force
from district.systems.scenarios.services.rounds import revoke_recognition
from district.systems.scenarios.services.taking_over import take_over_round
from district.systems.scenarios.tests.conftest import People

DAYS = (date(2025, 2, 3), date(2025, 3, 3), date(2025, 4, 1))
CODE = with_check("91440307MADMT0001")
TITLE = "2025年街道推荐"


def test_lines_are_read_from_a_table_or_as_they_are_typed() -> None:
    text = f"激光雷达\t东江公司\t{CODE}\t\n\n 储能柜，西河公司, {CODE},SX-1 "
    rows = [Earlier("激光雷达", "东江公司", CODE), Earlier("储能柜", "西河公司", CODE, "SX-1")]
    assert read_earlier(text) == (rows, 0)
    assert read_earlier(f"{text}\n只有名称")[1] == 4


def test_what_was_taken_over_is_in_force_counted_and_revocable(people: People) -> None:
    rows = [Earlier("激光雷达", "东江公司", CODE), Earlier("储能柜", "东江公司", CODE, "SX-OLD-1")]
    row = take_over_round("three_new", TITLE, DAYS, rows, actor=people.keeper_head)
    assert (row.state, row.published_on) == ("published", DAYS[2])
    assert in_force("three_new", DAYS[2]).count() == 2
    assert in_force("three_new", DAYS[2] - timedelta(days=1)).count() == 0
    counted = counting.recognised("three_new")
    year = StatPeriod(date(2025, 1, 1), date(2025, 12, 31), "year_to_date")
    assert counted(year)[root_code()] == 2
    assert (
        counted(StatPeriod(date(2025, 1, 1), date(2025, 3, 31), "year_to_date"))[root_code()] == 0
    )
    old = Recognition.objects.get(number="SX-OLD-1")
    assert Event.objects.filter(kind="scenarios.recognition.made", subject_id=str(old.pk)).exists()
    assert revoke_recognition(old.pk, "材料不实", actor=people.keeper_head).revoked_on is not None
    with pytest.raises(Conflict, match="同名"):
        take_over_round("three_new", TITLE, DAYS, rows[:1], actor=people.keeper_head)
    with pytest.raises(Conflict, match="编号"):
        take_over_round("three_new", "另一批次", DAYS, rows[1:], actor=people.keeper_head)
    with pytest.raises(NotPermitted):
        take_over_round("three_new", "另一批次", DAYS, rows[:1], actor=people.keeper)
    with pytest.raises(Invalid, match="先后"):
        take_over_round("three_new", "另一批次", DAYS[::-1], rows[:1], actor=people.keeper_head)
    twice = [rows[0], rows[0]]
    with pytest.raises(Invalid, match="两次"):
        take_over_round("three_new", "另一批次", DAYS, twice, actor=people.keeper_head)
    assert Round.objects.count() == 1


def test_a_wrong_line_is_named_and_the_form_comes_back(people: People) -> None:
    client, url = people.client("keeper_head"), reverse("scenarios_round_take_over")
    data = {
        "scheme_key": "three_new", "title": TITLE, "opens_on": "2025-02-03",
        "closes_on": "2025-03-03", "published_on": "2025-04-01",
        "lines": f"激光雷达,东江公司,{CODE}\n储能柜,东江公司,91440307MADMT0001X",
    }  # fmt: skip
    answer = client.post(url, data)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "第2项" in text
    assert "储能柜" in text
    assert not Round.objects.exists()
    answer = client.post(url, data | {"lines": f"激光雷达,东江公司,{CODE}"})
    assert answer.status_code == 302
    page = client.get(answer["Location"]).content.decode()
    assert "认定结果" in page
    assert people.client("keeper").get(url).status_code == 403
    assert (
        "take_over" not in people.client("keeper").get(reverse("scenarios_rounds")).content.decode()
    )
