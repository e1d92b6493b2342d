"""Plans of several years stand beside each other."""

from __future__ import annotations

from decimal import Decimal

from district.kernel.plan.models import Commitment, Edition
from district.kernel.plan.services.decisions import confirm_many
from district.kernel.plan.services.reports import add_edition, create_report
from district.kernel.plan.tests.conftest import REPORT, People, standing


def test_years_live_beside_each_other(confirmed: Edition, people: People) -> None:
    with standing("2026-01-20 09:00"):
        report = create_report("9", 2026, "2026年计划", actor=people.planner)
        text = REPORT.replace("2025", "2026").replace("2024", "2025")
        edition = add_edition(report.pk, text.encode(), "2026.txt", actor=people.planner)
        confirm_many(edition.pk, actor=people.planner, threshold=Decimal("0.5"))
    both = Commitment.objects.filter(title="固定资产投资额").order_by("year")
    assert [row.year for row in both] == [2025, 2026]
    assert both[0].measure_id == both[1].measure_id
    assert [row.sequence for row in both] == ["25§指2", "26§指2"]
