"""The page starts, shows and stops scenarios; outside a demo it is not there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from district.kernel.base import clock
from district.kernel.organisation.public import Member
from district.kernel.sensing.public import Source
from district.simulation import state_file
from district.simulation.installing import install
from district.simulation.layout import Placed
from district.simulation.models import Scenario
from district.simulation.signals.world import MINUTE
from district.simulation.state_file import SenderState, State
from district.simulation.tests.conftest import Now

pytestmark = pytest.mark.django_db
Opens = Callable[..., Client]


@pytest.fixture
def opens(member: Callable[..., Member]) -> Opens:
    """`opens("duty_officer")`: the browser of such a member."""

    def make(role: str, unit: str = "9") -> Client:
        client = Client()
        person = member(role, unit)
        assert person.user is not None
        client.force_login(person.user)
        return client

    return make


def test_a_fire_is_started_watched_and_stopped(sensors: None, opens: Opens, now: Now) -> None:
    client = opens("duty_officer")
    page = client.get("/simulation/").content.decode()
    assert "东前端（演示）" in page
    answer = client.post("/simulation/start/fire/", {"thing": "LH-1", "minutes": "20"})
    row = Scenario.objects.get()
    assert answer["Location"] == f"/simulation/{row.pk}/"
    now.move(2 * MINUTE)
    shown = client.get(answer["Location"]).content.decode()
    assert "进行中" in shown
    assert "东前端（演示） 烟雾" in shown
    assert "every 5s" in shown
    assert client.post(f"/simulation/{row.pk}/stop/").status_code == 302
    assert "正在恢复" in client.get(answer["Location"]).content.decode()
    now.move(3 * MINUTE)
    shown = client.get(answer["Location"]).content.decode()
    assert "已停止" in shown
    assert "every 5s" not in shown
    assert "停止演示场景" in shown  # its history


def test_pages_take_few_statements(
    sensors: None, opens: Opens, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = opens("administrator")
    client.post("/simulation/start/storm/", {"thing": "YL-1", "minutes": "20"})
    with django_assert_max_num_queries(10):
        client.get("/simulation/")
    with django_assert_max_num_queries(10):
        assert client.get(f"/simulation/{Scenario.objects.get().pk}/").status_code == 200


def test_what_is_wrong_stands_at_its_field(sensors: None, opens: Opens) -> None:
    client = opens("duty_officer")
    answer = client.post("/simulation/start/storm/", {"thing": "LH-1", "minutes": "20"})
    assert answer.status_code == 422
    assert not Scenario.objects.exists()
    assert client.post("/simulation/start/flood/", {}).status_code == 404


def test_a_second_storm_is_told_and_leads_back(sensors: None, opens: Opens) -> None:
    client = opens("duty_officer")
    given = {"thing": "YL-1", "minutes": "20"}
    client.post("/simulation/start/storm/", given)
    answer = client.post("/simulation/start/storm/", given, follow=True)
    assert "正在进行" in answer.content.decode()
    assert Scenario.objects.count() == 1


def test_outside_a_demo_and_for_others_it_is_not_there(
    sensors: None, opens: Opens, settings: Any
) -> None:
    assert opens("officer").get("/simulation/").status_code == 403
    client = opens("administrator")
    assert "/simulation/" in client.get("/home/", follow=True).content.decode()
    settings.DISTRICT_DEMO = False
    assert client.get("/simulation/").status_code == 404
    assert client.post("/simulation/start/fire/", {}).status_code == 404
    assert 'href="/simulation/"' not in client.get("/home/", follow=True).content.decode()


def test_without_sensors_and_without_a_process_the_page_says_what_to_do(
    district: None, opens: Opens
) -> None:
    shown = opens("duty_officer").get("/simulation/").content.decode()
    assert "district load" in shown
    assert "模拟传感器没有在发送" in shown


def test_the_page_tells_how_each_sender_fares(
    sensors: None, demo: Path, opens: Opens, now: Now
) -> None:
    senders = {
        "sim-forest": SenderState("mqtt", "", 12),
        "sim-gas": SenderState("http", "", 3, "the gateway does not answer"),
    }
    state_file.write(demo, State(clock.now(), senders))
    client = opens("duty_officer")
    shown = client.get("/simulation/").content.decode()
    assert "the gateway does not answer" in shown
    assert "模拟传感器没有在发送" not in shown
    now.move(round(timedelta(minutes=2).total_seconds()) * 1_000_000)
    assert "模拟传感器没有在发送" in client.get("/simulation/").content.decode()


def test_a_source_of_very_many_datastreams_has_a_page_of_few_statements(
    district: None, opens: Opens, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    front_ends = [
        Placed(f"LH-{number}", "front_end", f"前端{number}", "901", 114.25, 22.7)
        for number in range(14)
    ]
    install(front_ends)
    source = Source.objects.get(code="sim-forest")
    client = opens("administrator")
    with django_assert_max_num_queries(10):
        shown = client.get(f"/sensing/sources/{source.pk}/").content.decode()
    assert ">56<" in shown


def test_the_page_speaks_english(sensors: None, opens: Opens) -> None:
    client = opens("duty_officer")
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    shown = client.get("/simulation/").content.decode()
    assert "60 minutes" in shown
    assert "Hill fire" in shown
    assert "分钟" not in shown
