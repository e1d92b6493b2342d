"""The demo's meetings: held in their order, what was decided done, late and open."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from district.kernel.base import clock
from district.kernel.base.district_files import DemoTime
from district.kernel.plan.public import Edition, Report
from district.systems.economy.demo import play
from district.systems.economy.models import Decision, Meeting, Pack
from district.systems.economy.selectors.packs.reading import pack_for, pack_view
from district.systems.economy.services.settings import put_settings
from district.systems.economy.tests.conftest import AT, LOADER, SETTINGS, UNITS
from district.testing.people import small_district

BEGINS = datetime.fromisoformat("2025-01-06T09:00:00+08:00")
STARTS = datetime.fromisoformat("2025-09-26T09:00:00+08:00")
FILE = """
last_month = 8
[series.sales]
level = 1180
growth = { 2023 = 6.8, 2024 = 1.2 }
target = 6
[[meetings]]
year = 2025
month = 7
held_on = 2025-08-22
closed_on = 2025-09-19
place = "区行政中心"
[[meetings.decisions]]
text = "补报漏统企业"
series = "sales"
unit = "9-D02"
due_on = 2025-09-12
done_on = 2025-09-10
closing = "补报11家"
[[meetings.decisions]]
text = "报出清单"
unit = "9-D02"
due_on = 2025-09-19
reported_on = 2025-09-15
percent = 60
progress = "过半"
[[meetings.decisions]]
text = "走访企业"
unit = "9-D02"
due_on = 2025-10-31
[[meetings]]
year = 2025
month = 8
held_on = 2025-09-24
place = "区行政中心"
[[meetings.decisions]]
text = "办好促消费活动"
unit = "9-D02"
due_on = 2025-10-31
[[meetings.decisions]]
text = "研究资金安排"
unit = "9-D02"
due_on = 2025-11-10
issued = false
"""


@pytest.mark.django_db
def test_two_meetings_are_held_and_the_second_opens_with_what_became_of_the_first(
    tmp_path: Path,
) -> None:
    file = tmp_path / "economy.toml"
    file.write_text(FILE, encoding="utf-8")
    with small_district(UNITS, AT, now="2025-01-06 09:00"):
        put_settings(SETTINGS, actor=LOADER)
        row = Report.objects.create(unit_id="9", year=2025, title="计划", created_at=clock.now())
        Edition.objects.create(
            report=row, number=1, file_name="a.txt", sha256="0", text="a", state="current",
            uploaded_at=clock.now(),
        )  # fmt: skip
    part = DemoTime(BEGINS, STARTS, {"economy": file})
    (line,) = list(play(part))
    assert line.endswith("2 meetings")
    assert list(play(part)) == []
    assert list(Meeting.objects.order_by("month").values_list("state", flat=True)) == [
        "closed", "held",
    ]  # fmt: skip
    assert all("演示" in text for text in Decision.objects.values_list("text", flat=True))
    july, august = (pack_view(pack_for(one.pk)) for one in Pack.objects.order_by("made_at"))
    assert july.decisions == ()
    late = Decision.objects.get(meeting__month=7, number=2).commitment
    assert late is not None
    assert late.tracked is not None
    assert late.tracked.light == "red"
    assert [one.part["outcome"] for one in august.decisions] == ["late", "open", "done"]
    # The first pack was made before August was told.
    assert [one.period for one in july.indicators if one.period] == ["2025年1—7月"]
    assert [one.period for one in august.indicators if one.period] == ["2025年1—8月"]
