"""The duty desk's part of a demo: a week's rosters, hand-overs, two incidents, calls.

The clock stands where each thing happened; where something is there already, nothing is added.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from district.kernel.base import clock
from district.kernel.base.district_files import DemoTime, declare_demo
from district.kernel.cases.public import Case, perform
from district.kernel.history.public import Actor
from district.kernel.organisation.public import (
    Level,
    Member,
    Role,
    Unit,
    actor_for,
    members_acting,
    root_code,
    units,
)
from district.kernel.tracking.public import refresh_lights
from district.systems.operations_centre.duty.selectors.handovers import change_of
from district.systems.operations_centre.duty.services import (
    NewIncident,
    Wanted,
    answer_call,
    make_call,
    open_hand_overs,
    plan_turns,
    record_answer,
    report_incident,
    rise_due,
    save_post,
    take_hand_over,
    write_hand_over,
)
from district.systems.operations_centre.models import Call, DutyPost, HandOver

#: Every sentence of a demo says what it is.
_MARK = "（演示）"
_DAY, _NIGHT = (time(8, 30), time(20, 30)), (time(20, 30), time(8, 30))
#: The street whose last hand-over before the demo's moment nobody took.
_FORGETFUL = "坂田"
_LOADER = Actor.system("operations_centre.demo")


@dataclass(frozen=True)
class _Desk:
    """A unit with those who share its duty; leads answer for it, officers sit there in turn."""

    unit: Unit
    leads: tuple[Member, ...]
    officers: tuple[Member, ...]


def play(time: DemoTime) -> Iterator[str]:
    """Play it up to `time.starts_at`; twice adds nothing, and without people there is none."""
    if DutyPost.objects.exists():
        return
    now = timezone.localtime(time.starts_at)
    monday = now.date() - timedelta(days=now.weekday())
    desks = _desks()
    if not desks:
        return
    with clock.moved_to(_at(monday - timedelta(days=4), 10)):
        planned = sum(_plan(desk, monday) for desk in desks)
    handed = _hand_over(desks, now)
    incidents = _incidents(desks, now)
    calls = _calls(desks, now)
    with clock.moved_to(now):
        open_hand_overs()
        rise_due()
        refresh_lights()
    yield (
        f"duty desk: {planned} turns in {len(desks)} units, {handed} hand-overs, "
        f"{incidents} incidents, {calls} calls"
    )


def _at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), timezone.get_default_timezone())


def _desks() -> list[_Desk]:
    """The district and its streets, as far as there are people for a duty desk."""
    found = []
    for unit in [*units(level=Level.DISTRICT), *units(level=Level.STREET)]:
        leads = _people(unit, Role.LEADER, Role.UNIT_HEAD)
        officers = _people(unit, Role.DUTY_OFFICER) + _people(unit, Role.OFFICER)
        if leads and officers and len(officers) < 2:
            # Where there are few people one of the leads sits at the desk, every other time.
            leads, officers = leads[:-1], officers + leads[-1:]
        if len(officers) > 1:
            found.append(_Desk(unit, leads, officers))
    return found


def _people(unit: Unit, *roles: str) -> tuple[Member, ...]:
    return tuple(members_acting([unit.pk], roles).order_by("name"))


def _plan(desk: _Desk, monday: date) -> int:
    """A week's roster and the night before it, by day and by night in turn; the forgetful street
    has nobody for the last night."""
    save_post(
        {
            "lead_unit": desk.unit.pk,
            "name": _name(desk.unit),
            "name_en": f"Duty desk of {desk.unit.name_en}"[:120],
            "phone": f"000-0000-9{desk.unit.sort % 1000:03d}",
            "leads": min(len(desk.leads), 1),
        },
        None,
        _LOADER,
    )
    made = 0
    for at in range(-1, 7):
        day, count = monday + timedelta(days=at), len(desk.officers)
        if desk.leads:
            lead = desk.leads[at % len(desk.leads)]
            made += len(_turns(desk, lead, "lead", [day], (time(8, 30), time(8, 30))))
        if at >= 0:
            made += len(_turns(desk, desk.officers[2 * at % count], "officer", [day], _DAY))
        if at < 6 or _FORGETFUL not in desk.unit.name:
            late = desk.officers[(2 * at + 1) % count]
            made += len(_turns(desk, late, "officer", [day], _NIGHT))
    return made


def _turns(desk: _Desk, who: Member, role: str, days: Sequence[date], hours: Any) -> list[Any]:
    return plan_turns(desk.unit.pk, who.pk, role, days, *hours, actor=_LOADER)


def _name(unit: Unit) -> str:
    if unit.level == Level.DISTRICT:
        return "区智慧运行指挥中心"
    return f"{unit.short_name or unit.name}智慧管理中心"[:60]


def _hand_over(desks: list[_Desk], now: datetime) -> int:
    """Every change of shift up to now is written and taken, but for the forgetful street's last."""
    done, monday = 0, now.date() - timedelta(days=now.weekday())
    for step in range(14):
        moment = _at(monday, 8, 30) + timedelta(hours=12 * step)
        if moment > now:
            break
        with clock.moved_to(moment - timedelta(minutes=20)):
            open_hand_overs()
        rows = HandOver.objects.filter(at=moment).select_related("lead_unit").order_by("lead_unit")
        for row in rows:
            last = moment + timedelta(hours=12) > now
            if not (last and _FORGETFUL in row.lead_unit.name):
                done += _handed(row, moment)
    return done


