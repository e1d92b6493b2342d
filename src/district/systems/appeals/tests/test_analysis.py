"""The month's analysis and the measures: counted from rows, satisfaction from calls alone."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from django.test import Client
from docx import Document

from district.kernel.cases.public import Case, perform
from district.kernel.measures.public import StatPeriod
from district.systems.appeals.selectors.analysis import analysis
from district.systems.appeals.selectors.counting import (
    finished_by_unit,
    in_time_by_unit,
    reported_by_unit,
    satisfaction_by_unit,
)
from district.systems.appeals.tests.conftest import MakeCase, People

pytestmark = pytest.mark.django_db
SEPTEMBER = StatPeriod(date(2025, 9, 1), date(2025, 9, 30), "month")


def test_satisfaction_counts_those_who_said_something_and_never_assumes(
    closed: MakeCase, people: People
) -> None:
    for said in ("satisfied", "fair", "unhappy", "no_answer", "no_word"):
        closed(said)
    found = analysis(people.leader, 2025, 9).whole.satisfaction
    assert (found.called, found.answered, found.said, found.good) == (5, 4, 3, 2)
    assert found.rate == Decimal("66.67")
    assert satisfaction_by_unit(SEPTEMBER)["9"] == Decimal("66.67")


def test_nobody_called_is_no_satisfaction_at_all(reported: MakeCase, people: People) -> None:
    reported()
    assert analysis(people.leader, 2025, 9).whole.satisfaction.rate is None
    assert satisfaction_by_unit(SEPTEMBER) == {}


def test_measures_count_what_each_unit_did_and_the_district_the_whole(
    closed: MakeCase, reported: MakeCase, people: People
) -> None:
    closed()
    closed(unit="902", at="2025-10-14 10:00")  # five working days from 22 September are long over
    late = Case.objects.get(lead_unit="902")
    assert late.due_at is not None
    reported()
    assert reported_by_unit(SEPTEMBER) == {"901": 1, "902": 1, "9": 3}
    assert finished_by_unit(SEPTEMBER) == {"901": 1, "902": 0, "9": 1}
    october = StatPeriod(date(2025, 10, 1), date(2025, 10, 31), "month")
    assert in_time_by_unit(october) == {"902": Decimal("0.00"), "9": Decimal("0.00")}
    assert in_time_by_unit(SEPTEMBER) == {"901": Decimal("100.00"), "9": Decimal("100.00")}


def test_every_figure_of_the_page_recounts_to_itself(
    closed: MakeCase, reported: MakeCase, people: People, client: Client
) -> None:
    closed()
    closed("unhappy", unit="902", at="2025-09-30 10:00")
    case = reported()
    perform(case.pk, "dispatch", actor=people.desk, data={"lead_unit": "901"})
    perform(case.pk, "give_back", actor=people.east, data={"text": "不属本街道"})
    found = analysis(people.leader, 2025, 9)
    user = people.members["leader"].user
    assert user is not None
    client.force_login(user)
    figures = [figure for _label, figure in found.figures]
    for line in (*found.by_matter, *found.by_street, *found.by_unit):
        figures += [line.reported, line.finished, line.late, line.returned]
    assert len(figures) > 20
    for figure in figures:
        answer = client.get(figure.url, {}, headers={}).status_code
        assert answer == 200
        recount = client.get(f"{figure.url}&format=json").json()["figure"]
        assert recount == figure.value, figure.where


def test_a_street_sees_its_own_part_of_the_month(closed: MakeCase, people: People) -> None:
    closed()
    closed(unit="902")
    assert analysis(people.leader, 2025, 9).whole.reported == 2
    assert analysis(people.east, 2025, 9).whole.reported == 1


def test_a_month_without_appeals_says_what_will_be_there(people: People, client: Client) -> None:
    user = people.members["leader"].user
    assert user is not None
    client.force_login(user)
    page = client.get("/appeals/analysis/?month=2025-08")
    assert "这个月还没有诉求" in page.content.decode()
    assert client.get("/appeals/analysis/?month=2025-13").status_code == 422
    for kind in ("docx", "xlsx"):
        assert client.get(f"/appeals/analysis/?format={kind}").content.startswith(b"PK")


def test_the_page_shows_the_largest_groups_and_the_file_every_one(
    reported: MakeCase, people: People, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("district.systems.appeals.selectors.analysis.MOST_ROWS", 1)
    for unit in ("901", "902"):
        perform(reported().pk, "dispatch", actor=people.desk, data={"lead_unit": unit})
    assert len(analysis(people.leader, 2025, 9).by_unit) == 1
    user = people.members["leader"].user
    assert user is not None
    client.force_login(user)
    file = client.get("/appeals/analysis/?month=2025-09&format=docx").content
    by_unit = Document(BytesIO(file)).tables[-1]
    assert len(by_unit.rows) == 3
