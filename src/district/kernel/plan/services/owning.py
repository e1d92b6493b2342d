"""Who answers for a commitment: assigned one by one, or suggestions accepted in bulk."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.bulk import update_many
from district.kernel.base.errors import Invalid
from district.kernel.base.versioned import save_versioned
from district.kernel.history.public import Actor, Entry, record, record_many
from district.kernel.organisation.public import Assignment, Member, Role, Unit, authorise
from district.kernel.plan.models import Commitment
from district.kernel.plan.models.commitments import CommitmentState
from district.kernel.plan.rights import owned
from district.kernel.plan.selectors.owners import suggestions_for
from district.kernel.plan.services import tracked
from district.kernel.plan.services.adjusting import commitment_for
from district.kernel.plan.subjects import commitment_subject

#: A suggestion is taken in bulk when its score is at least this share of the best three's.
SURE_OWNER = Decimal("0.5")
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class OwnersAccepted:
    """How many commitments got a lead unit, and how many were left for a look."""

    assigned: int
    left: int


@transaction.atomic
def assign_owner(
    commitment_id: UUID | str,
    *,
    lead_unit: str,
    actor: Actor,
    co_units: Iterable[str] = (),
    leader: UUID | str | None = None,
    contact: UUID | str | None = None,
    version: int | None = None,
) -> Commitment:
    """Name lead unit and co-units (codes), answerable leader and contact (member ids).

    All four become what is given; None leaves leader or contact empty. Raises Invalid with the
    field for an unknown or inactive unit or member. From here on the row has a clock and light.
    """
    authorise(actor, "plan.commitment.manage")
    row = commitment_for(commitment_id)
    if version is not None:
        row.version = version
    codes = sorted(set(co_units) - {lead_unit})
    row.lead_unit = _unit("lead_unit", lead_unit)
    for code in codes:
        _unit("co_units", code)
    row.leader = _member("leader", leader)
    row.contact = _member("contact", contact)
    save_versioned(row, ["lead_unit", "leader", "contact"])
    row.co_units.set(Unit.objects.filter(pk__in=codes))
    record(
        commitment_subject(row.pk), "plan.commitment.assigned", _owner_data(row, codes), actor=actor
    )
    tracked.bring_in_line([row], actor)
    return row


@transaction.atomic
def name_contact(commitment_id: UUID | str, contact: UUID | str, *, actor: Actor) -> Commitment:
    """Name another contact; the head of the lead unit may do this too."""
    row = commitment_for(commitment_id)
    authorise(actor, "plan.commitment.contact", owned(row))
    row.contact = _member("contact", contact)
    save_versioned(row, ["contact"])
    record(
        commitment_subject(row.pk),
        "plan.commitment.assigned",
        {"contact": row.contact_id},
        actor=actor,
    )
    tracked.bring_in_line([row], actor)
    return row


@transaction.atomic
def accept_suggested_owners(
    report_id: UUID | str,
    *,
    actor: Actor,
    commitment_ids: Iterable[UUID | str] | None = None,
    certainty: Decimal = SURE_OWNER,
) -> OwnersAccepted:
    """Give every commitment of a report that has no lead unit the best suggested one.

    Taken are suggestions at least as certain as `certainty` (0 to 1); with `commitment_ids`
    only of those. Without a suggestion of its own a commitment takes the unit that most of its
    children have, else its parent's. Leader and contact become the unit's leader (else its
    head) and its first officer, where it has them.
    A second call assigns nothing.
    """
    authorise(actor, "plan.commitment.manage")
    waiting = Commitment.objects.filter(report_id=report_id, lead_unit=None).exclude(
        state__in=(CommitmentState.CARRIED, CommitmentState.CANCELLED)
    )
    if commitment_ids is not None:
        waiting = waiting.filter(pk__in=list(commitment_ids))
    rows = list(waiting.select_related("statement", "task", "parent").order_by("depth", "sort"))
    chosen = _choose(rows, float(certainty))
    staff = _staff(set(chosen.values()))
    taken = []
    for row in rows:
        code = chosen.get(row.pk)
        if code is None:
            continue
        row.lead_unit_id = code
        row.leader_id, row.contact_id = staff.get(code, (None, None))
        taken.append(row)
    _write_owners(taken, actor)
    return OwnersAccepted(len(taken), len(rows) - len(taken))


def _choose(rows: Sequence[Commitment], certainty: float) -> dict[UUID, str]:
    """The unit of each commitment that gets one: its own best, else the one that most of its
    children have, else its parent's. Parents come before their children in `rows`."""
    suggested = suggestions_for(rows, limit=1)
    chosen = {
        key: best[0].code
        for key, best in suggested.items()
        if best and best[0].certainty >= certainty
    }
    below: dict[UUID, Counter[str]] = defaultdict(Counter)
    for row in reversed(rows):
        if row.pk not in chosen and below[row.pk]:
            chosen[row.pk] = below[row.pk].most_common(1)[0][0]
        if row.parent_id and row.pk in chosen:
            below[row.parent_id][chosen[row.pk]] += 1
    for row in rows:
        above = row.parent.lead_unit_id if row.parent else None
        if row.pk not in chosen and row.parent_id and (above or row.parent_id in chosen):
            chosen[row.pk] = above or chosen[row.parent_id]
    return chosen


