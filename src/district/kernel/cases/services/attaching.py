"""Files of cases: attached by whoever may act, taken back within the hour, never lost track of."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.attachments import discard, sweep
from district.kernel.base.errors import Conflict, Invalid, NotFound, NotPermitted
from district.kernel.cases.models import Case, CaseAttachment, CaseStep, CoUnit, Reporter
from district.kernel.cases.names import CHANGED
from district.kernel.cases.rules.attachments import FIELD, TAKE_BACK, Held, refuse_unless_room
from district.kernel.cases.services.doing import CASES, owned, refuse_complained, subject_of
from district.kernel.cases.services.keeping import Files, KeptFile, kept_files, storage
from district.kernel.cases.services.performing import perform
from district.kernel.cases.types import attach_action, type_of, view_action
from district.kernel.history.public import Actor, publish, record
from district.kernel.organisation.public import authorise_by

Kind = CaseAttachment.Kind


@dataclass(frozen=True)
class _By:
    """Who attaches: a member or a part of the product, or a reporter."""

    kind: str
    id: str
    name: str

    @classmethod
    def of(cls, actor: Actor, reporter: Reporter | None) -> _By:
        if reporter is not None:
            return cls("public", str(reporter.pk), "")
        return cls(actor.kind, actor.id, actor.name[:120])


def attach(
    case_id: UUID | str,
    files: Files,
    *,
    actor: Actor,
    kind: str = Kind.OTHER,
    public: bool = False,
    step: UUID | None = None,
    reporter: Reporter | None = None,
) -> list[CaseAttachment]:
    """Attach files to a case, all of them or none; pictures are drawn anew.

    Who may act on the case where it stands may, and a `reporter` (proven by their code) on their
    own case until it is over; what a reporter attaches is always `public`. `step` is one of the
    actor's own. The same file of the same person again changes nothing. Raises NotFound,
    NotPermitted, Conflict, Invalid naming the file; OSError on a full disk, with nothing kept.

    Not inside a transaction of the caller's: pictures take seconds, and nobody should wait.
    """
    _locked_for(case_id, actor, reporter, lock=False)
    if kind not in Kind.values:
        raise Invalid("kind", _("没有这种类别。"), _("请从列表中选择。"))
    with kept_files(files) as kept, transaction.atomic():
        case = _locked_for(case_id, actor, reporter)
        by = _By.of(actor, reporter)
        done_at = _own_step(case, by, step)
        return _add(
            case, kept, by, actor, kind, public=public or reporter is not None, step=done_at
        )


def perform_with_files(
    case_id: UUID | str,
    action: str,
    files: Files,
    *,
    actor: Actor,
    data: Mapping[str, Any] | None = None,
    key: str = "",
    public: bool = False,
    reporter: Reporter | None = None,
) -> Case:
    """`perform` with files that prove it, attached to its step; all of it or nothing.

    What finishes a case or a co-unit's part shows how it looks afterwards.
    """
    with kept_files(files) as kept, transaction.atomic():
        case = perform(
            case_id,
            action,
            actor=actor,
            data=data,
            key=key,
            reporter=reporter,
            pictures=_new_pictures(case_id, kept),
        )
        if not kept:
            return case
        steps = CaseStep.objects.filter(case=case, action=action)
        step = (steps.filter(key=key) if key else steps).order_by("-at", "-id")[0]
        ends = {"finish", "finish_co_unit"} & set(type_of(case).moves[action].effects)
        kind = Kind.AFTER if ends else Kind.OTHER
        by = _By.of(actor, reporter)
        _add(case, kept, by, actor, kind, public=public or reporter is not None, step=step)
        return case


def _new_pictures(case_id: UUID | str, kept: Sequence[KeptFile]) -> int:
    """How many of the files are pictures that the case has not got yet: one that it has proves
    nothing anew."""
    sent = {one.sha256 for one in kept if one.is_image}
    if not sent:
        return 0
    known = CaseAttachment.objects.filter(case__pk=case_id, sha256__in=sent)
    return len(sent) - known.count()


@transaction.atomic
def attach_kept(
    case_id: UUID | str, kept: Sequence[KeptFile], *, actor: Actor, reporter: Reporter
) -> list[CaseAttachment]:
    """`attach` for a reporter's files that `keep_picture` has laid down already: all or none.

    The same files again change nothing, also when the case is over meanwhile. Raises NotFound,
    NotPermitted, Conflict, Invalid naming the file that finds no room.
    """
    by = _By.of(actor, reporter)
    own = {"actor_kind": by.kind, "actor_id": by.id, "sha256__in": [one.sha256 for one in kept]}
    present = list(CaseAttachment.objects.filter(case_id=case_id, **own))
    if {row.sha256 for row in present} == {one.sha256 for one in kept}:
        return present
    case = _locked_for(case_id, actor, reporter)
    return _add(case, list(kept), by, actor, Kind.OTHER, public=True, step=None)


@transaction.atomic
def detach(attachment_id: UUID | str, *, actor: Actor, reporter: Reporter | None = None) -> None:
    """Take a file back within an hour; only whoever attached it may. History keeps its checksum.

    Raises NotFound, NotPermitted, Conflict after the hour.
    """
    row = CaseAttachment.objects.select_for_update().filter(pk=attachment_id).first()
    by = _By.of(actor, reporter)
    if row is None:
        raise NotFound(_("没有这个附件，或已经删除。"))
    if not by.id or (row.actor_kind, row.actor_id) != (by.kind, by.id):
        raise NotPermitted(_("只有上传人可以删除附件。"))
    if clock.now() > row.at + TAKE_BACK:
        raise Conflict(_("上传已超过一小时，不能再删除。如有误传，请在办理说明中写明。"))
    _remove(row, actor)


def sweep_files() -> int:
    """Delete files that no attachment knows of; returns how many."""

    def known(names: Collection[str]) -> Collection[str]:
        rows = CaseAttachment.objects.filter(stored__in=names)
        return set(rows.values_list("stored", flat=True))

    return sweep(storage(), known)


def forget_files(case: Case, mask: Callable[[str], str]) -> None:
    """What reporters attached goes, and names of files lose what `mask` takes out of texts."""
    for row in CaseAttachment.objects.filter(case=case):
        if row.actor_kind == "public":
            _remove(row, CASES)
        elif mask(row.name) != row.name:
            row.name = mask(row.name)[:140]
            row.save(update_fields=["name"])


def _locked_for(
    case_id: UUID | str, actor: Actor, reporter: Reporter | None, *, lock: bool = True
) -> Case:
    """The case, where this person may attach to it now; locked for this transaction."""
    rows = Case.objects.select_related("lead_unit", "complained_unit")
    if lock:
        rows = rows.select_for_update(of=("self",))
    case = rows.filter(pk=case_id).first()
    if case is None:
        raise NotFound(_("没有这一单。"))
    if reporter is not None and reporter.case_id == case.pk:
        if case.category == Case.Category.DONE:
            raise Conflict(_("这一单已经结束，不能再上传。如未解决，请先申请重办。"))
        return case
    refuse_complained(case, actor, _("本单涉及您的单位，您不能办理。"))
    on = owned(case, list(CoUnit.objects.filter(case=case)))
    case_type = type_of(case)
    authorise_by(actor, view_action(case_type), on)
    authorise_by(actor, attach_action(case_type, case.stage), on)
    return case


def _own_step(case: Case, by: _By, step: UUID | None) -> CaseStep | None:
    if step is None:
        return None
    own = CaseStep.objects.filter(pk=step, case=case, actor_kind=by.kind, actor_id=by.id)
    found = own.first()
    if found is None:
        raise NotPermitted(_("只能为自己办理的环节上传附件。"))
    return found


def _add(
    case: Case,
    kept: list[KeptFile],
    by: _By,
    actor: Actor,
    kind: str,
    *,
    public: bool,
    step: CaseStep | None,
) -> list[CaseAttachment]:
    """The rows, each within the limits and with an event of history."""
    present = {row.sha256: row for row in CaseAttachment.objects.filter(case=case)}
    held = [_held_of(row) for row in present.values()]
    rows = []
    for one in kept:
        row = present.get(one.sha256)
        if row is not None:
            _refuse_unless_the_same(row, one, by, kind)
            _discard_unshared(one.stored)
        else:
            new = _held(by.kind, by.id, step.pk if step else None, one.size)
            refuse_unless_room(held, new)
            held.append(new)
            row = present[one.sha256] = _row(case, one, by, kind, public=public, step=step)
            record(subject_of(case), "cases.case.attached", told_of(row), actor=actor)
            publish(CHANGED, {"case": str(case.pk), "action": "attach"}, subject_of(case))
        rows.append(row)
    return rows


def _held(kind: str, who: str, step: UUID | None, size: int) -> Held:
    return Held((kind, who, str(step or "")), size)


def _held_of(row: CaseAttachment) -> Held:
    """What came along from an earlier case takes room in this one, but nobody's own."""
    if row.origin_id is not None:
        return _held("", "", None, row.size)
    return _held(row.actor_kind, row.actor_id, row.step_id, row.size)


