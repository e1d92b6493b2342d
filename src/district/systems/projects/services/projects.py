"""Projects entered in the book, changed, and brought from stage to stage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
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
    settings,
    template_of,
)
from district.systems.projects.services.computing import recompute
from district.systems.projects.services.settings import current_template
from district.systems.spaces.public import parcels_known, parcels_like

Stage = Project.Stage
#: 万元: a thousand billion yuan is a slip of the hand.
MOST = Decimal(100_000_000)
_TEXTS = {"name": 120, "developer": 120, "place": 200, "parcel": 30, "text": 5000}
_CHOICES = ("sector", "works", "ownership", "land")
_NUMBERS = ("total", "earlier", "land_area", "lon", "lat", "progress", "output")
_DATES = ("planned_start", "planned_finish")
_FARTHEST = timedelta(days=365 * 15)
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
        _check(row)
        made.append(row)
    _refuse_namesakes(made)
    _refuse_unknown_parcels(made)
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
    for name in (*_TEXTS, *_CHOICES):
        if name in values:
            setattr(row, name, str(values[name] or "").strip())
    for name in _NUMBERS:
        if name in values:
            empty = Decimal(0) if name in ("earlier", "progress") else None
            given = values[name]
            setattr(row, name, empty if given in (None, "") else Decimal(str(given)))
    for name in _DATES:
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


def _check(row: Project) -> None:
    for name, most in _TEXTS.items():
        least = 2 if name in ("name", "developer") else 0
        if not least <= len(getattr(row, name)) <= most:
            raise Invalid(
                name, _("长度不对。"), _("请填写%(a)s到%(b)s个字。") % {"a": least, "b": most}
            )
    known = settings()
    if row.sector not in known.sectors:
        raise Invalid("sector", _("没有这个投资领域。"), _("请从列表中选择。"))
    if row.works and row.works not in known.works:
        raise Invalid("works", _("没有这种建设类别。"), _("请从列表中选择，或留空。"))
    if row.ownership not in Project.Ownership.values:
        raise Invalid("ownership", _("没有这种投资主体。"), _("请从列表中选择。"))
    if row.land not in Project.Land.values:
        raise Invalid("land", _("没有这种用地情况。"), _("请从列表中选择。"))
    _check_numbers(row)
    today = clock.today()
    for name in _DATES:
        day = getattr(row, name)
        if day is not None and abs(day - today) > _FARTHEST:
            raise Invalid(name, _("日期太远。"), _("请核对年份。"))
    if row.planned_start and row.planned_finish and row.planned_finish < row.planned_start:
        raise Invalid("planned_finish", _("计划竣工早于计划开工。"), _("请改正其中一个。"))
    if row.leader_id is None and row.total is not None and row.total >= known.leader_from:
        raise Invalid(
            "leader",
            _("总投资%(from)s万元以上的项目须有挂点领导。") % {"from": known.leader_from},
            _("请选择一位区领导。"),
        )


def _check_numbers(row: Project) -> None:
    if row.total is None or not 0 < row.total <= MOST:
        raise Invalid("total", _("总投资不对。"), _("请以万元填写，1亿元填10000。"))
    if not 0 <= row.earlier <= row.total:
        raise Invalid("earlier", _("以前年度完成投资超过总投资。"), _("请核对，单位是万元。"))
    if not 0 <= row.progress <= 100:
        raise Invalid("progress", _("形象进度不对。"), _("请填写0到100。"))
    if row.land_area is not None and not 0 < row.land_area <= 10_000:
        raise Invalid("land_area", _("用地面积不对。"), _("请以公顷填写。"))
    _check_output(row)
    if (row.lon is None) != (row.lat is None):
        raise Invalid("lat", _("经度和纬度要一起填写。"), _("请补全，或都留空。"))
    if (
        row.lon is not None
        and row.lat is not None
        and not (70 <= row.lon <= 140 and 0 <= row.lat <= 56)
    ):
        raise Invalid("lon", _("坐标不在国内。"), _("请填写WGS-84经度和纬度。"))


def _check_output(row: Project) -> None:
    if row.output is None:
        return
    works = settings().works.get(row.works)
    if works is None or not works.output:
        raise Invalid("output", _("这种建设类别没有新增量。"), _("请先选择建设类别，或留空。"))
    if not 0 < row.output <= MOST:
        raise Invalid("output", _("新增量不对。"), _("请以%s填写。") % works.output_unit)


def _refuse_namesakes(rows: Sequence[Project]) -> None:
    names = [row.name for row in rows]
    taken = Project.objects.filter(name__in=names).values_list("name", flat=True).first()
    twice = next((name for name in names if names.count(name) > 1), None)
    if taken or twice:
        raise Invalid(
            "name",
            _("已经有名为“%(name)s”的项目。") % {"name": taken or twice},
            _("同一项目请修改原来的记录；确为两个项目的，请写明期次。"),
        )


def _refuse_unknown_parcels(rows: Sequence[Project]) -> None:
    """A parcel is one that the system of spaces knows; the nearest ones are named."""
    codes = {row.parcel for row in rows if row.parcel}
    unknown = sorted(codes - set(parcels_known(codes))) if codes else []
    if not unknown:
        return
    near = "、".join(f"{one.code}（{one.name}）" for one in parcels_like(unknown[0]))
    remedy = _("最接近的有：%(near)s。") % {"near": near} if near else _("没有相近的宗地号。")
    raise Invalid(
        "parcel",
        _("产业用地中没有宗地号“%(code)s”。") % {"code": unknown[0]},
        remedy + _("请核对；宗地还没有登记的请先登记，或留空。"),
    )


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
    _check(row)
    if row.parcel != parcel:
        _refuse_unknown_parcels([row])
    if Project.objects.filter(name=row.name).exclude(pk=row.pk).exists():
        _refuse_namesakes([row])
    authorise(actor, SAVE, owned_project(row))
    save_versioned(row)
    _follow(row)
    told = {"before": before, "after": _told(row)}
    record(project_subject(row.pk), "projects.project.changed", told, actor=actor)
    recompute([row.pk])
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
