"""Decisions of a meeting are issued: each becomes a commitment of the plan."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Conflict
from district.kernel.base.versioned import save_versioned
from district.kernel.history.public import Actor, record
from district.kernel.organisation.public import Role, authorise, members_acting
from district.kernel.plan.public import (
    Commitment,
    CommitmentKind,
    Profile,
    Report,
    activate,
    assign_owner,
    create_commitment,
    newest_report,
    readiness,
    set_profile,
)
from district.systems.economy.models import Decision, Meeting
from district.systems.economy.names import DECISION_ISSUE, decision_subject
from district.systems.economy.rules.packs import shares_between
from district.systems.economy.selectors.meetings import item_of, owned_meetings
from district.systems.economy.services.meetings import locked_meeting


@dataclass(frozen=True)
class Issued:
    """How many decisions were issued, and what some still lack before they can start."""

    count: int
    lacking: tuple[str, ...]


@transaction.atomic
def issue_decisions(
    meeting_key: object,
    keys: Iterable[object] | None = None,
    *,
    seen: int | None = None,
    actor: Actor,
) -> Issued:
    """Issue the drafts of a meeting, all or those of `keys`: each becomes a task of the plan with
    owner, clock and light, and is started where its lead unit has an officer to be its contact.

    It stands in the report of the commitment that its indicator is bound to, beside that one and
    never below it (see docs/adr/0029), else in the newest report. Raises NotPermitted, NotFound,
    and Conflict before the meeting was held, without a report, or with nothing to issue; then all
    drafts stay.
    """
    authorise(actor, DECISION_ISSUE, owned_meetings())
    meeting = locked_meeting(meeting_key, seen=seen)
    if meeting.state != Meeting.State.HELD:
        raise Conflict(_("会议召开以后、结束以前才能下达决定。"))
    rows = meeting.decisions.filter(state=Decision.State.DRAFT).order_by("number")
    if keys is not None:
        rows = rows.filter(pk__in=[str(key) for key in keys])
    drafts = list(rows.select_related("series").prefetch_related("co_units"))
    if not drafts:
        raise Conflict(_("没有待下达的决定。"))
    lacking = []
    for row in drafts:
        commitment = _issue(row, meeting, actor)
        missing = readiness(commitment).missing
        if missing:
            words = _("、").join(str(one.label) for one in missing)
            lacking.append(f"{row.number}：{words}")
    return Issued(len(drafts), tuple(lacking))


def _issue(row: Decision, meeting: Meeting, actor: Actor) -> Commitment:
    item = item_of(row.series)
    report = item.report if item is not None else newest_report()
    if report is None:
        raise Conflict(_("还没有采用的计划报告，决定不能下达。请先采用报告；决定都已保留。"))
    made = _commitment(row, meeting, item, report, actor)
    row.state, row.commitment = Decision.State.ISSUED, made
    row.issued_at, row.issued_by = clock.now(), actor.name[:80]
    save_versioned(row, ["state", "commitment", "issued_at", "issued_by"])
    told = {"commitment": str(made.pk), "report": str(report.pk)}
    record(decision_subject(row.pk), "economy.decision.issued", told, actor=actor)
    return made


def _commitment(
    row: Decision, meeting: Meeting, item: Commitment | None, report: Report, actor: Actor
) -> Commitment:
    made = create_commitment(
        report.pk,
        kind=CommitmentKind.TASK,
        title=row.text,
        parent_id=item.parent_id if item is not None else None,
        deadline=row.due_on,
        theme=item.theme if item is not None else "",
        sequence=f"调度{meeting.year}-{meeting.month:02}-{row.number}",
        actor=actor,
    )
    officers = members_acting([row.lead_unit_id], [Role.OFFICER]).order_by("name", "id")
    contact = officers.values_list("pk", flat=True).first()
    made = assign_owner(
        made.pk,
        lead_unit=row.lead_unit_id,
        co_units=[one.pk for one in row.co_units.all()],
        leader=row.leader_id,
        contact=contact,
        actor=actor,
    )
    shares = shares_between(clock.today(), row.due_on)
    if shares:
        # Progress is due from the day of issue on, not from the first of January.
        made = set_profile(made.pk, Profile.BY_HAND, shares=shares, actor=actor)
    return activate(made.pk, actor=actor) if readiness(made).ready else made