def _refuse_unless_the_same(row: CaseAttachment, one: KeptFile, by: _By, kind: str) -> None:
    if (row.actor_kind, row.actor_id, row.kind) != (by.kind, by.id, kind):
        problem = _("“%(name)s”：本单已有这个文件。") % {"name": one.name}
        raise Invalid(FIELD, problem, _("不必重复上传。"))


def _row(
    case: Case, one: KeptFile, by: _By, kind: str, *, public: bool, step: CaseStep | None
) -> CaseAttachment:
    return CaseAttachment.objects.create(
        case=case,
        step=step,
        kind=kind,
        stored=one.stored,
        name=one.name,
        content_type=one.content_type,
        size=one.size,
        sha256=one.sha256,
        is_image=one.is_image,
        public=public,
        actor_kind=by.kind,
        actor_id=by.id,
        actor_name=by.name,
        at=clock.now(),
    )


def told_of(row: CaseAttachment) -> dict[str, Any]:
    """What history keeps: what proves the file; its name may name people."""
    return {
        "attachment": row.pk,
        "kind": row.kind,
        "content_type": row.content_type,
        "size": row.size,
        "sha256": row.sha256,
        "public": row.public,
        "step": row.step_id,
    }


def _remove(row: CaseAttachment, actor: Actor) -> None:
    case, stored = row.case, row.stored
    record(subject_of(case), "cases.case.detached", told_of(row), actor=actor)
    publish(CHANGED, {"case": str(case.pk), "action": "detach"}, subject_of(case))
    row.delete()
    transaction.on_commit(lambda: _discard_unshared(stored))


def _discard_unshared(stored: str) -> None:
    """Delete a file unless a row still shows it: that of a case which carried on from another."""
    if not CaseAttachment.objects.filter(stored=stored).exists():
        discard(storage(), stored)
