"""Alarms of the demo's past and what became of them; and a leak of gas.

The episodes are written as what rules would have raised, under rules of the demo, for no process
followed the log then. Readings that tell of them are in it where the demo's scenarios of the past
say so; of false alarms there are none.
"""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from PIL import Image, ImageDraw

from district.kernel.alarms.public import AlarmRule, Episode, RuleVersion, pack
from district.kernel.base import clock
from district.kernel.cases.public import Case, Report, perform, report_case
from district.kernel.history.public import Actor
from district.kernel.organisation.public import Role, actor_for, members_acting
from district.kernel.sensing.public import Groups
from district.systems.early_warning.demo.devices import Devices
from district.systems.early_warning.models import Mission
from district.systems.early_warning.names import FIRE, GAS, SYSTEM
from district.systems.early_warning.services.missions import (
    arrive,
    come_home,
    take_off,
)
from district.systems.early_warning.services.nests import set_nest_state
from district.systems.early_warning.services.photos import add_photos, hand_on
from district.systems.early_warning.services.sending import (
    make_mission,
)
from district.systems.early_warning.services.verifying import Found, verify_mission

_NAMESPACE = UUID("5d0b6f8e-3a52-4f0e-8a44-0f1f2f7c6b51")
_MARK = "（演示）"
#: So long before the demo's moment gas leaked at its first point, in a storm.
_LEAKING = timedelta(minutes=116)


def play_fires(data: dict[str, Any], devices: Devices, ends: datetime) -> None:
    """Play the alarms in the order of their moments."""
    officer = _who(data["fire_unit"])
    if officer is None:
        return
    order = sorted(data.get("alarms", ()), key=lambda row: -(row["days"] * 1440 + row["minutes"]))
    late = [row for row in order if row["days"] == 0]
    for at, row in enumerate(row for row in order if row["days"] > 0):
        if row["end"] in devices.ends:
            _alarm(row, at, devices, ends, officer)
    _leak(devices, ends)
    # Nests that are not ready now; before that all of them were.
    with clock.moved_to(ends - timedelta(hours=2)):
        for each in data.get("not_ready", ()):
            if each["code"] in devices.nests:
                nest = devices.nests[each["code"]].pk
                set_nest_state(nest, each["state"], actor=officer, note=each["note"])
    for at, row in enumerate(late, start=len(order)):
        if row["end"] in devices.ends:
            _alarm(row, at, devices, ends, officer)


def _who(unit: str, *roles: str) -> Actor | None:
    found = members_acting([unit], roles or (Role.OFFICER,)).order_by("name").first()
    return actor_for(found) if found else None


def _alarm(row: dict[str, Any], at: int, devices: Devices, ends: datetime, officer: Actor) -> None:
    raised = ends - timedelta(days=row["days"], minutes=row["minutes"])
    end = devices.ends[row["end"]]
    with clock.moved_to(raised + timedelta(seconds=2)):
        episode = _episode(
            _version("forest_smoke", "林区烟火", end.lead_unit_id, FIRE),
            at,
            raised,
            title=f"{end.name.removesuffix(_MARK)}疑似烟火{_MARK}",
            unit=end.lead_unit_id,
            thing=end.thing,
            place=end.name,
            street=end.street_unit_id or "",
            lon=end.lon,
            lat=end.lat,
        )
        mission = make_mission(episode.pk)
    if mission is None:
        return
    _fly(mission, row, raised, officer)
    mission.refresh_from_db()
    if mission.case is not None:
        _handle(mission, row, raised)
    if mission.verdict:
        Episode.objects.filter(pk=episode.pk).update(
            acknowledged_at=mission.verified_at,
            acknowledged_by=mission.verified_by,
            case=mission.case_id,
            **_ended(row, raised),
        )


def _ended(row: dict[str, Any], raised: datetime) -> dict[str, Any]:
    """When the episode was over; those of today may last."""
    if row["days"] == 0 and row.get("verdict") == "true":
        return {}
    end = raised + timedelta(minutes=40)
    return {"state": Episode.State.RELEASED, "released_at": end, "ended_at": end}


def _fly(mission: Mission, row: dict[str, Any], raised: datetime, officer: Actor) -> None:
    if mission.nest is None:
        _walk(mission, row, raised, officer)
        return
    steps = [raised + timedelta(seconds=each) for each in row["seconds"]]
    if len(steps) > 0:
        with clock.moved_to(steps[0]):
            take_off(mission.pk, actor=officer)
    if len(steps) > 1:
        with clock.moved_to(steps[1]):
            arrive(mission.pk, actor=officer)
    if len(steps) > 2:
        with clock.moved_to(steps[2]):
            add_photos(mission.pk, [("现场.jpg", _photo(mission))], actor=officer)
            found = Found(row["verdict"], why_false=row.get("why", ""), note=row["note"])
            verify_mission(mission.pk, found, actor=officer)
            hand_on(mission.pk)
        if row["days"] > 0:
            with clock.moved_to(steps[2] + timedelta(minutes=9)):
                come_home(mission.pk, actor=officer, nest_state="ready")


def _walk(mission: Mission, row: dict[str, Any], raised: datetime, officer: Actor) -> None:
    """No nest was free: somebody went there."""
    if row.get("verdict"):
        found = Found(row["verdict"], "patrol", row.get("why", ""), row["note"])
        with clock.moved_to(raised + timedelta(minutes=27)):
            verify_mission(mission.pk, found, actor=officer)


