"""企业诉求每日速报: its numbers open their rows, on the page and in the files."""

from __future__ import annotations

import io
from datetime import date, datetime
from decimal import Decimal

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from docx import Document

from district.kernel.cases.public import perform
from district.kernel.history.public import Actor
from district.kernel.measures.public import StatPeriod, compute_measures
from district.systems.enterprise_requests.rules.daily import KEYS, NOW_ONLY, Cut
from district.systems.enterprise_requests.selectors.counting import (
    finished_by_unit,
    in_time_by_unit,
    received_by_unit,
    satisfaction_by_unit,
)
from district.systems.enterprise_requests.selectors.daily import Daily, daily
from district.systems.enterprise_requests.tests.conftest import MakeCase, People
from district.testing.moments import standing
from district.testing.remembered import remembered

pytestmark = pytest.mark.django_db
SEPTEMBER = StatPeriod(date(2025, 9, 1), date(2025, 9, 30), "month")


def numbers(found: Daily) -> dict[str, int]:
    return {key: figure.value for key, figure in found.figures.items()}


@pytest.fixture
def lively(requested: MakeCase, handled: MakeCase, people: People) -> None:
    """Seven requests of 22 September, one of the 29th, in all kinds of states by the 30th."""
    remembered(lambda: _live(requested, handled, people))


def _live(requested: MakeCase, handled: MakeCase, people: People) -> None:
    handled()
    handled("unhappy", at="2025-10-14 10:00")
    requested()  # waits for its dispatch
    coordinated, returned, major = requested(), requested(), requested(amount=9000)
    perform(coordinated.pk, "dispatch", actor=people.command)
    perform(coordinated.pk, "accept", actor=people.industry)
    perform(coordinated.pk, "ask_coordination", actor=people.industry, data={"text": "难"})
    perform(returned.pk, "dispatch", actor=people.command, data={"lead_unit": "901"})
    perform(returned.pk, "give_back", actor=people.east, data={"text": "不属本街道"})
    perform(major.pk, "dispatch", actor=people.command)
    declined = requested()
    perform(declined.pk, "decline", actor=people.command, data={"text": "不属受理范围"})
    with standing("2025-09-29 09:00"):
        fresh = requested(industry="trade")
        perform(fresh.pk, "dispatch", actor=people.command)


def test_the_day_is_counted_up_to_now_and_says_what_needs_coordination(
    lively: None, people: People
) -> None:
    with standing("2025-09-30 09:00"):
        found = daily(people.leader, date(2025, 9, 30))
    assert numbers(found) == {
        "fresh": 0,
        "solved": 0,
        "closed": 0,
        "open": 6,
        "overdue": 3,
        "waiting": 1,
        "coordination": 2,
    }
    reasons = [row.because for row in found.sections[0].rows]
    assert sorted(reasons) == ["承办单位提请协调", "退单 1 次，待裁定"]
    with standing("2025-10-08 09:00"):
        late = daily(people.leader, date(2025, 10, 8))
    assert "重大诉求超期" in [row.because for row in late.sections[0].rows]


def test_a_day_that_is_over_is_counted_as_it_ended(lively: None, people: People) -> None:
    with standing("2025-10-20 09:00"):
        first = daily(people.leader, date(2025, 9, 22))
        second = daily(people.leader, date(2025, 9, 23))
        october = daily(people.leader, date(2025, 10, 14))
    assert numbers(first) == {"fresh": 7, "solved": 0, "closed": 0, "open": 6, "overdue": 0}
    assert numbers(second)["solved"] == numbers(second)["closed"] == 1
    assert numbers(second)["open"] == 5
    assert numbers(october)["solved"] == 1
    assert not NOW_ONLY & set(october.figures)


def test_every_number_opens_the_rows_that_it_was_counted_from(lively: None, people: People) -> None:
    with standing("2025-09-30 09:00"):
        for key in ("leader", "command", "industry"):
            found = daily(getattr(people, key), date(2025, 9, 30))
            past = daily(getattr(people, key), date(2025, 9, 22))
            client = people.client(key)
            figures = [*found.figures.values(), *past.figures.values()]
            figures += [figure for line in (*found.lines, *past.lines) for figure in line.figures]
            assert len(figures) > 10
            for figure in figures:
                answer = client.get(f"{figure.url}&format=json")
                assert answer.json()["figure"] == figure.value, figure.where


