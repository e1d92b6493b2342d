"""What happens to an approval: accepted, stopped for a supplement, resumed, decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid, NotFound
from district.kernel.base.inserting import insert
from district.kernel.base.versioned import save_versioned
from district.kernel.history.public import Actor, record
from district.kernel.organisation.public import authorise
from district.kernel.tracking.public import (
    ClockSpec,
    Owner,
    Term,
    cancel,
    describe,
    finish,
    lights_together,
    pause,
    reopen,
    reschedule,
    resume,
    row_by_id,
    track,
)
from district.systems.projects.models import Item, ItemEvent
from district.systems.projects.names import HANDLE, LADDER, SYSTEM
from district.systems.projects.rules.lights import BEFORE
from district.systems.projects.rules.network.days import moment_of
from district.systems.projects.rules.network.template import Link
from district.systems.projects.selectors.rights import (
    item_subject,
    owned_item,
    project_subject,
)
from district.systems.projects.selectors.settings import template_of
from district.systems.projects.services.computing import recompute_after

State = Item.State
_OVER = (State.APPROVED, State.WAIVED)
#: What an event writes of its approval; the rest is computed.
_HAPPENED = [
    "state", "round", "early", "tolerated", "materials", "owed_on", "supplied_on", "accepted_on",
    "ended_on", "clock",
]  # fmt: skip


@dataclass(frozen=True)
class Missing:
    """What is missing under tolerance (容缺受理), and until when it is owed."""

    materials: str
    owed_on: date


def _locked(key: UUID | str, actor: Actor) -> Item:
    """The item under the lock of its project, under which alone it is written; NotFound,
    NotPermitted, Conflict where that is past its approvals."""
    locked = Item.objects.select_for_update(of=("project",), no_key=True)
    item = locked.select_related("project").order_by("pk").filter(pk=str(key)).first()
    if item is None:
        raise NotFound(_("没有这个审批事项。"))
    authorise(actor, HANDLE, owned_item(item))
    if not item.project.is_open:
        raise Conflict(_("项目已经竣工或终止，不能再办理审批。"))
    return item


def _refuse_unless(item: Item, states: tuple[str, ...]) -> None:
    if item.state not in states:
        raise Conflict(
            _("“%(item)s”目前是“%(state)s”，不能这样办理。请刷新后再看。")
            % {"item": item.name, "state": item.get_state_display()}
        )


def _day(item: Item, on: date | None) -> date:
    """The day of an event: not after today, not before the item's last."""
    today = clock.today()
    if on is None or on == today:
        return today
    days = ItemEvent.objects.filter(item=item).order_by("-on").values_list("on", flat=True)
    last = days.first()
    if on > today or (last is not None and on < last):
        raise Invalid("on", _("日期不对。"), _("请填写上一步以后、今天以前的日期。"))
    return on


def _note(item: Item, kind: str, on: date, note: str, actor: Actor) -> None:
    event = ItemEvent(
        item=item, kind=kind, on=on, note=note.strip()[:300], by=actor.name[:80], at=clock.now()
    )
    insert([event])
    told = {"item": item.key, "kind": kind, "on": on, "round": item.round}
    record(project_subject(item.project_id), "projects.item.moved", told, actor=actor, note=note)


def _links(item: Item) -> list[tuple[Link, Item]]:
    """What comes before an item, each with its item."""
    template = template_of(item.project.template_id)
    place = template.places.get(item.key)
    links = template.items[place].links if place is not None else ()
    if not links:
        return []
    rows = Item.objects.filter(project=item.project_id, key__in=[link.item for link in links])
    known = {one.key: one for one in rows.order_by().only("key", "name", "state")}
    return [(link, known[link.item]) for link in links if link.item in known]


@transaction.atomic
@lights_together()
def accept_item(
    key: UUID | str,
    on: date | None = None,
    *,
    actor: Actor,
    early: bool = False,
    missing: Missing | None = None,
    note: str = "",
) -> Item:
    """The authority accepts an application; its clock runs for the promised term.

    What comes before must be approved; with `early` (提前介入) or `missing` (容缺受理) only what
    the template allows to be open. After a refusal it is a new round. Raises NotFound,
    NotPermitted, Conflict, Invalid naming the field.
    """
    item = _locked(key, actor)
    _refuse_unless(item, (State.WAITING, State.REFUSED))
    day = _day(item, on)
    _check_before(item, early=early, missing=missing)
    item.state, item.accepted_on, item.ended_on = State.RUNNING, day, None
    item.round += 1
    item.early = early
    item.tolerated, item.supplied_on = missing is not None, None
    item.materials = missing.materials.strip()[:200] if missing else ""
    item.owed_on = missing.owed_on if missing else None
    _start_clock(item)
    save_versioned(item, _HAPPENED)
    _note(item, "accepted", day, note, actor)
    return _done(item)


