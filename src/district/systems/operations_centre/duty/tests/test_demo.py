"""The demo of the duty desk: a week's rosters, one overdue hand-over, incidents, calls; once."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from district.kernel.base.district_files import DemoTime
from district.kernel.base.recent import forget_all
from district.kernel.cases.public import Case
from district.kernel.history.public import verify
from district.kernel.organisation.public import create_member, load_units, parse_units
from district.kernel.tracking.public import save_calendar
from district.systems.operations_centre.duty.demo import play
from district.systems.operations_centre.duty.selectors.incidents import reports_of
from district.systems.operations_centre.duty.selectors.standing import on_duty_at
from district.systems.operations_centre.duty.tests.conftest import LOADER, standing
from district.systems.operations_centre.models import CallLine, DutyPost, DutyTurn, HandOver

pytestmark = pytest.mark.django_db
LONGGANG = Path(__file__).parents[6] / "districts" / "longgang"
TIME = DemoTime(
    datetime.fromisoformat("2025-01-06T09:00:00+08:00"),
    datetime.fromisoformat("2025-09-26T09:00:00+08:00"),
)


@pytest.fixture
def longgang(db: None) -> None:
    """Longgang's units, a head and an officer in each street, leaders and a duty officer."""
    forget_all()
    with standing("2025-01-06 09:00"):
        units = parse_units((LONGGANG / "units.csv").read_text("utf-8"))
        load_units(units, actor=LOADER)
        for key in ("24x7", "working_days"):
            save_calendar(key, kind=key, name=key, actor=LOADER)
        for row in units:
            if row.level == "street":
                for role in ("unit_head", "officer"):
                    create_member(f"{role}-{row.code}", row.code, role, actor=LOADER)
        for name, role in (("甲", "leader"), ("乙", "leader"), ("丙", "duty_officer")):
            create_member(name, "440307", role, actor=LOADER)


def test_it_is_believable_and_played_once(longgang: None) -> None:
    told = list(play(TIME))
    assert len(told) == 1
    assert DutyPost.objects.count() == 12
    counts = DutyTurn.objects.count(), HandOver.objects.count(), CallLine.objects.count()
    with standing("2025-09-26 09:00"):
        waiting = HandOver.objects.filter(state__in=("due", "written"), at__lte=TIME.starts_at)
        assert [row.lead_unit.short_name for row in waiting] == ["坂田"]
        assert waiting[0].at == datetime.fromisoformat("2025-09-26T08:30:00+08:00")
        units = [post.lead_unit_id for post in DutyPost.objects.all()]
        found = on_duty_at(units)
        assert all(found.values())
        assert {each.state for each in found[waiting[0].lead_unit_id]} == {"over", "coming"}
    first, second = Case.objects.filter(type_key="incident").order_by("reported_at")
    assert (first.stage, second.stage) == ("stabilised", "in_hand")
    assert [row.kind for row in reports_of(first)] == ["phone_report", "first_report", "amend"]
    assert CallLine.objects.filter(state="waiting", step__gt=0).exists()
    assert CallLine.objects.filter(how="phone").count() == 1
    assert list(play(TIME)) == []
    again = DutyTurn.objects.count(), HandOver.objects.count(), CallLine.objects.count()
    assert again == counts
    assert verify().problems == ()