def _handle(mission: Mission, row: dict[str, Any], raised: datetime) -> None:
    """The street takes the fire in hand; those of the past are closed with their reports."""
    case = Case.objects.get(fire_missions=mission)
    street = _who(case.lead_unit_id)
    centre = _who(case.centre_unit_id)
    if street is None or centre is None:
        return
    first = {"text": f"已派十五人到场扑救，无人员伤亡。{_MARK}", "area": "0.01", "deaths": 0}
    steps: list[tuple[str, Actor, int, dict[str, Any]]] = [
        ("phone_report", street, 12, {"text": f"火势不大，正在扑救。{_MARK}"})
    ]
    if row.get("closed"):
        steps += [
            ("first_report", street, 35, first),
            ("stabilise", street, 70, {"text": f"明火已灭，留人看守余火。{_MARK}"}),
            (
                "final_report",
                street,
                1500,
                {"result": f"已彻底扑灭，过火面积百余平方米，无人员伤亡。{_MARK}", "area": "0.01"},
            ),
            ("close", centre, 1600, {"text": f"同意结案。{_MARK}"}),
        ]
    for action, actor, minutes, form in steps:
        with clock.moved_to(raised + timedelta(minutes=minutes)):
            perform(case.pk, action, actor=actor, data=form)


def _leak(devices: Devices, ends: datetime) -> None:
    """A leak of gas that is in hand."""
    point = next(iter(devices.gas.values()), None)
    if point is None:
        return
    raised = ends - _LEAKING
    with clock.moved_to(raised):
        version = _version("gas_leak", "燃气浓度超限", point.lead_unit_id, GAS, level="red")
        episode = _episode(
            version,
            900,
            raised,
            title=f"{point.name.removesuffix(_MARK)}燃气浓度超限{_MARK}",
            unit=point.lead_unit_id,
            thing=point.concentration.thing,
            place=point.name,
            street=point.street_unit_id or "",
            lon=point.lon,
            lat=point.lat,
        )
        report = Report(
            GAS,
            f"{point.name}浓度达到爆炸下限的26%，持续上升。",
            title=episode.title,
            source="system",
            lon=point.lon,
            lat=point.lat,
            place=point.name,
            street=point.street_unit_id or "",
            centre=point.lead_unit_id,
            facts={"point": point.code, "company": point.company, "valve": point.valve},
        )
        case = report_case(report, actor=SYSTEM, key=f"alarm:{episode.pk}").case
        Episode.objects.filter(pk=episode.pk).update(case=case)
    street = _who(case.lead_unit_id)
    if street is not None:
        with clock.moved_to(raised + timedelta(minutes=18)):
            perform(case.pk, "arrive", actor=street, data={"text": f"已到场警戒。{_MARK}"})


def _version(key: str, label: str, unit: str, case_type: str, level: str = "orange") -> RuleVersion:
    """The live version of the demo's rule; made here where alarms were not given it by file."""
    rule = AlarmRule.objects.select_related("live").filter(key=key).first()
    if rule is not None and rule.live is not None:
        return rule.live
    now = clock.now()
    if rule is None:
        rule = AlarmRule.objects.create(
            key=key,
            label=f"{label}{_MARK}",
            level=level,
            lead_unit_id=unit,
            state=AlarmRule.State.STOPPED,
            created_at=now,
            changed_at=now,
        )
    known = rule.versions.first()
    if known is not None:
        return known
    return RuleVersion.objects.create(
        rule=rule,
        number=1,
        rule_hash=uuid5(_NAMESPACE, key).hex[:16],
        content={"rule": {}, "groups": {}, "handling": {"case_type": case_type}},
        zone="Asia/Shanghai",
        created_at=now,
        created_by="演示",
    )


def _episode(
    version: RuleVersion, at: int, raised: datetime, *, title: str, unit: str, **where: Any
) -> Episode:
    """An episode that a rule would have raised, seen to already."""
    run, _made = version.runs.get_or_create(
        since=-1,
        until=-1,
        defaults={
            "groups": pack(Groups()),
            "group_count": 0,
            "began_at": raised,
            "ended_at": raised,
        },
    )
    values = {
        "id": uuid5(_NAMESPACE, f"{version.rule.key} {at}"),
        "number": f"GJ-YS{at:04d}",
        "rule": version.rule,
        "run": run,
        "group": f"demo-{at}",
        "title": title,
        "level": version.rule.level,
        "lead_unit_id": unit,
        "raised_at": raised,
        "known_at": raised,
        "position": -1,
        # Whoever hands episodes over has nothing to do with these.
        "handed_at": raised,
        **where,
    }
    return Episode.objects.create(**values)


def _photo(mission: Mission) -> bytes:
    """An invented picture from above: woods, and smoke where there is a fire."""
    shade = int(str(mission.pk.int)[:3]) % 60
    image = Image.new("RGB", (480, 320), (46 + shade // 2, 92 + shade // 2, 52))
    pen = ImageDraw.Draw(image)
    for row in range(0, 320, 26):
        for column in range(0, 480, 30):
            shift = (row * 7 + column * 3 + shade) % 17
            box = (column + shift, row + shift // 2, column + shift + 22, row + shift // 2 + 20)
            pen.ellipse(box, fill=(34 + shift, 84 + 2 * shift, 40))
    pen.ellipse((190, 110, 290, 190), fill=(214, 214, 210))
    pen.text((12, 10), f"DEMO {mission.number}", fill=(255, 255, 255))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=80)
    return out.getvalue()
