"""Pages: who may open them, their cost, their numbers against a recount, bad input, files."""

from __future__ import annotations

import io
from datetime import date
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core import signing
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from docx import Document
from openpyxl import load_workbook

from district.kernel.cases.public import Case, register_key
from district.kernel.registers.public import Figure, figure_url
from district.systems.environment.models import (
    AirDay,
    AirStation,
    MeltDecision,
    NoisePart,
    NoisePoint,
    RiverSection,
    SectionMonth,
    Site,
)
from district.systems.environment.selectors.monthly import monthly
from district.systems.environment.selectors.overview import overview
from district.systems.environment.services.applying import Receipt, apply_permit
from district.systems.environment.services.computing import compute_results
from district.systems.environment.services.melting import load_rule
from district.systems.environment.services.samples import save_sample
from district.systems.environment.tests.conftest import (
    AIR,
    LOADER,
    MakeNoisySite,
    People,
    day_of_air,
    night,
    point,
    rule,
    section,
    station,
    streams,
)
from district.systems.environment.tests.memory import MemoryReadings
from district.systems.environment.tests.test_permits import application

pytestmark = pytest.mark.django_db
EVERYBODY = "bureau head food east west leader planner viewer"
NOISE = "bureau head east leader planner"
PERMITS = "bureau head leader"


@pytest.fixture
def full(noisy: MakeNoisySite, log: MemoryReadings, people: People) -> Receipt:
    """Something of everything; the application was refused by the rule."""
    found = streams("T-A", AIR, 3600)
    station("A-1", thing="T-A")
    for day in (18, 19, 20):
        day_of_air(log, found, date(2025, 9, day), pm25=80 if day == 19 else 20)
    for code, ammonia in (("S-1", "0.4"), ("S-2", "1.9")):
        section(code, target="3", reach="2.5")
        given = {"section": code, "taken_on": date(2025, 9, 5), "do": "6.5", "codmn": "3",
                 "nh3n": ammonia, "tp": "0.1"}  # fmt: skip
        save_sample(given, None, people.bureau)
    section("S-3", target="3")
    save_sample(
        {"section": "S-3", "taken_on": date(2025, 9, 5), "nh3n": "0.2"}, None, people.bureau
    )
    noisy(days=(date(2025, 9, 1), date(2025, 9, 20)))
    compute_results()
    load_rule(rule(), actor=LOADER)
    return apply_permit(application())


def test_pages_are_for_those_who_may_and_cost_ten_statements(full: Receipt, people: People) -> None:
    case = Case.objects.get(number=full.number)
    part = NoisePart.objects.filter(exceeds=True).first()
    assert part is not None
    pages = {
        reverse("environment"): EVERYBODY,
        f"{reverse('environment_monthly')}?month=2025-09": EVERYBODY,
        reverse("environment_air"): EVERYBODY,
        reverse("environment_sections"): EVERYBODY,
        reverse("environment_waste"): EVERYBODY,
        reverse("environment_estates"): EVERYBODY,
        f"{reverse('environment_noise')}?exceeds=true": NOISE,
        reverse("environment_sites"): NOISE,
        reverse("environment_permit_desk", args=["accepting"]): PERMITS,
        AirStation.objects.get().get_absolute_url(): EVERYBODY,
        AirDay.objects.filter(scope="A-1")[0].get_absolute_url(): EVERYBODY,
        AirDay.objects.filter(scope="")[0].get_absolute_url(): EVERYBODY,
        RiverSection.objects.get(code="S-2").get_absolute_url(): EVERYBODY,
        SectionMonth.objects.filter(section__code="S-2")[0].get_absolute_url(): EVERYBODY,
        SectionMonth.objects.filter(section__code="S-3")[0].get_absolute_url(): EVERYBODY,
        NoisePoint.objects.get().get_absolute_url(): NOISE,
        part.get_absolute_url(): NOISE,
        Site.objects.get().get_absolute_url(): NOISE,
        reverse("environment_melt", args=[MeltDecision.objects.get().pk]): NOISE,
        reverse("case", args=[case.pk]): PERMITS,
        reverse("register_map", args=["environment-stations"]): EVERYBODY,
    }
    clients = {who: people.client(who) for who in EVERYBODY.split()}
    for address, names in pages.items():
        for who, client in clients.items():
            with CaptureQueriesContext(connection) as queries:
                answer = client.get(address)
            allowed = who in names.split()
            # Whoever handles noise somewhere gets the empty list of a place elsewhere.
            lists = address.startswith(
                (reverse("environment_noise") + "?", reverse("environment_sites"))
            ) and address.endswith(("=true", "/sites/"))
            wanted = allowed or (lists and who in ("food", "west"))
            wanted = wanted or ("desks" in address and who in ("food", "east", "west"))
            assert (answer.status_code == 200) == wanted, (address, who, answer.status_code)
            assert answer.status_code in (200, 403, 404), (address, who)
            assert len(queries) <= 10, (address, who, [q["sql"][:90] for q in queries])


def test_of_another_streets_places_nothing_is_listed(full: Receipt, people: People) -> None:
    for who in ("west", "food"):
        client = people.client(who)
        for key in ("environment-sites", "environment-noise", "environment-melts"):
            rows = client.get(reverse("register_list", args=[key]), {"format": "json"}).json()
            assert rows["count"] == 0, (who, key)
    client = people.client("viewer")
    for key in ("environment-sites", "environment-noise", register_key("night_permit")):
        assert client.get(reverse("register_list", args=[key])).status_code == 403


def _figures(found: Any) -> list[Figure]:
    return [
        cell
        for block in found.blocks
        for _name, cells in block.lines
        for cell in cells
        if isinstance(cell, Figure)
    ]


