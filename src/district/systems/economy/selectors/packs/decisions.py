"""What became of the decisions of earlier meetings, and what the next one has to decide."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from district.kernel.base import clock
from district.kernel.plan.public import CommitmentState, Completion
from district.systems.economy.models import Decision, Decomposition, Meeting
from district.systems.economy.rules.packs import (
    AgendaPart,
    DecisionPart,
    Outcome,
    is_told,
    outcome_of,
    told_first,
)


@dataclass(frozen=True)
class Standing:
    """A decision with how it stands; `closed_on` and `closing` say when and how it was done, None
    and "" while it is not."""

    decision: Decision
    outcome: Outcome
    closed_on: date | None
    closing: str

    @property
    def due_on(self) -> date:
        """Its deadline: that of the commitment, which an adjustment may have moved."""
        one = self.decision.commitment
        return one.deadline if one is not None else self.decision.due_on

    @property
    def light(self) -> str:
        """The light of its commitment; none of a draft."""
        one = self.decision.commitment
        return one.tracked.light if one is not None and one.tracked is not None else "none"


def with_standing(rows: QuerySet[Decision]) -> QuerySet[Decision]:
    """Decisions with everything that their standing is asked of, in one statement."""
    ended = Completion.objects.filter(commitment=OuterRef("commitment")).order_by(
        "-closed_at", "-id"
    )
    return rows.select_related(
        "meeting", "series", "lead_unit", "leader", "commitment__tracked"
    ).annotate(
        ended_at=Subquery(ended.values("closed_at")[:1]),
        ending=Subquery(ended.values("reason")[:1]),
    )


def standings(rows: Iterable[Decision]) -> list[Standing]:
    """How decisions stand that were read `with_standing`; no statement."""
    today = clock.today()
    return [_standing(row, today) for row in rows]


def _standing(row: Decision, today: date) -> Standing:
    commitment = row.commitment
    state = commitment.state if commitment is not None else ""
    said: Mapping[str, Any] = vars(row)
    # What was taken up again has a completion, too, and is not done.
    done = state == CommitmentState.DONE and said["ended_at"] is not None
    closed = timezone.localdate(said["ended_at"]) if done else None
    due = commitment.deadline if commitment is not None else row.due_on
    return Standing(
        row,
        outcome_of(row.state, state, due, closed, today),
        closed,
        str(said["ending"]) if done else "",
    )


def earlier_decisions(meeting: Meeting) -> list[Decision]:
    """The decisions of the meetings before this one, with their commitments; one statement."""
    before = Q(meeting__held_on__lt=meeting.held_on) | Q(
        meeting__held_on=meeting.held_on, meeting__made_at__lt=meeting.made_at
    )
    rows = Decision.objects.filter(before).exclude(state=Decision.State.DROPPED)
    return list(with_standing(rows).order_by("meeting", "number"))


def held_before(meeting: Meeting) -> date | None:
    """When the meeting before this one was held; None where there was none."""
    rows = Meeting.objects.filter(held_on__lt=meeting.held_on).exclude(state=Meeting.State.DRAFTED)
    return rows.order_by("-held_on").values_list("held_on", flat=True).first()


def what_became(meeting: Meeting, earlier: Iterable[Decision]) -> list[DecisionPart]:
    """What a pack tells of earlier decisions, what is late first; one statement."""
    since = held_before(meeting)
    told = [one for one in standings(earlier) if is_told(one.outcome, one.closed_on, since)]
    told.sort(key=lambda one: (told_first(one.outcome), one.due_on, str(one.decision.pk)))
    return [_part(one) for one in told]


def _part(one: Standing) -> DecisionPart:
    row, commitment = one.decision, one.decision.commitment
    tracked = commitment.tracked if commitment is not None else None
    return DecisionPart(
        id=str(row.pk),
        meeting=row.meeting.title,
        meeting_id=str(row.meeting_id),
        number=row.number,
        text=row.text,
        unit=row.lead_unit.short_name or row.lead_unit.name,
        unit_en=row.lead_unit.name_en,
        leader=row.leader.name,
        leader_en=row.leader.name_en,
        due_on=one.due_on.isoformat(),
        outcome=one.outcome,
        closed_on=one.closed_on.isoformat() if one.closed_on else "",
        closing=one.closing,
        commitment=str(commitment.pk) if commitment is not None else "",
        percent=commitment.percent if commitment is not None else None,
        light=one.light,
        reasons=list(tracked.reasons) if tracked is not None else [],
    )


def agenda_of(meeting: Meeting) -> list[AgendaPart]:
    """What stands to be decided: the meeting's drafts, and decompositions that wait for approval;
    two statements."""
    drafts = meeting.decisions.filter(state=Decision.State.DRAFT)
    found = [
        AgendaPart(
            kind="decision",
            text=row.text,
            text_en="",
            unit=row.lead_unit.short_name or row.lead_unit.name,
            unit_en=row.lead_unit.name_en,
            leader=row.leader.name,
            leader_en=row.leader.name_en,
            due_on=row.due_on.isoformat(),
            version=[],
            key=str(row.number),
        )
        for row in drafts.select_related("lead_unit", "leader").order_by("number")
    ]
    waiting = Decomposition.objects.filter(
        state=Decomposition.State.PROPOSED, year__gte=meeting.year
    )
    for one in waiting.select_related("series__lead_unit").order_by("year", "series__sort"):
        unit = one.series.lead_unit
        found.append(
            AgendaPart(
                kind="decomposition",
                text=one.series.name,
                text_en=one.series.name_en,
                unit=unit.short_name or unit.name,
                unit_en=unit.name_en,
                leader="",
                leader_en="",
                due_on="",
                version=[one.year, one.number],
                key=str(one.pk),
            )
        )
    return found
