"""The warnings' part of a demo: a signal of the weather service that some have acknowledged, a
warning of the district's own, drafts, and a message that did not fit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from django.utils import timezone

from district.kernel.base import clock
from district.kernel.base.district_files import DemoTime
from district.kernel.history.public import Actor
from district.kernel.organisation.public import (
    Level,
    Member,
    Owned,
    Role,
    actor_for,
    members_acting,
    permitted,
    root_unit,
    units,
)
from district.kernel.warnings import cap
from district.kernel.warnings.cap import Area, Info, Pair
from district.kernel.warnings.models import Alert, AlertLine
from district.kernel.warnings.names import MANAGE_SOURCES, WRITE_DRAFT
from district.kernel.warnings.selectors.catalogue import catalogue
from district.kernel.warnings.services import (
    DraftValues,
    acknowledge,
    approve_draft,
    receive,
    record_acknowledgement,
    rise_due,
    save_draft,
    save_source,
    submit_draft,
)

_MARK = "（演示）"
_SENDER = "demo-weather@example.org"
#: Of the units that the signal concerns so many have acknowledged; one was telephoned.
_ACKNOWLEDGED = 9


def play(time: DemoTime) -> Iterator[str]:
    """Play it up to `time.starts_at`; twice adds nothing, and without people there is none."""
    if Alert.objects.exists():
        return
    now = timezone.localtime(time.starts_at)
    root = root_unit()
    duty = _member(root.pk, Role.DUTY_OFFICER)
    leader, admin = _member(root.pk, Role.LEADER), _member(root.pk, Role.ADMINISTRATOR)
    if duty is None or leader is None or admin is None:
        return
    said = _signal(now, root.name, duty, admin)
    own = _own_warning(now, duty, leader)
    with clock.moved_to(now):
        rise_due()
    yield f"warnings: a signal with {said} acknowledgements, {own} of our own"


def _member(unit: str, role: str) -> Member | None:
    return members_acting([unit], [role]).order_by("name").first()


def _signal(now: datetime, district: str, duty: Member, admin: Member) -> int:
    """A rainstorm signal half an hour ago; some units have acknowledged, some have been slow."""
    sent = now - timedelta(minutes=32)
    with clock.moved_to(sent - timedelta(days=30)):
        by = actor_for(admin)
        if not permitted(by, MANAGE_SOURCES):
            return 0
        source = save_source(None, name="市气象台" + _MARK, senders=[_SENDER], actor=by)
    message = _rainstorm(sent.replace(microsecond=0), district)
    with clock.moved_to(sent + timedelta(seconds=20)):
        receipt = receive(source, cap.write(message))
        test = replace(message, identifier="demo-test", status="Test")
        receive(source, cap.write(test))
    if receipt.alert is None:
        return 0
    lines = AlertLine.objects.filter(alert=receipt.alert).order_by("lead_unit__sort", "lead_unit")
    done = 0
    for at, line in enumerate(lines[: _ACKNOWLEDGED + 1]):
        ring = line.rings.select_related("member").order_by("pk").first()
        if ring is None or at == 2:
            continue
        with clock.moved_to(sent + timedelta(minutes=2 + at)):
            if at == 4:
                record_acknowledgement(line.pk, ring.member_id, actor=actor_for(duty))
            else:
                acknowledge(line.pk, actor=actor_for(ring.member))
        done += 1
    with clock.moved_to(sent + timedelta(minutes=21)):
        rise_due()
    return done


def _rainstorm(sent: datetime, district: str) -> cap.Alert:
    chinese = Info(
        event="暴雨橙色预警",
        categories=("Met",),
        urgency="Expected",
        severity="Severe",
        certainty="Likely",
        language="zh-CN",
        responses=("Prepare",),
        effective=sent,
        expires=sent + timedelta(days=3),
        sender_name="市气象台" + _MARK,
        headline="市气象台发布暴雨橙色预警信号" + _MARK,
        description="预计未来3小时全区有强降雨，累计雨量可达80毫米以上，并伴有短时大风。" + _MARK,
        instruction="停止户外集会和高空作业；低洼地带人员转移；注意防范内涝和边坡滑塌。",
        parameters=(Pair("colour", "orange"),),
        areas=(Area(district),),
    )
    english = replace(
        chinese,
        language="en-US",
        event="Orange rainstorm warning",
        sender_name="Municipal observatory (demo)",
        headline="Orange rainstorm warning signal of the municipal observatory (demo)",
        description="Heavy rain over the whole district within three hours, 80 mm and more (demo).",
        instruction="Stop outdoor gatherings and work at heights; leave low-lying places.",
    )
    return cap.Alert("demo-rainstorm-1", _SENDER, sent, infos=(chinese, english))


def _own_warning(now: datetime, duty: Member, leader: Member) -> int:
    """Waterlogging in one street: drafted by the duty officer, approved by a leader; two
    drafts wait."""
    street = units(level=Level.STREET).first()
    root = root_unit()
    by = actor_for(duty)
    may = catalogue().may_issue("waterlogging", "yellow")
    if street is None or not may or not permitted(by, WRITE_DRAFT, Owned(root.pk, path=root.path)):
        return 0
    values = DraftValues(
        "waterlogging",
        "yellow",
        f"{street.name}内涝黄色预警" + _MARK,
        f"受强降雨影响，{street.name}部分低洼路段积水，预计两小时内可能超过30厘米。" + _MARK,
        instruction="车辆绕行，行人不要涉水；地下车库和商铺做好挡水。",
        headline_en=f"Yellow waterlogging warning for {street.name_en or street.name} (demo)",
        description_en="Low-lying roads may stand more than 30 cm under water within two hours.",
        instruction_en="Drive around the water, do not wade; protect basements and shops.",
        areas=(street.pk,),
        expires_at=now + timedelta(days=2),
    )
    with clock.moved_to(now - timedelta(minutes=18)):
        draft = save_draft(values, unit=root.pk, actor=by)
        submit_draft(draft.pk, actor=by)
    with clock.moved_to(now - timedelta(minutes=14)):
        issued = approve_draft(draft.pk, actor=actor_for(leader))
    with clock.moved_to(now - timedelta(minutes=6)):
        _acknowledge_first(issued)
        _more_drafts(values, root.pk, by)
    return 1


def _acknowledge_first(alert: Alert) -> None:
    line = alert.lines.order_by("pk").first()
    ring = line.rings.select_related("member").order_by("pk").first() if line else None
    if line is not None and ring is not None:
        acknowledge(line.pk, actor=actor_for(ring.member))


def _more_drafts(values: DraftValues, unit: str, by: Actor) -> None:
    last = units(level=Level.STREET).last()
    if last is None:
        return
    made = replace(
        values,
        headline=f"{last.name}内涝蓝色预警" + _MARK,
        description=f"{last.name}部分路段可能出现短时积水。" + _MARK,
        description_en="Some roads may be under water for a short time.",
        headline_en=f"Blue waterlogging warning for {last.name_en or last.name} (demo)",
        colour="blue",
        areas=(last.pk,),
    )
    submit_draft(save_draft(made, unit=unit, actor=by).pk, actor=by)
    save_draft(replace(made, headline=f"{last.name}内涝预警草稿" + _MARK), unit=unit, actor=by)
