"""Pure rules of the chain: canonical bytes and hashes.

The chain is a plain hash chain per aggregate (each event's hash covers the one before); batches
of sealed events are chained by a root over their events' hashes, as in a transparency log that
publishes its head.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

GENESIS = "0" * 64


def plain(value: Any) -> Any:
    """`value` as JSON: decimals, dates, uuids and enums become strings; sets sorted lists.

    Raises TypeError for anything else that JSON does not know, floats that are no numbers
    included.
    """
    if value is None or (isinstance(value, bool | str | int) and not isinstance(value, Enum)):
        return value
    if isinstance(value, Enum):
        return plain(value.value)
    if isinstance(value, float):
        if value != value or value in (float("inf"), float("-inf")):
            raise TypeError("history takes no NaN and no infinity")
        return value
    if isinstance(value, Decimal):
        return format(value.normalize(), "f") if value else "0"
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date | UUID):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, set | frozenset):
        return sorted((plain(item) for item in value), key=str)
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    # Lazy translations and other text-like objects say so themselves.
    if hasattr(value, "__html__") or type(value).__name__ == "__proxy__":
        return str(value)
    raise TypeError(f"history cannot hold a {type(value).__name__}")


def canonical(value: Any) -> str:
    """One spelling for equal JSON: keys sorted, no blanks, no escapes."""
    return json.dumps(plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def moment(at: datetime) -> str:
    """An aware time in UTC to the microsecond; the same text from both databases."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def event_hash(
    *,
    previous_hash: str,
    subject: str,
    sequence: int,
    kind: str,
    data_text: str,
    personal_text: str,
    note: str,
    actor: tuple[str, str, str],
    at: datetime,
) -> str:
    """SHA-256 over every column of an event and the hash before it."""
    body = canonical(
        [
            previous_hash,
            subject,
            sequence,
            kind,
            data_text,
            personal_text,
            note,
            list(actor),
            moment(at),
        ]
    )
    return hashlib.sha256(body.encode()).hexdigest()


def batch_root(previous_root: str, first_position: int, hashes: Iterable[str]) -> str:
    """SHA-256 over the previous root, the first position and the events' hashes in order."""
    digest = hashlib.sha256(f"{previous_root}:{first_position}".encode())
    for value in hashes:
        digest.update(b"\n" + value.encode())
    return digest.hexdigest()
