"""Pages under rights, the ladder whose numbers open their rows, measures, the import's pages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from district.kernel.base.errors import Invalid
from district.kernel.conditions.public import explain, to_q
from district.kernel.measures.public import period_ending
from district.kernel.organisation.public import outline
from district.kernel.registers.public import figure_url
from district.systems.enterprises import jobs
from district.systems.enterprises.models import Enterprise, ImportRun
from district.systems.enterprises.pages.ladder import _shown
from district.systems.enterprises.selectors import counting
from district.systems.enterprises.selectors.ladder import ladder_counts, rungs, steps_of
from district.systems.enterprises.services.catalogue import put_catalogue
from district.systems.enterprises.services.imports import run_import
from district.systems.enterprises.services.qualifying import save_qualification
from district.systems.enterprises.services.telling import tell
from district.systems.enterprises.tests.conftest import LOADER, MakeEnterprise, People, code_of

pytestmark = pytest.mark.django_db
TODAY = date(2025, 9, 22)
#: Ready to be 专精特新 but for what a test takes away.
GOOD = {
    "size": "small", "is_dishonest": False, "established_on": date(2015, 1, 1),
    "rd_share": Decimal(4), "revenue": Decimal(6000), "industry": "C3921",
}  # fmt: skip


def get(client: Client, url: str, most: int = 10) -> Any:
    """The page, within its budget of statements; units are at hand for some seconds."""
    outline()
    with CaptureQueriesContext(
        connection,
    ) as asked:
        answer = client.get(url)
    assert len(asked) <= most, [one["sql"][:120] for one in asked]
    return answer


@pytest.fixture
def ladder(made: MakeEnterprise) -> Mapping[str, Enterprise]:
    """One enterprise in each state towards 专精特新; all but one of the east street."""
    rows = {
        "ready": made(**GOOD),
        "near": made(**{**GOOD, "rd_share": Decimal(1)}),
        "unknown": made(**{**GOOD, "rd_share": None}),
        "far": made(**{**GOOD, "rd_share": Decimal(1), "revenue": Decimal(10)}),
        "standing": made(**{**GOOD, "street": "902"}),
        "other": made(**{**GOOD, "status": "cancelled"}),
    }
    values = {"kind": "specialised", "issued_on": date(2024, 1, 1)}
    save_qualification(rows["standing"].pk, values, actor=LOADER)
    rows["standing"].refresh_from_db()
    return rows


def test_every_enterprise_is_in_the_state_that_it_is_in(ladder: Mapping[str, Enterprise]) -> None:
    for state, row in ladder.items():
        step = next(s for s in steps_of(row, rungs()) if s.rung.rung.key == "specialised")
        assert step.state == state, row.name
        if state in ("near", "unknown"):
            assert len(step.words) == 1
            assert "研发费用占比" in step.words[0]


def test_counts_of_the_ladder_open_their_rows(
    people: People, ladder: Mapping[str, Enterprise]
) -> None:
    client = people.client("leader")
    answer = get(client, reverse("enterprises_ladder"))
    assert answer.status_code == 200
    shown = {one.label: one for one in answer.context["rungs"]}
    mine = shown["专精特新中小企业"]
    assert [mine.standing.value, mine.ready.value, mine.near.value] == [1, 1, 1]
    assert [(words, figure.value) for words, figure in mine.missing] == [
        ("研发费用占比不低于3%", 1)
    ]
    for rung in shown.values():
        for figure in (rung.standing, rung.ready, rung.near, *(one for _w, one in rung.missing)):
            told = client.get(figure_url(figure) + "&format=json").json()
            assert told["figure"] == figure.value, figure.where


def test_a_street_counts_its_own(people: People, ladder: Mapping[str, Enterprise]) -> None:
    at = [one.rung.key for one in rungs()].index("specialised")
    for who, standing, ready in (("east", 0, 1), ("west", 1, 0), ("service", 1, 1)):
        counts = ladder_counts(rungs(), getattr(people, who))["specialised"]
        assert (counts.standing, counts.ready) == (standing, ready), who
        shown = _shown(rungs()[at], counts)
        told = people.client(who).get(figure_url(shown.ready) + "&format=json").json()
        assert told["figure"] == ready


def test_a_unit_that_serves_no_enterprise_is_told_so(
    people: People, ladder: Mapping[str, Enterprise]
) -> None:
    for name in ("enterprises", "enterprises_ladder", "enterprises_qualifications"):
        shown = {
            who: "您的单位看不到企业数据" in get(people.client(who), reverse(name)).content.decode()
            for who in ("other", "east", "community", "service", "leader")
        }
        assert [who for who, is_told in shown.items() if is_told] == ["other"], name


def test_a_long_requirement_has_short_words(people: People, made: MakeEnterprise) -> None:
    row = made(industry="C3921", revenue=Decimal(300))
    step = next(s for s in steps_of(row, rungs()) if s.rung.rung.key == "above_scale")
    assert (step.state, step.words) == ("near", ("营业收入或资质达到所在行业的规模起点",))
    answer = get(people.client("leader"), reverse("enterprises_ladder"))
    shown = next(one for one in answer.context["rungs"] if "四上" in one.label)
    assert [words for words, _figure in shown.missing] == ["营业收入或资质达到所在行业的规模起点"]


@pytest.mark.parametrize("names", [["甲", "乙", "丙"], "甲", [1]])
def test_names_of_clauses_that_are_not_there_are_refused(people: People, names: Any) -> None:
    rung = {
        "key": "x", "name": "甲", "standing": "staff > 9",
        "requirements": "staff > 1 and patents > 1", "clause_names": names,
    }  # fmt: skip
    with pytest.raises(Invalid, match=r"clause|texts"):
        put_catalogue({"rungs": [rung]}, [], actor=LOADER)


def test_conditions_of_rungs_mean_the_same_in_the_database_and_on_one_row(
    ladder: Mapping[str, Enterprise],
) -> None:
    tell(ladder["far"].pk, {"patents": 3, "is_above_scale": True}, actor=LOADER)
    for one in rungs():
        for condition in (one.standing, one.ready, one.near):
            found = Enterprise.objects.filter(to_q(condition, today=TODAY, model=Enterprise))
            for row in Enterprise.objects.all():
                values = {a.key: getattr(row, a.key, None) for leaf in [one] for a in _asked()}
                values |= {"street": row.street_unit_id}
                verdict = explain(condition, values, today=TODAY).verdict
                assert (row in found) == (verdict is True), (one.rung.key, row.name)


def _asked() -> Any:
    from district.systems.enterprises.tables import schema

    return [one for one in schema().attributes if one.key not in ("street", "community")]


def test_pages_show_what_a_member_may_see(people: People, made: MakeEnterprise) -> None:
    row = made(**GOOD, staff=10, community="901001")
    tell(row.pk, {"staff": 12}, source="self", actor=LOADER)
    url = row.get_absolute_url()
    for who in ("east", "community", "service", "leader"):
        answer = get(people.client(who), url)
        assert answer.status_code == 200, who
        assert "各来源说法不一" in answer.content.decode()
        assert "ShownFact" not in answer.content.decode(), "no value stands there as Python says it"
        assert row.name in get(people.client(who), reverse("enterprises")).content.decode()
    assert people.client("west").get(url).status_code == 404
    assert people.client("viewer").get(url).status_code in (403, 404)
    assert row.name not in people.client("west").get(reverse("enterprises")).content.decode()
    change = reverse("enterprises_change", args=[row.pk])
    assert people.client("leader").get(change).status_code == 403


def test_an_officer_verifies_facts_on_the_form(people: People, made: MakeEnterprise) -> None:
    row = made(**GOOD, staff=10)
    client, url = people.client("east"), reverse("enterprises_change", args=[row.pk])
    page = get(client, url)
    assert page.status_code == 200
    form = {
        key: value if value is not None else ""
        for key, value in page.context["form"].initial.items()
    }
    form |= {"version": row.version, "staff": "14"}
    answer = client.post(url, form)
    assert answer.status_code == 302, answer.context["form"].errors
    row.refresh_from_db()
    assert row.staff == 14
    record = row.source_records.get(source__key="manual")
    assert record.values == {"staff": 14}, "what was left alone is not said"
    stale = client.post(url, {**form, "staff": "15"})
    assert stale.status_code == 422
    wrong = client.post(url, {**form, "version": row.version, "industry": "Z9"})
    assert "industry" in wrong.context["form"].errors


def test_an_enterprise_is_entered_and_qualified_by_hand(people: People) -> None:
    client = people.client("service")
    values = {"code": code_of(7), "name": "深圳市新办有限公司", "street": "902", "kind": "company"}
    answer = client.post(reverse("enterprises_new"), values)
    assert answer.status_code == 302, answer.context["form"].errors
    row = Enterprise.objects.get(code=code_of(7))
    assert row.lead_unit_id == "902"
    url = reverse("enterprises_qualify", args=[row.pk])
    answer = client.post(url, {"kind": "innovative", "issued_on": "2025-01-01"})
    assert answer.status_code == 302
    row.refresh_from_db()
    assert row.qualifications == ["innovative"]
    assert "创新型中小企业" in get(client, row.get_absolute_url()).content.decode()
    listed = get(client, reverse("enterprises") + "?qualifications=innovative").content.decode()
    assert "创新型中小企业" in listed
    assert row.name in listed


def test_a_file_is_uploaded_followed_and_its_wrong_rows_fetched(people: People) -> None:
    client = people.client("service")
    text = f"code,name\n{code_of(1)},深圳市甲有限公司\n1,深圳市乙有限公司\n"
    form = {
        "source": "market_registry",
        "told_on": "2025-09-20",
        "file": SimpleUploadedFile("登记.csv", text.encode()),
    }
    assert get(client, reverse("enterprises_import")).status_code == 200
    assert client.post(reverse("enterprises_import"), {}).status_code == 422
    answer = client.post(reverse("enterprises_import"), form)
    assert answer.status_code == 302
    run = ImportRun.objects.get()
    assert "hx-trigger" in get(client, answer["Location"]).content.decode()
    jobs.import_file.call(str(run.pk))
    page = get(client, answer["Location"]).content.decode()
    assert "18位" in page
    assert "hx-trigger" not in page
    rejected: Any = client.get(reverse("enterprises_rejected", args=[run.pk]))
    assert "深圳市乙有限公司" in b"".join(rejected.streaming_content).decode("utf-8-sig")
    assert "登记.csv" in get(client, reverse("enterprises_imports")).content.decode()
    assert people.client("leader").get(answer["Location"]).status_code == 403
    run.refresh_from_db()
    assert run_import(run).state == "done", "again changes nothing"


def test_measures_count_by_street_and_in_all(made: MakeEnterprise) -> None:
    made(established_on=date(2020, 1, 1))
    made(established_on=date(2025, 3, 1), street="902")
    made(established_on=date(2025, 3, 2), status="cancelled")
    turned = made(established_on=date(2025, 4, 1), converted_on=date(2025, 4, 1))
    for issued in (date(2021, 5, 1), date(2024, 5, 2)):
        values = {"kind": "little_giant", "issued_on": issued}
        save_qualification(turned.pk, values, actor=LOADER)
    year = period_ending(date(2025, 8, 31), "year_to_date")
    one, two, none = Decimal(1), Decimal(2), Decimal(0)
    assert counting.registered(year) == {"901": two, "902": one, "9": Decimal(3)}
    assert counting.established(year) == {"901": two, "902": one, "9": Decimal(3)}
    assert counting.converted(year) == {"901": one, "9": one}
    assert counting.qualified("little_giant")(year) == {"901": one, "9": one}
    assert counting.newly_qualified("little_giant")(year) == {"9": none}
    earlier = period_ending(date(2021, 12, 31), "year_to_date")
    assert counting.newly_qualified("little_giant")(earlier) == {"901": one, "9": one}
