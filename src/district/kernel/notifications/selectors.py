"""Reads of notifications. A member reads only their own; pages authorise by passing themselves."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Count, QuerySet

from district.kernel.base.prepared import Prepared
from district.kernel.notifications.models import Channel, Notification
from district.kernel.organisation.public import Member

_UNREAD = Prepared(
    lambda member: (
        Notification.objects.filter(member=member, read_at=None)
        .order_by()
        .values("member")
        .annotate(count=Count("pk"))
        .values_list("count")
    ),
    {"member": UUID(int=1)},
    {"member": Notification._meta.get_field("member")},
)


def unread_count(member: Member) -> int:
    """How many messages the member has not read; one query, for the bell of every page."""
    return next((count for (count,) in _UNREAD.rows(member=member.pk)), 0)


def notifications_of(member: Member, *, unread: bool = False) -> QuerySet[Notification]:
    """A member's messages, newest first; with `unread` only those not read."""
    rows = Notification.objects.filter(member=member)
    return rows.filter(read_at=None) if unread else rows


def channels_of(member: Member) -> QuerySet[Channel]:
    """A member's channels, oldest first."""
    return Channel.objects.filter(member=member)
