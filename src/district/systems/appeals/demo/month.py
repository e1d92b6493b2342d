"""A month of appeals before the demo's present.

What was handled before comes in as handled; what is open went its way, each step at its time.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from district.kernel.base import clock
from district.kernel.base.district_files import DemoTime
from district.kernel.base.errors import DistrictError
from district.kernel.cases.public import (
    Case,
    Handled,
    Report,
    import_handled,
    join_case,
    perform,
    report_case,
)
from district.kernel.places.public import areas
from district.kernel.tracking.public import sweep
from district.systems.appeals.demo.city import play_orders
from district.systems.appeals.demo.world import DEMO, PUBLIC, SAID, SOURCE, World, way
from district.systems.appeals.names import TYPE

_HANDLED, _OPEN, _DAYS = 2400, 150, 45


def play(time: DemoTime) -> Iterator[str]:
    """The month before the demo's present; twice adds nothing."""
    if Case.objects.filter(source_name=SOURCE).exists() or not areas("community").exists():
        return
    world = World("appeals")
    if world.desk() is None:
        yield "demo: appeals are left out, nobody has the desk"
        return
    yield f"demo: {_handled(world, time.starts_at)} handled appeals"
    yield f"demo: {_open(world, time.starts_at)} open appeals"
    orders = play_orders(world, time.starts_at)
    for case, since in orders:
        _go(world, case, since, time.starts_at)
    yield f"demo: {len(orders)} orders of the city"
    with clock.moved_to(time.starts_at):
        sweep()


def _handled(world: World, until: datetime) -> int:
    """What was handled in the weeks before."""
    first = until - timedelta(days=_DAYS)
    rows = []
    for at in range(_HANDLED):
        report = world.report(f"YS-{at + 1:05d}")
        began = world.moment(first, until - timedelta(days=4))
        due = began + timedelta(days=7)
        late = world.random.random() < 0.06
        hours = world.random.uniform(170, 260) if late else world.random.uniform(3, 160)
        finished = min(began + timedelta(hours=hours), until - timedelta(hours=2))
        closed = min(finished + timedelta(hours=world.random.uniform(1, 40)), until)
        rows.append(
            Handled(
                report,
                world.unit_of(report),
                "closed",
                began,
                finished,
                closed,
                due,
                result="已现场处置并答复。",
                satisfaction=world.random.choice(SAID),
                returns=int(world.random.random() < 0.05),
                reopens=int(world.random.random() < 0.03),
            )
        )
    with clock.moved_to(until - timedelta(minutes=5)):
        return import_handled(rows, actor=DEMO)


def _open(world: World, until: datetime) -> int:
    """What came in the last days and is on its way, each step at its own time."""
    moments = sorted(world.moment(until - timedelta(days=8), until) for _ in range(_OPEN))
    for at in moments:
        with clock.moved_to(at):
            case = report_case(world.report(), actor=PUBLIC, contact=world.contact()).case
        _go(world, case, at, until)
    _burst(world, until - timedelta(hours=3))
    return len(moments)


def _go(world: World, case: Case, at: datetime, until: datetime) -> None:
    """Let a case that stands since `at` go as far as the time allows."""
    for act, actor, data, wait in way(world, case):
        at += timedelta(hours=wait)
        if at >= until or actor is None:
            return
        with clock.moved_to(at):
            try:
                case = perform(case.pk, act, actor=actor, data=data)
            except DistrictError:
                return


def _burst(world: World, at: datetime) -> None:
    """One burst pipe that a whole street reports: one case, many reporters."""
    with clock.moved_to(at):
        text = "路口水管爆裂，水一直往外冒，路面都淹了，车过不去"
        place = world.random.choice(world.places)
        point = place.shape.representative_point()
        report = Report(
            TYPE,
            text,
            source="phone",
            lon=round(point.x, 6),
            lat=round(point.y, 6),
            place=place.name,
            street=place.street,
            community=place.code,
        )
        case = report_case(report, actor=PUBLIC, contact=world.contact()).case
        for _other in range(23):
            join_case(case.pk, text=text, contact=world.contact(), actor=PUBLIC)
