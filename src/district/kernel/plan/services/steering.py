"""A planner's writes on commitments: create, edit, measure, profile, activate, settle."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid, NotFound
from district.kernel.base.versioned import save_versioned
from district.kernel.history.public import Actor, Entry, record, record_many
from district.kernel.organisation.public import authorise
from district.kernel.plan.models import Commitment, Report
from district.kernel.plan.models.commitments import (
    CommitmentKind,
    CommitmentState,
    Flag,
    Nature,
    Profile,
)
from district.kernel.plan.models.statements import Comparator, plain
from district.kernel.plan.selectors.readiness import missing_of, readiness
from district.kernel.plan.services import measuring, tracked
from district.kernel.plan.services.adjusting import commitment_for
from district.kernel.plan.services.closing import cancel_commitment
from district.kernel.plan.services.corrections import LARGEST
from district.kernel.plan.subjects import commitment_subject

_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Activated:
    """How many commitments became active, and how many still lack something."""

    activated: int
    left: int


@transaction.atomic
def create_commitment(
    report_id: UUID | str,
    *,
    kind: str,
    title: str,
    actor: Actor,
    nature: str = Nature.EXPECTED,
    parent_id: UUID | str | None = None,
    comparator: str = "",
    value: Decimal | None = None,
    unit: str = "",
    basis: str = "",
    deadline: date | None = None,
    theme: str = "",
    sequence: str = "",
) -> Commitment:
    """Add a commitment that no sentence of the report states (an item of a list, say).

    Raises Invalid(field); a quantity or indicator needs `value` and `comparator`.
    """
    authorise(actor, "plan.commitment.manage")
    report = Report.objects.filter(pk=report_id).first()
    if report is None:
        raise NotFound(_("没有这份报告。"))
    _check_new(kind, nature, title, comparator, value)
    parent = commitment_for(parent_id) if parent_id else None
    row = Commitment(
        report=report,
        parent=parent,
        depth=parent.depth + 1 if parent else 0,
        kind=CommitmentKind(kind),
        nature=Nature(nature),
        title=title.strip(),
        sequence=sequence.strip()[:40],
        sort=parent.sort if parent else 0,
        year=report.year,
        comparator=comparator,
        value=value,
        unit=unit.strip()[:40],
        basis=basis,
        deadline=deadline or date(report.year, 12, 31),
        theme=theme or (parent.theme if parent else ""),
        created_at=clock.now(),
    )
    measuring.bind([row])
    row.save(force_insert=True)
    record(
        commitment_subject(row.pk),
        "plan.commitment.created",
        {
            "report": report.pk,
            "kind": kind,
            "title": row.title,
            "sequence": row.sequence,
            "value": None if value is None else plain(value),
            "unit": row.unit,
            "deadline": row.deadline,
        },
        actor=actor,
    )
    return row


def _check_new(kind: str, nature: str, title: str, comparator: str, value: Decimal | None) -> None:
    if kind not in CommitmentKind.values:
        raise Invalid("kind", _("选项不对。"), _("请从列表中选择。"))
    if nature not in Nature.values:
        raise Invalid("nature", _("选项不对。"), _("请从列表中选择。"))
    if not title.strip():
        raise Invalid("title", _("还没有填写名称。"), _("请填写承诺事项的名称。"))
    if comparator and comparator not in Comparator.values:
        raise Invalid("comparator", _("选项不对。"), _("请从列表中选择。"))
    if kind in (CommitmentKind.INDICATOR, CommitmentKind.QUANTITY):
        if value is None:
            raise Invalid("value", _("还没有填写目标值。"), _("请填写数字，例如 12.5。"))
        if not comparator:
            raise Invalid("comparator", _("还没有选择目标的比较方式。"), _("请从列表中选择。"))
    if value is not None and (not value.is_finite() or abs(value) >= LARGEST):
        raise Invalid("value", _("数字过大。"), _("请换用更大的计量单位。"))


@transaction.atomic
def edit_commitment(
    commitment_id: UUID | str,
    changes: Mapping[str, str],
    *,
    actor: Actor,
    version: int | None = None,
) -> Commitment:
    """Change `title`, `nature`, `kind`, `theme` or `sequence`; never the target.

    Raises Invalid(field) for another field (the target changes by an adjustment) or value.
    """
    authorise(actor, "plan.commitment.manage")
    row = commitment_for(commitment_id)
    if version is not None:
        row.version = version
    changed: dict[str, list[str]] = {}
    for field, given in changes.items():
        value = _edited(field, given)
        before = str(getattr(row, field))
        if value != before:
            changed[field] = [before, value]
            setattr(row, field, value)
    if changed:
        save_versioned(row, list(changed))
        record(commitment_subject(row.pk), "plan.commitment.changed", changed, actor=actor)
        tracked.bring_in_line([row], actor)
    return row


def _edited(field: str, given: str) -> str:
    value = given.strip()
    choices: dict[str, Sequence[str]] = {"nature": Nature.values, "kind": CommitmentKind.values}
    if field in choices:
        if value not in choices[field]:
            raise Invalid(field, _("选项不对。"), _("请从列表中选择。"))
    elif field == "title":
        if not value:
            raise Invalid("title", _("还没有填写名称。"), _("请填写承诺事项的名称。"))
    elif field in ("theme", "sequence"):
        value = value[:40]
    else:
        raise Invalid(field, _("这一项不能直接修改。"), _("目标和时限请通过目标调整办理。"))
    return value


@transaction.atomic
def bind_measure(commitment_id: UUID | str, measure_key: str, *, actor: Actor) -> Commitment:
    """Let another measure (by its key) feed the light; nobody files the former one for it any
    more. Raises Invalid(measure)."""
    authorise(actor, "plan.commitment.manage")
    row = commitment_for(commitment_id)
    if row.value is None:
        raise Conflict(_("该事项没有量化目标，不需要指标。"))
    former, row.measure_id = row.measure_id, measuring.key_of(measure_key)
    save_versioned(row, ["measure"])
    record(
        commitment_subject(row.pk),
        "plan.commitment.measure_bound",
        {"measure": measure_key},
        actor=actor,
    )
    tracked.bring_in_line([row], actor)
    if former and former != measure_key:
        measuring.owe_measures([former])
    return row


@transaction.atomic
def set_profile(
    commitment_id: UUID | str,
    profile: str,
    *,
    actor: Actor,
    shares: Sequence[Decimal] = (),
) -> Commitment:
    """Say how progress is due over the year (序时进度).

    `linear` needs no shares. `by_hand` takes twelve cumulative shares (0 to 1, not falling, the
    last 1) of the target due by each month's end. `last_year` takes them from last year's
    values of the measure. Raises Invalid(shares).
    """
    authorise(actor, "plan.commitment.manage")
    row = commitment_for(commitment_id)
    if profile not in Profile.values:
        raise Invalid("profile", _("选项不对。"), _("请从列表中选择。"))
    wanted: Sequence[Decimal] = ()
    if profile == Profile.BY_HAND:
        wanted = shares
    elif profile == Profile.LAST_YEAR:
        wanted = measuring.last_year_shares(row)
    if profile != Profile.LINEAR:
        _check_shares(wanted)
    row.profile, row.profile_shares = Profile(profile), [plain(share) for share in wanted]
    save_versioned(row, ["profile", "profile_shares"])
    record(
        commitment_subject(row.pk),
        "plan.commitment.profile_set",
        {"profile": profile, "shares": row.profile_shares},
        actor=actor,
    )
    tracked.bring_in_line([row], actor)
    return row


def _check_shares(shares: Sequence[Decimal]) -> None:
    remedy = _("请填写1月至12月的累计比例，从0到1逐月不减，12月为1。")
    if len(shares) != 12:
        raise Invalid("shares", _("需要12个月的累计比例。"), remedy)
    if any(not share.is_finite() or not 0 <= share <= 1 for share in shares) or shares[-1] != 1:
        raise Invalid("shares", _("累计比例不对。"), remedy)
    if any(later < earlier for earlier, later in pairwise(shares)):
        raise Invalid("shares", _("累计比例不能逐月减少。"), remedy)


@transaction.atomic
def activate(commitment_id: UUID | str, *, actor: Actor) -> Commitment:
    """Start a commitment: from now on only an adjustment changes its target. Idempotent.

    Raises Conflict that lists what is missing (`readiness` gives the same as data).
    """
    authorise(actor, "plan.commitment.manage")
    row = commitment_for(commitment_id)
    if row.state == CommitmentState.ACTIVE:
        return row
    if row.state != CommitmentState.PENDING:
        raise Conflict(_("该事项已办结或取消。请先恢复。"))
    state = readiness(row)
    if not state.ready:
        labels = "、".join(str(item.label) for item in state.missing)
        raise Conflict(_("还缺：%(what)s。补齐后才能启动。") % {"what": labels})
    start([row], actor)
    return row


@transaction.atomic
def activate_many(
    report_id: UUID | str,
    *,
    actor: Actor,
    commitment_ids: Iterable[UUID | str] | None = None,
) -> Activated:
    """Start every pending commitment of a report that lacks nothing. Repeatable."""
    authorise(actor, "plan.commitment.manage")
    pending = Commitment.objects.filter(report_id=report_id, state=CommitmentState.PENDING)
    if commitment_ids is not None:
        pending = pending.filter(pk__in=list(commitment_ids))
    rows = list(pending.select_related("report"))
    ready = [row for row in rows if not missing_of(row)]
    start(ready, actor)
    return Activated(len(ready), len(rows) - len(ready))


def start(rows: Sequence[Commitment], actor: Actor) -> None:
    """Make commitments active that lack nothing; the caller has asked."""
    now = clock.now()
    for start in range(0, len(rows), _CHUNK):
        chunk = rows[start : start + _CHUNK]
        Commitment.objects.filter(pk__in=[row.pk for row in chunk]).update(
            state=CommitmentState.ACTIVE, activated_at=now, version=F("version") + 1
        )
        for row in chunk:
            row.state, row.activated_at = CommitmentState.ACTIVE, now
            row.version += 1
    record_many(
        [Entry(commitment_subject(row.pk), "plan.commitment.activated", {}) for row in rows],
        actor=actor,
    )
    tracked.bring_in_line(rows, actor)


@transaction.atomic
def settle_flag(
    commitment_id: UUID | str, decision: str, *, actor: Actor, note: str = ""
) -> Commitment:
    """Decide on a commitment whose sentence an amended report removed or changed.

    `keep`: it goes on as it is; `cancel`: it is given up. Raises Invalid(decision).
    """
    authorise(actor, "plan.commitment.manage")
    if decision not in ("keep", "cancel"):
        raise Invalid("decision", _("选项不对。"), _("请选择保留或取消。"))
    row = commitment_for(commitment_id)
    if row.flag == Flag.NONE:
        return row
    if decision == "cancel":
        return cancel_commitment(row.pk, actor=actor, note=note or _("修订稿已删去"))
    was, row.flag = str(row.flag), Flag.NONE
    save_versioned(row, ["flag"])
    data: dict[str, Any] = {"was": was, "decision": decision}
    record(commitment_subject(row.pk), "plan.commitment.kept", data, actor=actor, note=note)
    return row
