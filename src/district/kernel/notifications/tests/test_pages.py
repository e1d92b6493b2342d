"""The pages of messages and channels."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from district.kernel.notifications.models import Channel, Delivery, Notification
from district.kernel.notifications.services import notify
from district.kernel.organisation.public import Member


def entered(member: Member) -> Client:
    client = Client()
    assert member.user is not None
    client.force_login(member.user)
    return client


@pytest.fixture
def reader(member: Member) -> Client:
    return entered(member)


def test_lists_stay_within_ten_statements_however_long(reader: Client, member: Member) -> None:
    for number in range(40):
        notify([member], f"提醒{number}")
    for path in ("/notifications/", "/notifications/?show=unread&page=2", "/me/channels/"):
        with CaptureQueriesContext(connection) as queries:
            assert reader.get(path).status_code == 200
        assert len(queries) <= 10, path


def test_opening_a_message_reads_it_and_leads_on(reader: Client, member: Member) -> None:
    first, second = notify([member], "一", url="/units/")[0], notify([member], "二")[0]
    assert reader.get(f"/notifications/{first.pk}/")["Location"] == "/units/"
    assert reader.get(f"/notifications/{second.pk}/")["Location"] == "/notifications/"
    assert not Notification.objects.filter(read_at=None).exists()


def test_messages_are_marked_read_one_by_one_and_all_at_once(
    reader: Client, member: Member
) -> None:
    rows = [notify([member], word)[0] for word in "一二三"]
    assert reader.post(f"/notifications/{rows[0].pk}/read/").status_code == 302
    assert Notification.objects.filter(read_at=None).count() == 2
    assert reader.get("/notifications/read/").status_code == 405
    assert reader.post("/notifications/read/").status_code == 302
    assert "没有未读消息" in reader.get("/notifications/?show=unread").content.decode()


def test_nobody_opens_anothers_message(reader: Client, other: Member) -> None:
    row = notify([other], "给别人的")[0]
    assert reader.get(f"/notifications/{row.pk}/").status_code == 403
    assert reader.post(f"/notifications/{row.pk}/read/").status_code == 403
    assert "给别人的" not in reader.get("/notifications/").content.decode()


def test_a_channel_is_added_tried_and_removed_and_never_shown(
    reader: Client, other: Member
) -> None:
    values = {"label": "手机", "address": "jsons://example.org/geheim", "at_least": "normal"}
    assert reader.post("/me/channels/", values).status_code == 302
    channel = Channel.objects.get()
    assert "geheim" not in reader.get("/me/channels/").content.decode()
    stranger = entered(other)
    assert stranger.post(f"/me/channels/{channel.pk}/test/").status_code == 403
    assert stranger.post(f"/me/channels/{channel.pk}/remove/").status_code == 403
    assert reader.post(f"/me/channels/{channel.pk}/test/").status_code == 302
    assert Delivery.objects.count() == 1
    Channel.objects.update(last_error="对方服务没有接收。", last_error_at=channel.created_at)
    assert "对方服务没有接收" in reader.get("/me/channels/").content.decode()
    assert reader.post(f"/me/channels/{channel.pk}/remove/").status_code == 302
    assert not Channel.objects.exists()


def test_an_address_that_cannot_be_taken_comes_back_with_the_reason(reader: Client) -> None:
    values = {"label": "", "address": "syslog://localhost", "at_least": "normal"}
    answer = reader.post("/me/channels/", values)
    assert answer.status_code == 422
    assert "不支持" in answer.content.decode()
    assert not Channel.objects.exists()


def test_the_bell_counts(reader: Client, member: Member) -> None:
    notify([member], "一")
    assert "bell-count" in reader.get("/units/").content.decode()
