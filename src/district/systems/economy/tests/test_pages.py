"""The pages: shown within ten statements, figures recounted, refusals in words, forms that come
back filled."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from district.systems.economy.models import Decomposition, Series, SeriesImport
from district.systems.economy.names import SYSTEM
from district.systems.economy.services.deciding import (
    approve_decomposition,
    propose_decomposition,
)
from district.systems.economy.services.drafting import draft_decomposition
from district.systems.economy.services.nowcasts import compute_nowcast
from district.systems.economy.tests.conftest import People, record_year
from district.systems.economy.tests.test_importing import MONTH, changed, workbook

pytestmark = pytest.mark.django_db
_FIGURE = re.compile(r'<a class="figure" href="([^"]+)"[^>]*data-value="([^"]*)"')


@pytest.fixture
def draft(people: People) -> Decomposition:
    """A draft of output's year."""
    series = Series.objects.get(pk="output")
    return draft_decomposition(series, 2025, Decimal(8), actor=people.industry)


def shown(client: Client, url: str, count: Callable[[int], Any]) -> str:
    """The page, within ten statements."""
    client.get(url)
    with count(10):
        answer = client.get(url)
    assert answer.status_code == 200, url
    return answer.content.decode()


def test_pages_keep_to_their_statements_and_figures_open_their_rows(
    people: People, draft: Decomposition, django_assert_max_num_queries: Any
) -> None:
    propose_decomposition(draft.pk, actor=people.industry)
    approve_decomposition(draft.pk, actor=people.planner)
    draft_decomposition(draft.series, 2025, Decimal(7), actor=people.industry)
    for year in (2022, 2023):
        record_year("output", year, Decimal(700 + 100 * (year - 2022)), Decimal(5), 12)
    compute_nowcast("output", 2025, actor=SYSTEM)
    compute_nowcast("investment", 2025, actor=SYSTEM)
    client = people.client("planner")
    checked = 0
    for url in (
        reverse("economy"),
        reverse("economy_series", args=["output"]),
        reverse("economy_series", args=["output"]) + "?by=street&known=2025-09-22",
        reverse("economy_series", args=["investment"]),
        reverse("economy_supposing", args=["output"]) + "?by=street&g-901=20",
        reverse("economy_decompositions"),
        reverse("economy_decomposition", args=[draft.pk]),
        reverse("economy_decomposition", args=[draft.pk]) + "?by=industry&member=chips",
        reverse("economy_draft", args=["output"]),
        reverse("economy_imports"),
        reverse("economy_upload"),
    ):
        page = shown(client, url, django_assert_max_num_queries)
        for address, value in _FIGURE.findall(page)[:6]:
            recount = client.get(html.unescape(address) + "&format=json").json()
            assert Decimal(str(recount["figure"])) == Decimal(value), address
            checked += 1
    assert checked > 20


def test_the_supposition_moves_the_district(people: People) -> None:
    url = reverse("economy_supposing", args=["output"])
    page = people.client("leader").get(url + "?by=street&g-901=20&g-902=x").content.decode()
    assert "西街道" in page
    assert "不是数字" in page
    page = people.client("leader").get(url + "?by=street&g-901=20").content.decode()
    # 0.7 x 20% + 0.3 x 6%
    assert "15.8" in page


def test_cells_are_set_freed_and_undone_on_the_page(people: People, draft: Decomposition) -> None:
    client = people.client("industry")
    url = reverse("economy_decomposition", args=[draft.pk])
    sent = {"period": "1-12", "industry": "", "street": "901", "kind": "fixed", "value": "800"}
    assert client.post(url, {**sent, "version": draft.version}).status_code == 302
    draft.refresh_from_db()
    assert draft.wishes[0]["value"] == "800.00"
    answer = client.post(url, {**sent, "value": "99999", "version": draft.version})
    assert answer.status_code == 422
    assert "99999" in answer.content.decode()
    # Somebody who saw an older version is told so.
    stale = client.post(url, {**sent, "version": draft.version - 1})
    assert stale.status_code == 422
    client.post(reverse("economy_undo", args=[draft.pk]), {"version": draft.version})
    draft.refresh_from_db()
    assert draft.wishes == []


def test_a_workbook_is_previewed_by_cell_and_then_taken(people: People) -> None:
    client = people.client("bureau")
    content = workbook(changed(MONTH, B5=7640000))
    file = SimpleUploadedFile("九月.xlsx", content)
    answer = client.post(reverse("economy_upload"), {"layout": "month", "file": file})
    row = SeriesImport.objects.get(file_name="九月.xlsx")
    assert answer["Location"] == row.get_absolute_url()
    page = client.get(row.get_absolute_url()).content.decode()
    assert "B5" in page
    assert "疑点" in page
    accept = reverse("economy_accept", args=[row.pk])
    assert client.post(accept, {"version": row.version}).status_code == 422
    answer = client.post(accept, {"version": row.version, "reason": "另有未列行业"})
    assert answer.status_code == 302
    row.refresh_from_db()
    assert row.state == "done"


def test_an_unusable_file_is_answered_on_the_form(people: People) -> None:
    file = SimpleUploadedFile("a.csv", b"1,2")
    answer = people.client("bureau").post(
        reverse("economy_upload"), {"layout": "month", "file": file}
    )
    assert answer.status_code == 422
    assert "xlsx" in answer.content.decode()


def test_who_may_not_is_refused(people: People, draft: Decomposition) -> None:
    street = people.client("street")
    assert street.get(reverse("economy")).status_code == 200
    assert street.get(reverse("economy_draft", args=["output"])).status_code == 403
    approve = reverse("economy_approve", args=[draft.pk])
    assert people.client("industry").post(approve).status_code == 403
    assert street.get(reverse("economy_series", args=["output"]) + "?known=x").status_code == 422
    assert street.get(reverse("economy_series", args=["nothing"])).status_code == 404


def test_earlier_periods_are_listed_on_demand(people: People) -> None:
    for year in (2021, 2022, 2023):
        record_year("output", year, Decimal(800), Decimal(5), 12)
    client, url = people.client("leader"), reverse("economy_series", args=["output"])
    page = client.get(url).content.decode()
    assert 'id="2025-08-31"' in page
    assert 'id="2021-02-28"' not in page
    assert "还有更早的" in page
    assert 'id="2021-02-28"' in client.get(url + "?all=1").content.decode()
