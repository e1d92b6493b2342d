"""The visits log: entered, imported, seen by those it concerns, and what is opened from it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from district.kernel.base.errors import Conflict, Invalid, NotFound, NotPermitted
from district.kernel.cases.public import Case, visible_cases
from district.kernel.history.public import Actor, events_of, verify
from district.systems.enterprise_requests.models import Visit, VisitRequest
from district.systems.enterprise_requests.names import REQUEST, VISITS
from district.systems.enterprise_requests.selectors.visits import (
    requests_of,
    visible_visits,
    visit_for,
    visit_subject,
)
from district.systems.enterprise_requests.services.requests import NewRequest, register_request
from district.systems.enterprise_requests.services.visits import save_visit
from district.systems.enterprise_requests.tests.conftest import People

pytestmark = pytest.mark.django_db
Enter = Callable[..., Visit]


@pytest.fixture
def visited(people: People) -> Enter:
    """`visited(...)`: the industry post enters a visit to an enterprise in the east."""

    def make(actor: Actor | None = None, known: Visit | None = None, **given: object) -> Visit:
        values = {
            "visited_on": date(2025, 9, 19),
            "enterprise": "东江精密制造有限公司",
            "visitor": "张春分 局长",
            "lead_unit": "9-D01",
            "street": "901",
            "industry": "manufacturing",
            "raised": "厂房年底到期；王总说招工难",
            **given,
        }
        return save_visit(values, known, actor or people.industry)

    return make


def test_those_whom_it_concerns_see_it_and_nobody_else(visited: Enter, people: People) -> None:
    visit = visited()
    for sees in (people.industry, people.east, people.command, people.leader):
        assert visit_for(visit.pk, sees).number == visit.number
    for stranger in (people.west, people.west_head, people.commerce, people.viewer):
        assert not visible_visits(stranger).exists()
        with pytest.raises(NotFound):
            visit_for(visit.pk, stranger)


def test_a_unit_enters_its_own_visits_and_the_command_post_everybodys(
    visited: Enter, people: People
) -> None:
    for stranger in (people.west, people.east, people.viewer):
        with pytest.raises(NotPermitted):
            visited(actor=stranger)
    visit = visited(actor=people.command)
    with pytest.raises(NotPermitted):
        visited(actor=people.commerce, known=visit, lead_unit="9-D02")
    changed = visited(known=visit, raised="厂房已经续租")
    assert (changed.number, changed.version) == (visit.number, 1)
    with pytest.raises(Conflict, match="已经登记过"):
        visited()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"enterprise": ""}, "enterprise"),
        ({"visitor": " "}, "visitor"),
        ({"visited_on": date(2025, 9, 23)}, "visited_on"),
        ({"visited_on": None}, "visited_on"),
        ({"lead_unit": "nowhere"}, "lead_unit"),
        ({"street": "9-D02"}, "street"),
        ({"industry": "magic"}, "industry"),
    ],
)
def test_bad_input_names_its_field(visited: Enter, given: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        visited(**given)
    assert refused.value.field == field
    assert not Visit.objects.exists()


def test_history_holds_no_word_of_what_was_said(visited: Enter) -> None:
    visit = visited()
    for event in events_of(visit_subject(visit)):
        assert "王总" not in str(event.data)
        assert "张春分" not in str(event.data)
    assert verify().sound


def test_requests_opened_from_a_visit_are_linked(visited: Enter, people: People) -> None:
    visit = visited()
    new = NewRequest(
        visit.enterprise, "manufacturing", "space", "厂房年底到期，请帮助找厂房", visit=visit.pk
    )
    made = register_request(new, actor=people.industry, key="v1")
    assert register_request(new, actor=people.industry, key="v1").repeated
    assert VisitRequest.objects.get().case_id == made.case.pk
    assert made.case.facts["visit"] == visit.number
    assert list(requests_of(visit, people.command)) == [made.case]
    assert list(requests_of(visit, people.east)) == []  # not theirs until it is dispatched
    assert "enterprise_requests.visit.raised" in [e.kind for e in events_of(visit_subject(visit))]
    with pytest.raises(NotFound):
        register_request(new, actor=people.west)
    page = people.client("command").get(visit.get_absolute_url()).content.decode()
    assert made.case.number in page
    figure = people.client("command").get(
        reverse("register_list", args=[f"cases-{REQUEST}"]),
        {"where": f'visit = "{visit.number}"', "figure": "1", "format": "json"},
    )
    assert figure.json()["figure"] == 1


HEAD = "走访日期,企业名称,走访人,走访单位,所在街道,行业,企业反映\n"
GOOD = "2025-09-18,北湖软件有限公司,李冬至 区领导,9-D05,901,软件和信息服务业,希望开放场景\n"
TOO_EARLY = "2025-09-30,北湖软件有限公司,李冬至 区领导,9-D05,,,\n"


def _sent(people: People, text: str, who: str = "command") -> str:
    """The page that an import ends on."""
    client, base = people.client(who), reverse("register_import", args=[VISITS])
    upload = SimpleUploadedFile("visits.csv", text.encode(), "text/csv")
    run = client.post(base, {"file": upload})["Location"]
    client.post(f"{run}commit/")
    return client.get(run).content.decode()


def test_a_file_brings_visits_in_once(people: People) -> None:
    for _time in range(2):
        _sent(people, HEAD + GOOD)
        visit = Visit.objects.get()
        assert (visit.lead_unit_id, visit.street_unit_id) == ("9-D05", "901")
        assert (visit.industry, visit.raised) == ("software", "希望开放场景")
    assert len(events_of(visit_subject(visit))) == 1


def test_a_file_with_a_wrong_line_brings_nothing_in_and_names_it(people: People) -> None:
    page = _sent(people, HEAD + GOOD + TOO_EARLY)
    assert "走访日期晚于今天" in page
    assert not Visit.objects.exists()


def test_a_unit_brings_in_no_visits_of_another(people: People) -> None:
    page = _sent(people, HEAD + GOOD, "commerce")
    assert "权限" in page
    assert not Visit.objects.exists()


def test_pages_of_visits_stay_within_their_statements(visited: Enter, people: People) -> None:
    visit = visited()
    client = people.client("command")
    for url in (reverse("enterprise_visits"), visit.get_absolute_url()):
        with CaptureQueriesContext(connection) as queries:
            page = client.get(url)
        assert page.status_code == 200
        assert len(queries) <= 10, [q["sql"][:200] for q in queries]
    assert "东江精密" in page.content.decode()
    assert people.client("west").get(visit.get_absolute_url()).status_code == 404
    assert people.client("viewer").get(reverse("enterprise_visits")).status_code == 403


def test_a_visit_is_entered_and_corrected_on_its_page(people: People) -> None:
    client = people.client("industry")
    given = {
        "visited_on": "2025-09-19",
        "enterprise": "北湖软件有限公司",
        "visitor": "张春分 局长",
        "lead_unit": "9-D01",
        "raised": "希望开放应用场景",
    }
    url = reverse("enterprise_visit_new")
    assert client.get(url).status_code == 200
    assert client.post(url, {**given, "enterprise": ""}).status_code == 422
    assert client.post(url, given).status_code == 302
    visit = Visit.objects.get()
    change = reverse("enterprise_visit_change", args=[visit.pk])
    assert "希望开放应用场景" in client.get(change).content.decode()
    assert client.post(change, {**given, "raised": "已经开放"}).status_code == 302
    assert people.client("west").get(change).status_code == 404
    page = client.get(f"{reverse('enterprise_new')}?visit={visit.pk}").content.decode()
    assert "已经开放" in page
    assert not visible_cases(people.command, REQUEST).exists()
    assert not Case.objects.exists()
