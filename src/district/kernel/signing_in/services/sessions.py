"""Ending one's own sessions."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base.errors import NotFound
from district.kernel.history.public import Actor, record
from district.kernel.organisation.public import Member, Owned, authorise
from district.kernel.sessions.public import end_one_session, end_sessions
from district.kernel.signing_in.names import END_SESSION
from district.kernel.signing_in.services.factors import subject_of


@transaction.atomic
def end_session(member: Member, handle: str, *, actor: Actor) -> None:
    """End one of the member's own sessions, by its handle. Raises NotPermitted, NotFound."""
    authorise(actor, END_SESSION, Owned(None, member=str(member.pk)))
    if member.user_id is None or not end_one_session(member.user_id, handle):
        raise NotFound(_("这个登录已经结束。"))
    record(subject_of(member), "signing_in.session.ended", {"sessions": 1}, actor=actor)


@transaction.atomic
def end_other_sessions(member: Member, this: str | None, *, actor: Actor) -> int:
    """End all of the member's sessions but that with the key `this`; how many."""
    authorise(actor, END_SESSION, Owned(None, member=str(member.pk)))
    ended = end_sessions(member.user_id, but=this)
    if ended:
        record(subject_of(member), "signing_in.session.ended", {"sessions": ended}, actor=actor)
    return ended
