"""The pages: what they show, who may open them, what they cost, and the door for senders."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from district.kernel.warnings import cap
from district.kernel.warnings.models import Alert, AlertLine, Draft, Source, SourceKey, Unfit
from district.kernel.warnings.services import (
    create_key,
    receive,
    revoke_key,
    save_draft,
    save_source,
    submit_draft,
)
from district.kernel.warnings.tests.conftest import EAST, ROOT, People, Send, logged
from district.kernel.warnings.tests.samples import following, rainstorm, standing

pytestmark = pytest.mark.django_db
MOST = 10


def page(client: Client, name: str, *args: Any, status: int = 200) -> str:
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == status
    return answer.content.decode()


def line_of(alert: Alert, unit: str) -> AlertLine:
    return AlertLine.objects.get(alert=alert, lead_unit=unit, is_current=True)


def test_the_list_says_the_colour_in_a_word_and_who_waits(people: People, storm: Alert) -> None:
    text = page(people.client("viewer"), "warnings")
    assert "试验市气象台发布暴雨橙色预警信号" in text
    assert 'signal signal-orange">' in text
    assert "</svg>橙色</span>" in text
    assert "有单位待应答" in text
    assert "收到，立即落实" not in text


def test_whoever_is_rung_answers_in_one_tap(people: People, storm: Alert) -> None:
    client, line = people.client("east"), line_of(storm, EAST)
    assert "收到，立即落实" in page(client, "warnings")
    address = reverse("warnings_acknowledge", args=[line.pk])
    answer = client.post(address, {"back": "list"})
    assert answer["Location"] == reverse("warnings")
    text = page(client, "warning", storm.pk)
    assert "east" in text
    assert "本人确认" in text
    again = people.client("east2").post(address, follow=True)
    assert "east已于" in again.content.decode()


def test_the_warnings_page_shows_units_messages_and_history(people: People, storm: Alert) -> None:
    text = page(people.client("auditor"), "warning", storm.pk)
    for words in ("东街道", "西街道", "水务局", "已等", "CAP 报文", "预警生效", "停止户外作业"):
        assert words in text


def test_an_officer_notes_a_telephone_answer(people: People, storm: Alert) -> None:
    line = line_of(storm, EAST)
    people.client("duty").post(
        reverse("warnings_record", args=[line.pk]),
        {"member": str(people.members["east"].pk), "at": "2025-09-22T10:00"},
    )
    line.refresh_from_db()
    assert (line.how, line.acknowledged_by) == ("phone", people.members["east"])


def test_a_duty_officer_enters_changes_and_lifts(people: People) -> None:
    client = people.client("duty")
    form = {
        "kind": "heat",
        "colour": "red",
        "sender_name": "市气象台",
        "headline": "高温红色预警",
        "description": "最高气温将达40℃。",
        "sent_at": "2025-09-22T09:40",
        "key": "k1",
    }
    wrong = client.post(reverse("warnings_enter"), {**form, "colour": "blue"})
    assert wrong.status_code == 422
    assert "没有这个颜色" in wrong.content.decode()
    assert client.post(reverse("warnings_enter"), form).status_code == 302
    alert = Alert.objects.get()
    changed = {**form, "colour": "orange", "sent_at": "2025-09-22T09:50"}
    assert client.post(reverse("warnings_change", args=[alert.pk]), changed).status_code == 302
    client.post(reverse("warnings_lift", args=[alert.pk]), {"note": "已解除"})
    alert.refresh_from_db()
    assert (alert.colour, alert.state) == ("orange", "cancelled")


def test_a_draft_goes_its_way_over_the_pages(people: People) -> None:
    duty, leader = people.client("duty"), people.client("leader")
    refused = duty.post(reverse("warnings_draft_new"), {"kind": "rainstorm", "colour": "red"})
    assert refused.status_code == 422
    form = {
        "kind": "waterlogging",
        "colour": "yellow",
        "headline": "内涝黄色预警",
        "description": "积水30厘米。",
        "areas": [EAST],
    }
    assert duty.post(reverse("warnings_draft_new"), form).status_code == 302
    draft = Draft.objects.get()
    stale = {**form, "headline": "旧", "seen": "99"}
    edit = reverse("warnings_draft_edit", args=[draft.pk])
    assert duty.post(edit, stale).status_code == 422
    shown = duty.get(edit).content.decode()
    assert 'name="seen" value="0"' in shown
    assert duty.post(edit, {**form, "headline": "内涝黄色预警二", "seen": "0"}).status_code == 302
    duty.post(reverse("warnings_draft_act", args=[draft.pk, "submit"]))
    assert "批准并发布" not in page(duty, "warnings_draft", draft.pk)
    assert "批准并发布" in page(leader, "warnings_draft", draft.pk)
    assert duty.post(reverse("warnings_draft_act", args=[draft.pk, "approve"])).status_code == 403
    leader.post(reverse("warnings_draft_act", args=[draft.pk, "approve"]))
    alert = Alert.objects.get()
    assert alert.headline == "内涝黄色预警二"
    duty.post(reverse("warnings_cancel", args=[alert.pk]), {"reason": "已退"})
    assert Draft.objects.filter(msg_type="Cancel", state="draft").exists()
    assert "本区发布" in page(duty, "warnings")
    assert leader.post(reverse("warnings_draft_act", args=[draft.pk, "eat"])).status_code == 404


def test_an_update_begins_with_what_the_warning_says(people: People, issued: Alert) -> None:
    duty = people.client("duty")
    answer = duty.post(reverse("warnings_update", args=[issued.pk]), follow=True)
    text = answer.content.decode()
    assert "东街道内涝黄色预警" in text
    assert "更新的原因" in text


# Who may open what -------------------------------------------------------------------------------


@pytest.fixture
def drafted(people: People) -> Draft:
    draft = save_draft(logged(headline="还没有发布的预警"), unit=ROOT, actor=people.duty)
    return submit_draft(draft.pk, actor=people.duty)


@pytest.mark.parametrize(
    ("who", "status"),
    [("duty", 200), ("leader", 200), ("auditor", 200), ("east", 404), ("viewer", 404)],
)
def test_a_draft_is_for_its_desk_and_those_above(
    people: People, drafted: Draft, who: str, status: int
) -> None:
    page(people.client(who), "warnings_draft", drafted.pk, status=status)


@pytest.mark.parametrize(
    ("name", "may"),
    [
        ("warnings", "admin leader duty east viewer auditor"),
        ("warnings_enter", "duty leader"),
        ("warnings_drafts", "leader duty east auditor"),
        ("warnings_draft_new", "duty east"),
        ("warnings_unfit", "admin leader duty auditor"),
        ("warnings_sources", "admin"),
        ("warnings_source_new", "admin"),
    ],
)
def test_who_opens_which_page(people: People, name: str, may: str) -> None:
    for who in ("admin", "leader", "duty", "east", "viewer", "auditor"):
        page(people.client(who), name, status=200 if who in may.split() else 403)


def test_without_a_log_in_there_are_only_the_public_pages(storm: Alert, drafted: Draft) -> None:
    client = Client()
    for name, args in (
        ("warnings", []),
        ("warning", [storm.pk]),
        ("warnings_drafts", []),
        ("warnings_draft", [drafted.pk]),
        ("warnings_unfit", []),
    ):
        assert client.get(reverse(name, args=args)).status_code == 302


def test_what_there_is_not_is_not_found(people: People) -> None:
    client = people.client("admin")
    for name in ("warning", "warnings_draft", "warnings_unfit_one", "warnings_source"):
        page(client, name, uuid4(), status=404)
    page(client, "warnings_line", uuid4(), status=404)


def test_pages_cost_at_most_ten_statements(
    people: People,
    send: Send,
    storm: Alert,
    issued: Alert,
    drafted: Draft,
    source: Source,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    receive(source, b"rubbish")
    with standing("2025-09-22 10:30"):
        send(following(rainstorm(), "WX-2", "Update"))
        for each in range(5):
            send(rainstorm(f"WX-1{each}", "蓝色"))
    unfit = Unfit.objects.get()
    for who, name, args in (
        ("leader", "warnings", []),
        ("east", "warnings", []),
        ("duty", "warning", [storm.pk]),
        ("duty", "warning", [issued.pk]),
        ("duty", "warnings_enter", []),
        ("duty", "warnings_change", [storm.pk]),
        ("leader", "warnings_drafts", []),
        ("duty", "warnings_draft_new", []),
        ("leader", "warnings_draft", [drafted.pk]),
        ("duty", "warnings_unfit", []),
        ("duty", "warnings_unfit_one", [unfit.pk]),
        ("admin", "warnings_sources", []),
        ("admin", "warnings_source", [source.pk]),
        ("leader", "warnings_public", []),
    ):
        client = people.client(who)
        with standing("2025-09-22 10:31"), django_assert_max_num_queries(MOST):
            page(client, name, *args)
    for name in ("warnings_atom", "warnings_json"):
        with standing("2025-09-22 10:31"), django_assert_max_num_queries(MOST):
            page(Client(), name)
    viewer = people.client("viewer")
    for register in ("warnings-alerts", "warnings-lines"):
        with django_assert_max_num_queries(MOST):
            answer = viewer.get(reverse("register_list", args=[register]))
            assert answer.status_code == 200


# The door for senders ----------------------------------------------------------------------------


@pytest.fixture
def key(people: People, source: Source) -> str:
    return create_key(source.pk, actor=people.admin)


def post(key: str, data: bytes) -> Any:
    return Client(enforce_csrf_checks=True).post(
        reverse("warnings_send"),
        data,
        content_type="application/cap+xml",
        headers={"Authorization": f"Bearer {key}"},
    )


def test_a_message_is_answered_with_what_became_of_it(key: str) -> None:
    data = cap.write(rainstorm())
    taken = post(key, data)
    assert (taken.status_code, taken.json()["outcome"]) == (201, "taken")
    assert taken.json()["warning"] == Alert.objects.get().number
    known = post(key, data)
    assert (known.status_code, known.json()["outcome"]) == (200, "known")
    kept = post(key, b"<alert/>")
    assert (kept.status_code, kept.json()["problems"][0]["code"]) == (422, "not_cap")
    assert kept.json()["kept"] == str(Unfit.objects.get().pk)


def test_without_a_valid_key_nothing_is_read(people: People, key: str, source: Source) -> None:
    data = cap.write(rainstorm())
    for wrong in ("", "warn_x", key + "x"):
        assert post(wrong, data).status_code == 401
    assert Client().post(reverse("warnings_send"), data, content_type="text/xml").status_code == 401
    revoke_key(SourceKey.objects.get().pk, actor=people.admin)
    assert post(key, data).status_code == 401
    assert not Alert.objects.exists()
    assert not Unfit.objects.exists()


def test_a_source_that_is_switched_off_is_not_heard(
    people: People, key: str, source: Source
) -> None:
    save_source(
        source, name=source.name, senders=source.senders, is_active=False, actor=people.admin
    )
    assert post(key, cap.write(rainstorm())).status_code == 401


def test_what_is_too_large_is_refused_or_kept(key: str) -> None:
    assert post(key, b"x" * 3_000_000).status_code == 413
    assert post(key, b"x" * 1_500_000).status_code == 422
    assert Unfit.objects.get().size == 1_500_000


def test_too_often_is_told_to_wait(key: str, settings: Any) -> None:
    settings.DISTRICT_RATES = "warnings.send.address=1/60"
    post(key, b"<a/>")
    again = post(key, b"<a/>")
    assert again.status_code == 429
    assert int(again["Retry-After"]) > 0


def test_a_new_key_is_shown_once(people: People, source: Source) -> None:
    client = people.client("admin")
    answer = client.post(reverse("warnings_key_new", args=[source.pk]))
    assert "warn_" in answer.content.decode()
    assert answer["Cache-Control"] == "no-store"
    assert "warn_" not in page(client, "warnings_source", source.pk)
    east = people.client("east")
    assert east.post(reverse("warnings_key_new", args=[source.pk])).status_code == 403


def test_a_message_that_did_not_fit_is_shown_as_it_was_sent(people: People, source: Source) -> None:
    receive(source, "<script>alert(1)</script>暴雨".encode())
    row = Unfit.objects.get()
    client = people.client("duty")
    assert "有未采用的预警报文" in page(client, "warnings")
    text = page(client, "warnings_unfit_one", row.pk)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;暴雨" in text
    assert "不是完整的 XML 文档" in text or "不是 CAP" in text
    client.post(reverse("warnings_unfit_one", args=[row.pk]), {"note": "与本区无关"})
    row.refresh_from_db()
    assert row.settled_note == "与本区无关"
