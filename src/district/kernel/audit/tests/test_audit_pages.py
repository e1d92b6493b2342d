"""Auditors read and verify history; others are refused; tampering shows on the page."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client

from district.kernel.audit.services import CHAIN, verify_in_background
from district.kernel.history.models import Event
from district.kernel.history.public import Actor, Subject, events_of, record, seal_all
from district.kernel.organisation.models import Assignment, Member, Unit

Guards = Callable[[], AbstractContextManager[None]]
BY = Actor("member", "m1", "张三")


def _log_in(role: str) -> Client:
    unit = Unit.objects.create(code="1", name="某区", level="district", path="/1/")
    user = User.objects.create_user(f"u-{role}")
    member = Member.objects.create(user=user, name="某人")
    Assignment.objects.create(member=member, unit=unit, role=role, since="2020-01-01")
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def events() -> list[Event]:
    with transaction.atomic():
        rows = [
            record(Subject("test.row", "7"), "test.changed", {"n": n}, actor=BY, note=f"第{n}次")
            for n in range(60)
        ]
    seal_all()
    return rows


@pytest.mark.django_db
def test_an_auditor_reads_all_events_page_by_page(events: list[Event]) -> None:
    client = _log_in("auditor")
    first = client.get("/history/")
    assert first.status_code == 200
    assert "第59次" in first.content.decode()
    assert "第9次" not in first.content.decode()
    older = first.context["older"]
    second = client.get("/history/", {"before": older})
    assert "第9次" in second.content.decode()
    assert second.context["older"] is None


@pytest.mark.django_db
def test_events_of_one_object_are_shown_together(events: list[Event]) -> None:
    page = _log_in("auditor").get("/history/test.row/7/").content.decode()
    assert "第0次" in page
    assert "张三" in page


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["officer", "viewer", "planner"])
@pytest.mark.parametrize("path", ["/history/", "/history/test.row/7/"])
def test_others_are_refused(role: str, path: str) -> None:
    assert _log_in(role).get(path).status_code == 403


@pytest.mark.django_db
def test_a_supervisor_may_read_but_not_start_a_verification() -> None:
    client = _log_in("supervisor")
    assert client.get("/history/").status_code == 200
    assert client.post("/history/verify/").status_code == 403


@pytest.mark.django_db
def test_verification_says_what_it_found(events: list[Event], guards_down: Guards) -> None:
    client = _log_in("auditor")
    verify_in_background.call("member", "m1", "张三")
    assert "上次核验一致" in client.get("/history/").content.decode()
    with guards_down():
        Event.objects.filter(pk=events[30].pk).update(note="改过")
    verify_in_background.call("member", "m1", "张三")
    page = client.get("/history/").content.decode()
    assert "上次核验发现问题" in page
    assert "test.row:7#31" in page
    assert len(events_of(CHAIN)) == 2


@pytest.mark.django_db
def test_a_page_of_history_costs_few_statements(
    events: list[Event], django_assert_max_num_queries: object
) -> None:
    client = _log_in("auditor")
    with django_assert_max_num_queries(10):  # type: ignore[operator]  # the fixture is a callable context manager
        client.get("/history/")
