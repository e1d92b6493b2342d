"""Keys with which programs of others call: told once, kept as a digest and a hint."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import Any, NamedTuple

from district.kernel.base import clock

# A page says when a key was last used, to the minute: not every call writes.
_NOTED = timedelta(minutes=1)
_HINT = 6


class NewKey(NamedTuple):
    """A key's text, which is told once, and what is kept of it."""

    text: str
    digest: str
    hint: str


def new_key(kind: str) -> NewKey:
    """A key of 256 random bits that begins with its kind, `warn_…`; the hint is what follows."""
    secret = secrets.token_urlsafe(32)
    text = f"{kind}_{secret}"
    return NewKey(text, key_digest(text), secret[:_HINT])


def key_digest(text: str) -> str:
    """What is kept of a key: it holds 256 random bits, so a plain digest suffices."""
    return hashlib.sha256(text.encode()).hexdigest()


def bearer_key(authorization: str) -> str:
    """The key of a header `Authorization: Bearer …`; "" where there is none that could be one."""
    scheme, _space, key = authorization.partition(" ")
    key = key.strip()
    return key if scheme.lower() == "bearer" and len(key) <= 200 else ""


def note_use(row: Any) -> None:
    """Note on a key's row, in `last_used_at`, that it was used now, where that was not noted
    within the last minute."""
    now = clock.now()
    if row.last_used_at is None or now - row.last_used_at > _NOTED:
        type(row)._default_manager.filter(pk=row.pk).update(last_used_at=now)
