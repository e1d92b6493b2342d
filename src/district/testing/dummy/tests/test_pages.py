"""The pages: who sees what, what they do, and within how many statements."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from district.kernel.organisation.public import Member
from district.testing.dummy.models import Fault, Lamp
from district.testing.dummy.services import report_fault
from district.testing.dummy.tests.conftest import LOADER

ClientOf = Callable[[Member], Client]
MakeMember = Callable[..., Member]


def test_a_fault_is_reported_and_closed_on_the_lamps_page(
    lamp: Lamp, member: MakeMember, client_of: ClientOf
) -> None:
    client = client_of(member("officer"))
    page = lamp.get_absolute_url()
    client.post(f"{page}report/", {"text": "整夜不亮"})
    fault = Fault.objects.get()
    assert "整夜不亮" in client.get(page).content.decode()
    client.post(f"/dummy/faults/{fault.pk}/repair/", {"version": fault.version})
    fault.refresh_from_db()
    assert fault.repaired_at is not None


def test_a_page_keeps_to_ten_statements_however_many_faults(
    lamp: Lamp, member: MakeMember, client_of: ClientOf
) -> None:
    client = client_of(member("officer"))
    for number in range(30):
        report_fault(lamp.pk, f"故障{number}", actor=LOADER)
    client.get(lamp.get_absolute_url())
    for address in (lamp.get_absolute_url(), "/dummy/", "/units/901/"):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert client.get(address).status_code == 200
        assert len(asked) <= 10, (address, [row["sql"][:120] for row in asked])


@pytest.mark.parametrize(
    ("role", "unit", "seen"), [("officer", "901", True), ("viewer", "9", False)]
)
def test_faults_show_to_those_who_may_view_them(
    lamp: Lamp, member: MakeMember, client_of: ClientOf, role: str, unit: str, seen: bool
) -> None:
    report_fault(lamp.pk, "整夜不亮", actor=LOADER)
    client = client_of(member(role, unit))
    assert ("整夜不亮" in client.get(lamp.get_absolute_url()).content.decode()) is seen
    assert ("整夜不亮" in client.get("/units/901/").content.decode()) is seen


def test_the_pages_speak_english_too(lamp: Lamp, member: MakeMember, client_of: ClientOf) -> None:
    client = client_of(member("officer"))
    client.cookies["django_language"] = "en"
    text = client.get(lamp.get_absolute_url()).content.decode()
    assert "Report a lamp" in text
    assert "报修路灯" not in text
