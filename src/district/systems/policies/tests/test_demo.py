"""The demo: believable, marked as invented, and played once."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from district.kernel.base.district_files import DemoTime
from district.kernel.cases.public import Case
from district.kernel.history.public import verify
from district.kernel.organisation.public import create_member, load_units, parse_units
from district.kernel.tracking.public import refresh_lights, save_calendar
from district.systems.enterprises.selectors.catalogue import forget_catalogue
from district.systems.enterprises.services.catalogue import put_catalogue
from district.systems.enterprises.services.telling import add_enterprise
from district.systems.enterprises.tests.conftest import code_of
from district.systems.policies.demo import play
from district.systems.policies.models import Notice, Policy, Push, Recipient
from district.systems.policies.names import APPLICATION, SUBSIDY_APPLICATION
from district.systems.policies.rules.drafting import draft
from district.systems.policies.selectors.audiences import audience_of
from district.systems.policies.tests.conftest import LOADER
from district.testing.moments import standing

LONGGANG = Path(__file__).parents[5] / "districts" / "longgang"
TIME = DemoTime(
    datetime.fromisoformat("2025-01-06T09:00:00+08:00"),
    datetime.fromisoformat("2025-09-26T09:00:00+08:00"),
    {"policies": LONGGANG / "demo" / "policies.toml"},
)
UNITS = ("D02", "D03", "D04", "D05", "D10", "D13")


@pytest.fixture
def longgang(db: None) -> None:
    """Longgang's units, an officer and a head in those that issue policies, eight factories."""
    forget_catalogue()
    with standing("2025-01-06 09:00"):
        for name in ("units.csv", "departments.csv"):
            load_units(parse_units((LONGGANG / name).read_text("utf-8")), actor=LOADER)
        for key in ("24x7", "working_days"):
            save_calendar(key, kind=key, name=key, actor=LOADER)
        hours = (("09:00", "12:00"), ("14:00", "18:00"))
        save_calendar("working_hours", kind="working_hours", name="h", hours=hours, actor=LOADER)
        put_catalogue({"service_unit": "440307-D05"}, [], actor=LOADER)
        for unit in UNITS:
            for role in ("officer", "unit_head"):
                create_member(f"{role} {unit}", f"440307-{unit}", role, actor=LOADER)
        create_member("baolong", "440307019", "officer", actor=LOADER)
        for number in range(1, 9):
            values = {
                "name": f"试验{number}有限公司（演示）", "kind": "company", "status": "active",
                "street": "440307019", "industry": "C3921", "size": "small",
                "established_on": date(2019, 5, 6), "revenue": Decimal(2000 + number),
                "revenue_growth": Decimal(12), "staff": 60, "is_dishonest": False,
            }  # fmt: skip
            add_enterprise(code_of(number), values, actor=LOADER, source="market_registry")


def test_eighteen_policies_are_published_pushed_and_applied_for_once(longgang: None) -> None:
    (line,) = list(play(TIME))
    assert line.startswith("policies: 18, ")
    states = Counter(Policy.objects.values_list("state", flat=True))
    assert states == {"published": 16, "draft": 1, "withdrawn": 1}
    assert all("（演示）" in policy.title for policy in Policy.objects.all())
    assert Push.objects.filter(version__title__startswith="工业企业扩产增效").count() == 8
    assert Push.objects.exclude(read_at=None).exists()
    assert Recipient.objects.count() == 14
    outcomes = set(Notice.objects.values_list("outcome", flat=True))
    assert {"waiting", "told"} <= outcomes
    assert Case.objects.filter(type_key=SUBSIDY_APPLICATION, stage="confirming").exists()
    stages = set(Case.objects.filter(type_key=APPLICATION).values_list("stage", flat=True))
    assert stages == {"paid", "payment", "decision", "review", "submitted"}
    assert max(Push.objects.values_list("sent_at", flat=True)) < TIME.starts_at
    assert verify().sound
    with standing("2025-09-26 09:00"):
        assert refresh_lights().turned == 0
    assert list(play(TIME)) == []


def test_drafting_reads_the_demos_own_texts(longgang: None) -> None:
    """Most of what the conditions of the demo ask is proposed from their texts, too."""
    list(play(TIME))
    met = asked = 0
    for policy in Policy.objects.all():
        words = audience_of(policy.audience).vocabulary()
        found = {proposal.where for proposal in draft(policy.text, words).proposals}
        clauses = [clause.strip("()") for clause in policy.where.split(" and ")]
        asked += len(clauses)
        met += sum(clause in found for clause in clauses)
    assert asked > 50
    assert met / asked >= 0.6


def test_without_its_file_there_is_no_demo(db: None) -> None:
    assert list(play(DemoTime(TIME.begins_at, TIME.starts_at))) == []
