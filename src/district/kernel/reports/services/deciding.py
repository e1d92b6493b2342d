"""Approving a draft, or giving it up."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, NotFound
from district.kernel.base.versioned import save_versioned
from district.kernel.history.public import Actor, record
from district.kernel.organisation.public import authorise
from district.kernel.reports.models import Change, ChangeState, Draft, DraftState
from district.kernel.reports.selectors.parts import misread
from district.kernel.reports.selectors.staleness import stale_passages
from district.kernel.reports.subjects import draft_subject


@transaction.atomic
def approve_draft(draft_id: UUID | str, *, actor: Actor, version: int | None = None) -> Draft:
    """Approve a draft: its words and numbers stand from then on.

    Whoever wrote it does not approve it. Raises NotPermitted, and Conflict while changes wait,
    passages are stale, or the compiler reads a passage otherwise than it is bound.
    """
    draft = _open(draft_id, version)
    authorise(actor, "reports.draft.approve")
    if draft.made_by_id == str(actor.id):
        raise Conflict(_("起草人不能审定自己起草的报告。请由另一位负责人审定。"))
    waiting = Change.objects.filter(
        passage__section__draft=draft, state=ChangeState.PROPOSED
    ).count()
    if waiting:
        raise Conflict(_("还有 %(count)s 条修订没有处理。请先处理。") % {"count": waiting})
    stale = len(stale_passages(draft))
    if stale:
        raise Conflict(_("还有 %(count)s 句的数据已有变化。请先更新。") % {"count": stale})
    wrong = len(misread(draft))
    if wrong:
        raise Conflict(
            _("有 %(count)s 句的数字读不回原来的指标。请先修改文字。") % {"count": wrong}
        )
    draft.state, draft.approved_at = DraftState.APPROVED, clock.now()
    draft.approved_by = actor.name[:80]
    save_versioned(draft, ["state", "approved_at", "approved_by"])
    record(draft_subject(draft.pk), "reports.draft.approved", {}, actor=actor)
    return draft


@transaction.atomic
def drop_draft(draft_id: UUID | str, *, actor: Actor) -> None:
    """Give a draft up, so that it can be written anew; its history stays.

    Raises NotFound, NotPermitted, and Conflict once it is approved.
    """
    draft = _open(draft_id, None)
    authorise(actor, "reports.draft.write")
    record(draft_subject(draft.pk), "reports.draft.dropped", {"title": draft.title}, actor=actor)
    draft.delete()


def _open(draft_id: UUID | str, version: int | None) -> Draft:
    draft = Draft.objects.select_for_update().filter(pk=draft_id).first()
    if draft is None:
        raise NotFound(_("没有这份报告草稿。"))
    if not draft.is_open:
        raise Conflict(_("报告已经审定。"))
    if version is not None and version != draft.version:
        raise Conflict(_("报告刚被别人修改过。请刷新后再试。"))
    return draft
