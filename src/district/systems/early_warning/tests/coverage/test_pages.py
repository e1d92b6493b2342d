"""The pages of coverage: who sees what, numbers that open their rows, few statements."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from unittest import mock
from xml.etree import ElementTree

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from district.kernel.history.public import Actor
from district.kernel.registers.public import Figure
from district.systems.early_warning.models import CoverageData, CoverageProposal, CoverageRun
from district.systems.early_warning.selectors.coverage import (
    by_street,
    covers_of,
    losses,
    shares_of,
    sites_figure,
    sites_of,
)
from district.systems.early_warning.services.coverage import compute_now
from district.systems.early_warning.services.coverage_proposals import propose, propose_now
from district.systems.early_warning.tests.coverage.conftest import NOW, sensor, woodland
from district.systems.early_warning.tests.coverage.test_proposals import asked

People = dict[str, Actor]
ClientOf = Callable[[str], Client]


def recounted(client: Client, figure: Figure) -> str:
    """What the rows behind a figure count to."""
    answer = client.get(figure.url + "&format=json")
    assert answer.status_code == 200, figure
    return str(answer.json()["figure"])


def test_every_figure_recounts(ground: People, client_of: ClientOf) -> None:
    """Shares, cells, losses, streets, sites."""
    sensor("M", 114.215, 22.715, height=60)
    run = compute_now()
    row = propose_now(asked(), actor=ground["officer"])
    figures = [figure for figure, _note in shares_of(run)]
    figures += [one["figure"] for one in covers_of(run)]
    figures += [one[key] for one in losses(run) for key in ("alone", "bare")]
    figures += [one[key] for one in by_street(run) for key in ("cells", "bare")]
    figures.append(sites_figure(row, len(sites_of(row))))
    client = client_of("leader")
    for figure in figures:
        assert float(recounted(client, figure)) == float(figure.value), figure


def test_pages_cost_few_statements(ground: People, client_of: ClientOf) -> None:
    """At most ten, with everything on them."""
    compute_now()
    row = propose_now(asked(), actor=ground["officer"])
    client = client_of("officer")
    for address in (
        reverse("coverage"),
        reverse("coverage_map"),
        reverse("coverage_picture"),
        reverse("coverage_data"),
        reverse("coverage_settings"),
        reverse("coverage_proposals"),
        reverse("coverage_proposal_new"),
        row.get_absolute_url(),
        reverse("coverage_proposal_map", args=[row.pk]),
        reverse("coverage_proposal_geojson", args=[row.pk]),
    ):
        client.get(address)
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert client.get(address).status_code == 200, address
        told = "\n".join(one["sql"][:160] for one in found)
        assert len(found) <= 10, f"{address}\n{told}"


def test_an_empty_installation_says_what_to_do_next(world: People, client_of: ClientOf) -> None:
    """Load woodland first."""
    client = client_of("admin")
    page = client.get(reverse("coverage")).content.decode()
    assert "还没有林地数据" in page
    assert "重新计算" not in page
    assert client.get(reverse("coverage_picture")).status_code == 404
    assert client.get(reverse("coverage_map")).json()["points"]["features"] == []
    assert client.get(reverse("coverage_proposals")).status_code == 200


def test_strangers_see_nothing(ground: People, client_of: ClientOf) -> None:
    """A viewer, and who may look but not change."""
    compute_now()
    row = propose_now(asked(), actor=ground["officer"])
    viewer, other = client_of("viewer"), client_of("other")
    for name in ("coverage", "coverage_map", "coverage_picture", "coverage_data"):
        assert viewer.get(reverse(name)).status_code == 403, name
        assert other.get(reverse(name)).status_code == 200, name
    assert viewer.get(row.get_absolute_url()).status_code == 403
    assert other.get(reverse("coverage_settings")).status_code == 403
    assert other.get(reverse("coverage_proposal_new")).status_code == 200  # for its own unit
    assert other.post(reverse("coverage")).status_code == 403
    assert other.post(row.get_absolute_url(), {"do": "accept", "reason": "好"}).status_code == 403
    page = other.get(reverse("coverage")).content.decode()
    assert "重新计算" not in page


def test_a_computation_is_asked_for_on_the_page(ground: People, client_of: ClientOf) -> None:
    """Then the page says that it is under way, and afterwards that it is done."""
    client = client_of("officer")
    answer = client.post(reverse("coverage"), follow=True)
    assert "正在计算" in answer.content.decode()
    compute_now()
    page = client.get(reverse("coverage") + "?waiting=1").content.decode()
    assert "计算已完成" in page


def test_the_page_says_of_which_state_it_speaks(ground: People, client_of: ClientOf) -> None:
    """Time, state, missing terrain, invented ground."""
    run = compute_now()
    client = client_of("officer")
    page = client.get(reverse("coverage")).content.decode()
    assert run.number in page
    assert "有变化" not in page
    assert "没有地形数据" not in page
    sensor("X", 114.2, 22.7)
    assert "有变化" not in client_of("leader").get(reverse("coverage")).content.decode()
    assert "有变化" in client.get(reverse("coverage")).content.decode()
    CoverageRun.objects.update(terrain=None)
    CoverageData.objects.update(invented=True)
    page = client.get(reverse("coverage")).content.decode()
    assert "没有地形数据" in page
    assert "虚构的演示数据" in page


def test_the_map_and_its_picture_show_the_same_cells(ground: People, client_of: ClientOf) -> None:
    """The area of the map's shapes is that of the cells; the picture is sound XML without style."""
    from shapely.geometry import shape

    run = compute_now()
    client = client_of("leader")
    data = client.get(reverse("coverage_map")).json()
    parts = {one["id"]: one for one in data["areas"]["features"] if "pattern" in one["properties"]}
    counts = {one["key"]: one["figure"].value for one in covers_of(run)}
    assert set(parts) == {key for key, count in counts.items() if count}
    whole = sum(shape(one["geometry"]).area for one in parts.values())
    for key, part in parts.items():
        share = shape(part["geometry"]).area / whole
        assert share == pytest.approx(counts[key] / run.cells, abs=1e-3)
    marks = [one["properties"]["mark"] for one in data["points"]["features"]]
    assert sorted(marks) == ["nest", "sensor", "sensor"]
    answer = client.get(reverse("coverage_picture"))
    assert answer["Content-Type"] == "image/svg+xml"
    ElementTree.fromstring(answer.content)  # noqa: S314  # our own
    assert not re.search(rb"style=|<script|href=", answer.content)
    for word in ("只有前端可见", "只有机场可达", "监测前端", "无人机机场"):
        assert word in answer.content.decode()
    again = client.get(reverse("coverage_picture"), headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304


def test_data_is_taken_in_and_refused_on_the_page(ground: People, client_of: ClientOf) -> None:
    """A broken file stands beside its field; a good one is in use at once."""
    client = client_of("officer")
    address = reverse("coverage_data")
    values = {"kind": "woodland", "crs": "EPSG:4326", "name": "新林地", "source": "调查"}
    broken = SimpleUploadedFile("w.geojson", b"{}", "application/json")
    answer = client.post(address, {**values, "file": broken})
    assert answer.status_code == 422
    assert "FeatureCollection" in answer.content.decode()
    good = SimpleUploadedFile("w.geojson", woodland(2), "application/json")
    assert client.post(address, {**values, "file": good}).status_code == 302
    assert CoverageData.objects.get(kind="woodland", is_current=True).name == "新林地"
    assert client.post(address, {"do": "drop", "kind": "terrain"}).status_code == 302
    assert not CoverageData.objects.filter(kind="terrain", is_current=True).exists()
    assert client_of("other").post(address, values).status_code == 403


def test_settings_are_changed_on_the_page(ground: People, client_of: ClientOf) -> None:
    """What is wrong stands beside its field."""
    client = client_of("officer")
    address = reverse("coverage_settings")
    assert 'value="100"' in client.get(address).content.decode()
    values = {"lead_unit": "9-D22", "cell_m": 3, "canopy_m": 12, "target_m": 5,
              "refraction": "0.13", "minutes": 5}  # fmt: skip
    answer = client.post(address, values)
    assert answer.status_code == 422
    assert "20到1000" in answer.content.decode()
    assert client.post(address, {**values, "cell_m": 150}).status_code == 302


def test_a_proposal_goes_its_way_on_the_pages(ground: People, client_of: ClientOf) -> None:
    """Asked for, under way, decided; exports hold its sites."""
    compute_now()
    client = client_of("head")
    values: dict[str, object] = {"kind": "sensor", "sites": 2, "lead_unit": "9-D22"}
    values |= {"source": "terrain", "spacing_m": 500, "road_m": 300, "second": 0}
    values |= {"height": 25, "reach": 1500}
    bad = client.post(reverse("coverage_proposal_new"), {**values, "reach": 1})
    assert bad.status_code == 422
    made = client.post(reverse("coverage_proposal_new"), values)
    row = CoverageProposal.objects.get()
    assert made["Location"] == row.get_absolute_url()
    assert "正在计算" in client.get(row.get_absolute_url()).content.decode()
    CoverageProposal.objects.all().delete()
    row = propose_now(asked(), actor=ground["officer"])
    page = client.get(row.get_absolute_url()).content.decode()
    assert "采纳" in page
    assert client.post(row.get_absolute_url(), {"do": "accept", "reason": ""}).status_code == 422
    done = client.post(row.get_absolute_url(), {"do": "accept", "reason": "可行"}, follow=True)
    assert "可行" in done.content.decode()
    lines = client.get(
        reverse("register_list", args=["early_warning-proposed_sites"])
        + f"?proposal={row.number}&format=csv"
    )
    text = b"".join(lines).decode("utf-8-sig")
    assert len(text.splitlines()) == 1 + len(sites_of(row))
    file = client.get(reverse("coverage_proposal_geojson", args=[row.pk]))
    assert len(json.loads(file.content)["features"]) == 2
    picture = client.get(reverse("coverage_proposal_picture", args=[row.pk]))
    assert picture.status_code == 200


def test_a_failed_proposal_says_why(ground: People, client_of: ClientOf) -> None:
    """And offers no decision."""
    row = propose_now(asked(source="register"), actor=ground["officer"])
    page = client_of("head").get(row.get_absolute_url()).content.decode()
    assert "没有备选点位" in page
    assert 'value="accept"' not in page
    propose(asked(), actor=ground["officer"])


def test_a_proposal_that_was_overtaken_says_so(ground: People, client_of: ClientOf) -> None:
    """Another camera was built and coverage computed since."""
    row = propose_now(asked(), actor=ground["officer"])
    client = client_of("head")
    later = NOW + timedelta(hours=1)
    with mock.patch("district.kernel.base.clock.now", return_value=later):
        compute_now()
        assert "有变化" not in client.get(row.get_absolute_url()).content.decode()
        sensor("X", 114.2, 22.7)
        compute_now()
        assert "有变化" in client.get(row.get_absolute_url()).content.decode()
