"""The crawler's own judgement: it finds what it is there to find."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.test import Client, override_settings
from django.urls import include, path

from district.testing.crawler import Crawler, exact, inside, shape_of, with_parameters
from district.testing.reading import Reading
from district.ui.access import public_page

SOUND = (
    "<!doctype html><html lang='zh-CN'><head><title>总览 · 龙岗</title></head>"
    "<body><h1>总览</h1>%s</body></html>"
)


def faults(body: str, page: str = SOUND) -> list[str]:
    """What the page with this body is accused of."""
    return Reading((page % body).encode()).faults()


def test_a_sound_page_has_no_faults() -> None:
    body = "<main id='m'><a class='figure' href='/r/' data-figure='3'>3</a><p>a</p></main>"
    assert faults(body) == []


@pytest.mark.parametrize(
    "body",
    [
        "<h1>二</h1>",
        "<p id='a'></p><p id='a'></p>",
        "<div><p>a</p>",
        "<p><div>a</div></p>",
        "<script>alert(1)</script>",
        "<p style='color:red'>a</p>",
        "<button onclick='go()'>a</button>",
        "<a href='javascript:go()'>a</a>",
        "<label for='nothing'>a</label>",
        "<a href='#nothing'>a</a>",
        "<span class='figure'>3</span>",
        "<p class='stat-value'>3</p>",
        "<p class='stat-value' data-plain='because'>3</p>",
        "<p class='heat-counts'><a class='figure' href='/r/' data-figure='3'>3</a> 4</p>",
    ],
)
def test_a_fault_is_found(body: str) -> None:
    assert len(faults(body)) == 1


def test_a_page_needs_its_language_title_and_doctype() -> None:
    found = faults("", "<html><head><title> · 龙岗</title></head><body><h1>a</h1>%s</body></html>")
    assert found == ["no doctype", "no lang on <html>", "no title"]


def test_a_number_may_say_why_it_has_no_rows() -> None:
    assert faults("<p class='stat-value' data-plain='row'>3</p><p class='stat-value'>0</p>") == []


def test_chinese_is_read_without_what_is_marked_as_chinese() -> None:
    body = "<p lang='zh-CN'>原句</p>尾<input placeholder='搜索'><b>data</b>"
    page = SOUND.replace("总览", "Overview") % body
    assert Reading(page.encode()).chinese() == ["尾", "搜索"]


def test_addresses_are_ours_or_nothing() -> None:
    assert inside("/a/b/", "../c/?q=1#x") == "/a/c/?q=1"
    assert inside("/a/", "?page=2") == "/a/?page=2"
    for other in ("#x", "https://example.org/", "mailto:a@example.org", "/static/app.css", ""):
        assert inside("/a/", other) == ""
    assert with_parameters("/r/?figure=0&q=a", figure="1") == "/r/?q=a&figure=1"


def test_addresses_of_one_shape_are_alike() -> None:
    one = shape_of("registers/<str:key>/", {"key": "units"}, "sort=name&q=a")
    assert one == shape_of("registers/<str:key>/", {"key": "units"}, "sort=code")
    assert one != shape_of("registers/<str:key>/", {"key": "posts"}, "sort=code")
    assert one != shape_of("registers/<str:key>/", {"key": "units"}, "sort=code&format=csv")


def test_a_recount_is_compared_exactly() -> None:
    assert exact("3.10") == exact(Decimal("3.1")) != exact("3.1000001")
    assert exact("") is exact(None) is None
    assert exact("三").is_nan()  # type: ignore[union-attr]  # it is a number that equals none


@public_page
def _first(request: HttpRequest) -> HttpResponse:
    links = ["/lost/", "/gone/", "/dear/"]
    figures = [("/rows/?n=3", "3"), ("/rows/?n=3", "4"), ("/dear/", "5"), ("", "6")]
    body = "".join(f"<a href='{link}'>a</a>" for link in links) + "".join(
        f"<a href='{href}' data-figure='{value}'>{value}</a>" for href, value in figures
    )
    return HttpResponse(SOUND % body)


@public_page
def _gone(request: HttpRequest) -> HttpResponse:
    return HttpResponse(status=410)


@public_page
def _dear(request: HttpRequest) -> HttpResponse:
    from django.contrib.auth.models import User

    for _each in range(11):
        User.objects.count()
    return HttpResponse(SOUND % "")


@public_page
def _rows(request: HttpRequest) -> HttpResponse:
    if request.GET.get("format") == "json":
        return JsonResponse({"figure": int(request.GET["n"])})
    return HttpResponse(SOUND % "")


urlpatterns = [
    path("", _first),
    path("gone/", _gone),
    path("dear/", _dear),
    path("rows/", _rows),
    path("i18n/", include("django.conf.urls.i18n")),
]


@pytest.mark.django_db
def test_a_walk_finds_broken_links_dear_pages_and_false_figures() -> None:
    with override_settings(ROOT_URLCONF=__name__):
        found = Crawler(Client()).crawl(["/"])
    assert found.routes == {"", "dear/", "rows/"}
    assert found.figures == 4
    assert found.problems() == [
        "/: figure '4' says '4', its rows recount to 3: /rows/?n=3",
        "/: figure '5': opens a page that cannot recount it: /dear/",
        "/: figure '6' has no source",
        "/: leads to no page: /lost/",
        "/dear/: 11 statements, at most 10",
        "/gone/: answers 410, linked from /",
    ]


@pytest.mark.django_db
def test_of_walks_that_share_it_one_opens_a_document_as_pdf_and_all_as_docx() -> None:
    starts = ["/rows/?format=pdf", "/rows/?format=docx"]
    written: dict[object, Crawler] = {}
    with override_settings(ROOT_URLCONF=__name__):
        walks = [Crawler(Client(), written=written).crawl(starts) for _each in range(2)]
    assert [[visit.address for visit in walk.visits] for walk in walks] == [starts, starts[1:]]


class _Seeing(Crawler):
    """A walk of somebody who sees `view` of every register."""

    view = ""

    def _view_of(self, address: str) -> str:
        return self.view


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_of_walks_that_share_it_one_opens_a_file_of_the_same_rows_and_columns(kind: str) -> None:
    starts, written = [f"/rows/?format={kind}"], dict[object, Crawler]()
    opened = []
    with override_settings(ROOT_URLCONF=__name__):
        for view in ("all", "all", "own"):
            walk = _Seeing(Client(), written=written)
            walk.view = view
            opened.append([visit.address for visit in walk.crawl(starts).visits])
    assert opened == [starts, [], starts]
