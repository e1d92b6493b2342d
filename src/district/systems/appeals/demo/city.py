"""Orders of an invented city platform in a demo, some of them changed afterwards."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from district.kernel.base import clock
from district.kernel.cases.public import Case
from district.systems.appeals.city.models import CityOrder, CityPlatform
from district.systems.appeals.city.rules import Order
from district.systems.appeals.city.services.intake import take_order
from district.systems.appeals.city.services.platforms import save_platform
from district.systems.appeals.demo.world import DEMO, World

PLATFORM = "演示市级热线"
_ORDERS, _DAYS = 36, 6


def play_orders(world: World, until: datetime) -> list[tuple[Case, datetime]]:
    """Take the orders of the days before `until` as a file brings them; the cases that they
    opened, and since when each stands as it is.

    Results go back by hand: the platform is invented, and nothing answers at any address.
    """
    with clock.moved_to(until - timedelta(days=_DAYS)):
        platform = save_platform(None, name=PLATFORM, url="", actor=DEMO)
    first = until - timedelta(days=_DAYS) + timedelta(hours=1)
    moments = sorted(world.moment(first, until) for _order in range(_ORDERS))
    return [_take(platform, world, at, until, number) for number, at in enumerate(moments, 1)]


def _take(
    platform: CityPlatform, world: World, at: datetime, until: datetime, number: int
) -> tuple[Case, datetime]:
    report = world.report()
    contact = world.contact()
    order = Order(
        number=f"YS{at:%Y%m%d}{number:04d}",
        text=report.text,
        received_at=at,
        matter=report.matter,
        place=report.place,
        lon=str(report.lon),
        lat=str(report.lat),
        reporter=contact.name,
        phone=contact.phone,
        due_at=at + timedelta(days=world.random.choice((1, 3, 5))),
    )
    with clock.moved_to(at):
        take_order(platform, order, actor=DEMO, way=CityOrder.Way.FILE)
    later = at + timedelta(hours=2)
    if number % 9 == 0 and later < until:
        at, said = later, f"{order.text}。市民再次来电，请尽快处理。"
        with clock.moved_to(at):
            changed = replace(order, text=said)
            take_order(platform, changed, actor=DEMO, way=CityOrder.Way.FILE)
    row = CityOrder.objects.select_related("case").get(platform=platform, number=order.number)
    return row.case, at
