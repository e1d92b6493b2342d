"""Who gets in, and what a browser may do with what it gets."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import get_resolver, include, path
from django.urls.resolvers import URLPattern, URLResolver

from district.kernel.base.errors import Conflict, Invalid, NotFound, NotPermitted
from district.ui.access import is_public, public_page

pytestmark = pytest.mark.django_db

ERRORS = {
    "invalid": Invalid("value", "实际值不是数字。", "请填写数字。"),
    "forbidden": NotPermitted("只有单位负责人可以审核。"),
    "absent": NotFound("没有这条承诺。"),
    "conflict": Conflict("这一条刚被别人修改过。"),
}
STATUS = {"invalid": 422, "forbidden": 403, "absent": 404, "conflict": 409}


def fails(request: HttpRequest, kind: str) -> HttpResponse:
    raise ERRORS[kind]


def plain(request: HttpRequest) -> HttpResponse:
    return HttpResponse("seen")


@public_page
def open_to_all(request: HttpRequest) -> HttpResponse:
    return HttpResponse("seen")


urlpatterns = [
    path("", include("district.ui.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("t/fails/<str:kind>", fails),
    path("api/fails/<str:kind>", fails),
    path("api/plain", plain),
    path("t/plain", plain),
    path("t/open", open_to_all),
]
here = override_settings(ROOT_URLCONF=__name__)


@pytest.fixture
def signed_in(client: Client) -> Client:
    client.force_login(User.objects.create_user("officer"))
    return client


@here
def test_a_page_asks_for_a_log_in_and_returns_there(client: Client) -> None:
    answer = client.get("/t/plain?q=1")
    assert answer.status_code == 302
    assert answer["Location"] == "/login/?next=%2Ft%2Fplain%3Fq%3D1"


@here
def test_a_public_page_does_not(client: Client) -> None:
    assert client.get("/t/open").content == b"seen"


@here
def test_the_api_answers_401_in_json(client: Client) -> None:
    answer = client.get("/api/plain")
    assert answer.status_code == 401
    assert answer.json()["error"]["status"] == 401


@here
def test_a_fragment_sends_the_whole_page_to_the_log_in(client: Client) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/t/plain?q=2"}
    answer = client.get("/t/plain", headers=headers)
    assert answer.status_code == 401
    assert answer["HX-Redirect"] == "/login/?next=%2Ft%2Fplain%3Fq%3D2"


def _views(patterns: list[Any], prefix: str = "") -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for each in patterns:
        if isinstance(each, URLResolver):
            found += _views(each.url_patterns, prefix + str(each.pattern))
        elif isinstance(each, URLPattern):
            found.append((prefix + str(each.pattern), each.callback))
    return found


def test_only_these_addresses_of_the_product_are_public() -> None:
    public = {address for address, view in _views(get_resolver().url_patterns) if is_public(view)}
    # Other programs: Open311 (limited per address) and the city's orders (signed by a token); and
    # draws of random inspections, which anybody may re-run, and night permits, which firms apply
    # for; published lists of scenarios, recognition rounds and catalogues. Senders of warnings sign
    # by a key.
    machines = {each for each in public if each.startswith("appeals/open311/")}
    machines.add("appeals/city/orders/")
    shell = {"", "login/", "logout/", "scheme/", "healthz"}
    # The code after the password, and the way to an identity provider and back.
    shell |= {"login/code/", "login/provider/", "login/provider/back/", "logout/done/"}
    # For monitors: a word for everybody, details and metrics for this machine or with a token.
    shell |= {"health/live", "health/ready", "metrics"}
    residents = {"report/", "status/", "map/", "map/streets.json"}
    draws = ("", "<str:number>/", "<str:number>/draw.json", "<str:number>/population.csv")
    machines |= {f"inspections/draws/{address}" for address in draws}
    machines |= {f"environment/permits/{address}" for address in ("", "apply/", "status/")}
    lists = ("", "<slug:list_key>/", "<slug:list_key>/<int:number>/")
    machines |= {f"scenarios/public/{address}" for address in lists}
    rounds = ("", "status/", "<str:number>/", "<str:number>/apply/")
    machines |= {f"scenarios/recognition/{address}" for address in rounds}
    machines.add("scenarios/recognition/<str:number>/object/<uuid:application_id>/")
    machines.add("scenarios/catalogue/<slug:scheme_key>/")
    # Residents see which subsidies they can have, apply, and follow it.
    machines |= {f"policies/{address}" for address in ("check/", "check/<slug:number>/", "status/")}
    feeds = ("", "feed.atom", "feed.json", "cap/<uuid:key>.xml")
    machines |= {"warnings/send/", *(f"warnings/public/{address}" for address in feeds)}
    # The portal of enterprises knows representatives by their own session; what is no way to one
    # is guarded by `for_enterprise`, which leaves the right on the view.
    portal = ("sign_in/", "sign_out/", "choose/", "join/", "reset/", "claim/", "claim/status/")
    machines |= {f"virtual_park/{address}" for address in portal}
    views = dict(_views(get_resolver().url_patterns))
    machines |= {each for each in public if getattr(views[each], "park_right", "")}
    # SensorThings knows its callers by their secrets or sessions and answers 401 itself.
    machines |= {each for each in public if each.startswith("sensorthings/v1.1/")}
    assert public == shell | {f"appeals/{address}" for address in residents} | machines


@here
@pytest.mark.parametrize("kind", sorted(ERRORS))
def test_an_error_becomes_a_page_with_its_words(signed_in: Client, kind: str) -> None:
    answer = signed_in.get(f"/t/fails/{kind}")
    assert answer.status_code == STATUS[kind]
    assert str(ERRORS[kind]) in answer.content.decode()
    assert 'class="shell"' in answer.content.decode()


@here
@pytest.mark.parametrize("kind", sorted(ERRORS))
def test_an_error_becomes_json_under_api(signed_in: Client, kind: str) -> None:
    answer = signed_in.get(f"/api/fails/{kind}")
    assert answer.status_code == STATUS[kind]
    assert answer.json()["error"]["message"] == str(ERRORS[kind])


@here
def test_invalid_input_names_field_and_remedy_in_json(signed_in: Client) -> None:
    error = signed_in.get("/api/fails/invalid").json()["error"]
    assert (error["field"], error["remedy"]) == ("value", "请填写数字。")


@here
def test_an_error_becomes_a_toast_for_htmx_and_swaps_nothing_else(signed_in: Client) -> None:
    answer = signed_in.get("/t/fails/conflict", headers={"HX-Request": "true"})
    assert answer.status_code == 409
    body = answer.content.decode()
    assert "<html" not in body
    assert "这一条刚被别人修改过。" in body
    assert 'hx-target=".toasts"' in body


@here
def test_the_error_page_leads_back_to_our_own_pages_only(signed_in: Client) -> None:
    ours = signed_in.get("/t/fails/invalid", headers={"Referer": "http://testserver/t/plain"})
    assert 'href="http://testserver/t/plain"' in ours.content.decode()
    theirs = signed_in.get("/t/fails/invalid", headers={"Referer": "http://elsewhere.example/"})
    assert "elsewhere.example" not in theirs.content.decode()


@here
def test_every_page_carries_a_policy_that_allows_no_inline_code(client: Client) -> None:
    policy = client.get("/")["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    for loose in ("unsafe-inline", "unsafe-eval", "blob:", "http:", "*"):
        assert loose not in policy


@here
def test_pages_hold_no_inline_script_style_or_handler(signed_in: Client) -> None:
    import re

    with override_settings(UI_COMPONENTS=True):
        bodies = [signed_in.get(at).content.decode() for at in ("/", "/ui/components/")]
    for body in bodies:
        assert not re.search(r"\sstyle=", body)
        assert not re.search(r"\son[a-z]+=", body)
        assert "<style" not in body
        scripts = re.findall(r"<script([^>]*)>", body)
        assert scripts
        assert all("src=" in each or "application/json" in each for each in scripts)


@here
def test_the_component_page_is_for_staff_or_where_switched_on(signed_in: Client) -> None:
    assert signed_in.get("/ui/components/").status_code == 404
    with override_settings(UI_COMPONENTS=True):
        assert signed_in.get("/ui/components/").status_code == 200


@here
def test_the_page_of_a_wrong_address_says_what_to_do(client: Client) -> None:
    answer = client.get("/no/such/page")
    assert answer.status_code == 404
    assert "请核对地址" in answer.content.decode()


def test_a_monitor_needs_no_log_in(client: Client) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