def _check_before(item: Item, *, early: bool, missing: Missing | None) -> None:
    links = _links(item)
    if early and not any(link.kind == "early" for link, _one in links):
        raise Invalid("early", _("这个事项没有提前介入的规定。"), _("请取消勾选。"))
    if missing is not None:
        if not any(link.kind == "tolerate" for link, _one in links):
            raise Invalid("tolerated", _("这个事项没有容缺受理的规定。"), _("请取消勾选。"))
        if not missing.materials.strip():
            raise Invalid("materials", _("还没有写明缺什么材料。"), _("请写明所缺材料。"))
        if not clock.today() <= missing.owed_on <= clock.today() + timedelta(days=365):
            raise Invalid("owed_on", _("补齐期限不对。"), _("请填写今天起一年内的日期。"))
    waiting = []
    for link, before in links:
        if before.state in _OVER:
            continue
        if link.kind == "early" and early and before.state in (State.RUNNING, State.STOPPED):
            continue
        if link.kind == "tolerate" and missing is not None:
            continue
        waiting.append(before.name)
    if waiting:
        raise Invalid(
            "on",
            _("前置事项还没有批复：%(items)s。") % {"items": "、".join(waiting)},
            _("请先办结前置事项；模板允许的可用提前介入或容缺受理。"),
        )


def _start_clock(item: Item) -> None:
    start = clock.now()
    accepted = item.accepted_on
    assert accepted is not None  # noqa: S101  # set by the caller
    if accepted < clock.today():
        start -= timedelta(days=(clock.today() - accepted).days)
    spec = ClockSpec("working_days", starts_at=start, term=Term(item.promised, "working_days"))
    title = f"{item.project.name}：{item.name}"
    if item.clock_id is None:
        item.clock = track(
            item_subject(item.pk),
            title,
            Owner(item.unit_id, leader=item.project.leader_id),
            spec,
            actor=SYSTEM,
            url=item.project.get_absolute_url(),
            ladder=LADDER,
        )
        return
    row = row_by_id(item.clock_id)
    if row is not None:
        describe(row, actor=SYSTEM, title=title)
        if row.state in ("done", "cancelled"):
            reopen(row, actor=SYSTEM)
        reschedule(row, spec, actor=SYSTEM)


@transaction.atomic
@lights_together()
def stop_item(key: UUID | str, note: str, on: date | None = None, *, actor: Actor) -> Item:
    """The authority asks for a supplement (补正): from that day on the clock stands still. Raises
    as `accept_item`; Invalid without what is asked for."""
    item = _locked(key, actor)
    _refuse_unless(item, (State.RUNNING,))
    if not note.strip():
        raise Invalid("note", _("还没有写明要补什么。"), _("请写明需要补正的材料。"))
    day = _day(item, on)
    item.state = State.STOPPED
    save_versioned(item, _HAPPENED)
    _turn(item, "pause", day, note)
    _note(item, "stopped", day, note, actor)
    return _done(item)


@transaction.atomic
@lights_together()
def resume_item(key: UUID | str, on: date | None = None, *, actor: Actor, note: str = "") -> Item:
    """The supplement came: the clock runs on, that day counts. Raises as `accept_item`."""
    item = _locked(key, actor)
    _refuse_unless(item, (State.STOPPED,))
    day = _day(item, on)
    item.state = State.RUNNING
    save_versioned(item, _HAPPENED)
    _turn(item, "resume", day)
    _note(item, "resumed", day, note, actor)
    return _done(item)


@transaction.atomic
@lights_together()
def supply_item(key: UUID | str, on: date | None = None, *, actor: Actor, note: str = "") -> Item:
    """What was missing under tolerance came. Raises as `accept_item`."""
    item = _locked(key, actor)
    _refuse_unless(item, (State.RUNNING, State.STOPPED))
    if not item.tolerated or item.supplied_on is not None:
        raise Conflict(_("这个事项没有待补齐的容缺材料。"))
    day = _day(item, on)
    item.supplied_on = day
    save_versioned(item, _HAPPENED)
    _note(item, "supplied", day, note, actor)
    return _done(item)


