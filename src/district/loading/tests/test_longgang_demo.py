"""The demo of Longgang, loaded once: believable, recognisable as invented, loaded twice the same.

It is the demo that the run has loaded once for all; the tests look at what was found in it and
after it was loaded again.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db.models import Count
from django.utils import timezone

from district.kernel.base import clock
from district.kernel.history.models import Event
from district.kernel.history.public import verify
from district.kernel.measures.public import (
    Filing,
    FilingDuty,
    MeasureValue,
    latest_value,
    provided_measures,
    vintages,
)
from district.kernel.notifications.public import Notification
from district.kernel.organisation.public import root_code
from district.kernel.plan.public import (
    Commitment,
    ProgressReport,
    Statement,
    TargetAdjustment,
    public_headlines,
)
from district.kernel.reports.public import Passage, drafts, stale_passages
from district.kernel.supervision.public import Circular, Run
from district.kernel.tracking.public import LightChange, TrackedRow, sweep
from district.loading.demo.load import acts_of
from district.loading.folder import read_folder
from district.loading.load import load_district
from district.loading.tests.conftest import LONGGANG
from district.testing.demo import DemoDistrict

# Without the mark of the database pytest-django makes none for the fixture.
# What it plays is tried on both databases by the parts' own tests.
pytestmark = [pytest.mark.slow, pytest.mark.django_db, pytest.mark.one_database]


@dataclass
class Found:
    """What the loaded demo holds."""

    lines: list[str]
    again: list[str]
    events_again: int
    facts: dict[str, Any] = field(default_factory=dict)


@pytest.fixture(scope="module")
def found(demo: DemoDistrict) -> Found:
    source = read_folder(LONGGANG)
    before = Event.objects.count()
    again = list(load_district(source, demo=True))
    return Found(list(demo.lines), again, Event.objects.count() - before, _facts())


def _facts() -> dict[str, Any]:
    rows = TrackedRow.objects.filter(subject_type="plan.commitment", state__in=("open", "paused"))
    week = datetime.fromisoformat("2025-09-19T00:00:00+08:00")
    turned = LightChange.objects.filter(at__gte=week).exclude(before="none")
    left = Statement.objects.filter(state="proposed")
    late = Filing.objects.filter(state="draft", tracked__due_at__lt=clock.now())
    # What a system counts is counted anew every day; people revise what they have filed.
    values = MeasureValue.objects.filter(period_end__year=2025).exclude(source="system")
    lights = Counter(rows.values_list("light", flat=True))
    return {
        "lights": lights,
        "swept": _swept(),
        "turned": Counter(turned.values_list("after", flat=True)),
        "left": left.count(),
        "flagged": sum(1 for flags in left.values_list("flags", flat=True) if flags),
        "decided": Counter(Statement.objects.values_list("state", flat=True)),
        "filings": Counter(Filing.objects.values_list("state", flat=True)),
        "late": late.count(),
        "revised": values.exclude(superseded_by=None).count(),
        "unmarked": [str(value) for value in values if "演示" not in value.note],
        "progress": ProgressReport.objects.values("commitment").distinct().count(),
        "unmarked_progress": ProgressReport.objects.exclude(text__contains="演示").count(),
        "adjustments": Counter(TargetAdjustment.objects.values_list("state", flat=True)),
        "runs": Counter(Run.objects.values_list("stage", flat=True)),
        "circulars": [
            (one.title, one.named) for one in Circular.objects.annotate(named=Count("entries"))
        ],
        "profiles": Counter(Commitment.objects.values_list("profile", flat=True)),
        "natures": Counter(Commitment.objects.values_list("nature", flat=True)),
        "states": Counter(Commitment.objects.values_list("state", flat=True)),
        "unread": Notification.objects.filter(read_at=None).values("member").distinct().count(),
        "headlines": public_headlines(),
        "first": Event.objects.order_by("at")[0].at,
        "last": Event.objects.order_by("-at")[0].at,
        "now": clock.now(),
        "verified": verify(),
        "counted": set(
            Statement.objects.exclude(counted_by=None).values_list("raw", "counted_by_id")
        ),
        "bound": {
            one.measure_id: str(latest_value(one.measure_id or "", root_code()).value)  # type: ignore[union-attr]  # a series without values fails here
            for one in Commitment.objects.filter(measure__in=provided_measures())
        },
        "owed of the series": FilingDuty.objects.filter(measure__in=provided_measures()).count(),
        "of the first quarter": [
            row.value for row in vintages("economy_gdp_growth", root_code(), date(2025, 3, 31))
        ],
        "stale": [found.passage.text for one in drafts() for found in stale_passages(one).values()],
        "achieved": Passage.objects.filter(statement__isnull=False).count(),
        "logins": (Path(settings.VAR) / "demo-logins.json").read_text(encoding="utf-8"),
    }


def _swept() -> list[TrackedRow]:
    """What a sweep turns that the demo left otherwise."""
    before = clock.now()
    sweep()
    changes = LightChange.objects.filter(at__gte=before).select_related("row")
    return [change.row for change in changes]


def test_every_act_is_played(found: Found) -> None:
    assert [line for line in found.lines if "left out" in line] == []
    source = read_folder(LONGGANG)
    assert source.demo is not None
    played = sum(int(line.split()[2]) for line in found.lines if line.endswith(" acts"))
    assert played == len(acts_of(source.demo)) > 500


def test_a_second_load_writes_nothing(found: Found) -> None:
    assert found.events_again == 0
    assert not [line for line in found.again if " acts" in line]


def test_lights_are_a_believable_mixture(found: Found) -> None:
    lights, total = found.facts["lights"], sum(found.facts["lights"].values())
    assert total > 150
    assert 0.5 < lights["green"] / total < 0.75
    assert 0.12 < lights["yellow"] / total < 0.3
    assert 0.06 < lights["red"] / total < 0.18
    assert lights["none"] > 0


def test_lights_are_as_a_sweep_would_set_them(found: Found) -> None:
    swept = found.facts["swept"]
    # Terms of hours may have run on while the demo was loaded; nothing else moves by itself.
    moved = [(row.subject_type, row.title) for row in swept if row.due_at is None]
    assert not moved
    assert not [row.title for row in swept if row.subject_type == "plan.commitment"]
    assert len(swept) < 30


def test_lights_turned_within_the_last_week_both_ways(found: Found) -> None:
    turned = found.facts["turned"]
    assert turned["green"] >= 2
    assert turned["red"] >= 2
    assert turned["yellow"] >= 2


def test_the_review_desk_has_work_some_of_it_with_warnings(found: Found) -> None:
    assert 10 <= found.facts["left"] <= 30
    assert found.facts["flagged"] >= 2
    assert found.facts["decided"]["corrected"] >= 3
    assert found.facts["decided"]["rejected"] >= 2


def test_filings_wait_at_every_step(found: Found) -> None:
    filings = found.facts["filings"]
    assert filings["signed_off"] > 45
    assert min(filings["filed"], filings["reviewed"], filings["returned"]) >= 1
    assert found.facts["late"] == 2
    assert found.facts["revised"] == 1  # what statistics verified


def test_the_main_indicators_are_counted_by_the_series_of_statistics(found: Found) -> None:
    assert found.facts["bound"] == {
        "economy_gdp_growth": "5.600000",
        "economy_industry_growth": "8.200000",
        "economy_investment_growth": "7.200000",
        "economy_retail_growth": "4.600000",
        "economy_budget_growth": "10.900000",
    }
    assert found.facts["owed of the series"] == 0
    assert found.facts["of the first quarter"] == [Decimal(6), Decimal("5.9")]


def test_units_report_and_targets_are_adjusted(found: Found) -> None:
    assert found.facts["progress"] >= 40
    assert found.facts["adjustments"] == {"approved": 1, "proposed": 1}
    assert min(found.facts["profiles"][key] for key in ("linear", "last_year", "by_hand")) >= 1
    assert found.facts["natures"]["binding"] >= 3
    assert found.facts["states"]["done"] >= 1


def test_one_supervision_waits_and_one_is_closed_with_a_notice(found: Found) -> None:
    assert found.facts["runs"] == {"feedback": 1, "closed": 1}
    ((title, named),) = found.facts["circulars"]
    assert "演示" in title
    assert named == 1


def test_the_public_page_shows_targets_and_what_the_report_says_of_last_year(found: Found) -> None:
    summary = found.facts["headlines"]
    assert summary is not None
    targets = sorted(str(line.target.normalize()) for line in summary.headlines)
    assert targets == ["10.58", "6", "6", "8", "8"]
    assert sum(1 for line in summary.headlines if line.outturn is not None) >= 4


def test_everything_invented_says_so(found: Found) -> None:
    assert found.facts["unmarked"] == []
    assert found.facts["unmarked_progress"] == 0


def test_history_is_sound_and_lies_within_the_demo_s_time(found: Found) -> None:
    assert found.facts["verified"].sound
    assert timezone.localdate(found.facts["first"]) == date(2025, 1, 6)
    assert found.facts["last"] <= found.facts["now"]


def test_members_have_messages(found: Found) -> None:
    assert found.facts["unread"] >= 10
    assert '"planner"' in found.facts["logins"]


def test_the_draft_of_the_next_report_says_what_is_recorded(found: Found) -> None:
    assert found.facts["stale"] == []
    assert found.facts["achieved"] > 30


def test_what_was_achieved_is_counted_on_by_the_systems(found: Found) -> None:
    assert found.facts["counted"] == {
        ("6.7%", "economy_gdp_growth"),
        ("9.4%", "economy_industry_growth"),
        ("3.1%", "economy_investment_growth"),
        ("0.4%", "economy_retail_growth"),
        ("6.85%", "economy_budget_growth"),
        ("40万件", "appeals_finished"),
        ("12个", "projects_upstairs_started"),
        ("17个", "disputes_centres"),
        ("7064宗", "legal_aid_granted"),
        ("62家", "enterprises_aeo"),
        ("95%", "early_warning_woodland_covered"),
        ("3.93万家次", "virtual_park_activities_pushed"),
        ("3个", "projects_upstairs_completed"),
        ("14个", "projects_school_completed"),
        ("21所", "projects_kindergarten_completed"),
        ("4个", "projects_hospital_completed"),
        ("1600张", "projects_hospital_output_completed"),
        ("100%", "appeals_satisfaction"),
        ("17.9微克/立方米", "environment_pm25"),
        ("67个", "environment_sections_met"),
        ("91.1%", "environment_good_reach"),
        ("565个", "environment_estates_accepted"),
        ("301宗", "environment_melted"),
        ("12.1万户", "enterprises_established"),
        ("94.2万户", "enterprises_registered"),
        ("842家", "enterprises_converted"),
        ("204家", "enterprises_high_tech_new"),
        ("14家", "enterprises_champions_new"),
        ("31家", "enterprises_little_giants_new"),
        ("111家", "enterprises_little_giants"),
        ("274个", "investment_landed_100m"),
        ("34%", "investment_landed_growth"),
        ("6个", "investment_landed_3b"),
        ("11个", "investment_landed_1b_3b"),
        ("3136家", "enterprises_innovative"),
        ("47家", "enterprises_listed"),
        ("4146家", "scenarios_notable_households"),
        ("84个", "scenarios_project_scenarios"),
        ("30家", "scenarios_selected_factories"),
        ("183万平方米", "spaces_factory_started"),
        ("51.9万平方米", "spaces_factory_completed"),
        ("13宗", "spaces_parcels_transferred"),
        ("47.6公顷", "spaces_land_transferred"),
        ("8.2%", "economy_trade_growth"),
        ("4.4%", "economy_foreign_investment_growth"),
        ("7560座", "projects_kindergarten_output_completed"),
        ("17828套", "projects_affordable_housing_output_completed"),
        ("7368.88万元", "legal_aid_recovered"),
        ("35.65万家次", "policies_pushed"),
        ("957宗", "inspections_food_cases"),
        ("100%", "inspections_grain_quality"),
    }
