"""What happens in a demo while people watch: somebody reports, and cases go a step further."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from district.kernel.base import clock
from district.kernel.base.errors import DistrictError
from district.kernel.cases.public import Case, perform, report_case
from district.kernel.history.public import Actor
from district.systems.appeals.demo.world import PUBLIC, RESULT, SAID, SOURCE, World
from district.systems.appeals.names import TYPE

#: So many cases take a step each time, about as many as new ones need.
_STEPS = 2
#: A case is drawn from so many, so that one that cannot go on keeps no other back.
_AMONG = 20
_STAGES = ("triage", "assigned", "handling", "call_back")
Step = tuple[str, Actor | None, dict[str, Any]]


def arrive() -> int:
    """Somebody reports something now. Returns how many came; outside a demo nobody does."""
    if not _is_watched():
        return 0
    world = World(str(clock.now().timestamp()))
    if world.random.random() < 0.4:
        return 0
    report_case(world.report(), actor=PUBLIC, contact=world.contact())
    return 1


def go_on() -> int:
    """Whoever has a case in hand takes it further. Returns how many steps were taken.

    One of those that have waited longest in a stage is taken, so what a watcher has just opened
    stays theirs for a while; where they were quicker, or the case waits for something, nothing
    happens.
    """
    if not _is_watched():
        return 0
    world = World(str(clock.now().timestamp()))
    return sum(_step(world, stage) for stage in world.random.choices(_STAGES, k=_STEPS))


def _is_watched() -> bool:
    running = settings.DISTRICT_DEMO and clock.is_demo()
    return bool(running and Case.objects.filter(source_name=SOURCE).exists())


def _step(world: World, stage: str) -> int:
    waiting = Case.objects.filter(type_key=TYPE, stage=stage, reported_at__lte=clock.now())
    longest = list(waiting.order_by("reported_at")[:_AMONG])
    if not longest:
        return 0
    case = world.random.choice(longest)
    action, actor, data = _next(world, case)
    if actor is None:
        return 0
    try:
        perform(case.pk, action, actor=actor, data=data)
    except DistrictError:
        return 0
    return 1


def _next(world: World, case: Case) -> Step:
    if case.stage == "triage":
        return "dispatch", world.desk(), {"lead_unit": world.likely_unit(case)}
    handler = world.handler(case.lead_unit_id)
    if case.stage == "assigned":
        return "accept", handler, {}
    if case.stage == "handling":
        return "finish", handler, {"result": RESULT}
    said = world.random.choice(SAID) or "satisfied"
    return "close", world.desk(), {"satisfaction": said}
