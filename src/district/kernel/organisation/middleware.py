"""Tells every request who acts, and decides that member's rights from one query."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from district.kernel.base.errors import NotPermitted
from district.kernel.history.public import Actor
from district.kernel.organisation.models import Member
from district.kernel.organisation.rules import Post, second_factor_missing
from district.kernel.organisation.selectors import Standing, member_with_posts, standing_kept

PUBLIC = Actor.anonymous()
#: Where a session says that a second factor was shown when it began.
SECOND_FACTOR = "second_factor"


class ActorMiddleware:
    """Sets `request.actor` (a member, or the public) and `request.member` (or None).

    A log-in without an active member behind it acts as the public: it may nothing. So does a
    member whose posts ask for a second factor and who has shown none; `request.waiting_member`
    says who it is, for the page on which they set one up.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        found = member_with_posts(request.user.pk) if request.user.is_authenticated else None
        if found is None:
            _set(request, PUBLIC, None)
            return self.get_response(request)
        member, posts = found
        if _is_missing(request, member, posts):
            _set(request, PUBLIC, None)
            setattr(request, "waiting_member", member)  # noqa: B010  # as below
            return self.get_response(request)
        _set(request, actor_for(member), member)
        with standing_kept(Standing(str(member.pk), posts)):
            return self.get_response(request)


def _set(request: HttpRequest, actor: Actor, member: Member | None) -> None:
    setattr(request, "actor", actor)  # noqa: B010  # HttpRequest declares no such attribute
    setattr(request, "member", member)  # noqa: B010  # as above


def _is_missing(request: HttpRequest, member: Member, posts: Iterable[Post]) -> bool:
    shown = bool(request.session.get(SECOND_FACTOR)) if hasattr(request, "session") else False
    return second_factor_missing(getattr(member, "sign_in_setting", None), posts, shown=shown)


@contextmanager
def acting_as(request: HttpRequest) -> Iterator[Actor]:
    """Within, whoever is behind the request's log-in acts as in any request of theirs; the public
    where nobody is. One query. For processes that have a session and no middleware."""
    found = member_with_posts(request.user.pk) if request.user.is_authenticated else None
    if found is None or _is_missing(request, *found):
        yield PUBLIC
        return
    member, posts = found
    with standing_kept(Standing(str(member.pk), posts)):
        yield actor_for(member)


def actor_for(member: Member) -> Actor:
    """The actor that stands for `member` in history."""
    return Actor("member", str(member.pk), member.name)


def actor_of(request: HttpRequest) -> Actor:
    """Who acts in this request; the public where the middleware has not run."""
    actor = getattr(request, "actor", PUBLIC)
    return actor if isinstance(actor, Actor) else PUBLIC


def member_of(request: HttpRequest) -> Member:
    """The member behind this request; NotPermitted where there is none."""
    member = getattr(request, "member", None)
    if not isinstance(member, Member):
        raise NotPermitted(_("此账号没有对应的成员。请联系系统管理员开通。"))
    return member
