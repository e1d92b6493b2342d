"""Tables of returns: what is left out, that there is one, and what nobody sees anywhere."""

from __future__ import annotations

import io
from datetime import timedelta

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid, NotPermitted
from district.systems.virtual_park.models import (
    ReturnRound,
    ReturnTable,
)
from district.systems.virtual_park.services.return_tables import make_table
from district.systems.virtual_park.services.returns import (
    file_return,
)
from district.systems.virtual_park.tests.conftest import (
    People,
)
from district.systems.virtual_park.tests.returns_world import (
    Collected,
    canaries_in,
    collect,
    filed_by_many,
    typed,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def collected(park: People) -> Collected:
    return collect(park)


def test_the_table_leaves_out_what_gives_a_firm_away_and_is_made_once(
    collected: Collected,
) -> None:
    filed_by_many(collected)
    people, key = collected.people, collected.round.pk
    due_at = collected.round.due_at
    ReturnRound.objects.update(due_at=clock.now() + timedelta(hours=1))
    with pytest.raises(Conflict):
        make_table(key, "street", actor=people.actor("statistician"))
    ReturnRound.objects.update(due_at=due_at)
    for who in ("leader", "planner", "industry", "admin"):
        with pytest.raises(NotPermitted):
            make_table(key, "street", actor=people.actor(who))
    with pytest.raises(Invalid):
        make_table(key, "section", "division", actor=people.actor("statistician"))
    table = make_table(key, "street", actor=people.actor("statistician"))
    # The giant makes its street and the whole sensitive; the other street is then safe to show.
    shown = {(cell[0], cell[1]): cell[2:] for cell in table.content["cells"]}
    assert shown["901", "*"] == []
    assert shown["*", "*"] == []
    assert len(shown["902", "*"]) == 2
    with pytest.raises(Conflict):
        make_table(key, "size", actor=people.actor("statistician"))
    acting = people.acting("west", "statistics")
    file_return(acting, collected.owed("west").pk, typed("999", why="更正"))
    table.refresh_from_db()
    assert {(cell[0], cell[1]): cell[2:] for cell in table.content["cells"]} == shown


def test_the_table_page_and_its_files_show_the_same(collected: Collected) -> None:
    filed_by_many(collected)
    people = collected.people
    client = people.member_client("statistician")
    made = client.post(
        reverse("park_return_round", args=[collected.round.pk]),
        {"by_row": "street", "by_column": ""},
    )
    assert made.status_code == 302
    url = reverse("park_return_table", args=[collected.round.pk])
    with CaptureQueriesContext(connection) as queries:
        page = client.get(url).content.decode()
    assert len(queries) <= 10
    assert "保密" in page
    csv = b"".join(client.get(f"{url}?format=csv").streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]  # a file answer
    assert "保密" in csv
    book = openpyxl.load_workbook(
        io.BytesIO(b"".join(client.get(f"{url}?format=xlsx").streaming_content))  # type: ignore[attr-defined]  # a file answer
    )
    cells = [str(cell.value) for row in book.worksheets[0].iter_rows() for cell in row]
    for text in (page, csv, " ".join(cells)):
        assert not canaries_in(text)
    assert people.member_client("leader").get(url).status_code == 200
    assert people.member_client("industry").get(url).status_code in (403, 404)


def test_nobody_else_sees_a_value_on_any_page_register_or_api(collected: Collected) -> None:
    filed_by_many(collected)
    make_table(collected.round.pk, "street", "size", actor=collected.people.actor("statistician"))
    people, owed = collected.people, collected.owed("east")
    addresses = [
        reverse("park_return_rounds"), reverse("park_return_tables"),
        reverse("park_return_register"), reverse("park_return_round", args=[collected.round.pk]),
        reverse("park_return_table", args=[collected.round.pk]),
        reverse("park_return_read", args=[owed.pk]),
        *(f"/registers/{key}/" for key in
          ("virtual_park-returns", "virtual_park-firms", "enterprises",
           "measures-values", "tracking-rows")),
        *(f"/registers/virtual_park-returns/?format={kind}" for kind in ("csv", "json")),
        "/api/registers/virtual_park-returns", f"/registers/virtual_park-returns/row/{owed.pk}/",
        f"/enterprises/{people.firms['east'].pk}/", "/history/", "/measures/", "/home/",
        f"/virtual_park/staff/firms/{people.firms['east'].code}/",
    ]  # fmt: skip
    clients = {
        who: people.member_client(who)
        for who in ("leader", "planner", "auditor", "admin", "industry", "service", "statistician")
    }
    opened = set()
    for who, client in clients.items():
        for url in addresses:
            answer = client.get(url)
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]  # a file answer
            assert not canaries_in(body.decode("utf-8", "replace")), (who, url)
            if answer.status_code == 200:
                opened.add((who, url))
    register = "/registers/virtual_park-returns/"
    assert ("statistician", register) in opened
    for who, client in clients.items():
        page = client.get(reverse("park_return_rounds"))
        told = page.status_code == 200 and "试验月报" in page.content.decode()
        assert told == (who == "statistician"), who
    assert not [pair for pair in opened if pair[1] == addresses[3] and pair[0] != "statistician"]
    portal = [reverse("park"), reverse("park_return", args=[owed.pk]), reverse("park_returns"),
              reverse("park_profile"), reverse("park_people")]  # fmt: skip
    for client in (people.client("east"), people.client("west", "statistics"), Client()):
        for url in portal:
            assert not canaries_in(client.get(url).content.decode()), url


def test_roles_that_may_not_are_refused_at_the_door(collected: Collected) -> None:
    people = collected.people
    url = reverse("park_return_round", args=[collected.round.pk])
    for who in ("leader", "planner", "industry", "head", "service", "admin"):
        client = people.member_client(who)
        answer = client.post(url, {"by_row": "street", "by_column": ""})
        assert answer.status_code in (403, 404), who
    assert not ReturnTable.objects.exists()
