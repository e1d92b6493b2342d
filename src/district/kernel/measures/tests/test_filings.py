"""A filing's way: opened, filed late or in time, reviewed, signed off, returned, withdrawn."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from district.kernel.base.errors import Conflict, Invalid, NotFound, NotPermitted
from district.kernel.history.public import Actor, events_of
from district.kernel.measures.models import Filing, FilingDuty, Measure, MeasureValue
from district.kernel.measures.records import DutySpec, MeasureSpec
from district.kernel.measures.rules.periods import period_ending
from district.kernel.measures.selectors import desk_of, filings_owed, visible_filings
from district.kernel.measures.services import (
    NeedsConfirmation,
    ValueSpec,
    ensure_measures,
    file_value,
    open_period,
    record_values,
    return_filing,
    review,
    save_draft,
    save_duty,
    sign_off,
    withdraw,
)
from district.kernel.measures.subjects import filing_subject
from district.kernel.measures.tests.conftest import LOADER, People, Stand, at
from district.kernel.organisation.public import assign
from district.kernel.tracking.public import refresh_lights

D = Decimal


def kinds(filing: Filing) -> list[str]:
    found = [event.kind for event in events_of(filing_subject(filing))]
    return [kind.removeprefix("measures.filing.") for kind in found if "filing." in kind][::-1]


def light(filing: Filing) -> str:
    filing.refresh_from_db()
    assert filing.tracked is not None
    filing.tracked.refresh_from_db()
    return filing.tracked.light


def known_values(*pairs: tuple[date, str]) -> None:
    record_values(
        [
            ValueSpec("investment", "9-D01", period_ending(end, "year_to_date"), D(value))
            for end, value in pairs
        ],
        actor=LOADER,
    )


def test_a_filing_is_owed_with_a_due_time_by_working_days(filing: Filing) -> None:
    assert (filing.period_start, filing.period_end) == (date(2025, 1, 1), date(2025, 8, 31))
    assert filing.tracked is not None
    assert filing.tracked.due_at == at("2025-09-05 23:59:59")  # the fifth working day
    assert (filing.tracked.lead_unit_id, filing.tracked.url) == ("9-D01", f"/filings/{filing.pk}/")
    assert filing.tracked.title == "填报：固定资产投资额（2025年1-8月）"


def test_opening_twice_opens_nothing_more(filing: Filing, stand: Stand) -> None:
    with stand("2025-09-15 08:00"):
        assert open_period(actor=LOADER) == 0
    with stand("2025-11-01 08:00"):
        assert open_period(actor=LOADER) == 2
        assert open_period(actor=LOADER) == 0
    assert Filing.objects.count() == 3


def test_a_duty_that_rests_opens_nothing(filing: Filing, stand: Stand) -> None:
    save_duty(DutySpec("investment", "9-D01", date(2025, 8, 31), active=False), actor=LOADER)
    with stand("2025-12-01 08:00"):
        assert open_period(actor=LOADER) == 0
    assert FilingDuty.objects.count() == 1


def test_late_filing_turns_the_light_and_filing_turns_it_back(
    filing: Filing, people: People, stand: Stand
) -> None:
    seen = []
    for moment in ("2025-09-02 10:00", "2025-09-04 10:00", "2025-09-08 10:00"):
        with stand(moment):
            refresh_lights()
            seen.append(light(filing))
    assert seen == ["green", "yellow", "red"]
    assert filing.tracked is not None
    assert filing.tracked.reasons[0] == {"code": "filing.overdue", "params": {"days": "1"}}
    with stand("2025-09-08 11:00"):
        file_value(filing, D("900"), actor=people.officer)
    assert light(filing) == "green"
    assert filing.tracked.reasons[0]["code"] == "deadline.done_late"
    with stand("2025-09-08 12:00"):
        withdraw(filing, actor=people.officer)
    assert light(filing) == "red"


def test_a_value_goes_through_three_hands_into_the_series(
    filing: Filing, people: People, stand: Stand
) -> None:
    with stand("2025-09-03 10:00"):
        save_draft(filing, D("1"), actor=people.officer)
        file_value(filing, D("912.4"), status="preliminary", note="快报", actor=people.officer)
        review(filing, actor=people.head)
        sign_off(filing, actor=people.planner)
    value = MeasureValue.objects.get()
    assert filing.value_recorded == value
    assert (value.value, value.status, value.source) == (D("912.4"), "preliminary", "department")
    assert (value.unit_id, value.period_kind, value.recorded_by) == (
        "9-D01",
        "year_to_date",
        "统筹",
    )
    assert kinds(filing) == ["opened", "saved", "filed", "reviewed", "signed_off"]
    with pytest.raises(Conflict, match="已审定"):
        file_value(filing, D("1"), actor=people.officer)


def test_returning_needs_a_reason_and_starts_the_clock_again(
    filing: Filing, people: People, stand: Stand
) -> None:
    with stand("2025-09-03 10:00"):
        file_value(filing, D("900"), actor=people.officer)
        with pytest.raises(Invalid, match="退回原因"):
            return_filing(filing, " ", actor=people.head)
        filing.refresh_from_db()
        return_filing(filing, "少报一个项目", actor=people.head)
        assert (filing.state, filing.return_reason) == ("returned", "少报一个项目")
        assert light(filing) == "yellow"
        file_value(filing, D("905"), actor=people.officer)
        assert filing.return_reason == ""
        review(filing, actor=people.head)
        with pytest.raises(NotPermitted):
            return_filing(filing, "再核实", actor=people.head)
        filing.refresh_from_db()
        return_filing(filing, "再核实", actor=people.planner)
    assert kinds(filing)[1:] == ["filed", "returned", "filed", "reviewed", "returned"]
    assert filing.reviewed_by is None


@pytest.mark.parametrize(
    ("step", "who", "state"),
    [
        (withdraw, "officer", "reviewed"),
        (review, "head", "draft"),
        (sign_off, "planner", "filed"),
        (withdraw, "officer", "draft"),
    ],
)
def test_steps_out_of_order_are_refused(
    filing: Filing, people: People, stand: Stand, step: object, who: str, state: str
) -> None:
    with stand("2025-09-03 10:00"):
        if state != "draft":
            file_value(filing, D("900"), actor=people.officer)
        if state == "reviewed":
            review(filing, actor=people.head)
        with pytest.raises(Conflict):
            step(filing, actor=getattr(people, who))  # type: ignore[operator]  # a service
    assert Filing.objects.get().state == state


@pytest.mark.parametrize("who", ["head", "planner", "other_officer", "viewer"])
def test_only_the_units_officers_file(
    filing: Filing, people: People, stand: Stand, who: str
) -> None:
    with stand("2025-09-03 10:00"), pytest.raises(NotPermitted):
        file_value(filing, D("900"), actor=getattr(people, who))
    assert Filing.objects.get().state == "draft"


def test_nobody_reviews_or_signs_off_their_own_value(
    filing: Filing, people: People, stand: Stand
) -> None:
    with stand("2025-09-01 09:00"):
        assign(people.officer.id, "9-D01", "unit_head", actor=LOADER)
        assign(people.officer.id, "9", "planner", actor=LOADER)
    with stand("2025-09-03 10:00"):
        file_value(filing, D("900"), actor=people.officer)
        with pytest.raises(NotPermitted, match="自己填的数"):
            review(filing, actor=people.officer)
        filing.refresh_from_db()
        review(filing, actor=people.head)
        with pytest.raises(NotPermitted, match="自己填的数"):
            sign_off(filing, actor=people.officer)
    assert MeasureValue.objects.count() == 0


def test_the_product_itself_cannot_file(filing: Filing) -> None:
    with pytest.raises(NotPermitted):
        file_value(filing, D("900"), actor=Actor.system("x"))


def test_an_implausible_value_asks_to_be_confirmed(
    filing: Filing, people: People, stand: Stand
) -> None:
    with stand("2025-09-03 10:00"):
        known_values((date(2024, 8, 31), "880"), (date(2025, 7, 31), "790"))
        with pytest.raises(NeedsConfirmation) as doubt:
            file_value(filing, D("9120000"), actor=people.officer)
        assert [one["code"] for one in doubt.value.warnings] == ["unit_too_large"]
        assert Filing.objects.get().state == "draft"
        filing.refresh_from_db()
        with pytest.raises(NeedsConfirmation):
            file_value(filing, D("-912"), actor=people.officer)
        filing.refresh_from_db()
        file_value(filing, D("700"), confirmed=True, actor=people.officer)
    assert filing.warnings == [{"code": "cumulative_falls", "params": {"known": "790"}}]
    assert kinds(filing) == ["opened", "filed"]


def test_a_filing_without_a_value_is_refused(filing: Filing, people: People, stand: Stand) -> None:
    with stand("2025-09-03 10:00"):
        with pytest.raises(Invalid, match="没有填数值"):
            file_value(filing, None, actor=people.officer)
        for odd in (D("nan"), D("inf"), D(10) ** 15):
            filing.refresh_from_db()
            with pytest.raises(Invalid):
                file_value(filing, odd, actor=people.officer)
        filing.refresh_from_db()
        with pytest.raises(Invalid, match="数据状态"):
            file_value(filing, D(1), status="sure", actor=people.officer)
        filing.refresh_from_db()
        save_draft(filing, None, actor=people.officer)


def test_two_hands_on_one_filing_do_not_overwrite_each_other(
    filing: Filing, people: People, stand: Stand
) -> None:
    mine = Filing.objects.get()
    with stand("2025-09-03 10:00"):
        file_value(filing, D("900"), actor=people.officer)
        with pytest.raises(Conflict):
            file_value(mine, D("901"), actor=people.officer)
    assert Filing.objects.get().value == D("900")


def test_each_member_sees_what_waits_for_them(filing: Filing, people: People, stand: Stand) -> None:
    def waits(actor: Actor) -> tuple[int, int, int, int]:
        desk = desk_of(actor)
        return len(desk.owed), len(desk.to_review), len(desk.to_sign_off), len(desk.done)

    with stand("2025-09-03 10:00"):
        assert waits(people.officer) == (1, 0, 0, 0)
        assert waits(people.head) == (0, 0, 0, 0)
        assert desk_of(people.viewer).empty
        file_value(filing, D("900"), actor=people.officer)
        assert waits(people.head) == (0, 1, 0, 0)
        assert not filings_owed(people.officer).exists()
        review(filing, actor=people.head)
        assert waits(people.planner) == (0, 0, 1, 0)
        sign_off(filing, actor=people.planner)
        assert waits(people.officer) == (0, 0, 0, 1)
        assert visible_filings(people.viewer).count() == 1
        assert visible_filings(people.other_officer).count() == 0


@pytest.mark.parametrize(
    ("spec", "error", "words"),
    [
        (DutySpec("nothing", "9", date(2025, 1, 1)), NotFound, "没有编码为 nothing 的指标"),
        (DutySpec("investment", "404", date(2025, 1, 1)), Invalid, "没有编码为 404 的单位"),
        (DutySpec("investment", "9", date(2025, 1, 1), "weekly"), Invalid, "频率不对"),
        (DutySpec("investment", "9", date(2025, 1, 1), days_after=0), Invalid, "填报时限不对"),
    ],
)
def test_duties_that_cannot_be_are_refused(
    measure: Measure, spec: DutySpec, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        save_duty(spec, actor=LOADER)


def test_spans_decide_what_a_period_covers(people: People, stand: Stand) -> None:
    for key, span, frequency in (
        ("m", "month", "monthly"),
        ("q", "quarter", "quarterly"),
        ("y", "year", "yearly"),
    ):
        ensure_measures([MeasureSpec(key, key, span=span, frequency=frequency)], actor=LOADER)
        save_duty(DutySpec(key, "9-D01", date(2025, 12, 1), frequency), actor=LOADER)
    with stand("2026-01-01 08:00"):
        assert open_period(actor=LOADER) == 3
    starts = dict(Filing.objects.values_list("measure_id", "period_start"))
    assert starts == {"m": date(2025, 12, 1), "q": date(2025, 10, 1), "y": date(2025, 1, 1)}
