"""Keyed digests: what finds a text again without telling it. Pure."""

from __future__ import annotations

import hashlib
import hmac


def keyed_digest(purpose: str, secret: str, text: str) -> bytes:
    """The HMAC-SHA-256 of a text, 32 bytes; nobody without the secret can try texts against it.

    `purpose` keeps digests of different tables apart: the same text is another digest in each.
    Values are kept in the database, so neither purpose nor form may ever change.
    """
    return hmac.new(f"{purpose} {secret}".encode(), text.encode(), hashlib.sha256).digest()
