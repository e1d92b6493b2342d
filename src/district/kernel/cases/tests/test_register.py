"""The register of a case type: every field can be filtered and sorted by."""

from __future__ import annotations

import json

import pytest

from district.kernel.cases.services import perform
from district.kernel.cases.tests.conftest import MakeCase, People, signed_in
from district.kernel.registers.public import register_of

pytestmark = pytest.mark.django_db
API = "/api/registers/cases-request"
#: What is asked -> whether the one case of the test is among the answers.
ASKED = {
    "stage=assigned": True,
    "stage=triage": False,
    "grade=normal": True,
    "matter=01": True,
    "matter=02": False,
    "source=web": True,
    "street=901": True,
    "street=902": False,
    "community=901001": True,
    "lead_unit=901": True,
    "lead_unit=9": True,
    "lead_unit=902": False,
    "holder_unit=901": True,
    "holder_unit=902": False,
    "light=green": True,
    "light=red": False,
    "reported_at.from=2025-09-22&reported_at.to=2025-09-22": True,
    "reported_at.from=2025-09-23": False,
    "reporters.from=1&reporters.to=1": True,
    "q=垃圾": True,
    "q=路灯": False,
}


@pytest.mark.parametrize("query", ASKED)
def test_a_filter_finds_what_it_says(
    query: str, request_pages: None, reported: MakeCase, people: People
) -> None:
    case = reported(community="901001").case
    perform(case.pk, "dispatch", actor=people.desk, data={"lead_unit": "901"})
    client = signed_in(people.leader)
    answer = client.get(f"{API}?{query}")
    assert answer.status_code == 200, answer.content.decode()
    assert json.loads(answer.content)["count"] == int(ASKED[query])
    assert client.get(f"/registers/cases-request/?{query}").status_code == 200


def test_every_column_can_be_shown_sorted_and_exported(
    request_pages: None, reported: MakeCase, people: People
) -> None:
    reported(community="901001")
    reported()
    client = signed_in(people.leader)
    fields = register_of("cases-request").fields
    for one in fields:
        for sign in ("", "-") if one.sortable else ():
            answer = client.get(f"/registers/cases-request/?sort={sign}{one.key}&columns={one.key}")
            assert answer.status_code == 200, one.key
    every = ",".join(one.key for one in fields)
    answer = client.get(f"/registers/cases-request/?format=csv&columns={every}")
    lines = b"".join(answer.streaming_content).decode().splitlines()  # type: ignore[attr-defined]  # of a streaming response
    assert len(lines) == 3
