"""Drafts: those that wait, and one with what the actor may do with it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from district.kernel.base.errors import NotFound
from district.kernel.history.public import Actor
from district.kernel.organisation.public import Owned, Unit, permitted, posts_of, visible
from district.kernel.warnings.models import Draft
from district.kernel.warnings.names import APPROVE, VIEW_DRAFT, WRITE_DRAFT

State = Draft.State
_SHOWN = 100


def drafts_for(actor: Actor) -> list[Draft]:
    """The drafts that the actor may see, the newest first. One query."""
    mine = visible(actor, VIEW_DRAFT).q("lead_unit") | visible(actor, APPROVE).q("lead_unit")
    rows = Draft.objects.filter(mine).select_related("lead_unit", "drafted_by")
    return list(rows.order_by("-drafted_at", "-pk")[:_SHOWN])


@dataclass(frozen=True)
class DraftView:
    """A draft, and what the actor may do with it. `is_own_work`: they wrote it, so they may not
    approve what they otherwise could."""

    draft: Draft
    may_edit: bool
    may_submit: bool
    may_approve: bool
    may_return: bool
    is_own_work: bool


def draft_for(key: UUID | str, actor: Actor) -> DraftView:
    """A draft; NotFound where there is none or the actor may not see it. One query."""
    rows = Draft.objects.select_related(
        "lead_unit", "drafted_by", "submitted_by", "decided_by", "alert", "message"
    ).defer("message__document")
    draft = rows.filter(pk=key).first()
    if draft is None:
        raise _unknown()
    home = Owned(draft.lead_unit_id, path=draft.lead_unit.path)
    approves = permitted(actor, APPROVE, home)
    if not (permitted(actor, VIEW_DRAFT, home) or approves):
        raise _unknown()
    writes = permitted(actor, WRITE_DRAFT, home)
    own = actor.id in draft.writers
    return DraftView(
        draft,
        may_edit=writes and draft.state == State.DRAFT,
        may_submit=writes and draft.state == State.DRAFT,
        may_approve=approves and not own and draft.state == State.SUBMITTED,
        may_return=approves and draft.state == State.SUBMITTED,
        is_own_work=approves and own and draft.state == State.SUBMITTED,
    )


def _unknown() -> NotFound:
    return NotFound(_("没有这份拟稿，或您没有查看的权限。"))


def drafting_units(actor: Actor) -> list[Unit]:
    """The units in whose name the actor may draft. One query."""
    codes = [
        post.unit
        for post in posts_of(actor)
        if permitted(actor, WRITE_DRAFT, Owned(post.unit, path=post.path))
    ]
    return list(Unit.objects.filter(pk__in=codes).order_by("sort", "code"))
