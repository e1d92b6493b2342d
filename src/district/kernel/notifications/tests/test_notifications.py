"""Messages reach the bell at once, and the channels through the outbox, tried again if need be."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from district.kernel.base import clock
from district.kernel.base.errors import Invalid, NotFound, NotPermitted
from district.kernel.history.models import Event
from district.kernel.history.public import (
    Actor,
    Subject,
    erase_person,
    events_of,
    run_consumers,
    seal_all,
)
from district.kernel.notifications.jobs import send_due
from district.kernel.notifications.models import Channel, Delivery, DeliveryState, Notification
from district.kernel.notifications.rules import carries, is_own_path, wait_after
from district.kernel.notifications.selectors import notifications_of, unread_count
from district.kernel.notifications.services import (
    add_channel,
    claim_due,
    deliver,
    mark_all_read,
    mark_read,
    mark_settled,
    notify,
    queue_deliveries,
    remove_channel,
)
from district.kernel.notifications.services import (
    test_channel as send_test,
)
from district.kernel.notifications.tests.conftest import LOADER, Receiver
from district.kernel.organisation.public import Member, actor_for, deactivate


def channel_of(member: Member, address: str, **more: str) -> Channel:
    return add_channel(member, "值班手机", address, actor=actor_for(member), **more)


def test_a_message_is_on_the_bell_at_once_and_counted_with_one_query(
    member: Member, other: Member
) -> None:
    notify([member, member.pk, str(member.pk)], "指标转黄灯", url="/cockpit/")
    notify([member], "指标转红灯", urgency="urgent", subject=Subject("plan.commitment", "7"))
    with CaptureQueriesContext(connection) as queries:
        assert unread_count(member) == 2
    assert len(queries) == 1
    assert unread_count(other) == 0
    assert [n.title for n in notifications_of(member)] == ["指标转红灯", "指标转黄灯"]


def test_reading_is_for_its_member_alone(member: Member, other: Member) -> None:
    first, second = notify([member], "一")[0], notify([member], "二")[0]
    with pytest.raises(NotPermitted):
        mark_read(first.pk, actor=actor_for(other))
    with pytest.raises(NotPermitted):
        mark_all_read(member, actor=LOADER)
    mark_read(first.pk, actor=actor_for(member))
    seen = mark_read(first.pk, actor=actor_for(member)).read_at
    assert Notification.objects.get(pk=first.pk).read_at == seen
    assert list(notifications_of(member, unread=True)) == [second]
    assert mark_all_read(member, actor=actor_for(member)) == 1
    assert unread_count(member) == 0
    with pytest.raises(NotFound):
        mark_read(uuid4(), actor=actor_for(member))


def test_what_is_done_settles_the_messages_about_it_for_all(member: Member, other: Member) -> None:
    subject, another = Subject("measures.filing", "7"), Subject("measures.filing", "8")
    notify([member, other], "待审核", subject=subject)
    notify([member], "待审核", subject=another)
    assert mark_settled(subject) == 2
    assert mark_settled(subject) == 0
    assert (unread_count(member), unread_count(other)) == (1, 0)
    assert notifications_of(other).count() == 1  # it stays to be looked up


def test_a_deactivated_member_gets_no_messages(member: Member, other: Member) -> None:
    deactivate(member.pk, "调离", actor=LOADER)
    assert [row.member for row in notify([member, other], "通知")] == [other]


@pytest.mark.parametrize("url", ["https://example.org/", "//example.org", "/\\example.org", "x"])
def test_a_message_links_within_the_product_only(member: Member, url: str) -> None:
    assert not is_own_path(url)
    with pytest.raises(ValueError, match="within the product"):
        notify([member], "通知", url=url)
    with pytest.raises(ValueError, match="whenever"):
        notify([member], "通知", urgency="whenever")


def test_a_channel_address_is_nowhere_in_plain_text(member: Member) -> None:
    channel = channel_of(member, "ntfys://ntfy.example.org/geheim")
    assert "geheim" not in Channel.objects.get(pk=channel.pk).address
    assert not Event.objects.filter(data_text__contains="geheim").exists()
    event = events_of(Subject("organisation.member", str(member.pk)))[0]
    assert event.kind == "notifications.channel.added"
    assert event.data["scheme"] == "ntfys"


@pytest.mark.parametrize(
    ("address", "field"),
    [
        ("", "address"),
        ("json://", "address"),
        ("nothing", "address"),
        ("syslog://localhost", "address"),
        ("amqp://localhost/queue", "address"),
        ("file:///etc/passwd", "address"),
        ("dingtalk://", "address"),
        ("jsons://" + "x" * 2000, "address"),
    ],
)
def test_addresses_of_other_kinds_are_refused(member: Member, address: str, field: str) -> None:
    with pytest.raises(Invalid) as caught:
        channel_of(member, address)
    assert caught.value.field == field
    assert caught.value.remedy


def test_channels_are_managed_by_their_member_alone(member: Member, other: Member) -> None:
    channel = channel_of(member, "jsons://example.org/hook")
    for actor in (actor_for(other), Actor.anonymous(), LOADER):
        with pytest.raises(NotPermitted):
            add_channel(member, "x", "jsons://example.org/", actor=actor)
        with pytest.raises(NotPermitted):
            send_test(channel.pk, actor=actor)
        with pytest.raises(NotPermitted):
            remove_channel(channel.pk, actor=actor)
    remove_channel(channel.pk, actor=actor_for(member))
    assert not Channel.objects.exists()
    for _number in range(10):
        channel_of(member, "jsons://example.org/hook")
    with pytest.raises(Invalid, match="已满"):
        channel_of(member, "jsons://example.org/hook")


@pytest.mark.django_db(transaction=True)
def test_a_message_travels_through_the_outbox_to_the_channel(
    member: Member, receiver: Receiver, settings: Settings
) -> None:
    settings.DISTRICT_CHANNEL_HOSTS = "127.0.0.1"
    settings.DISTRICT_URL = "https://district.example.org"
    channel = channel_of(member, receiver.address)
    notify([member], "指标转红灯", "固定资产投资", url="/plan/1/")
    seal_all()
    run_consumers()
    (due,) = claim_due()
    assert claim_due() == []
    assert deliver(due)
    (sent,) = receiver.received
    assert sent["title"] == "指标转红灯"
    assert sent["message"] == "固定资产投资\nhttps://district.example.org/plan/1/"
    assert Delivery.objects.get().state == DeliveryState.SENT
    channel.refresh_from_db()
    assert channel.last_sent_at is not None
    assert not deliver(due)
    assert len(receiver.received) == 1


def test_a_message_is_queued_once_however_often_the_outbox_delivers_it(member: Member) -> None:
    channel_of(member, "jsons://example.org/hook")
    channel_of(member, "jsons://example.org/urgent", at_least="urgent")
    rows = notify([member], "一般消息") + notify([member], "紧急消息", urgency="urgent")
    for _again in range(2):
        queue_deliveries([str(row.pk) for row in rows])
    assert Delivery.objects.count() == 3


def test_a_failure_is_kept_shown_and_tried_again_with_growing_pauses(
    member: Member, receiver: Receiver, settings: Settings
) -> None:
    settings.DISTRICT_CHANNEL_HOSTS = "127.0.0.0/8"
    receiver.status = 500
    channel = channel_of(member, receiver.address)
    delivery = send_test(channel.pk, actor=actor_for(member))
    pauses = []
    while True:
        Delivery.objects.update(next_try_at=clock.now())
        assert claim_due() == [delivery.pk]
        assert not deliver(delivery.pk)
        delivery.refresh_from_db()
        if delivery.state != DeliveryState.WAITING:
            break
        pauses.append(delivery.next_try_at - clock.now())
    assert delivery.state == DeliveryState.FAILED
    assert len(receiver.received) == delivery.attempts == len(pauses) + 1
    assert pauses == sorted(pauses)
    assert timedelta(0) < pauses[0] < pauses[-1]
    channel.refresh_from_db()
    assert "500" in channel.last_error
    receiver.status = 200
    assert deliver(send_test(channel.pk, actor=actor_for(member)).pk)
    channel.refresh_from_db()
    assert channel.last_error == ""


def test_an_erased_address_is_given_up(member: Member) -> None:
    channel = channel_of(member, "jsons://example.org/hook")
    delivery = send_test(channel.pk, actor=actor_for(member))
    erase_person(str(member.pk), actor=LOADER, reason="离任")
    assert not deliver(delivery.pk)
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.FAILED


@given(st.integers(min_value=1, max_value=20))
def test_pauses_grow_and_end(attempts: int) -> None:
    now, later = wait_after(attempts), wait_after(attempts + 1)
    assert later is None or (now is not None and later > now)
    assert wait_after(20) is None


def test_a_channel_carries_what_is_urgent_enough() -> None:
    assert carries("normal", "normal")
    assert carries("normal", "urgent")
    assert carries("important", "urgent")
    assert not carries("urgent", "important")


def test_the_worker_hands_due_deliveries_to_the_task_queue(
    member: Member, receiver: Receiver, settings: Settings
) -> None:
    settings.DISTRICT_CHANNEL_HOSTS = "127.0.0.1"
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    channel = channel_of(member, receiver.address)
    send_test(channel.pk, actor=actor_for(member))
    assert send_due() == 1
    assert send_due() == 0
    assert len(receiver.received) == 1
