"""An inspection comes in from a phone: once for its id, whole or not at all."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import DistrictError, Invalid
from district.kernel.base.sent import Clash, check_position, check_times
from district.kernel.base.versioned import save_versioned
from district.kernel.cases.public import new_number, writable
from district.kernel.history.public import Actor, Subject, publish, record
from district.kernel.tracking.public import finish
from district.systems.inspections.checklists import checklist_version
from district.systems.inspections.models import Answer, Inspection, Task
from district.systems.inspections.names import RESULT, SYSTEM
from district.systems.inspections.rules.answers import (
    Given,
    Judged,
    content_digest,
    judge,
    section_verdicts,
)
from district.systems.inspections.rules.checklist import Checklist
from district.systems.inspections.services.claiming import claimed_task, refuse_others
from district.systems.inspections.services.hazards import open_hazard, settle
from district.systems.inspections.services.photos import PHOTOS
from district.systems.inspections.services.tasks import running_clock, task_subject

log = logging.getLogger(__name__)
SUBMITTED = "inspections.submitted"
_LONGEST = 2000


@dataclass(frozen=True)
class Submission:
    """What a phone hands in. `id` is made there; times are aware and the phone's; `lon`, `lat` are
    WGS-84, `accuracy` metres. `extra`: beside the task, which somebody else may have done."""

    id: UUID
    task: UUID
    version: str
    begun_at: datetime
    finished_at: datetime
    answers: tuple[Given, ...]
    note: str = ""
    lon: Decimal | None = None
    lat: Decimal | None = None
    accuracy: int | None = None
    extra: bool = False


@dataclass(frozen=True)
class Received:
    """What became of it; `repeated` says that the same had come in before."""

    inspection: Inspection
    repeated: bool = False


def submit_inspection(given: Submission, *, actor: Actor) -> Received:
    """Take in an inspection and open a hazard for each failed item; the same id again does nothing.

    Afterwards the pictures are laid to the hazards and what was put right on the spot is closed;
    where that is broken off, the next sync or the worker goes on. Raises Invalid naming item or
    field, NotFound, NotPermitted, and Clash with what happened to the task meanwhile.
    """
    try:
        received = _submit(given, actor)
    except IntegrityError:  # the same id, or number, at the same moment: seen the second time
        received = _submit(given, actor)
    if not received.inspection.settled:
        _settle(received.inspection)
    return received


def _settle(row: Inspection) -> None:
    """What comes after does not take back what came in: the worker goes on with it."""
    try:
        settle(row.pk)
    except (DistrictError, OSError):
        log.exception("inspection %s is not settled yet", row.number)
    else:
        row.refresh_from_db(fields=["settled"])


@transaction.atomic
def _submit(given: Submission, actor: Actor) -> Received:
    sha256 = content_digest(_content(given))
    earlier = Inspection.objects.filter(pk=given.id).first()
    if earlier is None:
        task = claimed_task(given.task, actor, lock=True)
        # Whoever sent the same at the same moment has it done by now.
        earlier = Inspection.objects.filter(pk=given.id).first()
    if earlier is not None:
        return _repeated(earlier, sha256, actor)
    if not given.extra:
        refuse_others(task, actor)
    checklist = _checklist(given, task)
    _check(given)
    judged = judge(checklist, given.answers)
    _refuse_missing(given, judged)
    row = _row(given, task, judged, sha256, actor)
    row.save(force_insert=True)
    for at, one in enumerate(judged, start=1):
        answer = _answer(row, at, one)
        if one.failed and one.item.hazard:
            answer.hazard = open_hazard(row, task.place, checklist, one, actor=actor)
        answer.save(force_insert=True)
    if not given.extra:
        _finish(task)
    record(
        Subject(RESULT, str(row.pk)), "inspections.inspection.submitted", _told(row), actor=actor
    )
    publish(SUBMITTED, {"inspection": str(row.pk)}, Subject(RESULT, str(row.pk)))
    return Received(row)


def _content(given: Submission) -> dict[str, Any]:
    """What makes two submissions the same: all that the inspector said."""
    return {
        "task": str(given.task),
        "version": given.version,
        "finished_at": given.finished_at.isoformat(),
        "note": given.note,
        "extra": given.extra,
        "answers": sorted(
            (
                one.item, one.verdict, one.value, one.note, one.photos, one.fixed, one.after,
            )
            for one in given.answers
        ),
    }  # fmt: skip


def _repeated(earlier: Inspection, sha256: str, actor: Actor) -> Received:
    if str(earlier.inspector_id) != actor.id:
        raise Clash("changed", _("这个编号已用于别人的检查。请重新检查后提交。"))
    if earlier.content_sha256 != sha256:
        raise Clash(
            "changed",
            _(
                "这次检查已经提交过（%(number)s），内容与手机上的不同。如需更正，请另作一次检查提交。"
            )
            % {"number": earlier.number},
        )
    return Received(earlier, repeated=True)


def _checklist(given: Submission, task: Task) -> Checklist:
    """The version that the inspection was begun with, where that was the task's then."""
    checklist = checklist_version(given.version)
    began_before = given.begun_at < task.version_since
    if checklist.key != task.checklist or (
        given.version != task.checklist_version and not began_before
    ):
        raise Clash(
            "version",
            _("检查表已经更新。您的记录还在手机上，请按新检查表核对后再提交，已答的相同项会保留。"),
        )
    return checklist


