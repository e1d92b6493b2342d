"""All writes of notifications."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Invalid, NotFound
from district.kernel.history.public import (
    Actor,
    Subject,
    open_for_delivery,
    protect,
    publish,
    record,
)
from district.kernel.notifications import gateway
from district.kernel.notifications.models import (
    Channel,
    Delivery,
    DeliveryState,
    Notification,
    Urgency,
)
from district.kernel.notifications.rules import carries, is_own_path, wait_after
from district.kernel.organisation.public import Member, Owned, authorise

TOPIC = "notifications.created"
MOST_CHANNELS = 10
# A delivery that a worker took and never reported on is free again after this time.
_LEASE = timedelta(minutes=10)


@transaction.atomic
def notify(
    members: Iterable[Member | UUID | str],
    title: str,
    body: str = "",
    url: str = "",
    subject: Subject | None = None,
    urgency: str = Urgency.NORMAL,
) -> list[Notification]:
    """Tell members something: a row for each one's bell, and soon a message on their channels.

    The caller has authorised what it tells of; part of the caller's transaction. Each active
    member gets it once however often named. `url` is a path of this installation. Texts go to
    outside services, so they hold no personal data of residents. Raises ValueError for a url
    that leads elsewhere or an unknown urgency.
    """
    if not is_own_path(url):
        raise ValueError(f"a notification links within the product, not to {url!r}")
    wanted = {str(m.pk) if isinstance(m, Member) else str(m) for m in members}
    active = Member.objects.filter(pk__in=wanted, is_active=True).order_by("pk")
    now = clock.now()
    rows = [
        Notification(
            member=member,
            title=title[:200],
            body=body,
            url=url,
            subject=str(subject) if subject else "",
            urgency=Urgency(urgency),
            created_at=now,
        )
        for member in active
    ]
    Notification.objects.bulk_create(rows, batch_size=200)
    if rows:
        about = subject or Subject("notifications.notification", str(rows[0].pk))
        publish(TOPIC, {"notifications": [str(row.pk) for row in rows]}, about)
    return rows


@transaction.atomic
def queue_deliveries(notification_ids: Sequence[str]) -> int:
    """Make a delivery for every channel that carries these messages; once each, if repeated."""
    rows = Notification.objects.in_bulk([UUID(key) for key in notification_ids])
    members = {row.member_id for row in rows.values()}
    channels: dict[UUID, list[Channel]] = {}
    for channel in Channel.objects.filter(member_id__in=members):
        channels.setdefault(channel.member_id, []).append(channel)
    now = clock.now()
    made = [
        Delivery(notification=row, channel=channel, next_try_at=now)
        for row in rows.values()
        for channel in channels.get(row.member_id, [])
        if carries(channel.at_least, row.urgency)
    ]
    Delivery.objects.bulk_create(made, ignore_conflicts=True)
    return len(made)


@transaction.atomic
def claim_due(limit: int = 50) -> list[UUID]:
    """Take deliveries that are due, so that no other worker sends them meanwhile."""
    now = clock.now()
    due = Delivery.objects.filter(state=DeliveryState.WAITING, next_try_at__lte=now)
    taken = []
    for key, seen in list(due.values_list("pk", "next_try_at")[:limit]):
        mine = Delivery.objects.filter(
            pk=key, state=DeliveryState.WAITING, next_try_at=seen
        ).update(next_try_at=now + _LEASE, attempts=F("attempts") + 1)
        if mine:
            taken.append(key)
    return taken


def deliver(delivery_id: UUID | str) -> bool:
    """Send one claimed delivery and note the result; True when it went out.

    Sending takes seconds, so it stands outside any transaction. A crash between sending and
    noting sends the message twice, never not at all.
    """
    delivery = (
        Delivery.objects.select_related("notification", "channel")
        .filter(pk=delivery_id, state=DeliveryState.WAITING)
        .first()
    )
    if delivery is None:
        return False
    address = open_for_delivery(delivery.channel.address)
    if address is None:
        _note_failure(delivery, _("接收渠道的地址已清除。"), final=True)
        return False
    message = delivery.notification
    try:
        gateway.send(address, message.title, _with_link(message))
    except gateway.SendError as error:
        _note_failure(delivery, str(error))
        return False
    _note_success(delivery)
    return True


def _with_link(message: Notification) -> str:
    home = str(getattr(settings, "DISTRICT_URL", "")).rstrip("/")
    link = f"{home}{message.url}" if home and message.url else ""
    return "\n".join(part for part in (message.body, link) if part)


@transaction.atomic
def _note_success(delivery: Delivery) -> None:
    now = clock.now()
    delivery.state, delivery.sent_at, delivery.error = DeliveryState.SENT, now, ""
    delivery.save(update_fields=["state", "sent_at", "error"])
    Channel.objects.filter(pk=delivery.channel_id).update(
        last_sent_at=now, last_error="", last_error_at=None
    )


@transaction.atomic
def _note_failure(delivery: Delivery, why: str, *, final: bool = False) -> None:
    now = clock.now()
    wait = None if final else wait_after(max(delivery.attempts, 1))
    delivery.error = why[:300]
    if wait is None:
        delivery.state = DeliveryState.FAILED
    else:
        delivery.next_try_at = now + wait
    delivery.save(update_fields=["error", "state", "next_try_at"])
    Channel.objects.filter(pk=delivery.channel_id).update(
        last_error=delivery.error, last_error_at=now
    )


@transaction.atomic
def add_channel(
    member: Member, label: str, address: str, *, actor: Actor, at_least: str = Urgency.NORMAL
) -> Channel:
    """Let messages to `member` also go to an Apprise address, kept encrypted under their key.

    Raises Invalid for an address that is malformed or of a kind that is not allowed, for no
    label, or beyond ten channels.
    """
    authorise(actor, "notifications.channel.manage", _own(member))
    if at_least not in Urgency.values:
        raise Invalid("at_least", _("发送范围不对。"), _("请从列表中选择。"))
    scheme = gateway.scheme_of(address)
    if Channel.objects.filter(member=member).count() >= MOST_CHANNELS:
        raise Invalid("address", _("接收渠道已满10个。"), _("请先删除不用的渠道。"))
    channel = Channel.objects.create(
        member=member,
        label=label.strip()[:60] or str(gateway.SERVICES.get(scheme, scheme)),
        scheme=scheme,
        address=protect(str(member.pk), address.strip()),
        at_least=at_least,
        created_at=clock.now(),
    )
    record(
        _subject(member),
        "notifications.channel.added",
        {"channel": channel.pk, "scheme": scheme},
        actor=actor,
    )
    return channel


@transaction.atomic
def remove_channel(channel_id: UUID | str, *, actor: Actor) -> None:
    """Take a channel away with what still waits to go through it."""
    channel = _channel(channel_id, actor)
    record(
        _subject(channel.member),
        "notifications.channel.removed",
        {"channel": channel.pk, "scheme": channel.scheme},
        actor=actor,
    )
    channel.delete()


@transaction.atomic
def test_channel(channel_id: UUID | str, *, actor: Actor) -> Delivery:
    """Send a test message through one channel; the worker sends it and the page shows how."""
    channel = _channel(channel_id, actor)
    now = clock.now()
    message = Notification.objects.create(
        member=channel.member,
        title=_("测试消息"),
        body=_("收到这条消息，说明接收渠道“%(label)s”可以使用。") % {"label": channel.label},
        urgency=Urgency.NORMAL,
        created_at=now,
        read_at=now,
    )
    return Delivery.objects.create(notification=message, channel=channel, next_try_at=now)


def _channel(channel_id: UUID | str, actor: Actor) -> Channel:
    channel = Channel.objects.select_related("member").filter(pk=channel_id).first()
    if channel is None:
        raise NotFound(_("没有这个接收渠道。"))
    authorise(actor, "notifications.channel.manage", _own(channel.member))
    return channel


@transaction.atomic
def mark_read(notification_id: UUID | str, *, actor: Actor) -> Notification:
    """Note that its member has read a message; again changes nothing."""
    row = Notification.objects.select_related("member").filter(pk=notification_id).first()
    if row is None:
        raise NotFound(_("没有这条消息。"))
    authorise(actor, "notifications.notification.read", _own(row.member))
    if row.read_at is None:
        row.read_at = clock.now()
        row.save(update_fields=["read_at"])
    return row


@transaction.atomic
def mark_all_read(member: Member, *, actor: Actor) -> int:
    """Note that a member has read everything so far; returns how many were unread."""
    authorise(actor, "notifications.notification.read", _own(member))
    unread = Notification.objects.filter(member=member, read_at=None)
    return unread.update(read_at=clock.now())


@transaction.atomic
def mark_settled(subject: Subject) -> int:
    """What a subject's messages ask for is done: the unread ones count as read; how many did.

    Part of the caller's transaction, which has authorised what it does. The messages stay.
    """
    unread = Notification.objects.filter(subject=str(subject), read_at=None)
    return unread.update(read_at=clock.now())


def _own(member: Member) -> Owned:
    return Owned(None, member=str(member.pk))


def _subject(member: Member) -> Subject:
    return Subject("organisation.member", str(member.pk))
