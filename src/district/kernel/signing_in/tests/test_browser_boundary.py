"""What a browser is trusted with: forms with a token, cookies for this site alone."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.conf import settings
from django.test import Client

from district.kernel.signing_in.tests.conftest import PASSWORD, Two, user_of


def test_a_form_without_its_token_is_refused(two: Two) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post("/login/", {"username": "guyu", "password": PASSWORD}).status_code == 403
    client.force_login(user_of(two.officer))
    for path in ("/me/phone/", "/me/sign_in/begin/", "/me/sign_in/sessions/end/", "/logout/"):
        assert client.post(path, {"phone": "000", "all": "1"}).status_code == 403, path
    assert client.get("/me/").status_code == 200


def test_the_session_s_cookie_is_for_this_site_and_no_script(two: Two) -> None:
    answer = Client().post("/login/", {"username": "guyu", "password": PASSWORD})
    cookie = answer.cookies[settings.SESSION_COOKIE_NAME]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


@pytest.mark.one_database
def test_a_machine_room_keeps_cookies_to_tls() -> None:
    made = import_module("district.conf.production")
    assert made.SESSION_COOKIE_SECURE
    assert made.CSRF_COOKIE_SECURE
    assert made.SECURE_HSTS_SECONDS >= 31_536_000
    assert not made.DEBUG
