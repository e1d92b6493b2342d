"""Files of cases: which of them somebody may see."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from district.kernel.base.errors import NotFound
from district.kernel.cases.models import Case, CaseAttachment, CoUnit, Reporter
from district.kernel.cases.rights import contact_action
from district.kernel.cases.selectors.seeing import case_for
from district.kernel.cases.services.doing import owned
from district.kernel.history.public import Actor
from district.kernel.organisation.public import permitted_by


def attachments_of(case: Case, co_units: list[CoUnit], actor: Actor) -> QuerySet[CaseAttachment]:
    """The files of a case that `actor` may see, whom the case itself is shown.

    What the reporter of a confidential case attached tells who they are, so it is for those who
    may read that.
    """
    rows = CaseAttachment.objects.filter(case=case).select_related("origin")
    if case.is_confidential and not permitted_by(
        actor, contact_action(case), owned(case, co_units)
    ):
        return rows.exclude(actor_kind="public")
    return rows


def attachment_for(case_id: UUID | str, attachment_id: UUID | str, actor: Actor) -> CaseAttachment:
    """A file of a case; NotFound also where the actor may not see it, or not the case."""
    case = case_for(case_id, actor)
    co_units = list(CoUnit.objects.filter(case=case))
    return _found(attachments_of(case, co_units, actor), attachment_id)


def reporter_attachments(reporter: Reporter) -> QuerySet[CaseAttachment]:
    """What a reporter may see of their case (and of the one that it was merged into): their own
    files, and those that members attached for reporters; never another reporter's."""
    case = reporter.case
    cases = [case.pk, *([case.merged_into_id] if case.merged_into_id else [])]
    own = Q(actor_kind="public", actor_id=str(reporter.pk))
    meant = Q(public=True) & ~Q(actor_kind="public")
    return CaseAttachment.objects.filter(own | meant, case__in=cases)


def reporter_attachment(reporter: Reporter, attachment_id: UUID | str) -> CaseAttachment:
    """One of the files that a reporter may see; NotFound otherwise."""
    return _found(reporter_attachments(reporter), attachment_id)


def _found(rows: QuerySet[CaseAttachment], attachment_id: UUID | str) -> CaseAttachment:
    row = rows.filter(pk=attachment_id).first()
    if row is None:
        raise NotFound(_("没有这个附件，或您没有查看的权限。"))
    return row
