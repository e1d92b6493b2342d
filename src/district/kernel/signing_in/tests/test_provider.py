"""Signing in by OpenID Connect against a provider on loopback, an honest one and bad ones."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from joserfc.jwk import KeySet, OctKey, RSAKey
from pytest_django import Settings

from district.kernel.organisation.models import Member
from district.kernel.organisation.public import actor_for, deactivate
from district.kernel.signing_in import provider
from district.kernel.signing_in.tests.conftest import App, Two
from district.kernel.signing_in.tests.idp import CLIENT, SECRET, IdentityProvider, identity_provider


@pytest.fixture(scope="module")
def _listening() -> Iterator[IdentityProvider]:
    with identity_provider() as made:
        yield made


@pytest.fixture
def idp(_listening: IdentityProvider, settings: Settings, two: Two) -> Iterator[IdentityProvider]:
    """The provider, honest, configured, and unknown to this process so far."""
    made = _listening
    settings.DISTRICT_OIDC_ISSUER = made.issuer
    settings.DISTRICT_OIDC_CLIENT = CLIENT
    settings.DISTRICT_OIDC_SECRET = SECRET
    kept = dict(vars(made))
    made.claims, made.header, made.metadata, made.codes, made.asked = {}, {}, {}, {}, []
    provider._client.cache_clear()
    yield made
    vars(made).update(kept)
    provider._client.cache_clear()


def go(client: Client, wanted: str = "/units/") -> str:
    """To the provider: its address."""
    answer = client.get("/login/provider/", {"next": wanted})
    assert answer.status_code == 302, answer.content
    return str(answer["Location"])


def come_back(client: Client, address: str) -> Any:
    return client.get(address.removeprefix("http://testserver"))


def sign_in(idp: IdentityProvider, account: str = "guyu", client: Client | None = None) -> Any:
    client = client or Client()
    answer = come_back(client, idp.authorize(go(client), account))
    answer.browser = client
    return answer


def is_in(client: Client) -> bool:
    return bool(client.get("/me/").status_code == 200)


def test_a_member_signs_in_and_goes_where_they_wanted(idp: IdentityProvider, two: Two) -> None:
    page = Client().get("/login/?next=/units/").content.decode()
    assert "/login/provider/?next=%2Funits%2F" in page
    answer = sign_in(idp)
    assert (answer.status_code, answer["Location"]) == (302, "/units/")
    assert is_in(answer.browser)
    assert answer.browser.get("/me/").context["own"].pk == two.officer.pk


def test_nobody_is_led_to_another_site_afterwards(idp: IdentityProvider) -> None:
    client = Client()
    address = go(client, "https://elsewhere.example/")
    assert come_back(client, idp.authorize(address, "guyu"))["Location"] == "/home/"


def test_each_request_has_its_own_state_nonce_and_challenge(idp: IdentityProvider) -> None:
    first, second = go(Client()), go(Client())
    for name in ("state", "nonce", "code_challenge"):
        values = [
            dict(part.split("=", 1) for part in address.split("?")[1].split("&"))[name]
            for address in (first, second)
        ]
        assert values[0] != values[1]
        assert min(map(len, values)) >= 20


FOREIGN = RSAKey.generate_key(2048, parameters={"kid": "one"})


def _forge(idp: IdentityProvider) -> None:
    idp.key = FOREIGN  # another key under the name of the published one


def _shared_secret(idp: IdentityProvider) -> None:
    idp.header = {"alg": "HS256"}
    idp.key = OctKey.import_key(SECRET, parameters={"kid": "one"})


BAD: dict[str, Callable[[IdentityProvider], object]] = {
    "a wrong nonce": lambda idp: idp.claims.update(nonce="another"),
    "no nonce": lambda idp: idp.claims.update(nonce=None),
    "a wrong audience": lambda idp: idp.claims.update(aud="another", azp=CLIENT),
    "no audience": lambda idp: idp.claims.update(aud=None),
    "a wrong issuer": lambda idp: idp.claims.update(iss="https://elsewhere.example"),
    "an expired token": lambda idp: idp.claims.update(
        iat=int(time.time()) - 900, exp=int(time.time()) - 600
    ),
    "no expiry": lambda idp: idp.claims.update(exp=None),
    "a token of the future": lambda idp: idp.claims.update(nbf=int(time.time()) + 600),
    "a forged signature": _forge,
    "no signature": lambda idp: idp.header.update(alg="none"),
    "a signature by the shared secret": _shared_secret,
    "no token": lambda idp: setattr(idp, "leaves_out_token", True),
    "no claim of a name": lambda idp: idp.claims.update(preferred_username=None),
    "a claim that is no text": lambda idp: idp.claims.update(preferred_username=["guyu"]),
}


@pytest.mark.parametrize("what", BAD)
def test_a_token_is_refused_that_has(what: str, idp: IdentityProvider, two: Two) -> None:
    BAD[what](idp)
    answer = sign_in(idp)
    assert answer.status_code == 403
    assert "没有登录" in answer.content.decode()
    assert not is_in(answer.browser)


def test_a_state_is_good_once_and_in_its_own_browser(idp: IdentityProvider) -> None:
    client, other = Client(), Client()
    address = idp.authorize(go(client), "guyu")
    go(other)
    assert come_back(other, address).status_code == 403
    assert not is_in(other)
    assert come_back(client, address).status_code == 302
    client.post("/logout/")
    assert come_back(client, address).status_code == 403
    assert not is_in(client)


def test_a_code_without_its_verifier_is_worth_nothing(idp: IdentityProvider) -> None:
    """Somebody who caught the code puts it into a sign-in of their own."""
    victim, thief = Client(), Client()
    caught = idp.authorize(go(victim), "guyu").split("code=")[1].split("&")[0]
    own = idp.authorize(go(thief), "root")
    ours = own.split("code=")[1].split("&")[0]
    assert come_back(thief, own.replace(ours, caught)).status_code == 403
    assert not is_in(thief)


def test_an_account_that_no_member_has_is_refused_and_none_is_made(idp: IdentityProvider) -> None:
    before = (User.objects.count(), Member.objects.count())
    for account in ("stranger", "GUYU", "guyu "):
        answer = sign_in(idp, account)
        assert answer.status_code == 403
        assert "还没有对应的平台成员" in answer.content.decode()
        assert not is_in(answer.browser)
    assert (User.objects.count(), Member.objects.count()) == before


def test_a_deactivated_member_and_a_log_in_without_member_are_refused(
    idp: IdentityProvider, two: Two
) -> None:
    deactivate(two.officer.pk, "调离", actor=actor_for(two.root))
    User.objects.create_user("nobody")
    for account in ("guyu", "nobody"):
        answer = sign_in(idp, account)
        assert answer.status_code == 403
        assert "已停用" in answer.content.decode()


def test_an_address_of_e_mail_must_be_verified_to_name_a_member(
    idp: IdentityProvider, two: Two, settings: Settings
) -> None:
    settings.DISTRICT_OIDC_CLAIM = "email"
    assert two.officer.user is not None
    User.objects.filter(pk=two.officer.user.pk).update(username="guyu@example.cn")
    idp.claims.update(email="guyu@example.cn")
    assert sign_in(idp).status_code == 403
    idp.claims.update(email_verified=True)
    assert sign_in(idp).status_code == 302


def test_a_second_factor_is_asked_for_after_the_provider_too(
    idp: IdentityProvider, app: App
) -> None:
    answer = sign_in(idp)
    assert answer["Location"] == "/login/code/"
    assert not is_in(answer.browser)
    answer = answer.browser.post("/login/code/", {"code": app.code()})
    assert answer["Location"] == "/units/"


def test_keys_that_were_changed_are_fetched_anew(idp: IdentityProvider) -> None:
    assert sign_in(idp).status_code == 302
    idp.key = RSAKey.generate_key(2048, parameters={"kid": "two"})
    idp.published = KeySet([idp.key])
    assert sign_in(idp).status_code == 302
    assert idp.asked.count("/.well-known/openid-configuration") == 1


def test_a_provider_that_is_away_or_another_is_said_in_words(idp: IdentityProvider) -> None:
    idp.is_down = True
    answer = Client().get("/login/provider/")
    assert answer.status_code == 503
    assert "用账号和密码登录" in answer.content.decode()
    idp.is_down = False
    for metadata in (
        {"issuer": "https://elsewhere.example"},
        {"token_endpoint": "http://192.0.2.1/token"},
        {"id_token_signing_alg_values_supported": ["none", "HS256"]},
    ):
        idp.metadata = metadata
        provider._client.cache_clear()
        assert Client().get("/login/provider/").status_code == 503
    assert Client().get("/login/").status_code == 200


def test_the_provider_s_error_is_a_refusal(idp: IdentityProvider) -> None:
    client = Client()
    go(client)
    assert client.get("/login/provider/back/?error=access_denied").status_code == 403


def test_whoever_came_by_the_provider_is_shown_the_way_out_of_it(idp: IdentityProvider) -> None:
    client = sign_in(idp).browser
    assert client.post("/logout/")["Location"] == "/logout/done/"
    page = client.get("/logout/done/").content.decode()
    assert f"{idp.issuer}/logout?client_id={CLIENT}" in page
    assert "post_logout_redirect_uri=http%3A%2F%2Ftestserver%2F" in page
    assert not is_in(client)
    by_password = Client()
    by_password.post("/login/", {"username": "guyu", "password": "a-long-enough-word"})
    assert by_password.post("/logout/")["Location"] == "/"


def test_without_a_provider_there_is_none(two: Two) -> None:
    for path in ("/login/provider/", "/login/provider/back/", "/logout/done/"):
        assert Client().get(path).status_code == 404
    assert "/login/provider/" not in Client().get("/login/").content.decode()


def test_settings_that_would_send_secrets_in_clear_are_refused(settings: Settings) -> None:
    settings.DISTRICT_OIDC_ISSUER = "http://sso.example.cn"
    settings.DISTRICT_OIDC_CLIENT, settings.DISTRICT_OIDC_SECRET = CLIENT, SECRET
    with pytest.raises(ImproperlyConfigured, match="https"):
        provider.provider()
    settings.DISTRICT_OIDC_ISSUER, settings.DISTRICT_OIDC_SECRET = "https://sso.example.cn", ""
    with pytest.raises(ImproperlyConfigured, match="FILE"):
        provider.provider()


def test_neither_names_nor_secrets_are_logged_when_a_sign_in_is_refused(
    idp: IdentityProvider, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    idp.claims.update(nonce="another", name="谷雨")
    answer = sign_in(idp, "guyu")
    assert answer.status_code == 403
    assert "refused" in caplog.text
    for word in ("guyu", "谷雨", SECRET):
        assert word not in caplog.text