@transaction.atomic
@lights_together()
def approve_item(key: UUID | str, on: date | None = None, *, actor: Actor, note: str = "") -> Item:
    """The authority approves. What was let in early or under tolerance must be approved or supplied
    first. Raises as `accept_item`."""
    item = _locked(key, actor)
    _refuse_unless(item, (State.RUNNING, State.STOPPED))
    day = _day(item, on)
    if item.tolerated and item.supplied_on is None:
        raise Conflict(_("容缺材料还没有补齐，不能批复。请先登记补齐。"))
    open_ = [before.name for link, before in _links(item) if before.state not in _OVER]
    if open_:
        raise Conflict(
            _("前置事项还没有批复：%(items)s。提前介入或容缺的事项要在它们之后批复。")
            % {"items": "、".join(open_)}
        )
    item.state, item.ended_on = State.APPROVED, day
    save_versioned(item, _HAPPENED)
    _turn(item, "finish", day)
    _note(item, "approved", day, note, actor)
    return _done(item)


@transaction.atomic
@lights_together()
def refuse_item(key: UUID | str, note: str, on: date | None = None, *, actor: Actor) -> Item:
    """The authority refuses; it may be handed in again. Raises as `accept_item`; Invalid without
    the reason."""
    item = _locked(key, actor)
    _refuse_unless(item, (State.RUNNING, State.STOPPED))
    if not note.strip():
        raise Invalid("note", _("还没有写明理由。"), _("请写明不予批准的理由。"))
    day = _day(item, on)
    item.state, item.ended_on = State.REFUSED, day
    save_versioned(item, _HAPPENED)
    _turn(item, "cancel", day)
    _note(item, "refused", day, note, actor)
    return _done(item)


@transaction.atomic
@lights_together()
def waive_item(key: UUID | str, note: str, *, actor: Actor) -> Item:
    """A project does not need this approval; what comes before it still counts. Raises as
    `accept_item`; Invalid without the reason."""
    item = _locked(key, actor)
    _refuse_unless(item, (State.WAITING, State.REFUSED))
    if not note.strip():
        raise Invalid("note", _("还没有写明理由。"), _("请写明为什么不需办理。"))
    item.state = State.WAIVED
    save_versioned(item, _HAPPENED)
    _note(item, "waived", _day(item, None), note, actor)
    return _done(item)


@transaction.atomic
@lights_together()
def want_item(key: UUID | str, note: str, *, actor: Actor) -> Item:
    """It is needed after all. Raises as `accept_item`."""
    item = _locked(key, actor)
    _refuse_unless(item, (State.WAIVED,))
    item.state = State.WAITING
    save_versioned(item, _HAPPENED)
    _note(item, "wanted", _day(item, None), note, actor)
    return _done(item)


@transaction.atomic
@lights_together()
def plan_item(key: UUID | str, *, early: bool, tolerated: bool, actor: Actor) -> Item:
    """Reckon with early intervention or tolerance for an item that waits. Raises as
    `accept_item`."""
    item = _locked(key, actor)
    _refuse_unless(item, (State.WAITING, State.REFUSED))
    kinds = {link.kind for link, _one in _links(item)}
    if early and "early" not in kinds:
        raise Invalid("early", _("这个事项没有提前介入的规定。"), _("请取消勾选。"))
    if tolerated and "tolerate" not in kinds:
        raise Invalid("tolerated", _("这个事项没有容缺受理的规定。"), _("请取消勾选。"))
    item.early, item.tolerated = early, tolerated
    save_versioned(item, _HAPPENED)
    words = [word for word, holds in ((_("提前介入"), early), (_("容缺受理"), tolerated)) if holds]
    _note(item, "flagged", _day(item, None), "、".join(words), actor)
    return _done(item)


def _turn(item: Item, how: str, day: date, note: str = "") -> None:
    """Turn the tracked clock on the day of the event, which may be past."""
    row = row_by_id(item.clock_id) if item.clock_id else None
    if row is None:
        return
    at = None
    if day < clock.today():
        turned = [row.starts_at, *(one.until or one.since for one in row.pauses.all())]
        at = moment_of(day, timezone.localtime(clock.now()), max(turned))
    if how == "pause":
        pause(row, note, actor=SYSTEM, since=at)
    elif how == "resume":
        resume(row, actor=SYSTEM, until=at)
    elif how == "finish":
        finish(row, actor=SYSTEM, at=at)
    else:
        cancel(row, actor=SYSTEM, at=at)


def _done(item: Item) -> Item:
    if item.project.stage in BEFORE:
        recompute_after(item.project, [item])
    return item
