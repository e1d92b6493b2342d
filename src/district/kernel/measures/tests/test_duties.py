"""Filing duties by hand: set, changed, ended with what is owed, restored; the plan beside them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from district.kernel.base.errors import Conflict, Invalid, NotFound, NotPermitted
from district.kernel.history.public import events_of
from district.kernel.measures.models import Filing, FilingDuty, Measure
from district.kernel.measures.records import DutySpec, MeasureSpec
from district.kernel.measures.selectors.duties import duties_of
from district.kernel.measures.services import (
    change_duty,
    end_duty,
    ensure_measures,
    file_value,
    open_period,
    restart_duty,
    return_filing,
    save_duty,
    set_duty,
)
from district.kernel.measures.subjects import measure_subject
from district.kernel.measures.tests.conftest import LOADER, People, Stand
from district.kernel.measures.words import CHANGES, change_texts
from district.kernel.organisation.public import Unit

D = Decimal
SPEC = DutySpec("investment", "9-D01", date(2025, 9, 1), days_after=8)
NOW = "2025-09-26 09:00"


@pytest.fixture
def duty(measure: Measure, people: People, stand: Stand) -> FilingDuty:
    with stand(NOW):
        return set_duty(replace(SPEC, contact=_id(people)), actor=people.planner)


def _id(people: People) -> UUID:
    return UUID(people.officer.id)


def told(key: str = "investment") -> list[list[str]]:
    return [change_texts(e) for e in events_of(measure_subject(key), kinds=CHANGES)]


def terms(row: FilingDuty, **more: object) -> dict[str, object]:
    return {
        "frequency": row.frequency,
        "days_after": row.days_after,
        "since": row.since,
        "contact": row.contact_id,
        "seen": row.version,
        **more,
    }


def test_a_duty_set_by_a_planner_opens_filings_on_its_terms(
    duty: FilingDuty, people: People, stand: Stand
) -> None:
    assert (duty.by_hand, duty.active, duty.days_after) == (True, True, 8)
    with stand("2025-10-01 08:00"):
        assert open_period(actor=LOADER) == 1
    filing = Filing.objects.select_related("tracked").get()
    assert filing.period_end == date(2025, 9, 30)
    assert filing.tracked is not None
    # Eight working days after the holidays of October 2025, with a make-up Saturday.
    assert filing.tracked.due_at is not None
    assert filing.tracked.due_at.date() == date(2025, 10, 17)
    assert str(filing.tracked.contact_id) == people.officer.id
    assert told()[0] == ["试验区发展和改革局"]


@pytest.mark.parametrize("who", ["officer", "head", "viewer"])
def test_only_planners_set_change_and_end_duties(
    duty: FilingDuty, people: People, stand: Stand, who: str
) -> None:
    actor = getattr(people, who)
    with stand(NOW):
        with pytest.raises(NotPermitted):
            set_duty(replace(SPEC, unit="9-D02"), actor=actor)
        with pytest.raises(NotPermitted):
            change_duty(duty.pk, actor=actor, **terms(duty, days_after=9))  # type: ignore[arg-type]  # plain words
        with pytest.raises(NotPermitted):
            end_duty(duty.pk, "x", cancel_open=True, seen=duty.version, actor=actor)
        with pytest.raises(NotPermitted):
            restart_duty(duty.pk, actor=actor)
    duty.refresh_from_db()
    assert (duty.active, duty.days_after) == (True, 8)
    assert FilingDuty.objects.count() == 1


def test_changed_terms_hold_for_what_is_opened_later(
    duty: FilingDuty, people: People, stand: Stand
) -> None:
    with stand(NOW):
        change_duty(duty.pk, actor=people.planner, **terms(duty, days_after=3))  # type: ignore[arg-type]  # plain words
        with pytest.raises(Conflict, match="刚被别人修改过"):
            change_duty(duty.pk, actor=people.planner, **terms(duty, days_after=4))  # type: ignore[arg-type]  # plain words
    duty.refresh_from_db()
    assert duty.days_after == 3
    assert told()[0] == ["试验区发展和改革局", "期后工作日由“8”改为“3”"]


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"unit": "9-D01"}, "unit", "已经填报"),
        ({"unit": "404"}, "unit", "没有编码为 404 的单位"),
        ({"unit": "9-D02", "frequency": "weekly"}, "frequency", "频率不对"),
        ({"unit": "9-D02", "days_after": 251}, "days_after", "1 到 250"),
        ({"unit": "9-D02", "since": date(2020, 1, 1)}, "since", "一次发起"),
        ({"unit": "9-D02", "contact": uuid4()}, "contact", "不是这个单位的经办人"),
    ],
)
def test_terms_that_cannot_be_name_the_field_and_the_remedy(
    duty: FilingDuty, people: People, stand: Stand, change: dict[str, Any], field: str, words: str
) -> None:
    with stand(NOW), pytest.raises(Invalid, match=words) as wrong:
        set_duty(replace(SPEC, **change), actor=people.planner)
    assert wrong.value.field == field
    assert wrong.value.remedy
    assert FilingDuty.objects.count() == 1


def test_the_contact_is_an_officer_of_that_unit(
    measure: Measure, people: People, stand: Stand
) -> None:
    with stand(NOW), pytest.raises(Invalid, match="不是这个单位的经办人"):
        set_duty(replace(SPEC, unit="9-D02", contact=_id(people)), actor=people.planner)


def test_a_quarters_value_is_not_owed_every_month(people: People, stand: Stand) -> None:
    ensure_measures([MeasureSpec("q", "季", span="quarter", frequency="quarterly")], actor=LOADER)
    spec = replace(SPEC, measure="q")
    with stand(NOW):
        with pytest.raises(Invalid, match="时间口径"):
            set_duty(spec, actor=people.planner)
        assert set_duty(replace(spec, frequency="quarterly"), actor=people.planner).active


def test_nobody_files_what_a_system_computes_or_what_is_ended(people: People, stand: Stand) -> None:
    ensure_measures([MeasureSpec("c", "算", source="system"), MeasureSpec("e", "旧")], actor=LOADER)
    Measure.objects.filter(pk="e").update(is_active=False)
    Unit.objects.filter(pk="901").update(is_active=False)
    ensure_measures([MeasureSpec("ok", "可")], actor=LOADER)
    with stand(NOW):
        with pytest.raises(Conflict, match="系统计算"):
            set_duty(replace(SPEC, measure="c"), actor=people.planner)
        with pytest.raises(Conflict, match="先恢复指标"):
            set_duty(replace(SPEC, measure="e"), actor=people.planner)
        with pytest.raises(NotFound):
            set_duty(replace(SPEC, measure="nothing"), actor=people.planner)
        with pytest.raises(Invalid, match="单位已停用"):
            set_duty(replace(SPEC, measure="ok", unit="901"), actor=people.planner)


def test_ending_cancels_what_is_owed_and_restoring_owes_it_again(
    duty: FilingDuty, people: People, stand: Stand
) -> None:
    with stand("2025-11-03 08:00"):
        assert open_period(actor=LOADER) == 2
        first, second = Filing.objects.order_by("period_end")
        file_value(first, D(900), actor=people.officer)
        duty.refresh_from_db()
        with pytest.raises(Invalid, match="停用原因"):
            end_duty(duty.pk, " ", cancel_open=True, seen=duty.version, actor=people.planner)
        seen = duty.version
        args = {"cancel_open": True, "seen": seen, "actor": people.planner}
        assert end_duty(duty.pk, "改由统计局填报", **args) == 1  # type: ignore[arg-type]  # as named
        with pytest.raises(Conflict):
            end_duty(duty.pk, "x", **args)  # type: ignore[arg-type]  # as named
    second = Filing.objects.select_related("tracked").get(pk=second.pk)
    assert second.tracked is not None
    assert (second.state, second.tracked.state) == ("cancelled", "cancelled")
    assert Filing.objects.get(pk=first.pk).state == "filed"
    assert told()[0] == ["试验区发展和改革局", "改由统计局填报", "取消 1 份没有提交的填报"]
    with stand("2025-11-04 08:00"):
        with pytest.raises(Conflict, match="已取消"):
            file_value(second, D(1), actor=people.officer)
        assert open_period(actor=LOADER) == 0
        assert restart_duty(duty.pk, actor=people.planner) == 1
        with pytest.raises(Conflict, match="在用"):
            restart_duty(duty.pk, actor=people.planner)
    second = Filing.objects.select_related("tracked").get(pk=second.pk)
    assert second.tracked is not None
    assert (second.state, second.tracked.state) == ("draft", "open")
    assert second.tracked.due_at is not None
    duty.refresh_from_db()
    assert (duty.active, duty.by_hand, duty.ended_by_hand) == (True, True, False)


def test_what_is_owed_stays_owed_where_it_is_not_cancelled(
    filing: Filing, people: People, stand: Stand
) -> None:
    duty = filing.duty
    with stand(NOW):
        assert not end_duty(duty.pk, "x", cancel_open=False, seen=0, actor=people.planner)
        assert open_period(actor=LOADER) == 0
        filing.refresh_from_db()
        file_value(filing, D(900), actor=people.officer)
        return_filing(filing, "再看", actor=people.head)
    assert filing.state == "returned"


def test_an_ended_duty_that_is_set_again_starts_on_the_new_terms(
    duty: FilingDuty, people: People, stand: Stand
) -> None:
    with stand(NOW):
        end_duty(duty.pk, "x", cancel_open=True, seen=duty.version, actor=people.planner)
        again = set_duty(replace(SPEC, days_after=4), actor=people.planner)
    assert (again.pk, again.days_after, again.active) == (duty.pk, 4, True)
    assert again.ended_by_hand is False


def test_the_contact_of_a_duty_of_the_plan_follows_the_commitment(
    measure: Measure, people: People, stand: Stand
) -> None:
    row = save_duty(SPEC, actor=LOADER)
    with stand(NOW):
        with pytest.raises(Invalid, match="随承诺事项"):
            change_duty(row.pk, actor=people.planner, **terms(row, contact=_id(people)))  # type: ignore[arg-type]  # plain words
        change_duty(row.pk, actor=people.planner, **terms(row, days_after=9))  # type: ignore[arg-type]  # plain words
    row.refresh_from_db()
    assert (row.days_after, row.by_hand) == (9, False)


def test_a_duty_says_who_files_and_reviews_today_and_what_is_owed(
    filing: Filing, people: People, stand: Stand
) -> None:
    save_duty(replace(SPEC, unit="9-D02"), actor=LOADER)
    with stand(NOW):
        first, second = duties_of("investment")
    assert ([m.name for m in first.filers], [m.name for m in first.reviewers]) == (
        ["经办"],
        ["局长"],
    )
    assert (first.owed, second.owed) == (1, 0)
    assert ([m.name for m in second.filers], second.reviewers) == (["旁人"], [])
