"""Night permits of the demo, through the services in the order of their days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from district.kernel.base import clock
from district.kernel.cases.public import Case, perform, public_status
from district.kernel.history.public import Actor
from district.kernel.organisation.public import Role, actor_for, members_acting, root_code
from district.systems.environment.models import Site
from district.systems.environment.selectors.streams import aware
from district.systems.environment.services.applying import Applied, Receipt, answer, apply_permit
from district.systems.environment.services.melting import melt_due

LOADER = Actor.system("demo")
#: Every name of a demo says what it is.
MARK = "（演示）"
Row = Mapping[str, str]


def play_permits(rows: Sequence[Row], ends: datetime) -> None:
    """Applications in the order of their days; the rule is applied each morning in between."""
    units = dict(Site.objects.values_list("code", "lead_unit"))
    for at, row in enumerate(rows):
        moment = aware(datetime.fromisoformat(row["at"]))
        deciders = _deciders(units.get(row["site"], ""))
        if deciders is None or moment >= ends:
            continue
        with clock.moved_to(moment):
            receipt = apply_permit(_applied(at, row))
        _go_on(receipt, row["then"], moment, ends, deciders)
        following = rows[at + 1 : at + 2]
        until = aware(datetime.fromisoformat(following[0]["at"])) if following else ends
        _mornings(moment, min(until, ends))


def _mornings(since: datetime, until: datetime) -> None:
    """The rule on each morning between two moments."""
    day = timezone.localtime(since).date() + timedelta(days=1)
    while (morning := aware(datetime.combine(day, time(6, 30)))) < until:
        with clock.moved_to(morning):
            melt_due(actor=LOADER)
        day += timedelta(days=1)


def _deciders(unit: str) -> tuple[Actor, Actor, Actor] | None:
    """An officer and the head of a site's unit, and a leader; None where one is missing."""
    found = []
    for code, role in (
        (unit, Role.OFFICER),
        (unit, Role.UNIT_HEAD),
        (root_code(), Role.LEADER),
    ):
        who = members_acting([code], [role]).order_by("name").first()
        if who is None:
            return None
        found.append(actor_for(who))
    return found[0], found[1], found[2]


def _applied(at: int, row: Row) -> Applied:
    return Applied(
        key=f"permit:demo-{at}",
        site=row["site"],
        starts_on=date.fromisoformat(row["from"]),
        ends_on=date.fromisoformat(row["to"]),
        works=row["works"],
        reason=row["reason"],
        text=f"已安排低噪声设备并告知周边居民。{MARK}",
        name=f"演示联系人{at + 1}",
        phone=f"000-0001-{at + 1:04d}",
    )


_CHECKED = {"text": f"材料齐全，降噪措施可行，建议许可。{MARK}"}
_STEPS: Mapping[str, tuple[tuple[str, int, int, dict[str, str]], ...]] = {
    # (action, who of officer, head and leader, hours after the application, words)
    "check": (("take", 0, 3, {}),),
    "propose": (("take", 0, 3, {}), ("pass_check", 0, 20, _CHECKED)),
    "grant": (
        ("take", 0, 3, {}),
        ("pass_check", 0, 22, _CHECKED),
        ("approve", 1, 27, {"result": f"同意，限22时至次日2时。{MARK}"}),
    ),
    "refuse": (
        ("take", 0, 3, {}),
        ("refuse", 1, 26, {"result": f"可安排在白天运输，不予许可。{MARK}"}),
    ),
}


def _go_on(
    receipt: Receipt,
    then: str,
    moment: datetime,
    ends: datetime,
    deciders: tuple[Actor, Actor, Actor],
) -> None:
    """What became of an application: of one that the rule has refused, perhaps an appeal."""
    case = Case.objects.get(number=receipt.number)
    if receipt.refused and then in ("appeal", "uphold"):
        status = public_status(receipt.number, receipt.code)
        if status is None:
            return
        with clock.moved_to(moment + timedelta(hours=5)):
            words = {"text": f"超标由相邻道路抢修引起，请复核。{MARK}"}
            answer(status, "appeal_refusal", words, round_=1)
        if then == "uphold":
            with clock.moved_to(moment + timedelta(hours=48)):
                words = {"result": f"经核对读数和现场录像，超标来自本工地，维持。{MARK}"}
                perform(case.pk, "uphold_refusal", actor=deciders[2], data=words)
        return
    for action, who, hours, data in _STEPS.get(then, ()) if not receipt.refused else ():
        at = moment + timedelta(hours=hours)
        if at < ends:
            with clock.moved_to(at):
                perform(case.pk, action, actor=deciders[who], data=data)
