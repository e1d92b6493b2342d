"""Deadlines, owed filings, the ladder, announcements, the words of reasons."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path

import polib
import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from district.kernel.base.errors import Invalid
from district.kernel.tracking.reasons import (
    declare_reason,
    reason_codes,
    reason_text,
    reason_texts,
    template_of,
)
from district.kernel.tracking.rules.announcement import parse_announcement
from district.kernel.tracking.rules.calendars import Calendar
from district.kernel.tracking.rules.ladder import STANDARD, Ladder, Step, due_steps
from district.kernel.tracking.rules.light import (
    SEVERITY,
    LightPolicy,
    Reason,
    deadline_light,
    filing_light,
)
from district.kernel.tracking.tests import oracles
from district.kernel.tracking.tests.samples import DAYS, FOLDER, YEARS, at, calendar_st, moment_st

DUE = at("2025-10-15 23:59:59")


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2025-09-28 10:00", "green"),  # 9 working days left, the holiday does not count
        ("2025-10-09 10:00", "yellow"),  # 10, 11 (make-up), 13, 14 and 15 October are left
        ("2025-10-15 12:00", "yellow"),
        ("2025-10-16 00:00", "red"),
    ],
)
def test_a_deadline_warns_five_working_days_ahead(now: str, expected: str) -> None:
    assert deadline_light(DUE, at(now), DAYS).light == expected


@settings(max_examples=200)
@given(moment_st, moment_st, calendar_st)
def test_a_deadline_is_judged_by_the_working_days_that_walking_finds(
    due_at: datetime, now: datetime, calendar: Calendar
) -> None:
    found = deadline_light(due_at, now, calendar).light
    if now > due_at:
        assert found == "red"
        return
    near = now.astimezone(calendar.zone) + timedelta(days=120) >= due_at
    left = oracles.elapsed(now, due_at, "working_days", calendar, ()) if near else 99
    assert found == ("yellow" if left <= 5 else "green")


@settings(max_examples=200)
@given(moment_st, moment_st, moment_st, calendar_st)
def test_time_alone_never_makes_a_deadline_better(
    due_at: datetime, one: datetime, other: datetime, calendar: Calendar
) -> None:
    early, late = sorted((one, other))
    before = deadline_light(due_at, early, calendar).light
    assert SEVERITY[deadline_light(due_at, late, calendar).light] >= SEVERITY[before]


def test_done_is_green_and_says_when_it_was_late() -> None:
    late = deadline_light(DUE, at("2025-11-03 10:00"), DAYS, done_at=at("2025-10-20 10:00"))
    assert (late.light, late.reasons[0].code) == ("green", "deadline.done_late")
    in_time = deadline_light(DUE, at("2025-11-03 10:00"), DAYS, done_at=DUE)
    assert (in_time.light, in_time.reasons[0].code) == ("green", "deadline.done")


def test_a_pause_stops_the_light_but_does_not_mend_what_was_late() -> None:
    now = at("2025-12-01 10:00")
    assert deadline_light(DUE, now, DAYS, paused_at=at("2025-10-10 10:00")).light == "green"
    late = deadline_light(DUE, now, DAYS, paused_at=at("2025-10-20 10:00"))
    assert late.light == "red"


def test_no_deadline_is_no_data() -> None:
    assert deadline_light(None, at("2025-10-10 10:00"), DAYS).light == "none"
    assert deadline_light(None, DUE, DAYS, done_at=DUE).light == "green"


def test_a_provisional_deadline_says_so() -> None:
    codes = [r.code for r in deadline_light(DUE, DUE, DAYS, provisional=True).reasons]
    assert codes == ["deadline.last_day", "clock.provisional"]


def test_an_owed_filing_is_red_while_late_and_green_once_filed() -> None:
    assert filing_light(DUE, at("2025-10-11 10:00"), DAYS).light == "green"
    assert filing_light(DUE, at("2025-10-13 10:00"), DAYS).light == "yellow"
    overdue = filing_light(DUE, at("2025-10-20 10:00"), DAYS)
    assert (overdue.light, overdue.reasons[0].params["days"]) == ("red", "3")
    filed = filing_light(DUE, at("2025-10-21 10:00"), DAYS, filed_at=at("2025-10-20 11:00"))
    assert (filed.light, filed.reasons[0].code) == ("green", "filing.done_late")
    patient = LightPolicy(filing_yellow_working_days=0)
    assert filing_light(DUE, at("2025-10-13 10:00"), DAYS, policy=patient).light == "green"


# The ladder ---------------------------------------------------------------------------------


def steps(light: str, since: str, now: str, taken: tuple[str, ...] = ()) -> list[str]:
    found = due_steps(STANDARD, light, at(since), at(now), DAYS, taken)  # type: ignore[arg-type]  # a light
    return [step.key for step in found]


def test_yellow_reminds_the_handler_and_nobody_else() -> None:
    assert steps("yellow", "2025-09-26 10:00", "2025-12-26 10:00") == ["handler"]
    assert steps("green", "2025-09-26 10:00", "2025-12-26 10:00") == []


def test_red_tells_the_head_and_after_three_working_days_the_level_above() -> None:
    assert steps("red", "2025-09-30 10:00", "2025-09-30 10:05") == ["handler", "head"]
    # 9, 10 and 11 October are the first three working days after the holiday.
    assert steps("red", "2025-09-30 10:00", "2025-10-10 23:00", ("handler", "head")) == []
    assert steps("red", "2025-09-30 10:00", "2025-10-11 00:00", ("handler", "head")) == ["above"]


@given(st.sampled_from(["green", "yellow", "red", "none"]), st.integers(0, 40))
def test_a_step_that_was_taken_is_never_taken_again(light: str, days: int) -> None:
    now = at("2025-03-03 10:00") + timedelta(days=days)
    every = tuple(step.key for step in STANDARD.steps)
    assert due_steps(STANDARD, light, at("2025-03-03 10:00"), now, DAYS, every) == ()  # type: ignore[arg-type]  # sampled from the lights


def test_ladders_that_cannot_be_are_refused() -> None:
    with pytest.raises(ValueError, match="key of its own"):
        Ladder("x", (Step("a", "red", "head"), Step("a", "red", "above")))
    with pytest.raises(ValueError, match="yellow or red"):
        Step("a", "green", "head")
    with pytest.raises(ValueError, match="negative"):
        Step("a", "red", "head", -1)


# Announcements ------------------------------------------------------------------------------


@pytest.mark.parametrize(("year", "workdays"), [(2023, 249), (2024, 251), (2025, 248), (2026, 248)])
def test_each_announced_year_has_the_known_number_of_working_days(year: int, workdays: int) -> None:
    first, last = at(f"{year}-01-01 00:00"), at(f"{year}-12-31 00:00")
    before = DAYS.worked_before(first.toordinal())
    assert DAYS.worked_before(last.toordinal() + 1) - before == workdays


@pytest.mark.parametrize("year", YEARS)
def test_the_files_of_the_district_are_without_errors_and_name_their_source(year: int) -> None:
    parsed = parse_announcement((FOLDER / f"{year}.csv").read_bytes(), year)
    assert parsed.errors == ()
    assert "国务院办公厅" in parsed.source
    names = " ".join(day.name for day in parsed.days)
    assert all(word in names for word in ("元旦", "春节", "清明", "劳动", "端午", "中秋", "国庆"))


def test_wrong_lines_are_named_one_by_one() -> None:
    text = (
        "date,kind,name\n"
        "2027-10-01,holiday,国庆节\n"
        "2027-10-01,holiday,国庆节\n"
        "2027/10/02,holiday,国庆节\n"
        "2027-10-04,off,国庆节\n"
        "2028-01-01,holiday,元旦\n"
        "2027-10-05,workday,国庆节调休\n"
        "2027-10-06,holiday,\n"
        "2027-10-07,holiday\n"
        "2026-12-31,放假,元旦\n"
    )
    parsed = parse_announcement(text.encode("utf-8-sig"), 2027)
    assert [error.line for error in parsed.errors] == [3, 4, 5, 6, 7, 8, 9]
    assert [str(day.date) for day in parsed.days] == ["2026-12-31", "2027-10-01"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"date,kind,name\n",
        b"day,kind,name\n2027-10-01,holiday,x\n",
        "date,kind,name\n2027-10-01,holiday,国庆".encode("gb18030"),
        b"date,kind,name\n" + b"2027-10-01,holiday,x\n" * 300,
    ],
)
def test_a_file_that_is_no_announcement_is_refused_in_one_sentence(content: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        parse_announcement(content, 2027)
    assert refused.value.field == "file"
    assert refused.value.remedy


@settings(max_examples=200)
@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_no_file_makes_more_than_a_refusal(content: bytes) -> None:
    try:
        parsed = parse_announcement(b"date,kind,name\n" + content, 2027)
    except Invalid:
        return
    assert parsed.days or parsed.errors


# Words --------------------------------------------------------------------------------------

ENGLISH = Path(__file__).parents[1] / "locale/en/LC_MESSAGES/django.po"
_PLACE = re.compile(r"%\(\w+\)s")
_PLACES = "actual target rate due gap unit short comparator growth amount days over times percent"
_PARAMS = dict.fromkeys(_PLACES.split(" "), "7")


def test_every_reason_is_a_sentence_in_both_languages() -> None:
    codes = [c for c in reason_codes() if c.split(".")[0] in ("progress", "deadline", "filing")]
    assert len(codes) >= 20
    catalogue = {entry.msgid: entry.msgstr for entry in polib.pofile(str(ENGLISH))}
    with translation.override("zh-hans"):
        for code in codes:
            chinese = template_of(code)
            english = catalogue[chinese]
            assert english.isascii()
            # Both take the same figures.
            assert reason_text(Reason(code, _PARAMS)) == chinese % _PARAMS
            assert set(_PLACE.findall(english)) == set(_PLACE.findall(chinese))
            assert english % _PARAMS


def test_a_stored_reason_reads_like_the_one_it_was() -> None:
    reason = Reason("deadline.left", {"days": "3"})
    assert reason_texts([reason.as_json()]) == [reason_text(reason)]
    assert "3" in reason_text(reason)
    assert reason_text(Reason("nobody.declared")) == "nobody.declared"


def test_a_code_with_two_sentences_is_refused() -> None:
    with pytest.raises(ValueError, match="declared twice"):
        declare_reason("deadline.left", "something else")
