"""A small identity provider on loopback, with keys of its own: what a real one would check of us
it checks, and what a bad one would send it can be told to send."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

CLIENT, SECRET = "district", "a-secret-of-the-client"


class IdentityProvider:
    """`claims` are put over what a token says; `key` signs it; `verifiers` were shown to it."""

    def __init__(self) -> None:
        self.key: Any = RSAKey.generate_key(2048, parameters={"kid": "one"})
        self.published = KeySet([self.key])
        self.claims: dict[str, Any] = {}
        self.header: dict[str, Any] = {}
        self.metadata: dict[str, Any] = {}
        self.codes: dict[str, dict[str, str]] = {}
        self.asked: list[str] = []
        self.is_down = False
        self.leaves_out_token = False
        self.issuer = ""

    def authorize(self, address: str, account: str) -> str:
        """What happens in the browser at the provider: `account` signs in; where it is sent then.

        Raises ValueError where our request is not as the standards want it.
        """
        parts = urlsplit(address)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if f"{parts.scheme}://{parts.netloc}{parts.path}" != f"{self.issuer}/authorize":
            raise ValueError(address)
        if (asked["client_id"], asked["response_type"]) != (CLIENT, "code"):
            raise ValueError("client_id, response_type")
        if asked["code_challenge_method"] != "S256" or "openid" not in asked["scope"].split():
            raise ValueError("code_challenge_method, scope")
        code = secrets.token_urlsafe(12)
        self.codes[code] = {**asked, "account": account}
        return f"{asked['redirect_uri']}?code={code}&state={asked['state']}"

    def answer(self, method: str, path: str, form: dict[str, str], auth: str) -> tuple[int, Any]:
        """Status and JSON for a request of our server's."""
        self.asked.append(path)
        if self.is_down:
            return 500, {}
        if path == "/.well-known/openid-configuration":
            return 200, self._said()
        if path == "/jwks":
            return 200, self.published.as_dict(private=False)
        if path == "/token" and method == "POST":
            return self._token(form, auth)
        return 404, {}

    def _said(self) -> dict[str, Any]:
        said = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "end_session_endpoint": f"{self.issuer}/logout",
            "id_token_signing_alg_values_supported": ["none", "HS256", "RS256"],
        }
        return {**said, **self.metadata}

    def _token(self, form: dict[str, str], auth: str) -> tuple[int, Any]:
        known = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        asked = self.codes.pop(form.get("code", ""), None)  # a code is good once
        if auth != f"Basic {known}" or asked is None:
            return 400, {"error": "invalid_grant"}
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if challenge != asked["code_challenge"] or form["redirect_uri"] != asked["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        given = {"access_token": secrets.token_urlsafe(8), "token_type": "Bearer"}
        if not self.leaves_out_token:
            given["id_token"] = self._signed(asked)
        return 200, given

    def _signed(self, asked: dict[str, str]) -> str:
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": "s-1",
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
            "preferred_username": asked["account"],
            **self.claims,
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        header = {"alg": "RS256", "kid": self.key.kid, **self.header}
        if header["alg"] == "none":
            parts = (json.dumps(part).encode() for part in (header, claims))
            return (
                ".".join(base64.urlsafe_b64encode(one).rstrip(b"=").decode() for one in parts) + "."
            )
        return jwt.encode(header, claims, self.key)


@contextmanager
def identity_provider() -> Iterator[IdentityProvider]:
    """Within, it listens on loopback."""
    made = IdentityProvider()

    class Handler(BaseHTTPRequestHandler):
        def _reply(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            sent = parse_qs(self.rfile.read(length).decode())
            form = {name: values[0] for name, values in sent.items()}
            auth = self.headers.get("Authorization", "")
            status, body = made.answer(self.command, self.path, form, auth)
            data = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = _reply  # noqa: N815  # names of the library

        def log_message(self, format: str, *args: Any) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.issuer = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
