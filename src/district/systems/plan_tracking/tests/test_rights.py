"""Every page against every role: it opens exactly where its declared action says so."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.urls import URLPattern, reverse

from district.kernel.organisation.public import EVERY_ROLE, action_of
from district.kernel.plan.public import Commitment, Statement, add_edition, propose_adjustment
from district.kernel.supervision.public import Run
from district.systems.plan_tracking import urls
from district.systems.plan_tracking.tests.conftest import AMENDED, World

PATTERNS = [pattern for pattern in urls.urlpatterns if isinstance(pattern, URLPattern)]


def _arguments(pattern: URLPattern, world: World, run: Run) -> dict[str, Any]:
    row = Commitment.objects.filter(report=world.report).order_by("sort")[0]
    known: dict[str, Any] = {
        "report_id": world.report.pk,
        "edition_id": world.edition.pk,
        "statement_id": Statement.objects.filter(edition=world.edition)[0].pk,
        "commitment_id": row.pk,
        "run_id": run.pk,
        "tab": "red",
        "adjustment_id": uuid4(),
        "succession_id": uuid4(),
        "circular_id": uuid4(),
        "completion_id": uuid4(),
    }
    return {name: known[name] for name in pattern.pattern.converters}


def _may(pattern: URLPattern, role: str) -> bool:
    view: Any = pattern.callback
    grants = action_of(view.action).grants
    relations = {grant.relation for grant in grants if grant.role == role}
    return bool(relations) if view.somewhere else "any" in relations


@pytest.mark.parametrize("role", EVERY_ROLE)
def test_a_page_opens_for_whoever_its_action_is_granted_to(
    role: str, running: World, run: Run
) -> None:
    client = running.client(role)
    wrong = []
    for pattern in PATTERNS:
        address = reverse(str(pattern.name), kwargs=_arguments(pattern, running, run))
        answer = client.get(address)
        if answer.status_code == 405:
            answer = client.post(address)
        refused = answer.status_code == 403
        # What the page itself then finds wrong (no such adjustment, an empty form) is no refusal.
        if refused is _may(pattern, role) or answer.status_code >= 500:
            wrong.append(f"{pattern.name}: {answer.status_code}, allowed {_may(pattern, role)}")
    assert wrong == []


def test_every_page_names_its_action() -> None:
    assert all(hasattr(pattern.callback, "action") for pattern in PATTERNS)


def test_somebody_without_a_log_in_is_sent_to_it(running: World, client: Any) -> None:
    for name in ("cockpit", "plan_commitments", "plan_reports", "plan_supervision"):
        answer = client.get(reverse(name))
        assert answer.status_code == 302
        assert "/login/" in answer["Location"]


def test_an_officer_of_another_unit_can_neither_report_nor_propose(running: World) -> None:
    row = Commitment.objects.filter(report=running.report, value=None)[0]
    client = running.client("other_officer")
    progress = client.post(
        reverse("plan_progress", args=[row.pk]), {"percent": "50", "text": "推进中"}
    )
    proposal = client.post(
        reverse("plan_adjust", args=[row.pk]), {"deadline": "2025-11-30", "reason": "延后"}
    )
    assert (progress.status_code, proposal.status_code) == (403, 403)
    assert not row.progress_reports.exists()
    assert not row.adjustments.exists()


def test_whoever_proposed_an_adjustment_cannot_approve_it(running: World) -> None:
    row = Commitment.objects.filter(report=running.report).exclude(value=None)[0]
    assert row.value is not None
    adjustment = propose_adjustment(
        row.pk, value=row.value - 1, reason="口径变化", actor=running.actor("planner")
    )
    address = reverse("plan_adjustment_decide", args=[row.pk, adjustment.pk])
    assert running.client("planner").post(address, {"do": "approve"}).status_code == 403
    row.refresh_from_db()
    assert row.value == adjustment.value_before


def test_only_who_manages_reports_is_offered_to_adopt(running: World) -> None:
    amended = add_edition(
        running.report.pk, AMENDED.encode(), "修订稿.txt", actor=running.actor("planner")
    )
    address = reverse("plan_difference", args=[amended.pk])
    adopt = reverse("plan_adopt", args=[amended.pk])
    assert adopt in running.client("planner").get(address).content.decode()
    assert adopt not in running.client("viewer").get(address).content.decode()
    assert running.client("viewer").post(adopt).status_code == 403