def test_the_posts_add_up_to_the_whole(lively: None, people: People) -> None:
    with standing("2025-09-30 09:00"):
        found = daily(people.leader, date(2025, 9, 30))
        names = [line.name for line in found.lines]
        assert names == ["总指挥部", "制造业指挥部", "商贸指挥部", "东街道指挥部", "西街道指挥部"]
        for at, key in enumerate(("fresh", "solved", "open", "overdue")):
            total = sum(line.figures[at].value for line in found.lines)
            assert total == found.figures[key].value
        mine = daily(people.commerce, date(2025, 9, 30))
        assert [line.name for line in mine.lines] == ["商贸指挥部"]
        assert mine.figures["open"].value == 1


def test_the_page_and_its_files_say_the_same(lively: None, people: People) -> None:
    client = people.client("leader")
    with standing("2025-09-30 09:00"):
        with CaptureQueriesContext(connection) as queries:
            page = client.get(reverse("enterprise_daily"))
        assert len(queries) <= 10, [q["sql"][:150] for q in queries]
        assert "承办单位提请协调" in page.content.decode()
        assert f'data-figure="{daily(people.leader, date(2025, 9, 30)).figures["open"].value}"' in (
            page.content.decode()
        )
        word = client.get(reverse("enterprise_daily"), {"format": "docx"})
        sheet = client.get(reverse("enterprise_daily"), {"format": "xlsx"})
    text = "\n".join(part.text for part in Document(io.BytesIO(word.content)).paragraphs)
    assert "在办 6 件，其中超期 3 件。需要协调 2 件。" in text
    book = openpyxl.load_workbook(io.BytesIO(sheet.content))
    sheet_rows = book[book.sheetnames[0]].iter_rows(min_row=2, values_only=True)
    rows = {str(row[0]): row[1] for row in sheet_rows}
    assert (rows["在办"], rows["超期未办结"]) == (6, 3)


@pytest.mark.parametrize("day", ["2025-13-01", "tomorrow", "2025-09-23", "0001-01-01"])
def test_a_day_that_is_none_says_what_to_do(people: People, day: str) -> None:
    page = people.client("leader").get(reverse("enterprise_daily"), {"day": day})
    assert page.status_code == 422


def test_conditions_are_of_the_numbers_and_the_last_two_of_the_day_itself() -> None:
    past, now = Cut(date(2025, 9, 1)), Cut(date(2025, 9, 2), datetime(2025, 9, 2, 9))  # noqa: DTZ001  # words of a condition, no moment
    assert set(now.conditions()) == set(KEYS)
    assert set(now.conditions()) - set(past.conditions()) == NOW_ONLY


def test_the_hourly_job_takes_the_measures(lively: None) -> None:
    keys = [f"enterprise_requests_{k}" for k in ("received", "finished", "in_time", "satisfaction")]
    with standing("2025-10-20 09:00"):
        assert compute_measures(keys=keys, actor=Actor.system("measures")) > 0


def test_measures_count_what_each_unit_did_and_leave_complaints_out(
    lively: None, complained: MakeCase, people: People
) -> None:
    complained()
    assert received_by_unit(SEPTEMBER)["9"] == 8
    assert received_by_unit(SEPTEMBER)["9-D02"] == 1
    assert "9-D44" not in received_by_unit(SEPTEMBER)
    assert finished_by_unit(SEPTEMBER)["9"] == 1
    assert in_time_by_unit(SEPTEMBER) == {"9-D01": Decimal("100.00"), "9": Decimal("100.00")}
    october = StatPeriod(date(2025, 10, 1), date(2025, 10, 31), "month")
    assert in_time_by_unit(october)["9"] == Decimal("0.00")
    assert satisfaction_by_unit(october)["9"] == Decimal("0.00")
    assert satisfaction_by_unit(SEPTEMBER)["9"] == Decimal("100.00")
