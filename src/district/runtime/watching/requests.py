"""How many requests were answered and how long that took, by route, method and status.

Routes are those of the address table, e.g. `cases/<uuid:case_id>/`: what stands in an address,
names and codes included, is nowhere in a metric. Where several processes serve, each writes its
numbers into files of the folder PROMETHEUS_MULTIPROC_DIR, and whichever is asked adds them up.
"""

from __future__ import annotations

from prometheus_client import Counter, Histogram

#: The route of what no address knows.
NO_ROUTE = "(none)"
#: Methods that may be a label; whatever else is sent is counted as one.
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_SECONDS = (0.05, 0.1, 0.2, 0.4, 1.0, 2.0, 5.0, 15.0)

_answered = Counter(
    "district_requests", "Requests answered", ["route", "method", "status"], registry=None
)
_took = Histogram(
    "district_request_seconds",
    "Seconds until the answer began",
    ["route"],
    buckets=_SECONDS,
    registry=None,
)


def note(route: str, method: str, status: int, seconds: float) -> None:
    """Count one answer."""
    known = method if method in _METHODS else "other"
    _answered.labels(route, known, str(status)).inc()
    _took.labels(route).observe(seconds)


def measured() -> tuple[Counter, Histogram]:
    """The two families of this process."""
    return _answered, _took
