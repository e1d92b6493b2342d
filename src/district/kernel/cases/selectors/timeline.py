"""A case's stages and steps in words, for its page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.cases.models import CaseAttachment
from district.kernel.cases.rules.attachments import TAKE_BACK
from district.kernel.cases.rules.forms import FIELDS, SATISFACTION
from district.kernel.cases.rules.words import said
from district.kernel.cases.selectors.detail import CaseDetail
from district.kernel.cases.selectors.units import units_kept
from district.kernel.history.public import Actor
from district.kernel.organisation.public import Unit


@dataclass(frozen=True)
class StageView:
    """A stage on the way: done, now, or ahead."""

    label: str
    state: str


@dataclass(frozen=True)
class StepView:
    """A step in words; `facts` are (label, value) pairs of what the form said."""

    label: str
    who: str
    at: datetime
    text: str
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class FileView:
    """A file in words: what it shows, by whom and at which step; `alt` stands for the picture,
    `origin` is the number of the case that it came along from, "" for its own."""

    id: UUID
    name: str
    size: int
    is_image: bool
    label: str
    alt: str
    who: str
    step: str
    at: datetime
    public: bool
    may_detach: bool
    origin: str


def files_of(detail: CaseDetail, actor: Actor) -> list[FileView]:
    """The files that the actor may see, before, after, others; within each the oldest first."""
    order = {kind: place for place, kind in enumerate(CaseAttachment.Kind.values)}
    rows = sorted(detail.files, key=lambda row: (order.get(row.kind, 9), row.at, row.pk))
    views = []
    for number, row in enumerate(rows, start=1):
        who = _who(row.actor_name, row.actor_kind, None)
        label = row.get_kind_display() if row.kind != CaseAttachment.Kind.OTHER else ""
        at = timezone.localtime(row.at).strftime("%m-%d %H:%M")
        alt = _("照片%(number)s：%(what)s，%(who)s %(at)s 上传") % {
            "number": number,
            "what": label or _("现场"),
            "who": who,
            "at": at,
        }
        mine = bool(actor.id) and (row.actor_kind, row.actor_id) == (actor.kind, actor.id)
        views.append(
            FileView(
                id=row.pk,
                name=detail.shown(row.name),
                size=row.size,
                is_image=row.is_image,
                label=label,
                alt=alt,
                who=who,
                step=_step_label(detail, row),
                at=row.at,
                public=row.public,
                may_detach=mine and clock.now() <= row.at + TAKE_BACK,
                origin=row.origin.number if row.origin else "",
            )
        )
    return views


def _step_label(detail: CaseDetail, row: CaseAttachment) -> str:
    step = next((step for step in detail.steps if step.pk == row.step_id), None)
    move = detail.case_type.moves.get(step.action) if step else None
    return said(move.label) if move else ""


def stages_of(detail: CaseDetail) -> list[StageView]:
    """The stages that the case went through, the present one, and the usual way ahead."""
    case_type, case = detail.case_type, detail.case
    passed = [case_type.start, *(step.to_stage for step in detail.steps)]
    way = list(dict.fromkeys(key for key in passed if key in case_type.stages))
    if case.stage in way:
        way.remove(case.stage)
    ahead = _usual_way(detail)
    return [
        *(StageView(said(case_type.stages[key].label), "done") for key in way if key not in ahead),
        StageView(said(case_type.stages[case.stage].label), "now"),
        *(StageView(said(case_type.stages[key].label), "ahead") for key in ahead),
    ]


def _usual_way(detail: CaseDetail) -> list[str]:
    """The stages that the primary actions lead through from here."""
    case_type, at = detail.case_type, detail.case.stage
    way: list[str] = []
    while True:
        move = next((m for m in case_type.moves_from(at) if m.primary and m.target), None)
        if move is None or move.target is None or move.target in way or move.target == at:
            return way
        if move.target not in case_type.stages:
            return way
        at = move.target
        way.append(at)


def timeline_of(detail: CaseDetail) -> list[StepView]:
    """What was done, newest first, down to the report itself."""
    case_type, case = detail.case_type, detail.case
    names = _unit_names(detail)
    leader = {str(case.leader_id): case.leader.display_name} if case.leader else {}
    steps = [
        StepView(
            said(case_type.moves[step.action].label) if step.action in case_type.moves else "",
            _who(step.actor_name, step.actor_kind, step.unit),
            step.at,
            detail.shown(step.text),
            tuple(_facts(step.data, {**names, **leader})),
        )
        for step in reversed(detail.steps)
    ]
    reported = StepView(_("登记"), case.get_source_display(), case.reported_at, "", ())
    return [*steps, reported]


def _who(name: str, kind: str, unit: Unit | None) -> str:
    if kind == "public":
        return _("反映人")
    if kind == "system":
        return _("系统")
    return f"{name} · {unit.display_short}" if unit else name


def _unit_names(detail: CaseDetail) -> dict[str, str]:
    codes: set[str] = set()
    for step in detail.steps:
        lead = step.data.get("lead_unit")
        codes |= {lead} if lead else set()
        codes |= set(step.data.get("co_units") or ())
    if not codes:
        return {}
    kept = units_kept()
    return {code: kept[code].display_short for code in codes if code in kept}


def _facts(data: dict[str, object], names: dict[str, str]) -> list[tuple[str, str]]:
    found = []
    for key, value in data.items():
        field = FIELDS.get(key)
        if field is None or value in ("", None, []):
            continue
        if key == "satisfaction":
            shown = str(dict(SATISFACTION).get(str(value), value))
        elif key in ("handler", "reporter") or (key == "leader" and str(value) not in names):
            continue
        elif isinstance(value, list):
            shown = "、".join(names.get(str(item), str(item)) for item in value)
        else:
            shown = names.get(str(value), str(value))
        found.append((str(field.label), shown))
    return found
