"""Signing in by an identity provider: OpenID Connect 1.0, authorization code with PKCE (RFC 7636).

Authlib makes state, nonce and code verifier, fetches the keys and checks the signature; what must
hold of a token is stated here in full, because a claim that is not asked for is not checked. Keys
are fetched anew when a token names one that is not known.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlencode, urlsplit

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.django_client import OAuth
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from joserfc.errors import JoseError
from requests.exceptions import RequestException

#: Signatures that are taken, all of a provider's own key pair. "none" and those of a shared
#: secret are not, whatever the provider says that it supports.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
_SECONDS = 10
_LEEWAY = 60


@dataclass(frozen=True, slots=True)
class Provider:
    """The identity provider of an installation.

    `claim` names what of a token is the member's log-in name; `name` is what the button says.
    """

    issuer: str
    client_id: str
    secret: str
    claim: str
    scopes: str
    name: str


class ProviderAway(Exception):
    """The provider does not answer, or not as one."""


class TokenRefused(Exception):
    """What came back from the provider is not to be believed; the text says why, for the log."""


def provider() -> Provider | None:
    """The configured provider; None where there is none.

    Raises ImproperlyConfigured where something is missing or would go over the network in clear.
    """
    if not settings.DISTRICT_OIDC_ISSUER:
        return None
    found = Provider(
        settings.DISTRICT_OIDC_ISSUER,
        settings.DISTRICT_OIDC_CLIENT,
        settings.DISTRICT_OIDC_SECRET,
        settings.DISTRICT_OIDC_CLAIM,
        settings.DISTRICT_OIDC_SCOPES,
        settings.DISTRICT_OIDC_NAME,
    )
    if not (found.client_id and found.secret and found.claim):
        raise ImproperlyConfigured("OpenID Connect needs DISTRICT_OIDC_CLIENT and _FILE")
    if not _is_protected(found.issuer):
        raise ImproperlyConfigured("DISTRICT_OIDC_ISSUER must begin with https://")
    return found


def _is_protected(url: str) -> bool:
    parts = urlsplit(url)
    if parts.scheme == "https":
        return True
    try:
        return parts.scheme == "http" and ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return False


@lru_cache(maxsize=2)
def _client(found: Provider) -> Any:
    return OAuth().register(
        name="provider",
        client_id=found.client_id,
        client_secret=found.secret,
        server_metadata_url=found.issuer.rstrip("/") + "/.well-known/openid-configuration",
        client_kwargs={
            "scope": found.scopes,
            "code_challenge_method": "S256",
            "default_timeout": _SECONDS,
        },
    )


def _ready(found: Provider) -> Any:
    """The client, once what the provider says of itself is there and held against our settings."""
    client = _client(found)
    try:
        said = client.load_server_metadata()
    except (RequestException, ValueError) as error:
        raise ProviderAway(type(error).__name__) from error
    if said.get("issuer") != found.issuer:
        raise ProviderAway("the issuer that it names is another")
    for entry in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        if not _is_protected(str(said.get(entry, ""))):
            raise ProviderAway(f"its {entry} is not protected")
    offered = said.get("id_token_signing_alg_values_supported") or ["RS256"]
    taken = [one for one in offered if one in ALGORITHMS]
    if not taken:
        raise ProviderAway("it signs by no algorithm that is taken")
    said["id_token_signing_alg_values_supported"] = taken
    return client


def begin(found: Provider, request: HttpRequest, back: str) -> HttpResponse:
    """Send the browser to the provider, which sends it to `back`; state, nonce and verifier stay
    in the session. Raises ProviderAway."""
    answer: HttpResponse = _ready(found).authorize_redirect(request, back)
    return answer


def account_of(found: Provider, request: HttpRequest) -> str:
    """The log-in name that a browser brings back from the provider.

    Raises TokenRefused for whatever is wrong with what it brought, and ProviderAway.
    """
    client = _ready(found)
    must = {
        "iss": {"essential": True, "value": found.issuer},
        "aud": {"essential": True, "value": found.client_id},
        "nonce": {"essential": True},
    }
    try:
        token = client.authorize_access_token(request, claims_options=must, leeway=_LEEWAY)
    except RequestException as error:
        raise ProviderAway(type(error).__name__) from error
    except (AuthlibBaseError, JoseError) as error:
        raise TokenRefused(f"{type(error).__name__}: {getattr(error, 'error', '')}") from error
    except (ValueError, KeyError, TypeError, RuntimeError) as error:
        raise TokenRefused(type(error).__name__) from error
    claims = token.get("userinfo")
    if not claims:
        raise TokenRefused("no id_token")
    if found.claim == "email" and claims.get("email_verified") is not True:
        raise TokenRefused("its e-mail address is not verified")
    value = claims.get(found.claim)
    if not isinstance(value, str) or not value:
        raise TokenRefused(f"no claim {found.claim}")
    return value


def address_to_sign_out(found: Provider, back: str) -> str:
    """Where the browser is sent to sign out at the provider too (RP-Initiated Logout 1.0).

    "" where the provider offers none or does not answer. No token is kept for it: the client's
    name stands instead of the hint, and the provider asks its user.
    """
    try:
        said = _ready(found).load_server_metadata()
    except ProviderAway:
        return ""
    where = str(said.get("end_session_endpoint") or "")
    if not _is_protected(where):
        return ""
    asked = urlencode({"client_id": found.client_id, "post_logout_redirect_uri": back})
    return f"{where}{'&' if '?' in where else '?'}{asked}"
