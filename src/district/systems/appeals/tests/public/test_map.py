"""The public map shows that something is being handled, and nobody can be made out on it."""

from __future__ import annotations

import json
import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from district.kernel.cases.models import Case
from district.kernel.cases.public import perform
from district.systems.appeals.rules.places import box_of, rounded, within
from district.systems.appeals.tests.public.conftest import (
    TEXT,
    WEST,
    People,
    Send,
    closed,
    handled,
    standing,
    told,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(send: Send, people: People) -> Case:
    """A case that has been handled, so it may be shown."""
    told(send(lon="114.253456", lat="22.701234", place="桥头路8号"))
    return handled(Case.objects.get(), people)


def page(client: Client, query: str = "") -> str:
    answer = client.get(f"/appeals/map/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def points(body: str) -> list[dict[str, object]]:
    found = re.search(r'<script id="public-map" type="application/json">(.*?)</script>', body)
    assert found
    rows: list[dict[str, object]] = json.loads(found[1])["points"]["features"]
    return rows


def test_a_case_is_told_by_matter_stage_day_number_and_a_rounded_place_alone(
    client: Client, case: Case
) -> None:
    body = page(client)
    [point] = points(body)
    assert point["geometry"] == {"type": "Point", "coordinates": [114.253, 22.701]}
    assert point["properties"] == {
        "id": case.number,
        "title": "垃圾堆放",
        "mark": "open",
        "note": f"已办理，等待回访 · 2025-09-22 · {case.number}",
    }
    assert f'data-feature="{case.number}"' in body
    for secret in (TEXT, "桥头路8号", "王女士", "13800138000", "114.2534", str(case.pk), "已清运"):
        assert secret not in body


@pytest.mark.parametrize(
    "change",
    [
        {"is_sensitive": True},
        {"is_confidential": True},
        {"is_anonymous": True},
        {"complained_unit_id": "901"},
        {"matter": ""},
        {"stage": "triage"},
        {"lon": None},
        {"type_key": "request"},
    ],
)
def test_what_must_not_be_seen_is_not_there(
    client: Client, case: Case, change: dict[str, object]
) -> None:
    assert case.number in page(client)
    Case.objects.filter(pk=case.pk).update(**change)
    assert case.number not in page(client)


def test_a_report_that_nobody_has_looked_at_is_not_shown(client: Client, send: Send) -> None:
    number, _code = told(send())
    assert number not in page(client)


def test_a_merged_case_is_shown_by_the_main_one(client: Client, send: Send, people: People) -> None:
    one, two = told(send())[0], told(send(new="1"))[0]
    main, merged = Case.objects.get(number=one), Case.objects.get(number=two)
    perform(merged.pk, "merge", actor=people.desk, data={"into": one})
    handled(main, people)
    assert one in page(client)
    assert two not in page(client)


def test_after_thirty_days_a_case_is_gone(client: Client, case: Case) -> None:
    with standing("2025-10-22 09:00"):
        assert case.number in page(client)
    with standing("2025-10-22 10:01"):
        assert case.number not in page(client)


def test_a_street_is_chosen_and_an_unknown_one_is_all(
    client: Client, case: Case, send: Send, people: People
) -> None:
    told(send(lon=WEST[0], lat=WEST[1], new="1"))
    west = Case.objects.exclude(pk=case.pk).get()
    closed(west, people)
    assert west.number not in page(client, "?street=901")
    assert west.number in page(client, "?street=902")
    for other in ("?street=", "?street=999", "?page=x", "?page=99"):
        assert west.number in page(client, other)


def test_a_full_map_costs_ten_statements_and_shows_a_hundred_at_a_time(
    client: Client, case: Case
) -> None:
    for at in range(150):
        row = Case.objects.get(pk=case.pk)
        row.pk, row.number, row.key = None, f"SQ250922-{at:06}", None
        row._state.adding = True
        row.id = Case._meta.pk.get_default()
        row.save(force_insert=True)
    page(client)
    with CaptureQueriesContext(connection) as statements:
        body = page(client)
    assert len(statements) <= 10
    assert (len(points(body)), body.count("data-feature=")) == (100, 100)
    assert len(points(page(client, "?page=2"))) == 51


def test_an_empty_map_says_what_to_do(client: Client, people: People) -> None:
    assert "近 30 天没有可公开的诉求" in page(client)


def test_the_shapes_are_sent_once_and_hold_no_more_than_names(
    client: Client, people: People
) -> None:
    answer = client.get("/appeals/map/streets.json")
    features = json.loads(answer.content)["areas"]["features"]
    assert [each["properties"] for each in features] == [
        {"id": "901", "name": "东街道"},
        {"id": "902", "name": "西街道"},
    ]
    again = client.get("/appeals/map/streets.json", headers={"if-none-match": answer["ETag"]})
    assert again.status_code == 304
    assert again.content == b""


def test_a_place_is_rounded_to_a_hundred_metres() -> None:
    assert rounded(Decimal("114.253456")) == 114.253
    assert rounded(Decimal("22.7018")) == 22.702


def test_the_districts_box_forgives_three_kilometres() -> None:
    box = box_of([(114.1, 22.6), (114.3, 22.8)])
    assert within(box, 114.32, 22.79)
    assert not within(box, 114.34, 22.79)
    assert within(None, 0, 0)
    assert box_of([]) is None