@pytest.mark.parametrize("who", ["bureau", "east", "west", "leader", "viewer"])
def test_every_figure_recounts(full: Receipt, people: People, who: str) -> None:
    actor, client = getattr(people, who), people.client(who)
    figures = [*overview(actor).stats, *_figures(monthly(date(2025, 9, 1), actor))]
    assert len(figures) > 20
    for figure in figures:
        answer = client.get(figure_url(figure), {"format": "json"} | _query(figure))
        assert answer.status_code == 200, (who, figure)
        recount = answer.json()["figure"]
        shown = figure.value
        same = recount == shown if isinstance(recount, int) else _equal(recount, shown)
        assert same, (figure.where, recount, shown)


def _query(figure: Figure) -> dict[str, str]:
    found = parse_qs(urlsplit(figure_url(figure)).query)
    return {name: values[0] for name, values in found.items()}


def _equal(recount: Any, shown: Any) -> bool:
    if recount is None or shown is None:
        return recount is None and shown is None
    return float(recount) == float(shown)


def test_a_night_without_a_verdict_is_no_night_that_kept_its_limit(
    people: People, log: MemoryReadings
) -> None:
    told_by = streams("T-Z", {"level": "噪声"}, 60)
    point("N-Z", limits="zone2", thing="T-Z")
    night(log, told_by["level"], date(2025, 9, 1), 60.0)
    night(log, told_by["level"], date(2025, 9, 2), 40.0, minutes=100)
    compute_results()
    found = monthly(date(2025, 9, 1), people.bureau)
    (block,) = [one for one in found.blocks if one.key == "noise"]
    ((_name, (every, _day, nights, rate)),) = block.lines
    assert (every.value, nights.value, rate) == (1, 1, "0.0%")
    client = people.client("bureau")
    answer = client.get(figure_url(every), {"format": "json"} | _query(every))
    assert answer.json()["figure"] == 1


def test_the_assessment_says_which_section_misses_and_by_what(
    full: Receipt, people: People
) -> None:
    client = people.client("bureau")
    address = reverse("environment_monthly")
    page = client.get(address, {"month": "2025-09"}).content.decode()
    assert "3个考核断面中1个达标。S-2断面未达标：氨氮。" in page
    sheets = load_workbook(io.BytesIO(client.get(
        address, {"month": "2025-09", "format": "xlsx"}).content))  # fmt: skip
    assert [cell.value for cell in sheets["未达标断面"][2]] == [
        "S-2断面", "东河", "Ⅲ类", "Ⅴ类", "氨氮",
    ]  # fmt: skip
    assert [cell.value for cell in sheets["河流断面"][2]][:5] == ["当月", 3, 1, 1, 1]
    document = Document(io.BytesIO(client.get(
        address, {"month": "2025-09", "format": "docx"}).content))  # fmt: skip
    assert any("氨氮" in cell.text for table in document.tables for cell in table.columns[-1].cells)
    assert client.get(address, {"month": "2025-13"}).status_code == 422
    assert client.get(address, {"month": "2025-10"}).status_code == 422
    empty = client.get(address, {"month": "2024-01"}).content.decode()
    assert "没有未达标的考核断面" in empty


def test_pages_of_an_empty_district_say_what_to_do(people: People) -> None:
    client = people.client("bureau")
    page = client.get(reverse("environment")).content.decode()
    assert "先导入监测站" in page
    for name in ("environment_monthly", "environment_air", "environment_public_permits"):
        assert client.get(reverse(name)).status_code == 200
    assert "还没有登记的工地" in client.get(reverse("environment_apply")).content.decode()


def ticket() -> str:
    """A ticket that was drawn a minute ago."""
    with pytest.MonkeyPatch.context() as patch:
        import time

        now = time.time()
        patch.setattr("django.core.signing.time.time", lambda: now - 60)
        return signing.TimestampSigner(salt="environment.permit").sign("abc")


FORM = {
    "site": "G-1", "starts_on": "2025-09-28", "ends_on": "2025-09-29", "works": "底板浇筑",
    "reason": "continuous", "name": "张工", "phone": "13800000000",
}  # fmt: skip


def test_a_firm_applies_asks_and_appeals_without_a_log_in(full: Receipt) -> None:
    client = Client()
    apply, status = reverse("environment_apply"), reverse("environment_status")
    assert client.post(apply, FORM).status_code == 422
    sent = {**FORM, "ticket": ticket()}
    assert client.post(apply, {**sent, "website": "x"}).status_code == 422
    assert client.post(apply, {**sent, "starts_on": "soon"}).status_code == 422
    answer = client.post(apply, sent)
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    assert "按熔断规则不予许可" in answer.content.decode()
    proof = {"number": full.number, "code": full.code}
    assert client.post(status, {**proof, "code": "WRONG"}).status_code == 404
    assert client.post(status, {"number": "", "code": ""}).status_code == 422
    page = client.post(status, proof).content.decode()
    for words in ("不予许可", "熔断依据", "2025-09-20", "对不予许可提出申诉"):
        assert words in page
    appeal = {**proof, "do": "appeal_refusal", "round": "1"}
    assert client.post(status, appeal).status_code == 422
    assert client.post(status, {**proof, "do": "melt"}).status_code == 404
    page = client.post(status, {**appeal, "text": "不是我们。"}).content.decode()
    assert "申诉复核中" in page
    assert Case.objects.get(number=full.number).stage == "refusal_review"
    again = client.post(status, {**appeal, "text": "不是我们。"})
    assert again.status_code == 200


def test_another_types_number_shows_nothing_here(full: Receipt) -> None:
    client = Client()
    Case.objects.update(type_key="appeal")
    proof = {"number": full.number, "code": full.code}
    assert client.post(reverse("environment_status"), proof).status_code == 404
