"""Projects entered in the book, changed, and brought from stage to stage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Invalid
from district.kernel.base.versioned import save_versioned
from district.kernel.cases.public import new_number
from district.kernel.history.public import Actor, Entry, record, record_many
from district.kernel.organisation.public import (
    Level,
    Member,
    Role,
    Unit,
    authorise,
    members_acting,
    root_code,
)
from district.kernel.tracking.public import (
    ClockSpec,
    Owner,
    Tracking,
    cancel,
    describe,
    finish,
    reassign,
    reopen,
    row_by_id,
    track_many,
)
from district.systems.projects.models import Item, Project, StageStep
from district.systems.projects.names import LADDER, SAVE, SYSTEM
from district.systems.projects.rules.network.template import ItemSpec
from district.systems.projects.selectors.rights import (
    locked_project,
    owned_project,
    project_subject,
)
from district.systems.projects.selectors.settings import (
    coordinating_unit,
    template_of,
)
from district.systems.projects.services.checks import (
    DATES,
    TEXTS,
    check,
    refuse_namesakes,
    refuse_unknown_parcels,
)
from district.systems.projects.services.computing import recompute
from district.systems.projects.services.measuring import tell_counts, this_year
from district.systems.projects.services.settings import current_template

Stage = Project.Stage
_CHOICES = ("sector", "works", "ownership", "land")
_NUMBERS = ("total", "earlier", "land_area", "lon", "lat", "progress", "output")
#: Stages in their order, and from where to where a project may go.
WAY = (Stage.PLANNING, Stage.EARLY, Stage.TURNING, Stage.BUILDING, Stage.COMPLETED)


@transaction.atomic
def add_project(values: Mapping[str, Any], *, actor: Actor) -> Project:
    """Enter a project in the book, with the approvals of its kind.

    `values` by the names of the model, units and leader by code and id. Raises NotPermitted, and
    Invalid naming the field.
    """
    (made,) = add_projects([values], actor=actor)
    return made


@transaction.atomic
def add_projects(rows: Sequence[Mapping[str, Any]], *, actor: Actor) -> list[Project]:
    """Enter many projects in few statements; see `add_project`. All of them or none."""
    units = {unit.pk: unit for unit in Unit.objects.filter(is_active=True)}
    leaders = {str(one.pk): one for one in members_acting([root_code()], [Role.LEADER])}
    today, made = clock.today(), []
    for values in rows:
        row = Project(added_at=clock.now(), number=new_number("TZ", today))
        row.template = current_template(str(values.get("kind") or ""))
        row.kind = row.template.kind
        _fill(row, values, units, leaders)
        row.stage = Stage.PLANNING
        row.stage_since = today
        authorise(actor, SAVE, owned_project(row))
        check(row)
        made.append(row)
    refuse_namesakes(made)
    refuse_unknown_parcels(made)
    Project.objects.bulk_create(made)
    StageStep.objects.bulk_create(
        StageStep(project=row, after=row.stage, on=today, by=actor.name[:80], at=clock.now())
        for row in made
    )
    Item.objects.bulk_create(
        [_item(row, order, spec) for row in made for order, spec in _specs(row)]
    )
    _track(made)
    data = [_told(row) for row in made]
    record_many(
        [
            Entry(project_subject(row.pk), "projects.project.added", told)
            for row, told in zip(made, data, strict=True)
        ],
        actor=actor,
    )
    recompute([row.pk for row in made])
    return list(Project.objects.filter(pk__in=[row.pk for row in made]).order_by("number"))


def _specs(row: Project) -> list[tuple[int, ItemSpec]]:
    return list(enumerate(template_of(row.template_id).items))


def _item(row: Project, order: int, spec: ItemSpec) -> Item:
    return Item(
        project=row,
        key=spec.key,
        name=spec.zh,
        order=order,
        unit_id=spec.unit or coordinating_unit(),
        promised=spec.promised,
        statutory=spec.statutory,
    )


def _track(rows: Sequence[Project]) -> None:
    tracked = track_many(
        [
            Tracking(
                project_subject(row.pk),
                row.name,
                Owner(row.lead_unit_id, leader=row.leader_id),
                ClockSpec("working_days"),
                url=row.get_absolute_url(),
                ladder=LADDER,
            )
            for row in rows
        ],
        actor=SYSTEM,
    )
    for row, one in zip(rows, tracked, strict=True):
        row.clock = one
    Project.objects.bulk_update(rows, ["clock"])


def _fill(
    row: Project,
    values: Mapping[str, Any],
    units: Mapping[str, Unit],
    leaders: Mapping[str, Member],
) -> None:
    for name in (*TEXTS, *_CHOICES):
        if name in values:
            setattr(row, name, str(values[name] or "").strip())
    for name in _NUMBERS:
        if name in values:
            empty = Decimal(0) if name in ("earlier", "progress") else None
            given = values[name]
            setattr(row, name, empty if given in (None, "") else Decimal(str(given)))
    for name in DATES:
        if name in values:
            setattr(row, name, values[name] or None)
    for name, label in (("lead_unit", _("责任单位")), ("street", _("所在街道"))):
        if name in values:
            unit = units.get(str(values[name] or ""))
            if unit is None or (name == "street" and unit.level != Level.STREET):
                raise Invalid(
                    name, _("没有这个%(what)s。") % {"what": label}, _("请从单位列表中选择。")
                )
            setattr(row, name, unit)
    if "leader" in values:
        wanted = str(values["leader"] or "")
        if wanted and wanted not in leaders:
            raise Invalid("leader", _("没有这位区领导。"), _("请从列表中选择。"))
        row.leader = leaders.get(wanted)


def _told(row: Project) -> dict[str, Any]:
    """A project as history keeps it."""
    return {
        "number": row.number,
        "name": row.name,
        "kind": row.kind,
        "works": row.works,
        "output": str(row.output or ""),
        "total": str(row.total),
        "lead_unit": row.lead_unit_id,
        "street": row.street_id,
        "leader": str(row.leader_id or ""),
        "planned_start": str(row.planned_start or ""),
        "planned_finish": str(row.planned_finish or ""),
        "land": row.land,
        "parcel": row.parcel,
        "progress": str(row.progress),
    }


@transaction.atomic
def change_project(
    key: UUID | str, values: Mapping[str, Any], *, actor: Actor, seen: int | None = None
) -> Project:
    """Change what is known of a project; its kind and stage stay.

    `seen` is the version that the form was filled from. Raises NotFound, NotPermitted, Invalid
    naming the field, Conflict where somebody wrote meanwhile.
    """
    row = locked_project(key)
    authorise(actor, SAVE, owned_project(row))
    if seen is not None:
        row.version = seen
    units = {unit.pk: unit for unit in Unit.objects.filter(is_active=True)}
    leaders = {str(one.pk): one for one in members_acting([root_code()], [Role.LEADER])}
    before, parcel = _told(row), row.parcel
    _fill(row, values, units, leaders)
    check(row)
    if row.parcel != parcel:
        refuse_unknown_parcels([row])
    if Project.objects.filter(name=row.name).exclude(pk=row.pk).exists():
        refuse_namesakes([row])
    authorise(actor, SAVE, owned_project(row))
    save_versioned(row)
    _follow(row)
    told = {"before": before, "after": _told(row)}
    record(project_subject(row.pk), "projects.project.changed", told, actor=actor)
    recompute([row.pk])
    tell_counts(row.pk, this_year(), row.started_on, row.finished_on)
    row.refresh_from_db()
    return row


def _follow(row: Project) -> None:
    """The tracked row says of the project what it says of itself."""
    clock_row = row_by_id(row.clock_id) if row.clock_id else None
    if clock_row is not None:
        reassign(clock_row, Owner(row.lead_unit_id, leader=row.leader_id), actor=SYSTEM)
        describe(clock_row, actor=SYSTEM, title=row.name)


def save_imported(values: Mapping[str, Any], known: Project | None, actor: Actor) -> Project:
    """A row of an import file: a project that is entered, or one that is changed."""
    if known is None:
        return add_project(values, actor=actor)
    return change_project(known.pk, values, actor=actor)


@transaction.atomic
def move_stage(key: UUID | str, stage: str, on: date, note: str = "", *, actor: Actor) -> Project:
    """Bring a project to another stage on a day.

    One stage on at a time, or one back with a reason; `dropped` from anywhere with a reason, and
    back from there to planning. Construction begins only once its last approval is there. Raises
    NotFound, NotPermitted, Invalid naming the field, Conflict.
    """
    row = locked_project(key)
    authorise(actor, SAVE, owned_project(row))
    before, after = row.stage, _wanted(row, stage, note)
    days = [row.started_on, row.finished_on, row.counted_on, this_year()]
    if not row.stage_since <= on <= clock.today():
        raise Invalid("on", _("日期不对。"), _("请填写进入上一阶段以后、今天以前的日期。"))
    if after == Stage.BUILDING and before == Stage.TURNING:
        _require_permit(row)
        row.started_on = on
    if after == Stage.COMPLETED:
        row.finished_on, row.progress = on, Decimal(100)
    if before == Stage.COMPLETED:
        row.finished_on = None
    if before == Stage.BUILDING and after == Stage.TURNING:
        row.started_on = None
    row.stage, row.stage_since = after, on
    save_versioned(row)
    StageStep.objects.create(
        project=row, before=before, after=after, on=on, note=note.strip()[:300],
        by=actor.name[:80], at=clock.now(),
    )  # fmt: skip
    _turn_clock(row)
    told = {"before": before, "after": after, "on": on}
    record(project_subject(row.pk), "projects.project.staged", told, actor=actor, note=note)
    recompute([row.pk])
    tell_counts(row.pk, *days, row.started_on, row.finished_on)
    row.refresh_from_db()
    return row


def _wanted(row: Project, stage: str, note: str) -> Project.Stage:
    if stage not in Stage.values or stage == row.stage:
        raise Invalid("stage", _("不能转入这个阶段。"), _("请从列表中选择。"))
    after = Stage(stage)
    if row.stage == Stage.DROPPED:
        fits, asks = after == Stage.PLANNING, True
    elif after == Stage.DROPPED:
        fits, asks = True, True
    else:
        step = WAY.index(after) - WAY.index(Stage(row.stage))
        fits, asks = step in (1, -1), step == -1
    if not fits:
        raise Invalid("stage", _("阶段要逐个推进。"), _("请先转入相邻的阶段。"))
    if asks and not note.strip():
        raise Invalid("note", _("还没有写明原因。"), _("退回或终止时请写明原因。"))
    return after


def _require_permit(row: Project) -> None:
    start = template_of(row.template_id).start
    item = Item.objects.filter(project=row, key=start).first()
    if item is not None and item.state not in (Item.State.APPROVED, Item.State.WAIVED):
        raise Invalid(
            "stage",
            _("“%(item)s”还没有批复，不能登记开工。") % {"item": item.name},
            _("请先登记批复；不需办理的请先标明。"),
        )


def _turn_clock(row: Project) -> None:
    one = row_by_id(row.clock_id) if row.clock_id else None
    if one is None:
        return
    if row.stage == Stage.COMPLETED:
        finish(one, actor=SYSTEM)
    elif row.stage == Stage.DROPPED:
        cancel(one, actor=SYSTEM)
    elif one.state in ("done", "cancelled"):
        reopen(one, actor=SYSTEM)
