"""Circulars (通报): a notice that names the units that are late."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid
from district.kernel.history.public import Actor, Subject, record
from district.kernel.notifications.public import notify
from district.kernel.organisation.public import Role, members_acting
from district.kernel.supervision.addresses import circular_url
from district.kernel.supervision.models import Circular, CircularEntry, Run
from district.kernel.supervision.services.performing import perform
from district.kernel.tracking.public import calendars, elapsed


@transaction.atomic
def circulate(run_ids: Iterable[UUID | str], *, title: str, text: str, actor: Actor) -> Circular:
    """Issue a notice that names the units of these runs, each with its working days late.

    Heads of the named units and their answerable leaders are told; the runs stay where they
    are. Raises Invalid (title, runs), Conflict when a named run is not late.
    """
    wanted = list(dict.fromkeys(str(key) for key in run_ids))
    if not title.strip():
        raise Invalid("title", _("还没有填写通报标题。"), _("请填写标题。"))
    runs = list(
        Run.objects.select_for_update(of=("self",))
        .select_related("lead_unit", "tracked", "row")
        .filter(pk__in=wanted)
        .order_by("number")
    )
    if not runs or len(runs) < len(wanted):
        raise Invalid("runs", _("没有选择督办事项，或事项已不存在。"), _("请重新选择逾期事项。"))
    circular = Circular.objects.create(
        title=title.strip()[:200],
        text=text.strip(),
        issued_by=actor.name[:80],
        issued_at=clock.now(),
    )
    for run in runs:
        perform(
            run,
            "circulate",
            actor=actor,
            data={"text": text},
            fields={"circulated_at": circular.issued_at},
        )
    CircularEntry.objects.bulk_create(_entries(circular, runs))
    record(
        Subject("supervision.circular", str(circular.pk)),
        "supervision.circular.issued",
        {"title": circular.title, "runs": [run.number for run in runs]},
        actor=actor,
    )
    _tell(circular, runs)
    return circular


def _entries(circular: Circular, runs: Iterable[Run]) -> list[CircularEntry]:
    now, known = clock.now(), calendars()
    entries = []
    for run in runs:
        row = run.tracked
        if row is None or row.due_at is None or row.due_at >= now:
            raise Conflict(
                _("“%(number)s”没有逾期，不能列入通报。请重新选择。") % {"number": run.number}
            )
        days = int(elapsed(row.due_at, now, "working_days", known[row.calendar_id]))
        entries.append(
            CircularEntry(
                circular=circular,
                run=run,
                unit_id=row.lead_unit_id,
                stage=run.stage,
                due_at=row.due_at,
                days_late=days,
            )
        )
    return entries


def _tell(circular: Circular, runs: Iterable[Run]) -> None:
    codes = {run.tracked.lead_unit_id for run in runs if run.tracked}
    leaders = {run.row.leader_id for run in runs if run.row.leader_id}
    heads = {member.pk for member in members_acting(codes, (Role.UNIT_HEAD,))}
    notify(
        heads | leaders,
        _("督办通报：%(title)s") % {"title": circular.title},
        circular.text,
        circular_url(circular.pk),
        Subject("supervision.circular", str(circular.pk)),
    )
