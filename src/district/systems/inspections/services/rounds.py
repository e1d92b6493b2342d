"""Rounds: planned, committed to in public, drawn by a seed that nobody could choose, closed."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid, NotFound
from district.kernel.base.versioned import save_versioned
from district.kernel.cases.public import new_number
from district.kernel.conditions.public import ConditionError
from district.kernel.history.public import Actor, Subject, record
from district.kernel.organisation.public import Owned, Unit, authorise
from district.systems.inspections.checklists import checklist_of
from district.systems.inspections.models import Round
from district.systems.inspections.names import MANAGE_ROUND, ROUND
from district.systems.inspections.rules.drawing import (
    FORMAT,
    Member,
    canonical,
    commitment_digest,
    counts_of,
    digest,
    draw,
    quotas,
    read_canonical,
    seed_of,
)
from district.systems.inspections.selectors.draws import published
from district.systems.inspections.selectors.population import population_of, where_of
from district.systems.inspections.selectors.results import inspectors_of
from district.systems.inspections.selectors.rights import owned_round
from district.systems.inspections.services.publishing import ensure_published
from district.systems.inspections.services.tasks import issue_tasks

MOST = 5000
_LONGEST = 200


@dataclass(frozen=True)
class NewRound:
    """What a round shall be. `where` is a condition over the register of places, `weights` whole
    numbers by stratum (others weigh 1), `inspectors` ids of members of the inspecting unit."""

    title: str
    lead_unit: str
    checklist: str
    size: int
    starts_on: date
    ends_on: date
    where: str = ""
    stratify: str = ""
    weights: Mapping[str, int] = field(default_factory=dict)
    assign_to: str = Round.AssignTo.ROUND
    inspectors: Sequence[str] = ()
    public_source: str = ""


@transaction.atomic
def plan_round(new: NewRound, *, actor: Actor) -> Round:
    """Write a round down; nothing is public yet. Raises Invalid naming the field, NotPermitted."""
    authorise(actor, MANAGE_ROUND, Owned(new.lead_unit))
    checklist = checklist_of(new.checklist)
    _check(new)
    row = Round(
        number=new_number("JC", clock.today()),
        title=new.title.strip(),
        lead_unit_id=new.lead_unit,
        checklist=checklist.key,
        checklist_version=checklist.version,
        where=new.where.strip(),
        size=new.size,
        stratify=new.stratify,
        weights=dict(new.weights),
        assign_to=new.assign_to,
        inspectors=_inspectors(new),
        starts_on=new.starts_on,
        ends_on=new.ends_on,
        public_source=new.public_source.strip(),
    )
    row.save(force_insert=True)
    data = {"number": row.number, "checklist": row.checklist, "where": row.where, "size": row.size}
    record(round_subject(row), "inspections.round.planned", data, actor=actor)
    return row


def _check(new: NewRound) -> None:
    if not 2 <= len(new.title.strip()) <= 120:
        raise Invalid("title", _("名称不对。"), _("请填写2到120个字。"))
    if not 1 <= new.size <= MOST:
        raise Invalid("size", _("抽取数量不对。"), _("请填写1到%(most)s。") % {"most": MOST})
    if new.ends_on < new.starts_on:
        raise Invalid("ends_on", _("截止日期早于开始日期。"), _("请重新选择日期。"))
    if new.ends_on < clock.today():
        raise Invalid("ends_on", _("截止日期已过。"), _("请选择今天或以后的日期。"))
    if new.stratify not in Round.Stratify.values or new.assign_to not in Round.AssignTo.values:
        raise Invalid("stratify", _("选项不对。"), _("请从列表中选择。"))
    if len(new.public_source) > _LONGEST:
        raise Invalid(
            "public_source", _("内容超过%(most)s字。") % {"most": _LONGEST}, _("请精简。")
        )
    if any(not isinstance(each, int) or not 0 <= each <= 1000 for each in new.weights.values()):
        raise Invalid("weights", _("权重不对。"), _("请填写0到1000的整数。"))
    try:
        where_of(new.where)
    except ConditionError as error:
        raise Invalid("where", _("对象范围写得不对：%(why)s") % {"why": error}, "") from error


def _inspectors(new: NewRound) -> list[str]:
    """The inspectors by the order of their ids, each of whom may inspect for the round's unit."""
    wanted = sorted({str(each) for each in new.inspectors})
    if not wanted:
        return []
    if new.assign_to != Round.AssignTo.ROUND:
        raise Invalid(
            "inspectors", _("由责任单位检查时不能指定检查人。"), _("请由各责任单位自己分派。")
        )
    able = {str(pk) for pk in inspectors_of([new.lead_unit]).values_list("pk", flat=True)}
    if not set(wanted) <= able:
        raise Invalid("inspectors", _("有人不是组织单位的检查人。"), _("请重新选择检查人。"))
    return wanted


