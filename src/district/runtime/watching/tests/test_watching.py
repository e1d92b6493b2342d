"""What monitors are told, and who is."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from pytest_django import Settings

from district.runtime.watching import health

TOKEN = "only-for-tests"  # noqa: S105  # guards nothing


def sample(text: str, name: str) -> float:
    """The value of the metric that begins so."""
    return next(
        float(line.rpartition(" ")[2]) for line in text.splitlines() if line.startswith(name)
    )


@pytest.fixture(autouse=True)
def nothing_is_remembered() -> None:
    health._migrated.clear()


def task(**fields: Any) -> None:
    row = DBTaskResult.objects.create(
        args_kwargs={"args": [], "kwargs": {}},
        task_path="district.nowhere",
        backend_name="default",
        run_after=timezone.now() - timedelta(days=1),
    )
    DBTaskResult.objects.filter(pk=row.pk).update(**fields)


@pytest.mark.django_db
def test_an_installation_in_order_is_ready_and_says_what_was_looked_at(client: Client) -> None:
    answer = client.get("/health/ready")
    checks = {row["check"]: row for row in answer.json()["checks"]}
    assert (answer.status_code, answer.json()["status"]) == (200, "ready")
    assert {"database", "migrations", "queue", "log", "disk var"} <= set(checks)
    assert {checks[name]["state"] for name in ("database", "migrations", "queue")} == {"ok"}


def test_liveness_asks_nobody(client: Client) -> None:
    """No database is allowed in this test."""
    assert client.get("/health/live").json() == {"status": "ok"}


@pytest.mark.django_db
def test_a_table_that_is_missing_makes_it_unready(client: Client) -> None:
    recorder = "DELETE FROM django_migrations WHERE app = 'kernel_throttling'"
    with connection.cursor() as cursor:
        cursor.execute(recorder)
    answer = client.get("/health/ready")
    told = next(row for row in answer.json()["checks"] if row["check"] == "migrations")
    assert (answer.status_code, told["state"]) == (503, "bad")
    assert "kernel_throttling.0001_initial" in told["detail"]


def test_a_database_that_is_away_makes_it_unready_and_nothing_it_says_is_repeated(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_given: object) -> None:
        raise DatabaseError("no password for zhang.san at 10.0.0.7")

    monkeypatch.setattr(connection, "cursor", refuse)
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert "zhang" not in answer.content.decode()
    assert {"check": "database", "state": "bad", "detail": "DatabaseError"} in answer.json()[
        "checks"
    ]


@pytest.mark.django_db
def test_a_task_that_waits_too_long_worries_and_does_not_take_pages_down(
    client: Client, settings: Settings
) -> None:
    task(enqueued_at=timezone.now() - timedelta(seconds=settings.DISTRICT_QUEUE_LATE + 60))
    answer = client.get("/health/ready")
    told = next(row for row in answer.json()["checks"] if row["check"] == "queue")
    assert (answer.status_code, told["state"]) == (200, "worry")
    assert told["detail"].startswith("1 wait, oldest 6")


@pytest.mark.django_db
def test_a_disk_without_room_makes_it_unready(client: Client, settings: Settings) -> None:
    settings.DISTRICT_DISK_LEAST = settings.DISTRICT_DISK_WORRY = 10**12
    assert client.get("/health/ready").status_code == 503


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("sent", "may"),
    [
        ({"REMOTE_ADDR": "127.0.0.1"}, True),
        ({"REMOTE_ADDR": "::1"}, True),
        ({"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "127.0.0.1"}, False),
        ({"REMOTE_ADDR": "127.0.0.1", "HTTP_VIA": "1.1 proxy"}, False),
        ({"REMOTE_ADDR": "10.1.2.3"}, False),
        ({"REMOTE_ADDR": ""}, False),
        ({"REMOTE_ADDR": "10.1.2.3", "HTTP_AUTHORIZATION": f"Bearer {TOKEN}"}, True),
        ({"REMOTE_ADDR": "10.1.2.3", "HTTP_AUTHORIZATION": "Bearer other"}, False),
        ({"REMOTE_ADDR": "10.1.2.3", "HTTP_AUTHORIZATION": "Bearer "}, False),
    ],
)
def test_details_and_metrics_are_for_this_machine_or_the_token(
    client: Client, settings: Settings, sent: dict[str, str], may: bool
) -> None:
    settings.DISTRICT_METRICS_TOKEN = TOKEN
    assert ("checks" in client.get("/health/ready", **sent).json()) is may  # type: ignore[arg-type]  # headers, not a dict of data
    assert client.get("/metrics", **sent).status_code == (200 if may else 404)  # type: ignore[arg-type]  # as above


@pytest.mark.django_db
def test_without_a_token_none_is_right(client: Client, settings: Settings) -> None:
    settings.DISTRICT_METRICS_TOKEN = ""
    sent = {"REMOTE_ADDR": "10.1.2.3", "HTTP_AUTHORIZATION": "Bearer "}
    assert client.get("/metrics", **sent).status_code == 404  # type: ignore[arg-type]  # as above


@pytest.mark.django_db
def test_metrics_count_requests_by_the_route_and_never_name_what_stood_in_the_address(
    client: Client,
) -> None:
    counted = 'district_requests_total{method="GET",route="health/live",status="200"}'
    client.get("/health/live")
    before = sample(client.get("/metrics").content.decode(), counted)
    client.get("/health/live")
    client.get("/cases/0190b6a0-0000-7000-8000-000000000001/?q=13800138000")
    client.get("/no-such-page/440307199001010011/")
    client.generic("ZHANG", "/health/live")
    text = client.get("/metrics").content.decode()
    assert sample(text, counted) == before + 1
    assert sample(text, 'district_requests_total{method="GET",route="(none)",status="404"}') >= 1
    assert 'method="other"' in text
    assert 'district_request_seconds_bucket{le="0.4",route="health/live"}' in text
    assert not any(
        word in text for word in ("13800138000", "440307199001010011", "ZHANG", "0190b6a0")
    )


@pytest.mark.django_db
def test_metrics_tell_of_the_queue_the_consumers_the_log_and_the_disk(client: Client) -> None:
    task(enqueued_at=timezone.now() - timedelta(seconds=120))
    text = client.get("/metrics").content.decode()
    assert sample(text, "district_queue_tasks") == 1
    assert 119 <= sample(text, "district_queue_oldest_seconds") < 200
    assert sample(text, 'district_check{check="database"}') == 0
    assert sample(text, 'district_disk_free_bytes{holds="var"}') > 0
    assert sample(text, "district_log_position") >= 0
    assert "district_history_unsealed" in text


@pytest.mark.django_db
def test_metrics_of_several_processes_are_added_up(
    client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two processes count; a third, which is asked, tells the sum."""
    import subprocess
    import sys

    code = "from district.runtime.watching.requests import note; note('home/', 'GET', 200, 0.01)"
    environment = {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path), "PYTHONPATH": ":".join(sys.path)}
    for _process in range(2):
        subprocess.run([sys.executable, "-c", code], env=environment, check=True)  # noqa: S603  # our own line
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
    text = client.get("/metrics").content.decode()
    assert sample(text, 'district_requests_total{method="GET",route="home/",status="200"}') == 2


@pytest.mark.django_db
def test_health_takes_few_statements(client: Client, django_assert_max_num_queries: Any) -> None:
    client.get("/health/ready")
    with django_assert_max_num_queries(6):
        client.get("/health/ready")
    with django_assert_max_num_queries(18):
        client.get("/metrics")
