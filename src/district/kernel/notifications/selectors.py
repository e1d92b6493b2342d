"""Reads of notifications. A member reads only their own; pages authorise by passing themselves."""

from __future__ import annotations

from django.db.models import QuerySet

from district.kernel.notifications.models import Channel, Notification
from district.kernel.organisation.public import Member


def unread_count(member: Member) -> int:
    """How many messages the member has not read; one query, for the shell's bell."""
    return Notification.objects.filter(member=member, read_at=None).count()


def notifications_of(member: Member, *, unread: bool = False) -> QuerySet[Notification]:
    """A member's messages, newest first; with `unread` only those not read."""
    rows = Notification.objects.filter(member=member)
    return rows.filter(read_at=None) if unread else rows


def channels_of(member: Member) -> QuerySet[Channel]:
    """A member's channels, oldest first."""
    return Channel.objects.filter(member=member)
