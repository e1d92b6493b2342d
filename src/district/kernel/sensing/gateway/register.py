"""The register and the quarantine as the database keeps them: the gateway's edge to Django.

The models are asked for by name, and only here; everything else of the gateway runs without them.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from django.apps import apps
from django.db import close_old_connections
from django.db.models import Count, Max, Min, Sum
from django.utils.module_loading import import_string

from district.kernel.base import clock
from district.kernel.sensing.gateway.ports import Kind, Refusal, SourceRow, StreamRows

_APP = "kernel_sensing"
_SERVICES = "district.kernel.sensing.services"
_KINDS = {"measurement": Kind.MEASUREMENT, "truth": Kind.TRUTH, "count": Kind.COUNT}
_SECOND = 1_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _rows(model: str) -> Any:
    return apps.get_model(_APP, model)._default_manager.order_by()


def _service(name: str) -> Callable[..., Any]:
    found: Callable[..., Any] = import_string(f"{_SERVICES}.{name}")
    return found


def micros(moment: datetime) -> int:
    """An aware moment in microseconds since 1970 UTC."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def is_wanted() -> bool:
    """Whether any datastream has a source that may write it."""
    try:
        return bool(_rows("Datastream").filter(source__isnull=False, state="active").exists())
    except LookupError:
        return False


class ProductClock:
    """The product's clock, which in a demo stands on another date than the machine's."""

    def now(self) -> int:
        """Microseconds since 1970 UTC."""
        return micros(clock.now())


class DatabaseRegister:
    """Streams, sources and secrets as they are registered."""

    def changed(self) -> Hashable:
        """Three small queries: versions grow with every change, secrets are counted by state."""
        close_old_connections()
        streams = _rows("Datastream").aggregate(Count("pk"), Max("pk"), Sum("version"))
        sources = _rows("Source").aggregate(Count("pk"), Max("pk"), Sum("version"))
        secrets = _rows("SourceCredential").aggregate(
            Count("pk"),
            Count("revoked_at"),
            Count("expires_at"),
            Max("created_at"),
            Max("expires_at"),
            Min("expires_at"),
        )
        return tuple(tuple(found.values()) for found in (streams, sources, secrets))

    def streams(self) -> StreamRows:
        """All datastreams; times in microseconds."""
        rows = _rows("Datastream").values_list(
            "number", "source_id", "lateness", "skew", "observation_type", "state"
        )
        columns = list(zip(*rows, strict=True)) or [()] * 6
        number, source, lateness, skew, kind, state = columns
        return StreamRows(
            np.array(number, np.int64),
            np.array([-1 if key is None else key for key in source], np.int64),
            np.array(lateness, np.int64) * _SECOND,
            np.array(skew, np.int64) * _SECOND,
            np.array([_KINDS.get(each, Kind.MEASUREMENT) for each in kind], np.int8),
            np.array([each == "active" for each in state], np.bool_),
        )

    def sources(self) -> Sequence[SourceRow]:
        """All sources with the secrets that are not revoked."""
        secrets: dict[int, list[tuple[str, int | None]]] = {}
        valid = _rows("SourceCredential").filter(revoked_at=None)
        for source, digest, until in valid.values_list("source_id", "digest", "expires_at"):
            known = secrets.setdefault(source, [])
            known.append((digest, None if until is None else micros(until)))
        return [
            SourceRow(number, code, state == "active", tuple(secrets.get(number, ())))
            for number, code, state in _rows("Source").values_list("pk", "code", "state")
        ]

    def digest(self, code: str, secret: str) -> str:
        """What is kept of a secret of that source."""
        return str(_service("sources.digest_of")(code, secret))


class DatabaseQuarantine:
    """Refused readings as rows that people see."""

    def put(self, rows: Sequence[Refusal]) -> None:
        """Keep them in one transaction."""
        close_old_connections()
        held = _service("quarantine.Held")
        _service("quarantine.quarantine")(
            [
                held(
                    source=row.source,
                    stream=row.stream,
                    reason=row.reason,
                    fragment=row.fragment,
                    received=_EPOCH + timedelta(microseconds=row.received),
                    datastream=int(row.stream) if row.stream.isdecimal() else None,
                    count=row.count,
                )
                for row in rows
            ]
        )
