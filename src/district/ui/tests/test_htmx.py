"""Filters, errors and broken connections with HTMX, on a list of this test's own."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.template import RequestContext, Template
from django.test import override_settings
from django.urls import include, path
from django_cotton.compiler_regex import CottonCompiler  # type: ignore[import-untyped]  # has none

from district.kernel.base.errors import Conflict
from district.testing.browser import complaints_of, open_page
from district.testing.browser_fixtures import PageAs

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WORDS = ["道路", "学位", "医院"]
LIST = """{% extends "shell.html" %}
{% block header %}<c-page-header title="清单" />{% endblock %}
{% block content %}
<c-filter-bar><c-filter-field label="状态"><select class="select" name="light">
  <option value="">全部</option><option value="red">滞后</option></select></c-filter-field>
</c-filter-bar>
<div id="results"><ul>{% for word in words %}<li class="row">{{ word }}</li>{% endfor %}</ul></div>
<form method="post" action="/act" hx-post="/act" hx-target="#results">
<c-button>办理</c-button></form>
{% endblock %}"""


def rows(request: HttpRequest) -> HttpResponse:
    wanted = request.GET.get("q", "")
    words = [word for word in WORDS if wanted in word]
    page = Template(CottonCompiler().process(LIST))
    return HttpResponse(page.render(RequestContext(request, {"words": words})))


def act(request: HttpRequest) -> HttpResponse:
    raise Conflict("这一条刚被别人修改过。")


urlpatterns = [
    path("", include("district.ui.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("rows/", rows),
    path("act", act),
]


@pytest.fixture
def listing(page_as: PageAs, live_server: Any) -> Any:
    with override_settings(ROOT_URLCONF=__name__):
        page = page_as(User.objects.create_user("officer"))
        open_page(page, live_server.url + "/rows/")
        yield page


def test_typing_filters_the_rows_and_the_address(listing: Any) -> None:
    listing.locator(".filter-bar input[type=search]").press_sequentially("路")
    listing.wait_for_url("**/rows/?q=*")
    listing.locator(".row", has_text="学位").wait_for(state="detached")
    assert listing.locator(".row").all_inner_texts() == ["道路"]
    assert listing.url.endswith("/rows/?q=%E8%B7%AF")
    assert listing.locator("h1").count() == 1
    assert listing.evaluate("document.activeElement.name") == "q"
    listing.go_back()
    listing.locator(".row", has_text="学位").wait_for()
    assert complaints_of(listing) == []


def test_a_half_typed_pinyin_is_not_searched(listing: Any) -> None:
    asked: list[str] = []
    listing.on("request", lambda request: asked.append(request.url))
    listing.evaluate(
        """() => {
            const field = document.querySelector('.filter-bar input[type=search]');
            field.value = 'xue';
            field.dispatchEvent(new InputEvent('input', { bubbles: true, isComposing: true }));
        }"""
    )
    listing.wait_for_timeout(600)
    assert asked == []
    listing.evaluate(
        """() => {
            const field = document.querySelector('.filter-bar input[type=search]');
            field.value = '学';
            field.dispatchEvent(new CompositionEvent('compositionend', { bubbles: true }));
        }"""
    )
    listing.locator(".row", has_text="道路").wait_for(state="detached")
    assert listing.locator(".row").all_inner_texts() == ["学位"]


def test_an_error_is_told_in_a_toast_and_the_rows_stay(listing: Any) -> None:
    listing.get_by_role("button", name="办理").click()
    listing.locator(".toast-error").wait_for()
    assert "刚被别人修改过" in listing.locator(".toast-error").inner_text()
    assert listing.locator(".row").count() == 3


def test_a_broken_connection_is_told_once(listing: Any) -> None:
    listing.context.set_offline(True)
    field = listing.locator(".filter-bar input[type=search]")
    field.press_sequentially("路")
    listing.locator("[data-unreachable]").wait_for()
    field.press_sequentially("x")
    listing.wait_for_timeout(600)
    assert listing.locator("[data-unreachable]").count() == 1
    listing.context.set_offline(False)
    field.fill("学")
    listing.locator("[data-unreachable]").wait_for(state="detached")
