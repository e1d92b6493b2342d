"""The steps of a supervision run, each a named transactional function."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid, NotFound
from district.kernel.history.public import Actor, record
from district.kernel.notifications.public import notify
from district.kernel.organisation.public import (
    Member,
    Owned,
    Role,
    authorise,
    members_acting,
    posts_of,
    root_unit,
)
from district.kernel.supervision.addresses import run_url
from district.kernel.supervision.flow import flow
from district.kernel.supervision.models import Run, Step
from district.kernel.supervision.services.performing import (
    CALENDAR,
    CLOCK_ACTOR,
    done_already,
    perform,
    run_for,
    subject_of,
)
from district.kernel.tracking.public import (
    ClockSpec,
    Owner,
    Term,
    TrackedRow,
    calendar_for,
    due,
    reassign,
    reschedule,
    track,
)


@transaction.atomic
def start_run(
    row_id: UUID | str, *, origin: str, actor: Actor, unit: str = "", title: str = ""
) -> Run:
    """Open a supervision (立项) of a tracked row; it is given to the row's lead unit.

    `origin` says on what grounds (a leader's instruction, a red light). `unit` gives it to
    another unit (code). Raises Conflict when the row is under supervision already, Invalid
    (origin, unit).
    """
    row = TrackedRow.objects.select_related("lead_unit").filter(pk=row_id).first()
    if row is None:
        raise NotFound(_("没有这条跟踪记录。"))
    lead = unit or row.lead_unit_id
    authorise(actor, "supervision.run.start", Owned(lead))
    if not origin.strip():
        raise Invalid("origin", _("还没有填写立项依据。"), _("请写明依据，例如“区领导批示”。"))
    if Run.objects.filter(row=row, is_open=True).exists():
        raise Conflict(_("“%(title)s”正在督办。请在已有督办中办理。") % {"title": row.title})
    run = _new_run(row, lead, origin.strip(), title.strip() or row.title, actor)
    _begin_clock(run, row)
    Step.objects.create(
        run=run,
        action="start",
        to_stage=run.stage,
        text=run.origin,
        actor_name=actor.name[:80],
        at=run.initiated_at,
    )
    record(
        subject_of(run),
        "supervision.run.started",
        {
            "number": run.number,
            "row": f"{row.subject_type}:{row.subject_id}",
            "unit": lead,
            "origin": run.origin,
            "flow": run.definition_version,
        },
        actor=actor,
    )
    return run


def _new_run(row: TrackedRow, lead: str, origin: str, title: str, actor: Actor) -> Run:
    now, year = clock.now(), clock.today().year
    last = Run.objects.filter(year=year).aggregate(last=Max("ordinal"))["last"] or 0
    definition = flow()
    run = Run(
        year=year,
        ordinal=last + 1,
        number=f"督〔{year}〕{last + 1}号",
        row=row,
        title=title[:300],
        origin=origin[:300],
        definition=definition.key,
        definition_version=definition.version,
        stage=definition.start,
        lead_unit_id=lead,
        supervising_unit_id=_supervising(actor),
        contact_id=row.contact_id,
        initiated_by_id=actor.id,
        initiated_by=actor.name[:80],
        initiated_at=now,
    )
    run.save(force_insert=True)
    return run


def _supervising(actor: Actor) -> str:
    """The unit that a supervisor or leader acts for; the district where that is not known."""
    wanted = {Role.SUPERVISOR.value, Role.LEADER.value}
    units = [post.unit for post in posts_of(actor) if post.role in wanted]
    return units[0] if units else root_unit().pk


def _begin_clock(run: Run, row: TrackedRow) -> None:
    """Until it is assigned the supervising unit's clock runs."""
    stage = flow().stages[run.stage]
    days = stage.term if isinstance(stage.term, int) else 1
    run.tracked = track(
        subject_of(run),
        f"{run.number} {run.title}"[:300],
        Owner(run.supervising_unit_id),
        ClockSpec(calendar=CALENDAR, term=Term(days, "working_days")),
        actor=CLOCK_ACTOR,
        theme=row.theme,
        url=run_url(run.pk),
    )
    Run.objects.filter(pk=run.pk).update(tracked=run.tracked)


@transaction.atomic
def assign_run(
    run_id: UUID | str,
    *,
    demand: str,
    days: int,
    actor: Actor,
    contact: UUID | None = None,
    key: str = "",
) -> Run:
    """Give the run to its unit (交办): what to do, within how many working days from now.

    The clock becomes the unit's; head and officers of the unit are told.
    """
    run = run_for(run_id)
    if done_already(run, key):
        return run
    holder = contact or run.contact_id
    perform(
        run,
        "assign",
        actor=actor,
        data={"demand": demand, "days": days},
        key=key,
        fields={
            "demand": demand.strip(),
            "days": days,
            "contact_id": holder,
            "assigned_at": clock.now(),
        },
    )
    tracked = _clock_of(run)
    reassign(
        tracked,
        Owner(run.lead_unit_id, leader=run.row.leader_id, contact=holder),
        actor=CLOCK_ACTOR,
    )
    spec = ClockSpec(calendar=CALENDAR, starts_at=clock.now(), term=Term(days, "working_days"))
    reschedule(tracked, spec, actor=CLOCK_ACTOR)
    _tell(_of_unit(run), _("督办交办：%(number)s %(title)s"), run, run.demand)
    return run


@transaction.atomic
def give_feedback(run_id: UUID | str, *, text: str, actor: Actor, key: str = "") -> Run:
    """Say what was done (反馈); the clock stands still while it is verified."""
    run = run_for(run_id)
    if done_already(run, key):
        return run
    perform(run, "give_feedback", actor=actor, data={"text": text}, key=key)
    _tell(_of_supervisor(run), _("督办反馈：%(number)s %(title)s"), run, text)
    return run


@transaction.atomic
def request_extension(
    run_id: UUID | str, *, days: int, reason: str, actor: Actor, key: str = ""
) -> Run:
    """Ask for `days` more working days (延期申请); the clock runs on until it is decided."""
    run = run_for(run_id)
    if done_already(run, key):
        return run
    perform(
        run,
        "request_extension",
        actor=actor,
        data={"text": reason, "days": days},
        key=key,
        fields={"asked_days": days},
    )
    _tell(_of_supervisor(run), _("督办延期申请：%(number)s %(title)s"), run, reason)
    return run


@transaction.atomic
def decide_extension(
    run_id: UUID | str, *, grant: bool, actor: Actor, note: str = "", key: str = ""
) -> Run:
    """Grant the extension asked for (the deadline moves by its working days) or refuse it.

    A refusal needs a reason in `note`.
    """
    run = run_for(run_id)
    if done_already(run, key):
        return run
    asked = run.asked_days or 0
    move = "grant_extension" if grant else "refuse_extension"
    perform(run, move, actor=actor, data={"text": note}, key=key, fields={"asked_days": None})
    if grant:
        _extend(_clock_of(run), asked)
    title = (
        _("督办延期已同意：%(number)s %(title)s")
        if grant
        else _("督办延期未同意：%(number)s %(title)s")
    )
    _tell(_of_unit(run), title, run, note)
    return run


def _extend(tracked: TrackedRow, days: int) -> None:
    """Move the deadline on by working days, from the deadline or, if that is past, from now."""
    base = max(tracked.due_at or clock.now(), clock.now())
    found = due(base, Term(days, "working_days"), calendar_for(tracked.calendar_id))
    if found is not None:
        spec = ClockSpec(calendar=tracked.calendar_id, starts_at=tracked.starts_at, due_at=found.at)
        reschedule(tracked, spec, actor=CLOCK_ACTOR)


@transaction.atomic
def verify(run_id: UUID | str, *, passed: bool, text: str, actor: Actor, key: str = "") -> Run:
    """Say whether the feedback holds (核查): passed, or returned and the clock runs again."""
    run = run_for(run_id)
    if done_already(run, key):
        return run
    move = "pass_verification" if passed else "return_feedback"
    perform(run, move, actor=actor, data={"text": text}, key=key)
    title = (
        _("督办核查通过：%(number)s %(title)s")
        if passed
        else _("督办退回重办：%(number)s %(title)s")
    )
    _tell(_of_unit(run), title, run, text)
    return run


@transaction.atomic
def close_run(run_id: UUID | str, *, actor: Actor, text: str = "", key: str = "") -> Run:
    """Strike the run off (销号) after it passed verification; its clock ends."""
    run = run_for(run_id)
    if done_already(run, key):
        return run
    perform(run, "close", actor=actor, data={"text": text}, key=key)
    _tell(_of_unit(run), _("督办销号：%(number)s %(title)s"), run, text)
    return run


@transaction.atomic
def cancel_run(run_id: UUID | str, *, text: str, actor: Actor, key: str = "") -> Run:
    """Take the supervision back (撤销), with the reason."""
    run = run_for(run_id)
    if done_already(run, key):
        return run
    perform(run, "cancel", actor=actor, data={"text": text}, key=key)
    _tell(_of_unit(run), _("督办撤销：%(number)s %(title)s"), run, text)
    return run


def _clock_of(run: Run) -> TrackedRow:
    if run.tracked is None:
        raise Conflict(_("该督办没有计时。请联系系统管理员。"))
    return run.tracked


def _of_unit(run: Run) -> list[Member]:
    """Whoever answers in the unit: its heads and officers, and the contact."""
    acting = members_acting([run.lead_unit_id], (Role.UNIT_HEAD, Role.OFFICER))
    people = list(acting)
    if run.contact is not None:
        people.append(run.contact)
    return people


def _of_supervisor(run: Run) -> list[Member]:
    return list(members_acting([run.supervising_unit_id], (Role.SUPERVISOR, Role.LEADER)))


def _tell(members: Iterable[Member], title: str, run: Run, body: str) -> None:
    notify(
        members,
        title % {"number": run.number, "title": run.title},
        body,
        run_url(run.pk),
        subject_of(run),
    )