def _check(given: Submission) -> None:
    check_times(given.begun_at, given.finished_at, clock.now())
    if len(given.note) > _LONGEST:
        most = {"most": _LONGEST}
        raise Invalid("note", _("检查说明超过%(most)s字。") % most, _("请精简。"))
    check_position(given.lon, given.lat)


def _refuse_missing(given: Submission, judged: list[Judged]) -> None:
    """All pictures are here before the inspection is: a hazard never stands without its proof."""
    named = list(dict.fromkeys(one for each in judged for one in (*each.photos, *each.after)))
    drawn = PHOTOS.drawn(given.id, named)
    missing = tuple(one for one in named if one not in drawn)
    if missing:
        words = {"count": len(missing)}
        raise Clash("photos", _("还有%(count)s张照片没有上传，上传后再提交。") % words, missing)
    for each in judged:
        if {drawn[one] for one in each.photos} & {drawn[one] for one in each.after}:
            raise Invalid(
                f"item:{each.item.key}",
                _("整改前后是同一张照片。"),
                _("请补拍整改后的照片。"),
            )


def _row(
    given: Submission, task: Task, judged: list[Judged], sha256: str, actor: Actor
) -> Inspection:
    verdicts = [one.verdict for one in judged]
    return Inspection(
        id=given.id,
        number=new_number("JL", clock.today()),
        task=None if given.extra else task,
        place=task.place,
        round_id=None if given.extra else task.round_id,
        checklist=task.checklist,
        checklist_version=given.version,
        lead_unit_id=task.lead_unit_id,
        inspector_id=UUID(actor.id),
        result=Inspection.Result.FAIL if "fail" in verdicts else Inspection.Result.PASS,
        sections=section_verdicts(judged),
        passed=verdicts.count("pass"),
        failed=verdicts.count("fail"),
        skipped=verdicts.count("na"),
        note=writable(given.note).strip(),
        begun_at=given.begun_at,
        finished_at=given.finished_at,
        received_at=clock.now(),
        lon=given.lon,
        lat=given.lat,
        accuracy=given.accuracy,
        content_sha256=sha256,
    )


def _answer(row: Inspection, at: int, one: Judged) -> Answer:
    return Answer(
        inspection=row,
        position=at,
        item=one.item.key,
        verdict=one.verdict,
        value=one.value,
        severity=one.severity,
        note=one.note,
        photos=list(one.photos),
        fixed=one.fixed,
        after=list(one.after),
    )


def _finish(task: Task) -> None:
    task.state = Task.State.DONE
    save_versioned(task, ["state"])
    tracked = running_clock(task)
    if tracked is not None:
        finish(tracked, actor=SYSTEM)
    record(task_subject(task), "inspections.task.done", {}, actor=SYSTEM)


def _told(row: Inspection) -> dict[str, Any]:
    """What history keeps: no word that people wrote, what proves them."""
    return {
        "number": row.number,
        "task": str(row.task_id or ""),
        "place": str(row.place_id),
        "checklist_version": row.checklist_version,
        "result": row.result,
        "failed": row.failed,
        "finished_at": row.finished_at,
        "content_sha256": row.content_sha256,
    }
