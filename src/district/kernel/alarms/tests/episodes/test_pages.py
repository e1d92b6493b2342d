"""The live screen, the page of an episode, silences, and how running stands."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from district.kernel.alarms.models import Episode, Following, Silence, Trouble
from district.kernel.alarms.public import hand_over
from district.kernel.alarms.services.troubles import note_troubles
from district.kernel.alarms.tests.episodes.conftest import MakeRule, Town
from district.kernel.base import clock
from district.kernel.cases.models import Case
from district.kernel.notifications.models import Notification
from district.kernel.sensing import logged, store
from district.kernel.sensing.gateway.client import GatewayClient
from district.kernel.sensing.models import Datastream
from district.kernel.sensing.tests.conftest import MakeMember, MakeStream
from district.kernel.warnings.public import Draft, catalogue

SignIn = Callable[..., Client]
HANDLING = {"case_type": "request", "open": "by_hand"}

pytestmark = pytest.mark.usefixtures("request_type", "calendars")


@pytest.fixture
def readable(town: Town, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Pages read the same log."""
    monkeypatch.setenv("DISTRICT_READINGS", str(town.folder))
    store.plug(logged.LoggedReadings(town.folder, GatewayClient("http://127.0.0.1:9", "x")))
    yield
    store.plug(None)


@pytest.fixture
def flood(town: Town, stream: MakeStream, rule: MakeRule, readable: None) -> Episode:
    """An episode that lasts."""
    one = stream("S-1")
    rule(handling=HANDLING)
    town.bind()
    town.say((one.pk, 0, 1.0))
    town.say((one.pk, 5, 3.5))
    town.follow()
    hand_over()
    return Episode.objects.get()


def test_the_live_screen_shows_level_place_reading_and_what_can_be_done(
    flood: Episode, sign_in: SignIn
) -> None:
    duty = sign_in("duty_officer", "901")
    with CaptureQueriesContext(connection) as queries:
        page = duty.get("/alarms/")
    text = page.content.decode()
    assert len(queries) <= 10
    for words in (
        "水位过高：站 S-1",
        "橙色",
        "水位 3.5 m",
        "地点 S-1",
        "未确认",
        "开事件单",
        "静默",
    ):
        assert words in text
    post(duty, flood, "acknowledge", back="live")
    text = duty.get("/alarms/").content.decode()
    assert "石立春确认" in text
    post(duty, flood, "case", back="live")
    assert Case.objects.get().number in duty.get("/alarms/").content.decode()


def post(browser: Client, episode: Episode, verb: str, **data: str) -> int:
    """Press a button; the status."""
    return browser.post(reverse("alarm_act", args=[episode.pk, verb]), data).status_code


def test_the_part_that_changes_is_asked_for_again_and_sent_only_when_it_has_changed(
    flood: Episode, sign_in: SignIn, town: Town
) -> None:
    duty = sign_in("duty_officer", "901")
    first = duty.get("/alarms/", headers={"X-Alarms-Part": "1"})
    assert b"<html" not in first.content
    again = {"X-Alarms-Part": "1", "If-None-Match": first["ETag"]}
    with CaptureQueriesContext(connection) as queries:
        kept = duty.get("/alarms/", headers=again)
    assert (kept.status_code, kept.content) == (304, b"")
    assert len(queries) <= 6
    post(duty, flood, "acknowledge")
    assert duty.get("/alarms/", headers=again).status_code == 200


def test_the_screen_of_another_street_shows_nothing_of_it(flood: Episode, sign_in: SignIn) -> None:
    west = sign_in("duty_officer", "902")
    assert "站 S-1" not in west.get("/alarms/").content.decode()
    assert west.get(flood.get_absolute_url()).status_code == 404
    assert west.get(reverse("alarm_why", args=[flood.pk])).status_code == 404
    for verb in ("acknowledge", "silence", "release", "case"):
        assert post(west, flood, verb, reason="x", minutes="30") == 404
    flood.refresh_from_db()
    assert (flood.state, flood.acknowledged_at, flood.silenced, flood.case) == (
        "open", None, None, None,
    )  # fmt: skip


