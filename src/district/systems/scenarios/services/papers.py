"""Files with an application: attached by the applicant, cleared for reviewers by whoever checks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base.errors import Conflict, Invalid, NotFound
from district.kernel.cases.public import (
    Case,
    KeptFile,
    PublicStatus,
    Reporter,
    attach_kept,
    case_for,
    detach,
    kept_files,
    subject_of,
)
from district.kernel.history.public import Actor, record
from district.kernel.organisation.public import authorise
from district.systems.scenarios.models import Application, Paper
from district.systems.scenarios.names import manage_action
from district.systems.scenarios.selectors.papers import paper_kind
from district.systems.scenarios.selectors.recognition import owned_round, scheme_in

#: Name and content of each file.
Files = Iterable[tuple[str, bytes]]
#: Stages of a case in which its applicant adds and takes back files.
OPEN = ("check", "completing")
#: Stages in which what reviewers will see is decided.
CLEARING = (*OPEN, "accepted")


def attach_papers(status: PublicStatus, kind: str, files: Files) -> list[Paper]:
    """Attach files of one kind of the scheme, for the applicant, who has shown the code; all of
    them or none.

    Pictures are drawn anew. The same file again changes its kind alone. Raises Conflict once the
    form is accepted, Invalid naming the file. Not inside a transaction of the caller's: pictures
    take seconds.
    """
    with kept_files(files) as kept, transaction.atomic():
        if not kept:
            raise Invalid("files", _("没有选择文件。"), _("请先选择文件再上传。"))
        return add_papers(status.shown.pk, kind, kept, status.reporter)


def add_papers(
    case_id: UUID, kind: str, kept: Sequence[KeptFile], reporter: Reporter
) -> list[Paper]:
    """`attach_papers` for files that lie on the disk already, in the caller's transaction."""
    application = Application.objects.select_related("round").filter(case=case_id).first()
    if application is None:
        raise NotFound(_("没有这项申请。"))
    found = paper_kind(scheme_in(application.round), kind)
    if found.anonymous and not all(one.is_image for one in kept):
        raise Invalid(
            "files",
            _("这类材料给评审专家看，只收照片。"),
            _("请上传照片，或改选其他类别。"),
        )
    actor = Actor("public", str(reporter.pk))
    attached = attach_kept(case_id, kept, actor=actor, reporter=reporter)
    # The case is locked by now, so that the form is not accepted without the file being seen.
    if Case.objects.values_list("stage", flat=True).get(pk=case_id) not in OPEN:
        raise Conflict(_("形式审查已经结束，不能再上传或撤回材料。"))
    return [_of_kind(application, row.pk, found.key) for row in attached]


def _of_kind(application: Application, attachment: UUID, kind: str) -> Paper:
    paper, fresh = Paper.objects.get_or_create(
        attachment_id=attachment, defaults={"application": application, "kind": kind}
    )
    if not fresh and paper.kind != kind:
        paper.kind, paper.cleared = kind, False
        paper.save(update_fields=["kind", "cleared"])
    return paper


@transaction.atomic
def take_back_paper(status: PublicStatus, paper_id: UUID | str) -> None:
    """Take an own file back within the hour, for the applicant; NotFound for another's, Conflict
    later and once the form is accepted."""
    rows = Paper.objects.filter(application__case=status.shown.pk, pk=paper_id)
    paper = rows.select_related("application__case").first()
    if paper is None:
        raise NotFound(_("没有这份材料。"))
    if paper.application.case.stage not in OPEN:
        raise Conflict(_("形式审查已经结束，不能再上传或撤回材料。"))
    actor = Actor("public", str(status.reporter.pk))
    detach(paper.attachment_id, actor=actor, reporter=status.reporter)


@transaction.atomic
def clear_paper(paper_id: UUID | str, *, cleared: bool, actor: Actor) -> Paper:
    """Say that a picture does not tell whose it is, so that reviewers see it, or that it does.

    Raises NotFound also for a case that the actor keeps away from, NotPermitted, Conflict for a
    kind that reviewers never see and once the review has begun.
    """
    rows = Paper.objects.select_for_update(of=("self",))
    paper = rows.select_related("attachment", "application__round").filter(pk=paper_id).first()
    if paper is None:
        raise NotFound(_("没有这份材料。"))
    case, round_ = case_for(paper.application.case_id, actor), paper.application.round
    authorise(actor, manage_action(round_.scheme), owned_round(round_))
    if not paper_kind(scheme_in(round_), paper.kind).anonymous or not paper.attachment.is_image:
        raise Conflict(_("这类材料不给评审专家看。"))
    if case.stage not in CLEARING:
        raise Conflict(_("评审已经开始，不能再改。"))
    paper.cleared = cleared
    paper.save(update_fields=["cleared"])
    data = {"sha256": paper.attachment.sha256, "kind": paper.kind}
    kind = "scenarios.paper.cleared" if cleared else "scenarios.paper.hidden"
    record(subject_of(case), kind, data, actor=actor)
    return paper
