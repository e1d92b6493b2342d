"""What tests of dispatch meetings make: targets, meetings, decisions, a report of the plan."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from django.test import Client

from district.kernel.base import clock
from district.kernel.base.recent import forget_all
from district.kernel.organisation.public import Member
from district.kernel.plan.public import (
    Commitment,
    Edition,
    Report,
    bind_measure,
    create_commitment,
)
from district.systems.economy.models import Decision, Decomposition, Meeting, Series
from district.systems.economy.names import SYSTEM
from district.systems.economy.services.deciding import (
    approve_decomposition,
    propose_decomposition,
)
from district.systems.economy.services.drafting import draft_decomposition
from district.systems.economy.services.meetings import save_decision, save_meeting
from district.systems.economy.tests.conftest import People


def approve(key: str, growth: Decimal, people: People) -> Decomposition:
    """An approved growth target of 2025."""
    row = draft_decomposition(Series.objects.get(pk=key), 2025, growth, actor=SYSTEM)
    propose_decomposition(row.pk, actor=SYSTEM)
    return approve_decomposition(row.pk, actor=people.planner)


def leader() -> Member:
    """The district's leader."""
    return Member.objects.get(name="leader")


def meeting(people: People, month: int = 8, day: str = "2025-09-22") -> Meeting:
    """A meeting on the figures of a month, prepared by the bureau."""
    data = {
        "year": 2025, "month": month, "held_on": date.fromisoformat(day), "place": "一号会议室",
        "chair": leader().pk, "title": "",
    }  # fmt: skip
    return save_meeting(data, actor=people.bureau)


def decision(row: Meeting, people: People, text: str, due: str, **more: Any) -> Decision:
    """A draft of the meeting."""
    data = {
        "text": text, "lead_unit": "9-D02", "co_units": ["901"], "leader": leader().pk,
        "due_on": date.fromisoformat(due), **more,
    }  # fmt: skip
    return save_decision(row.pk, data, actor=people.bureau)


def report(people: People) -> Commitment:
    """A report in force whose item "工业总产值" is counted by the series output."""
    row = Report.objects.create(
        unit_id="9", year=2025, title="计划", created_at=clock.now(), published_at=clock.now()
    )
    Edition.objects.create(
        report=row, number=1, file_name="a.txt", sha256="0", text="a", state="current",
        uploaded_at=clock.now(),
    )  # fmt: skip
    item = create_commitment(
        row.pk, kind="indicator", title="工业总产值", value=Decimal(12), comparator=">=",
        unit="%", actor=people.planner,
    )  # fmt: skip
    return bind_measure(item.pk, "economy_output_growth", actor=people.planner)


def shown(client: Client, url: str, count: Callable[[int], Any]) -> str:
    """The page, within ten statements even where the process keeps nothing of the settings."""
    client.get(url)
    forget_all()
    with count(10):
        answer = client.get(url)
    assert answer.status_code == 200, url
    return answer.content.decode()
