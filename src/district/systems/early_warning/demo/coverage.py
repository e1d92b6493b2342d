"""The coverage of the demo: invented ground, computed at once, and a proposal that waits.

Where the district's folder names no such ground (`coverage` under `[demo]`), nothing is added.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from district.kernel.base import clock
from district.kernel.base.district_files import DemoTime, declare_demo
from district.systems.early_warning.coverage.names import SYSTEM
from district.systems.early_warning.models import CoverageProposal, CoverageRun
from district.systems.early_warning.selectors.coverage_inputs import inputs_now
from district.systems.early_warning.services.coverage import compute_now
from district.systems.early_warning.services.coverage_data import load_coverage
from district.systems.early_warning.services.coverage_proposals import NewProposal, propose_now


def play(time: DemoTime) -> Iterator[str]:
    """Load the ground, compute what the stations cover, ask where two more cameras go.

    Twice adds nothing.
    """
    path = time.files.get("coverage")
    if path is None:
        return
    with clock.moved_to(time.starts_at):
        yield load_coverage(path)
        inputs = inputs_now()
        done = CoverageRun.objects.filter(digest=inputs.digest, state=CoverageRun.State.DONE)
        if not done.exists():
            run = compute_now()
            yield f"coverage: {run.cells} cells, {run.any_share.normalize():f} % covered"
        unit = inputs.settings.lead_unit_id
        if unit and not CoverageProposal.objects.exists():
            asked = NewProposal(
                kind="sensor",
                sites=2,
                source=CoverageProposal.From.TERRAIN,
                lead_unit=unit,
                spacing_m=1000,
                road_m=800,
                height=Decimal(30),
                reach=Decimal(3500),
            )
            made = propose_now(asked, actor=SYSTEM)
            yield f"coverage: proposal {made.number}, gap {made.gap.normalize():f} %"


declare_demo("early_warning_coverage", play, file="coverage")