def test_a_public_warning_is_drafted_from_it_once_of_a_kind_that_the_district_issues(
    flood: Episode, sign_in: SignIn
) -> None:
    duty = sign_in("duty_officer", "901")
    address = reverse("alarm_warn", args=[flood.pk])
    assert address in duty.get(flood.get_absolute_url()).content.decode()
    shown = re.findall(r'<option value="(\w+:\w+)"', duty.get(address).content.decode())
    assert shown[0].endswith(f":{flood.level}")
    assert set(shown) == {f"{k.key}:{c}" for k, cs in catalogue().issuable for c in cs}
    answer = duty.post(address, {"signal": shown[0]})
    draft = Draft.objects.get()
    assert answer.headers["Location"] == reverse("warnings_draft", args=[draft.pk])
    assert f"{draft.kind}:{draft.colour}" == shown[0]
    assert flood.rule.label in draft.facts
    assert flood.place in draft.facts
    assert draft.about == f"alarms.episode:{flood.pk}"
    for signal in (shown[0], "rainstorm:red", "?"):
        duty.post(address, {"signal": signal})
    assert Draft.objects.count() == 1
    assert "拟发公众预警" in duty.get(flood.get_absolute_url()).content.decode()
    for client, status in ((sign_in("auditor", "9"), 403), (sign_in("duty_officer", "902"), 404)):
        assert client.get(address).status_code == status
        assert client.post(address, {"signal": shown[0]}).status_code == status
    above = sign_in("duty_officer", "9")
    above.post(address, {"signal": shown[0]})  # the same draft, whoever asks
    above.post(address, {"signal": shown[-1]})
    assert set(Draft.objects.values_list("lead_unit_id", flat=True)) == {"901", "9"}
    post(duty, flood, "release", reason="演练")
    assert address not in duty.get(flood.get_absolute_url()).content.decode()
    assert duty.post(address, {"signal": shown[-1]}).headers["Location"] == (
        flood.get_absolute_url()
    )
    assert Draft.objects.count() == 2


def test_whoever_may_only_look_has_no_buttons_and_is_refused(
    flood: Episode, sign_in: SignIn
) -> None:
    auditor = sign_in("auditor", "9")
    assert "/acknowledge/" not in auditor.get("/alarms/").content.decode()
    assert post(auditor, flood, "acknowledge") == 403
    assert sign_in("viewer", "901").get("/alarms/").status_code == 403


def test_the_page_of_an_episode_has_evidence_chart_why_and_history(
    flood: Episode, sign_in: SignIn
) -> None:
    duty = sign_in("duty_officer", "901")
    with CaptureQueriesContext(connection) as queries:
        page = duty.get(flood.get_absolute_url())
    text = page.content.decode()
    assert len(queries) <= 10
    for words in (flood.number, "3.5", "告警发生", "readings-"):
        assert words in text
    told = duty.get(reverse("alarm_why", args=[flood.pk])).content.decode()
    assert "成立" in told
    assert "当时 3.5" in told


def test_why_says_in_words_that_the_log_is_gone(
    flood: Episode, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    monkeypatch.setenv("DISTRICT_READINGS", f"{tmp_path}/nothing")
    told = sign_in("duty_officer", "901").get(reverse("alarm_why", args=[flood.pk]))
    assert "不能重放" in told.content.decode()


def test_a_silence_is_set_from_the_page_listed_and_ended(flood: Episode, sign_in: SignIn) -> None:
    duty = sign_in("duty_officer", "901")
    post(duty, flood, "silence", minutes="30", reason="")
    assert not Silence.objects.exists()
    post(duty, flood, "silence", minutes="30", reason="检修")
    row = Silence.objects.get()
    assert row.ends_at == clock.now() + timedelta(minutes=30)
    assert "已静默" in duty.get("/alarms/").content.decode()
    page = duty.get("/alarms/silences/").content.decode()
    assert "检修" in page
    assert "提前结束" in page
    address = reverse("alarms_silence_end", args=[row.pk])
    assert address in page
    duty.post(address)
    assert address not in duty.get("/alarms/silences/").content.decode()


def test_a_case_shows_the_readings_of_its_episodes(flood: Episode, sign_in: SignIn) -> None:
    duty = sign_in("duty_officer", "9")
    post(duty, flood, "case")
    case = Case.objects.get()
    with CaptureQueriesContext(connection) as queries:
        text = duty.get(f"/cases/{case.pk}/").content.decode()
    assert "告警时的读数" in text
    assert flood.get_absolute_url() in text
    assert f"readings-{Datastream.objects.get().pk}" in text
    assert len(queries) <= 10


def test_every_figure_of_the_live_screen_opens_its_rows(flood: Episode, sign_in: SignIn) -> None:
    duty = sign_in("duty_officer", "901")
    live = duty.get("/alarms/").context["live"]
    for figure in (live.open, live.waiting, live.without_case):
        assert figure.value == 1
        assert "站 S-1" in duty.get(figure.url).content.decode()
        told = duty.get(f"{figure.url}&format=json&figure=1").json()
        assert told["figure"] == 1


def test_how_running_stands_is_for_administrators(
    flood: Episode, sign_in: SignIn, member: MakeMember
) -> None:
    administrator = sign_in("administrator", "9")
    text = administrator.get("/alarms/following/").content.decode()
    assert "正在运行，没有落后" in text
    assert sign_in("unit_head", "9").get("/alarms/following/").status_code == 403
    Following.objects.update(beat_at=clock.now() - timedelta(minutes=5))
    note_troubles({"stopped": {"seconds": "300"}})
    note_troubles({"stopped": {"seconds": "315"}})
    assert Trouble.objects.count() == 1
    assert Notification.objects.count() == 1
    text = administrator.get("/alarms/following/").content.decode()
    assert "已 315 秒没有响应" in text
    assert "告警可能没有及时产生" in sign_in("duty_officer", "901").get("/alarms/").content.decode()
    note_troubles({})
    assert Trouble.objects.get().ended_at is not None
    assert not Notification.objects.filter(read_at=None).exists()
