"""What `projects_network` measures of the product itself; runs inside a filled installation."""

from __future__ import annotations

import time
from contextlib import ExitStack
from datetime import timedelta
from types import ModuleType
from typing import Any

from django.db import connection, transaction

from benchmarks.harness import percentile
from district.kernel.base import clock
from district.kernel.base.recent import forget_all
from district.kernel.history.public import Actor
from district.kernel.organisation.public import Member, actor_for
from district.kernel.tracking.services import lights
from district.systems.projects.models import Item, Project, Reckoning
from district.systems.projects.services import computing, items, reckoned
from district.systems.projects.services.items import accept_item

_SYSTEM = Actor.system("projects")


def recomputed() -> dict[str, Any]:
    """Seconds of everything computed anew: the first time of a day, again, after a night, and with
    nothing drawn; what of it was the passes' and the draws' own."""
    found: dict[str, Any] = {"statements": 0}
    forget_all()
    found["from rows"] = _timed(_anew)
    found["again"] = min(_timed(computing.recompute_all) for _run in range(3))
    tomorrow = clock.now() + timedelta(days=1)
    while tomorrow.weekday() >= 5:
        tomorrow += timedelta(days=1)
    with clock.moved_to(tomorrow):
        forget_all()
        watches = {
            "drawing": _Stopwatch(reckoned, "outlook"),
            "reckoning": _Stopwatch(computing, "reckon_all"),
            "showing": _Stopwatch(computing, "show_all"),
            "lights": _Stopwatch(computing, "refresh_lights"),
            "counting": _Stopwatch(computing, "keep_durations"),
        }
        with ExitStack() as opened:
            for watch in watches.values():
                opened.enter_context(watch)
            found["next day"] = _timed(computing.recompute_all)
        found |= {name: watch.seconds for name, watch in watches.items()}
        found["next day, again"] = _timed(computing.recompute_all)
        found["items"] = Item.objects.filter(expected_on__isnull=False).count()
    return found


def _anew() -> None:
    """As after a change of settings: nothing that was kept is believed."""
    Reckoning.objects.update(basis="")
    computing.recompute_all()


def _timed(call: Any) -> float:
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


class _Stopwatch:
    """How long a function of a module took in all, while it is watched."""

    def __init__(self, module: ModuleType, name: str) -> None:
        self.module, self.name, self.seconds = module, name, 0.0

    def __enter__(self) -> None:
        self._call = getattr(self.module, self.name)
        setattr(self.module, self.name, self._watched)

    def __exit__(self, *_error: object) -> None:
        setattr(self.module, self.name, self._call)

    def _watched(self, *args: Any, **more: Any) -> Any:
        began = time.perf_counter()
        try:
            return self._call(*args, **more)
        finally:
            self.seconds += time.perf_counter() - began


def accepted(member: str, runs: int) -> dict[str, Any]:
    """Milliseconds of an item accepted through its service by an officer, committed: with rights,
    history, tracked row, the network, a thousand draws and the project's light; and its statements.
    `again` is what computing the project anew takes of it, read and written: network, draws, year,
    rows of approvals and lights."""
    actor = actor_for(Member.objects.get(pk=member))
    keys = _acceptable(runs + 20)
    taken, used, again = [], [], []
    watches = [_Stopwatch(items, "recompute_after"), _Stopwatch(lights, "refresh_rows")]
    with watches[0], watches[1]:
        for at, key in enumerate(keys):
            before = sum(watch.seconds for watch in watches)
            cpu, began = time.process_time(), time.perf_counter()
            accept_item(key, actor=actor)
            if at >= 20:
                taken.append((time.perf_counter() - began) * 1000)
                used.append((time.process_time() - cpu) * 1000)
                again.append((sum(watch.seconds for watch in watches) - before) * 1000)
    with transaction.atomic():
        connection.force_debug_cursor = True
        before = len(connection.queries)
        accept_item(_acceptable(1)[0], actor=actor)
        statements = len(connection.queries) - before
        connection.force_debug_cursor = False
    return {
        "p50": percentile(taken, 0.5), "p95": percentile(taken, 0.95),
        "cpu": percentile(used, 0.5), "statements": statements,
        "again": percentile(again, 0.5), "again_p95": percentile(again, 0.95),
    }  # fmt: skip


def _acceptable(number: int) -> list[Any]:
    """Approvals whose prerequisites are there, one of each project."""
    found = []
    for project in Project.objects.exclude(stage="building").order_by("-pk")[: number * 3]:
        states = dict(
            Item.objects.filter(project=project).order_by("order").values_list("key", "state")
        )
        done = sum(1 for state in states.values() if state == "approved")
        waiting = [
            key for key, state in list(states.items())[done : done + 10] if state == "waiting"
        ]
        if waiting and done % 10 == 0:
            found.append(Item.objects.get(project=project, key=waiting[0]).pk)
        if len(found) == number:
            break
    return found
