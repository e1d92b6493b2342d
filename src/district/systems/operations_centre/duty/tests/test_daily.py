"""The duty report of a day and a week: every number opens its rows, page and files agree."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from docx import Document

from district.kernel.cases.public import Case, CaseStep, perform
from district.kernel.history.public import Actor
from district.kernel.measures.public import compute_measures
from district.kernel.tracking.public import refresh_lights
from district.systems.operations_centre.duty.selectors.daily import (
    Report,
    duty_report,
    span_of,
)
from district.systems.operations_centre.duty.services import (
    Wanted,
    answer_call,
    make_call,
    open_hand_overs,
    rise_due,
    take_hand_over,
    write_hand_over,
)
from district.systems.operations_centre.duty.tests.conftest import People, Plan, moment, standing
from district.systems.operations_centre.duty.tests.test_incidents import MakeIncident
from district.systems.operations_centre.models import CallLine, HandOver
from district.testing.remembered import remembered

pytestmark = pytest.mark.django_db
MONDAY = date(2025, 9, 22)


@pytest.fixture
def lively(manned: People, plan: Plan, incident: MakeIncident) -> People:
    """A Monday with three incidents, calls in time, late and unanswered, a hand-over taken late
    and one that nobody took; it is Tuesday evening when it is looked at."""
    remembered(lambda: _live(manned, plan, incident))
    return manned


def _live(manned: People, plan: Plan, incident: MakeIncident) -> None:
    first, second = incident(), incident(street="902")
    perform(first.pk, "first_report", actor=manned.east, data={"text": "报"})
    perform(first.pk, "acknowledge", actor=manned.duty)
    incident()
    false = incident()
    perform(false.pk, "dismiss", actor=manned.duty, data={"text": "误报"})
    with standing("2025-09-22 12:00"):
        perform(second.pk, "phone_report", actor=manned.west, data={"text": "报"})
    call = make_call(
        "9",
        "暴雨叫应",
        "请到岗",
        [Wanted(unit="901"), Wanted(unit="902"), Wanted(unit="901", role="lead")],
        actor=manned.duty,
    )
    lines = list(CallLine.objects.filter(call=call).order_by("pk"))
    answer_call(lines[0].pk, actor=manned.east)
    with standing("2025-09-22 10:12"):
        rise_due()
        answer_call(lines[1].pk, actor=manned.west)
    plan("901", "east2", "2025-09-22 20:00", "2025-09-23 08:00")
    plan("9", "duty2", "2025-09-22 20:00", "2025-09-23 08:00")
    with standing("2025-09-22 19:50"):
        open_hand_overs()
        row = HandOver.objects.get(lead_unit="901")
        write_hand_over(row.pk, "无", actor=manned.east)
    with standing("2025-09-22 21:30"):
        take_hand_over(row.pk, actor=manned.east2)
    with standing("2025-09-23 21:00"):
        open_hand_overs()
        refresh_lights()


def numbers(found: Report) -> dict[str, int]:
    return {
        f"{at}.{figure.label}": figure.value
        for at, block in enumerate(found.blocks)
        for figure in block.figures
    }


def test_a_day_is_counted_as_somebody_counts_its_rows(lively: People) -> None:
    with standing("2025-09-23 21:00"):
        found = duty_report(lively.leader, span_of(MONDAY, week=False))
    assert numbers(found) == {
        "0.首报": 2,
        "0.续报和更正": 0,
        "0.终报": 0,
        "0.逾期报告": 1,
        "0.尚未确认收到": 1,
        "1.叫应": 3,
        "1.已应答": 2,
        "1.按时应答": 1,
        "1.逐级上叫": 2,
        "1.仍无应答": 1,
        "2.应交接班": 2,
        "2.已交接": 1,
        "2.逾期交接": 1,
        "2.未交接": 1,
        "2.待交接": 0,
    }
    assert [block.rate for block in found.blocks] == [50, Decimal("33.33"), 0]
    day = Case.objects.filter(reported_at__lt=moment("2025-09-23 00:00"))
    line = found.lines[0]
    assert [figure.value for figure in line.figures] == [day.count(), 1, 3]
    assert CaseStep.objects.filter(action__in=("phone_report", "first_report")).count() == 2
    assert len(found.incidents) == 4


@pytest.mark.parametrize("key", ["leader", "duty", "east", "west_head", "auditor"])
@pytest.mark.parametrize("week", [False, True])
def test_every_number_opens_the_rows_that_it_was_counted_from(
    lively: People, key: str, week: bool
) -> None:
    with standing("2025-09-23 21:00"):
        actor, client = getattr(lively, key), lively.client(key)
        for day in (MONDAY, date(2025, 9, 23)):
            found = duty_report(actor, span_of(day, week=week))
            figures = [figure for block in found.blocks for figure in block.figures]
            figures += [figure for line in found.lines for figure in line.figures]
            figures += [found.incident_figure] if found.incident_figure else []
            assert len(figures) >= 15
            for figure in figures:
                answer = client.get(f"{figure.url}&format=json").json()
                assert answer["figure"] == figure.value, (key, figure.where)


def test_a_street_counts_its_own_alone(lively: People) -> None:
    with standing("2025-09-23 21:00"):
        found = numbers(duty_report(lively.west_head, span_of(MONDAY, week=False)))
    assert (found["0.首报"], found["1.叫应"], found["2.应交接班"]) == (1, 1, 0)


def test_the_page_and_its_files_say_the_same(lively: People) -> None:
    client, address = lively.client("duty"), reverse("duty_daily")
    with standing("2025-09-23 21:00"):
        for query in ({}, {"day": "2025-09-22"}, {"day": "2025-09-22", "by": "week"}):
            client.get(address, query)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address, query).status_code == 200
            assert len(queries) <= 10, [each["sql"][:120] for each in queries]
        word = client.get(address, {"day": "2025-09-22", "format": "docx"})
        sheet = client.get(address, {"day": "2025-09-22", "format": "xlsx"})
    text = "\n".join(part.text for part in Document(io.BytesIO(word.content)).paragraphs)
    assert "叫应 3，已应答 2，按时应答 1" in text
    book = openpyxl.load_workbook(io.BytesIO(sheet.content))
    rows = {str(row[0]): row[1] for row in book["叫应"].iter_rows(min_row=2, values_only=True)}
    assert (rows["叫应"], rows["仍无应答"]) == (3, 1)


@pytest.mark.parametrize("day", ["2025-13-01", "tomorrow", "2025-09-24", "0001-01-01"])
def test_a_day_that_is_none_says_what_to_do(people: People, day: str) -> None:
    with standing("2025-09-23 21:00"):
        assert people.client("duty").get(reverse("duty_daily"), {"day": day}).status_code == 422
        assert people.client("viewer").get(reverse("duty_daily")).status_code == 403


def test_the_hourly_job_takes_the_measures(lively: People) -> None:
    keys = [f"operations_centre_{key}" for key in ("calls", "calls_in_time", "reports")]
    with standing("2025-10-20 09:00"):
        assert compute_measures(keys=keys, actor=Actor.system("measures")) > 0
