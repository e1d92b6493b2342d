"""Cases that were handled elsewhere come in whole, or not at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from district.kernel.base.errors import Conflict, Invalid, NotPermitted
from district.kernel.cases.models import CallBack, Case
from district.kernel.cases.selectors import visible_cases
from district.kernel.cases.services import Handled, Report, import_handled
from district.kernel.cases.services.doing import subject_of
from district.kernel.cases.tests.conftest import People
from district.kernel.history.public import events_of, verify

BEGAN = datetime(2025, 8, 1, 9, tzinfo=ZoneInfo("Asia/Shanghai"))


def handled(number: str, **given: object) -> Handled:
    report = Report(
        "request", "旧平台的一件事", source="city", source_name="旧平台", source_number=number
    )
    row = Handled(
        report,
        "901",
        "closed",
        BEGAN,
        BEGAN + timedelta(days=2),
        BEGAN + timedelta(days=3),
        satisfaction="satisfied",
    )
    return replace(row, **given)  # type: ignore[arg-type]  # a test's own keywords


def test_handled_cases_count_and_run_no_clock(people: People) -> None:
    assert import_handled([handled("1"), handled("2", satisfaction="")], actor=people.desk) == 2
    cases = list(visible_cases(people.east, "request"))
    assert len(cases) == 2
    assert all(case.clock_id is None and case.category == "done" for case in cases)
    assert CallBack.objects.count() == 1
    assert [event.kind for event in events_of(subject_of(cases[0]))] == ["cases.case.imported"]
    assert verify().sound


def test_one_bad_row_brings_in_none(people: People) -> None:
    rows = [handled("1"), handled("2", stage="handling")]
    with pytest.raises(Invalid, match="第2行"):
        import_handled(rows, actor=people.desk)
    with pytest.raises(Invalid, match="第1行：反映、办结、结案时间"):
        import_handled([handled("1", closed_at=BEGAN)], actor=people.desk)
    assert not Case.objects.exists()


def test_what_is_here_already_is_refused(people: People) -> None:
    import_handled([handled("1")], actor=people.desk)
    with pytest.raises(Conflict, match="来源单号 1"):
        import_handled([handled("2"), handled("1")], actor=people.desk)
    assert Case.objects.count() == 1


def test_who_may_not_open_a_case_brings_in_none(people: People) -> None:
    with pytest.raises(NotPermitted):
        import_handled([handled("1")], actor=people.east)