def _handed(row: HandOver, moment: datetime) -> bool:
    change, _names = change_of(row)
    if not change.outgoing or not change.incoming:
        return False
    goes = Member.objects.get(pk=change.outgoing[0].member)
    comes = Member.objects.get(pk=change.incoming[0].member)
    with clock.moved_to(moment - timedelta(minutes=10)):
        write_hand_over(row.pk, "各项工作正常，未办结事项见清单。" + _MARK, actor=actor_for(goes))
    with clock.moved_to(moment + timedelta(minutes=5)):
        take_hand_over(row.pk, actor=actor_for(comes))
    return True


def _incidents(desks: list[_Desk], now: datetime) -> int:
    """One that is over but for its final report, one in hand with injured people."""
    duty = _actor(root_code(), Role.DUTY_OFFICER)
    streets = [desk for desk in desks if desk.unit.level == Level.STREET]
    if duty is None or len(streets) < 2:
        return 0
    first = next((desk for desk in streets if "布吉" in desk.unit.name), streets[0])
    second = next((desk for desk in streets if "横岗" in desk.unit.name), streets[-1])
    started = _at(now.date() - timedelta(days=2), 14, 20)
    text = "沿街商铺电动自行车充电起火，明火已扑灭，疏散楼上住户。" + _MARK
    case = _opened(duty, first, started, text, "accident", "布吉街道某商业街")
    street = actor_for(first.officers[0])
    _do(case, "phone_report", street, started, 12, text="现场有烟，消防已到场。" + _MARK, injured=1)
    _do(case, "acknowledge", duty, started, 15)
    _do(
        case, "first_report", street, started, 48, evacuated=36, loss="80000",
        text="明火已扑灭，1人轻伤送医，疏散36人。" + _MARK,
    )  # fmt: skip
    _do(
        case, "amend", street, started, 140, injured=2, loss="120000",
        text="经核实轻伤2人，直接经济损失约12万元。" + _MARK,
    )  # fmt: skip
    _do(case, "acknowledge", duty, started, 150, text="已收到，请继续排查。" + _MARK)
    _do(case, "stabilise", street, started, 300, text="现场清理完毕，住户返回。" + _MARK)
    begun = now - timedelta(hours=3)
    text = "边坡局部滑塌，阻断一条便道，暂无人员被困。" + _MARK
    case = _opened(duty, second, begun, text, "natural", "横岗街道某边坡")
    street = actor_for(second.officers[0])
    _do(case, "phone_report", street, begun, 45, text="已封闭便道。" + _MARK)
    _do(
        case, "first_report", street, begun, 80, evacuated=12,
        text="已转移坡下12人，地质专家到场。" + _MARK,
    )  # fmt: skip
    return 2


def _opened(duty: Actor, desk: _Desk, moment: datetime, text: str, kind: str, place: str) -> Case:
    with clock.moved_to(moment):
        new = NewIncident(text, kind, desk.unit.pk, place)
        return report_incident(new, actor=duty, key=f"demo:duty:{moment:%m%d%H}").case


def _do(case: Case, action: str, actor: Actor, start: datetime, minutes: int, **data: Any) -> None:
    with clock.moved_to(start + timedelta(minutes=minutes)):
        perform(case.pk, action, actor=actor, data=data)


def _actor(unit: str, role: str) -> Actor | None:
    found = members_acting([unit], [role]).order_by("name").first()
    return actor_for(found) if found else None


def _calls(desks: list[_Desk], now: datetime) -> int:
    """One answered by all but one, who was telephoned; one that has risen and still waits."""
    duty = _actor(root_code(), Role.DUTY_OFFICER)
    streets = [desk for desk in desks if desk.unit.level == Level.STREET]
    if duty is None or len(streets) < 4:
        return 0
    moment = _at(now.date() - timedelta(days=1), 16, 5)
    wanted = [Wanted(unit=desk.unit.pk) for desk in streets[:4]]
    text = "气象台预计傍晚有短时强降雨，请落实值守、巡查低洼点。" + _MARK
    with clock.moved_to(moment):
        call = make_call(root_code(), "短时强降雨叫应" + _MARK, text, wanted, actor=duty)
    lines = list(call.lines.order_by("pk"))
    for at, line in enumerate(lines):
        ring = line.rings.select_related("member").first()
        if ring is None:
            continue
        with clock.moved_to(moment + timedelta(minutes=2 + 3 * at)):
            if at == 3:
                record_answer(line.pk, ring.member_id, actor=duty)
            else:
                answer_call(line.pk, actor=actor_for(ring.member))
    _unanswered(duty, streets, now)
    return Call.objects.count()


def _unanswered(duty: Actor, streets: list[_Desk], now: datetime) -> None:
    """A street's head is called by name, and has not answered when the demo begins."""
    desk = next((one for one in streets if "横岗" in one.unit.name), streets[-1])
    head = (desk.leads or desk.officers[-1:])[0]
    moment = now - timedelta(minutes=13)
    with clock.moved_to(moment):
        make_call(
            root_code(),
            "请街道负责人到边坡现场指挥" + _MARK,
            "边坡险情尚未解除，请立即到场并回报。" + _MARK,
            [Wanted(member=head.pk), Wanted(unit=desk.unit.pk, role="officer")],
            actor=duty,
        )
    with clock.moved_to(moment + timedelta(minutes=11)):
        rise_due()


declare_demo("operations_centre_duty", play)
