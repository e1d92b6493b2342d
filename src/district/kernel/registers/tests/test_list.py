"""The list of a register: filters, search, sort, columns, pages, and what a member may see."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from district.kernel.registers import selectors
from district.kernel.registers.declaration import Register
from district.kernel.registers.tests.conftest import MakeClient, add
from district.kernel.registers.tests.models import Site, SitePartner

URL = "/registers/sites/"


def codes(client: Client, query: str = "") -> list[str]:
    answer = client.get(f"{URL}?format=json&columns=code&{query}")
    assert answer.status_code == 200, answer.content
    return [row["values"]["code"] for row in answer.json()["rows"]]


@pytest.fixture
def planner(make_client: MakeClient) -> Client:
    return make_client("planner")


@pytest.fixture
def four(sites: Register) -> None:
    add(
        "A1",
        name="坂田学校",
        light="red",
        lead_unit_id="901",
        workers=5,
        amount=Decimal("12.5"),
        opened=date(2025, 9, 1),
        safe=True,
        helpers=["902"],
        checked_at=datetime(2025, 9, 29, 16, 0, tzinfo=UTC),
    )
    add(
        "A2",
        name="东站广场",
        light="green",
        lead_unit_id="901001",
        workers=50,
        amount=Decimal("0.1"),
        opened=date(2025, 9, 20),
        note="靠近学校",
        safe=False,
    )
    add(
        "B1",
        name="西湖公园",
        light="yellow",
        lead_unit_id="902",
        workers=7,
        amount=Decimal("3"),
        opened=date(2025, 8, 1),
    )
    add("B2", name="无主地块")  # fmt: skip


@pytest.mark.usefixtures("four")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["A2", "A1", "B1", "B2"]),
        ("light=red", ["A1"]),
        ("light=red&light=green", ["A2", "A1"]),
        ("lead_unit=901", ["A2", "A1"]),
        ("lead_unit=%2F9%2F901%2F", ["A2", "A1"]),
        ("name=学校", ["A1"]),
        ("q=学校", ["A1"]),
        ("q=a1", ["A1"]),
        ("q=坂田 A", ["A1"]),
        ("workers.from=6&workers.to=50", ["A2", "B1"]),
        ("amount=12.50", ["A1"]),
        ("amount.to=3", ["A2", "B1"]),
        ("opened.from=2025-09-01&opened.to=2025-09-19", ["A1"]),
        ("checked_at.from=2025-09-30&checked_at.to=2025-09-30", ["A1"]),
        ("safe=true", ["A1"]),
        ("safe=否", ["A2"]),
        ("helpers=902", ["A1"]),
        ("where=" + quote('lead_unit under "901" and workers > 10'), ["A2"]),
        ("where=" + quote("not lead_unit known"), ["B2"]),
        ("where=" + quote("workers > 1") + "&light=yellow", ["B1"]),
        ("sort=workers", ["A1", "B1", "A2", "B2"]),
        ("sort=-workers", ["A2", "B1", "A1", "B2"]),
        ("sort=light", ["A1", "B1", "A2", "B2"]),
        ("sort=lead_unit,-code", ["A1", "A2", "B1", "B2"]),
        ("sort=nothing,-code", ["B2", "B1", "A2", "A1"]),
        ("page=99", ["A2", "A1", "B1", "B2"]),
        ("page=x", ["A2", "A1", "B1", "B2"]),
        ("light=", ["A2", "A1", "B1", "B2"]),
    ],
)
def test_the_address_says_what_is_listed(planner: Client, query: str, found: list[str]) -> None:
    assert codes(planner, query) == found


@pytest.mark.usefixtures("four")
@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("where=lihgt", "lihgt"),
        ("light=blue", "light"),
        ("workers=many", "workers"),
        ("opened.from=2025-02-30", "opened"),
        ("&".join(f"lead_unit={n}" for n in range(300)), "where"),
        ("figure=1&aggregate=sum:name", "aggregate"),
        ("figure=1&aggregate=average:workers", "aggregate"),
    ],
)
def test_a_filter_that_cannot_be_read_lists_nothing_and_says_why(
    planner: Client, query: str, field: str
) -> None:
    answer = planner.get(f"{URL}?format=json&{query}", headers={"accept": "application/json"})
    assert answer.status_code == 422
    error = answer.json()["error"]
    assert error["field"] == field
    assert error["remedy"]
    page = planner.get(f"{URL}?{query}")
    assert page.status_code == 422
    assert "没有列出任何一条" in page.content.decode()
    assert "坂田学校" not in page.content.decode()


@pytest.mark.usefixtures("four")
@pytest.mark.parametrize(
    ("role", "unit", "found"),
    [
        ("planner", "9", ["A1", "A2", "B1", "B2"]),
        ("viewer", "902", ["A1", "A2", "B1", "B2"]),
        ("unit_head", "901", ["A1", "A2"]),
        ("officer", "901", ["A1"]),
        ("officer", "902", ["A1", "B1"]),
    ],
)
def test_a_member_sees_the_rows_of_its_scope_and_no_other(
    make_client: MakeClient, role: str, unit: str, found: list[str]
) -> None:
    client = make_client(role, unit)
    assert sorted(codes(client)) == found
    for site in Site.objects.all():
        wanted = 200 if site.code in found else 404
        assert client.get(f"{URL}row/{site.pk}/").status_code == wanted
        assert client.get(f"/api/registers/sites/{site.pk}").status_code == wanted


def test_who_may_nothing_gets_nothing(make_client: MakeClient, client: Client) -> None:
    auditor = make_client("auditor")
    for address in (URL, f"{URL}?format=csv", f"{URL}?format=json", f"{URL}map/", f"{URL}map.json"):
        assert auditor.get(address).status_code == 403
        assert client.get(address).status_code == 302
    assert auditor.get("/api/registers/sites").status_code == 403
    assert client.get("/api/registers/sites").status_code == 401
    keys = [each["key"] for each in auditor.get("/api/registers/").json()]
    assert "sites" not in keys


def test_relations_to_many_may_own_rows_once_each(
    declared: Callable[..., Register], sites: Register, make_client: MakeClient
) -> None:
    from district.kernel.registers.declaration import OwnedBy

    declared(owned=OwnedBy("lead_unit", co_units="partners__code"))
    site = add("A1", lead_unit_id="902")
    SitePartner.objects.create(site=site, unit_id="901")
    SitePartner.objects.create(site=site, unit_id="902")
    add("A2", lead_unit_id="902")
    assert codes(make_client("officer", "901")) == ["A1"]
    assert codes(make_client("officer", "902")) == ["A1", "A2"]


def test_rows_without_an_owner_path_are_for_those_who_see_everything(
    declared: Callable[..., Register], sites: Register, make_client: MakeClient
) -> None:
    declared(owned=None)
    add("A1", lead_unit_id="901")
    assert codes(make_client("officer", "901")) == []
    assert codes(make_client("viewer", "901")) == ["A1"]


def test_a_column_with_an_action_of_its_own_does_not_exist_for_others(
    make_client: MakeClient, planner: Client
) -> None:
    site = add("A1", phone="13800000000")
    assert "13800000000" in planner.get(URL).content.decode()
    viewer = make_client("viewer")
    for address in (
        URL,
        f"{URL}?columns=phone",
        f"{URL}row/{site.pk}/",
        f"{URL}?format=json&columns=phone,code",
        f"/api/registers/sites/{site.pk}",
    ):
        answer = viewer.get(address).content.decode()
        assert "13800000000" not in answer
        assert "电话" not in answer
    exported = b"".join(viewer.get(f"{URL}?format=csv&columns=phone,code"))
    assert b"138" not in exported
    refused = viewer.get(f"{URL}?format=json&where=" + quote('phone = "13800000000"'))
    assert refused.status_code == 422
    assert codes(viewer, "phone=999") == ["A1"]  # an unknown parameter filters nothing


@pytest.mark.usefixtures("four")
def test_the_page_shows_chips_that_take_a_filter_out(planner: Client) -> None:
    where = quote('workers > 1 and light = "red"')
    html = planner.get(f"{URL}?where={where}&lead_unit=901&q=学校&page=2").content.decode()
    assert "牵头单位：东街道（含下级）" in html
    assert "工人大于1人" in html
    rest = planner.get(f"{URL}?where={where}&lead_unit=901")
    chips = rest.context["chips"]
    assert [chip.text for chip in chips] == [
        "工人大于1人",
        "状态：滞后",
        "牵头单位：东街道（含下级）",
    ]
    assert chips[0].url == "?where=light+%3D+%22red%22&lead_unit=901"
    assert chips[2].url.startswith("?where=")
    assert "lead_unit" not in chips[2].url


@pytest.mark.usefixtures("four")
def test_columns_are_chosen_by_the_address_and_the_name_stays(planner: Client) -> None:
    answer = planner.get(f"{URL}?format=json&columns=amount,light")
    assert [column["key"] for column in answer.json()["columns"]] == ["name", "amount", "light"]
    row = answer.json()["rows"][0]
    assert row["values"] == {"name": "东站广场", "amount": "0.1", "light": "green"}
    assert row["labels"] == {"light": "正常"}
    html = planner.get(f"{URL}?columns=amount&columns=opened").content.decode()
    assert "2025-09-20" in html
    assert "A2" not in html.split("<table")[1]


def test_pages_follow_each_other_without_overlap(planner: Client) -> None:
    Site.objects.bulk_create(Site(code=f"{n:03}", name="同名") for n in range(45))
    seen = [code for page in (1, 2, 3) for code in codes(planner, f"sort=name&page={page}")]
    assert sorted(seen) == sorted({f"{n:03}" for n in range(45)})
    answer = planner.get(f"{URL}?format=json&page=3").json()
    assert (answer["count"], answer["page"], answer["pages"]) == (45, 3, 3)
    assert len(answer["rows"]) == 5


def test_members_of_a_relation_are_listed_by_name(planner: Client) -> None:
    site = add("A1")
    SitePartner.objects.create(site=site, unit_id="902")
    SitePartner.objects.create(site=site, unit_id="901")
    row = planner.get(f"{URL}?format=json&columns=partners").json()["rows"][0]
    assert row["values"]["partners"] == ["901", "902"]
    assert row["labels"]["partners"] == "东街道、西街道"
    assert codes(planner, "partners=902") == ["A1"]
    assert codes(planner, "partners=9") == []


@pytest.mark.usefixtures("four")
def test_the_list_page_costs_few_statements(planner: Client) -> None:
    Site.objects.bulk_create(Site(code=f"{n:03}", name="同名") for n in range(45))
    planner.get(URL)
    with CaptureQueriesContext(
        connection,
    ) as spent:
        planner.get(
            f"{URL}?where={quote('workers > 1 or not workers known')}&columns=partners,lead_unit"
        )
    own = [q["sql"] for q in spent if "register_tests" in q["sql"] or "_unit" in q["sql"]]
    assert len(own) <= 6
    assert len(spent) <= 10


@pytest.mark.usefixtures("four")
def test_the_map_layer_holds_the_filtered_rows_that_have_a_place(planner: Client) -> None:
    Site.objects.filter(code__in=("A1", "B1")).update(lon=Decimal("114.2"), lat=Decimal("22.7"))
    layer = planner.get(f"{URL}map.json?lead_unit=901").json()
    (feature,) = layer["points"]["features"]
    assert feature["geometry"] == {"type": "Point", "coordinates": [114.2, 22.7]}
    assert feature["properties"]["name"] == "坂田学校"
    assert feature["properties"]["light"] == "red"
    assert planner.get(feature["properties"]["url"]).status_code == 200
    assert "map.json?lead_unit=901" in planner.get(f"{URL}map/?lead_unit=901").content.decode()


def test_a_system_may_embed_a_narrowed_list(make_actor: object, sites: Register) -> None:
    from django.db.models import Q
    from django.test import RequestFactory

    from district.kernel.registers.public import list_view

    add("A1", light="red")
    add("A2", light="green")
    request = RequestFactory().get("/somewhere/", {"format": "json"})
    request.actor = make_actor("planner")  # type: ignore[attr-defined, operator]  # as the middleware sets it
    answer = list_view(request, "sites", base_q=Q(light="red"))
    assert [row["values"]["code"] for row in json.loads(answer.content)["rows"]] == ["A1"]  # type: ignore[attr-defined]  # JSON is no stream


def test_the_detail_page_shows_every_field(planner: Client) -> None:
    site = add("A1", note="第一行\n第二行", amount=Decimal("12.5"), opened=date(2025, 9, 1))
    html = planner.get(f"{URL}row/{site.pk}/").content.decode()
    for text in ("第二行", "12.5", "2025-09-01", "还没有记录", "无数据"):
        assert text in html


def test_an_empty_register_and_an_empty_result_say_what_to_do(planner: Client) -> None:
    assert "还没有工地" in planner.get(URL).content.decode()
    assert "没有符合条件的数据" in planner.get(f"{URL}?light=red").content.decode()


def test_an_unknown_register_or_format_is_refused(planner: Client) -> None:
    assert planner.get("/registers/nix/").status_code == 404
    assert planner.get(f"{URL}?format=pdf").status_code == 422
    assert planner.get(f"{URL}row/no-uuid/").status_code == 404


def test_what_a_row_says_is_never_markup(planner: Client) -> None:
    evil = '<b onx="1">\'&"x"'
    site = add("A1", name=evil, note=evil)
    for address in (
        f"{URL}?columns=note",
        f"{URL}?q=" + quote(evil),
        f"{URL}?name=" + quote(evil),
        f"{URL}?figure=1&figure.label=" + quote(evil) + "&figure.unit=" + quote(evil),
        f"{URL}row/{site.pk}/",
        f"{URL}?where=" + quote(evil),
        f"{URL}map/",
    ):
        html = planner.get(address).content.decode()
        assert "<b onx" not in html, address
        assert "&lt;b onx=" in html, address
        assert "&amp;lt;" not in html, address


def test_filtering_without_reloading_leaves_a_short_address(planner: Client) -> None:
    answer = planner.get(
        f"{URL}?q=&light=red&workers.from=&where=&columns=code", headers={"HX-Request": "true"}
    )
    assert answer["HX-Push-Url"] == f"{URL}?light=red&columns=code"


def test_a_long_list_counts_so_far_and_all_only_when_asked(
    declared: Callable[..., Register], planner: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selectors, "COUNTED", 4)
    declared(page_size=2)
    for at in range(6):
        add(f"S{at}", name="地块")
    page = planner.get(URL).context["page"]
    assert (page.paginator.more, page.paginator.count, page.paginator.num_pages) == (True, 4, 2)
    further = planner.get(f"{URL}?page=2").context["page"]
    assert (further.number, further.paginator.more, further.has_next()) == (2, False, True)
    counted = planner.get(f"{URL}?exact=1").context["page"]
    assert (counted.paginator.more, counted.paginator.count) == (False, 6)
    last = planner.get(f"{URL}?page=9").context["page"]
    assert (last.number, last.paginator.more, len(last.object_list)) == (3, False, 2)
    told = planner.get(f"{URL}?format=json").json()
    assert (told["count"], told["pages"]) == (6, 3)


def test_a_list_of_exactly_as_many_rows_as_are_counted_is_complete(
    declared: Callable[..., Register], planner: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selectors, "COUNTED", 4)
    declared(page_size=2)
    for at in range(4):
        add(f"S{at}", name="地块")
    page = planner.get(URL).context["page"]
    assert (page.paginator.more, page.paginator.count, page.has_next()) == (False, 4, True)