def _staff(codes: set[str]) -> dict[str, tuple[UUID | None, UUID | None]]:
    """(answerable leader, contact) of each unit, as far as it has them."""
    roles = {Role.LEADER: 0, Role.UNIT_HEAD: 1, Role.OFFICER: 2}
    posts = (
        Assignment.objects.on(clock.today())
        .filter(unit_id__in=codes, role__in=list(roles))
        .order_by("since", "id")
        .values_list("unit_id", "role", "member_id")
    )
    found: dict[str, dict[int, UUID]] = {code: {} for code in codes}
    for code, role, member in posts:
        found[code].setdefault(roles[Role(role)], member)
    return {
        code: (by_role.get(0) or by_role.get(1), by_role.get(2)) for code, by_role in found.items()
    }


def _write_owners(rows: Sequence[Commitment], actor: Actor) -> None:
    if not rows:
        return
    fields = ["lead_unit", "leader", "contact"]
    update_many(rows, fields)
    for start in range(0, len(rows), _CHUNK):
        keys = [row.pk for row in rows[start : start + _CHUNK]]
        Commitment.objects.filter(pk__in=keys).update(version=F("version") + 1)
    entries = [
        Entry(commitment_subject(row.pk), "plan.commitment.assigned", _owner_data(row, []))
        for row in rows
    ]
    record_many(entries, actor=actor)
    fresh = Commitment.objects.select_related("report").in_bulk([row.pk for row in rows])
    tracked.bring_in_line(list(fresh.values()), actor)


def _owner_data(row: Commitment, co_units: Sequence[str]) -> Mapping[str, object]:
    return {
        "lead_unit": row.lead_unit_id,
        "co_units": list(co_units),
        "leader": row.leader_id,
        "contact": row.contact_id,
    }


def _unit(field: str, code: str) -> Unit:
    unit = Unit.objects.filter(pk=code, is_active=True).first()
    if unit is None:
        raise Invalid(
            field, _("没有编码为 %(code)s 的在用单位。") % {"code": code}, _("请从列表中选择单位。")
        )
    return unit


def _member(field: str, key: UUID | str | None) -> Member | None:
    if not key:
        return None
    try:
        wanted = UUID(str(key))
    except ValueError:
        wanted = None
    member = Member.objects.filter(pk=wanted, is_active=True).first() if wanted else None
    if member is None:
        raise Invalid(field, _("没有这位在岗成员。"), _("请从列表中选择成员。"))
    return member
