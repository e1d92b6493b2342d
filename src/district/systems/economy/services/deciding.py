"""Decompositions are proposed, returned, approved; an approved one has a light."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid
from district.kernel.base.versioned import save_versioned
from district.kernel.history.public import Actor, publish
from district.kernel.organisation.public import authorise
from district.kernel.plan.public import Profile, commitments_of_measures, set_profile
from district.kernel.tracking.public import ClockSpec, Owner, cancel, track
from district.systems.economy.models import Decomposition
from district.systems.economy.names import APPROVE, SYSTEM, TARGET_APPROVED, decomposition_subject
from district.systems.economy.rules.pace import monthly_shares
from district.systems.economy.selectors.rights import decomposition_for, owned_series
from district.systems.economy.services.drafting import for_change, tell

State = Decomposition.State


@transaction.atomic
def propose_decomposition(key: object, *, seen: int | None = None, actor: Actor) -> Decomposition:
    """Hand a draft in for approval. Raises Conflict where it is none."""
    row = for_change(key, seen, actor)
    row.state, row.proposed_by_id = State.PROPOSED, str(actor.id)
    save_versioned(row, ["state", "proposed_by_id"])
    tell(row, "proposed", {}, actor)
    return row


def _for_decision(key: object, seen: int | None, actor: Actor) -> Decomposition:
    row = decomposition_for(key)
    authorise(actor, APPROVE, owned_series(row.series))
    if seen is not None and row.version != seen:
        raise Conflict(_("这个分解刚被别人修改过。请刷新后再试。"))
    if row.state != State.PROPOSED:
        raise Conflict(_("这个分解不在待审定状态。"))
    if row.proposed_by_id == str(actor.id):
        raise Conflict(_("审定要由送审人以外的人办理。"))
    return row


@transaction.atomic
def return_decomposition(
    key: object, note: str, *, seen: int | None = None, actor: Actor
) -> Decomposition:
    """Hand a proposal back, with the reason. Raises Conflict, and Invalid without a reason."""
    row = _for_decision(key, seen, actor)
    if not note.strip():
        raise Invalid("note", _("没有写退回原因。"), _("请写明哪里要改。"))
    row.state, row.note = State.RETURNED, note.strip()[:400]
    save_versioned(row, ["state", "note"])
    tell(row, "returned", {}, actor)
    return row


@transaction.atomic
def approve_decomposition(key: object, *, seen: int | None = None, actor: Actor) -> Decomposition:
    """Put a proposal in force; an earlier version of the year gives way to it.

    It becomes a tracked row of the series' lead unit with a light. Where a commitment of the plan
    is counted by the level that the series provides, its progress is due as the months say
    (序时进度 set by hand). Raises NotPermitted and Conflict; the approver is not the proposer.
    """
    row = _for_decision(key, seen, actor)
    for former in Decomposition.objects.select_for_update().filter(
        series=row.series, year=row.year, state=State.APPROVED
    ):
        _replace(former, row, actor)
    row.state, row.decided_by = State.APPROVED, actor.name[:80]
    row.decided_at = clock.now()
    # Tracking asks for the light at once, which reads the row as approved.
    save_versioned(row, ["state", "decided_by", "decided_at"])
    ends = datetime.combine(date(row.year, 12, 31), time(18), timezone.get_default_timezone())
    row.tracked = track(
        decomposition_subject(row.pk),
        _("%(name)s%(year)s年目标") % {"name": row.series.name, "year": row.year},
        Owner(row.series.lead_unit_id),
        ClockSpec(
            "24x7",
            starts_at=datetime.combine(
                date(row.year, 1, 1), time(0), timezone.get_default_timezone()
            ),
            due_at=ends,
        ),
        actor=SYSTEM,
        url=row.series.get_absolute_url(),
    )
    save_versioned(row, ["tracked"])
    tell(row, "approved", {}, actor)
    publish(TARGET_APPROVED, {"series": row.series_id}, decomposition_subject(row.pk))
    _to_plan(row, actor)
    return row


def _replace(former: Decomposition, row: Decomposition, actor: Actor) -> None:
    former.state = State.REPLACED
    save_versioned(former, ["state"])
    if former.tracked is not None:
        cancel(former.tracked, actor=SYSTEM, note=_("已有新的一版"))
    tell(former, "replaced", {"by": row.number}, actor)


def _to_plan(row: Decomposition, actor: Actor) -> None:
    """Progress of the plan's commitments that count this level is due as the months say."""
    if row.level is None or not row.series.measure or row.series.measures_growth:
        return
    shares = monthly_shares(_by_period(row), row.level)
    for key in commitments_of_measures({row.series.measure}):
        set_profile(key, Profile.BY_HAND, actor=actor, shares=shares)


def _by_period(row: Decomposition) -> list[tuple[int, int, Decimal]]:
    totals: dict[tuple[int, int], Decimal] = {}
    cells = row.cells.values_list("first_month", "last_month", "value")
    for first, last, value in cells:
        totals[first, last] = totals.get((first, last), Decimal(0)) + value
    return [(first, last, value) for (first, last), value in sorted(totals.items())]
