"""What the worker does for coverage."""

from __future__ import annotations

from datetime import timedelta

from django_tasks import task

from district.kernel.base.periodic import declare_periodic
from district.systems.early_warning.services.coverage import ask_if_changed, compute_run
from district.systems.early_warning.services.coverage_proposals import (
    compute_proposal,
    fail_stuck_proposals,
)


@task()
def compute_coverage(run_id: str) -> None:
    """Compute the coverage that was asked for. Safe to run twice."""
    compute_run(run_id)


@task()
def compute_sites(proposal_id: str) -> None:
    """Compute a proposal for further stations. Safe to run twice."""
    compute_proposal(proposal_id)


def follow_changes() -> int:
    """Have coverage computed anew where something that it depends on has changed."""
    fail_stuck_proposals()
    return ask_if_changed()


declare_periodic("early_warning.coverage", timedelta(minutes=5), follow_changes)