def round_subject(row: Round) -> Subject:
    """How history names a round."""
    return Subject(ROUND, str(row.pk))


def _locked(round_id: UUID | str, actor: Actor, state: str, refusal: str) -> Round:
    row = Round.objects.select_for_update().filter(pk=round_id).first()
    if row is None:
        raise NotFound(_("没有这个检查批次。"))
    authorise(actor, MANAGE_ROUND, owned_round(row))
    if row.state != state:
        raise Conflict(refusal)
    return row


@transaction.atomic
def commit_round(round_id: UUID | str, *, actor: Actor) -> Round:
    """Fix the population, the numbers and the seed, and publish their digests before the draw.

    From here on neither can be changed without anybody seeing it. Raises Conflict where that has
    happened or nobody is in the population.
    """
    row = _locked(round_id, actor, Round.State.DRAFT, _("这一批次已经公示，不能再改。"))
    unit = Unit.objects.get(pk=row.lead_unit_id)
    population = population_of(row, unit)
    if not population:
        raise Conflict(_("对象范围里没有在册的对象。请修改范围后重新拟定。"))
    counts = counts_of(population)
    weights = {key: int(value) for key, value in row.weights.items()}
    takes = quotas(counts, row.size, weights)
    checklist = checklist_of(row.checklist)
    ensure_published(checklist)
    row.checklist_version = checklist.version
    row.population = canonical(population)
    row.population_count, row.population_sha256 = len(population), digest(row.population)
    row.strata = [
        {"stratum": key, "count": counts[key], "take": takes[key]} for key in sorted(counts)
    ]
    row.seed = secrets.token_hex(32)
    row.seed_sha256 = digest(row.seed)
    row.state, row.committed_at = Round.State.COMMITTED, clock.now()
    row.commitment_sha256 = commitment_digest(published(row))
    save_versioned(row)
    record(
        round_subject(row),
        "inspections.round.committed",
        {
            "format": FORMAT,
            "population_count": row.population_count,
            "population_sha256": row.population_sha256,
            "seed_sha256": row.seed_sha256,
            "commitment_sha256": row.commitment_sha256,
        },
        actor=actor,
    )
    return row


@transaction.atomic
def draw_round(round_id: UUID | str, *, actor: Actor, public_value: str = "") -> Round:
    """Reveal the seed, draw, and give out the tasks.

    `public_value` is what the public source that was announced said; it is needed where one was.
    Raises Conflict before the commitment or after the draw.
    """
    row = _locked(round_id, actor, Round.State.COMMITTED, _("这一批次还没有公示，或已经抽取。"))
    value = " ".join(public_value.split())
    if bool(row.public_source) != bool(value):
        if row.public_source:
            raise Invalid("public_value", _("没有填写公开随机源的值。"), _("请按公布的值填写。"))
        raise Invalid("public_value", _("公示时没有说明公开随机源。"), _("请留空。"))
    if len(value) > _LONGEST:
        raise Invalid("public_value", _("内容超过%(most)s字。") % {"most": _LONGEST}, _("请精简。"))
    row.public_value = value
    seed = seed_of(row.seed, value, row.population_sha256)
    takes = {each["stratum"]: each["take"] for each in row.strata}
    population: list[Member] = read_canonical(row.population)
    drawn = draw(population, takes, seed, len(row.inspectors))
    row.selected = [
        {"key": one.key, "stratum": one.stratum, "inspector": one.inspector} for one in drawn
    ]
    row.state, row.drawn_at = Round.State.DRAWN, clock.now()
    save_versioned(row)
    record(
        round_subject(row),
        "inspections.round.drawn",
        {"seed": row.seed, "public_value": value, "selected": [one.key for one in drawn]},
        actor=actor,
    )
    issue_tasks(row, drawn, actor=actor)
    return row


@transaction.atomic
def close_round(round_id: UUID | str, *, actor: Actor) -> Round:
    """The round is over; Conflict while tasks are still to be done."""
    row = _locked(round_id, actor, Round.State.DRAWN, _("这一批次还没有抽取，或已经结束。"))
    waiting = row.tasks.filter(state="open").count()
    if waiting:
        raise Conflict(
            _("还有%(count)s个任务没有完成。请先完成，或说明不再检查的原因。") % {"count": waiting}
        )
    row.state = Round.State.CLOSED
    save_versioned(row, ["state"])
    record(round_subject(row), "inspections.round.closed", {}, actor=actor)
    return row
