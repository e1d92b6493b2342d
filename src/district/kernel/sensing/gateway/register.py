"""The register and the quarantine as the database keeps them: the gateway's edge to Django.

Only here models and services are known; everything else of the gateway runs without them.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np
from django.db import close_old_connections
from django.db.models import Count, Max, Min, Sum

from district.kernel.base import clock
from district.kernel.sensing.gateway.ports import Kind, Refusal, SourceRow, StreamRows
from district.kernel.sensing.models import (
    Datastream,
    ObservationType,
    Source,
    SourceCredential,
    State,
)
from district.kernel.sensing.services import Held, quarantine
from district.kernel.sensing.services.sources import digest_of
from district.kernel.sensing.times import from_micros, to_micros

_KINDS = {
    ObservationType.MEASUREMENT: Kind.MEASUREMENT,
    ObservationType.TRUTH: Kind.TRUTH,
    ObservationType.COUNT: Kind.COUNT,
}
_SECOND = 1_000_000


def is_wanted() -> bool:
    """Whether any datastream has a source that may write it."""
    return Datastream.objects.filter(source__isnull=False, state=State.ACTIVE).exists()


class ProductClock:
    """The product's clock, which in a demo stands on another date than the machine's."""

    def now(self) -> int:
        """Microseconds since 1970 UTC."""
        return to_micros(clock.now())


class DatabaseRegister:
    """Streams, sources and secrets as they are registered."""

    def changed(self) -> Hashable:
        """Three small queries: versions grow with every change, secrets are counted by state."""
        close_old_connections()
        streams = Datastream.objects.aggregate(Count("pk"), Max("pk"), Sum("version"))
        sources = Source.objects.aggregate(Count("pk"), Max("pk"), Sum("version"))
        secrets = SourceCredential.objects.aggregate(
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
        rows = Datastream.objects.values_list(
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
            np.array([each == State.ACTIVE for each in state], np.bool_),
        )

    def sources(self) -> Sequence[SourceRow]:
        """All sources with the secrets that are not revoked."""
        secrets: dict[int, list[tuple[str, int | None]]] = {}
        valid = SourceCredential.objects.filter(revoked_at=None)
        for source, digest, until in valid.values_list("source_id", "digest", "expires_at"):
            known = secrets.setdefault(source, [])
            known.append((digest, None if until is None else to_micros(until)))
        return [
            SourceRow(number, code, state == Source.State.ACTIVE, tuple(secrets.get(number, ())))
            for number, code, state in Source.objects.values_list("pk", "code", "state")
        ]

    def digest(self, code: str, secret: str) -> str:
        """What is kept of a secret of that source."""
        return digest_of(code, secret)


class DatabaseQuarantine:
    """Refused readings as rows that people see."""

    def put(self, rows: Sequence[Refusal]) -> None:
        """Keep them in one transaction."""
        close_old_connections()
        quarantine(
            [
                Held(
                    source=row.source,
                    stream=row.stream,
                    reason=row.reason,
                    fragment=row.fragment,
                    received=from_micros(row.received),
                    datastream=int(row.stream) if row.stream.isdecimal() else None,
                    count=row.count,
                )
                for row in rows
            ]
        )
