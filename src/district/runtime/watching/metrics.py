"""What Prometheus reads: requests, queue, consumers, readings, the follower of alarms, cases."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator

from django.db import DatabaseError
from django.db.models import Count
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from district.kernel.alarms.public import ask_gateway, standing_now
from district.kernel.base import clock
from district.kernel.cases.public import Case
from district.kernel.history.public import backlog
from district.runtime.watching.health import disks, findings, log_end, queue_state
from district.runtime.watching.requests import measured


def exposition() -> bytes:
    """All metrics in Prometheus' text format, version 0.0.4."""
    registry = CollectorRegistry()
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # it ships without types
    else:
        for family in measured():
            registry.register(family)
    registry.register(_Installation())
    return generate_latest(registry)


class _Installation(Collector):
    """What is asked of database, log, gateway and disks when somebody reads the metrics."""

    def collect(self) -> Iterable[Metric]:
        """One family after another; what cannot be asked now is left out."""
        yield from _health()
        for part in (_queue, _consumers, _cases, _log):
            try:
                yield from part()
            except (DatabaseError, OSError):
                continue
        yield from _intake()
        yield from _disks()


def _gauge(name: str, help_: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"district_{name}", help_, value=value)


def _labelled(name: str, help_: str, label: str, values: dict[str, float]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"district_{name}", help_, labels=[label])
    for key, value in values.items():
        family.add_metric([key], value)
    return family


def _health() -> Iterator[Metric]:
    levels = {"ok": 0.0, "worry": 1.0, "bad": 2.0}
    states = {each.check: levels[each.state] for each in findings()}
    yield _labelled("check", "Checks: 0 ok, 1 somebody should look, 2 bad", "check", states)


def _queue() -> Iterator[Metric]:
    waiting, seconds = queue_state()
    yield _gauge("queue_tasks", "Tasks that wait and could run", waiting)
    yield _gauge("queue_oldest_seconds", "For how long the oldest of them waits", seconds)


def _consumers() -> Iterator[Metric]:
    told = backlog()
    yield _gauge("history_unsealed", "Events that the sealer has not reached", told["unsealed"][""])
    for word, help_ in (("behind", "Messages before a consumer"), ("parked", "Messages given up")):
        values = {name: float(number) for name, number in told[word].items()}
        yield _labelled(f"consumer_{word}", help_, "consumer", values)


def _cases() -> Iterator[Metric]:
    family = GaugeMetricFamily("district_cases", "Cases", labels=["type", "state"])
    counted = Case.objects.values_list("type_key", "category").annotate(number=Count("pk"))
    for type_key, category, number in counted.order_by():
        family.add_metric([type_key, category], number)
    yield family


def _log() -> Iterator[Metric]:
    yield _gauge("log_position", "The position behind the log's last durable frame", log_end())
    standing = standing_now()
    if standing is not None:
        lag = standing.lag(clock.now()).total_seconds()
        yield _gauge("alarms_lag_seconds", "By how much alarms are behind the log", lag)
        yield _gauge("alarms_lag_frames", "How many frames lie before them", standing.frames)


def _intake() -> Iterator[Metric]:
    gateway, _away = ask_gateway()
    if gateway is None:
        return
    readings = CounterMetricFamily(
        "district_readings", "Readings since the gateway's start", labels=["outcome"]
    )
    for outcome, number in dict(gateway.get("counts") or {}).items():
        readings.add_metric([str(outcome)], float(number))
    yield readings
    waits = float(dict(gateway.get("log") or {}).get("waiting_readings") or 0)
    yield _gauge("readings_waiting", "Readings that wait for the log's disk", waits)


def _disks() -> Iterator[Metric]:
    free = {
        name: float(shutil.disk_usage(folder).free)
        for name, folder in disks().items()
        if folder.exists()
    }
    yield _labelled("disk_free_bytes", "Room on the disk", "holds", free)
