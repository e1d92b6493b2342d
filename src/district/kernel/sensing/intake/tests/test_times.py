"""Times by columns agree with the standard library, one by one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from district.kernel.sensing.intake.times import FARTHEST, TimeFault, to_microseconds

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ZONES = st.integers(-23 * 60 - 59, 23 * 60 + 59).map(lambda m: timezone(timedelta(minutes=m)))
_MOMENTS = st.datetimes(datetime(2, 1, 1), datetime(9998, 12, 31), timezones=_ZONES)  # noqa: DTZ001  # hypothesis adds the zone


@st.composite
def _texts(draw: st.DrawFn) -> str:
    when = draw(_MOMENTS)
    text = when.isoformat(timespec=draw(st.sampled_from(["auto", "seconds", "milliseconds"])))
    if draw(st.booleans()):
        text = when.astimezone(UTC).isoformat().replace("+00:00", "Z")
    # Some are spoilt, at one place.
    if draw(st.integers(0, 3)) == 0:
        at = draw(st.integers(0, len(text) - 1))
        text = text[:at] + draw(st.sampled_from("0129-:TZ+. x٣")) + text[at + 1 :]
    return text


def _slowly(text: str) -> int | None:
    try:
        when = datetime.fromisoformat(text)
        return (when - _EPOCH) // timedelta(microseconds=1) if when.tzinfo else None
    except (ValueError, OverflowError):
        return None


@given(st.lists(_texts(), max_size=30))
def test_texts_are_read_as_the_standard_library_reads_them(texts: list[str]) -> None:
    times, faults = to_microseconds(texts, None)
    for text, time, fault in zip(texts, times.tolist(), faults.tolist(), strict=True):
        expected = _slowly(text)
        assert (time if not fault else None) == expected, text


@given(st.integers(1, 9999), st.integers(0, 13), st.integers(0, 32))
def test_days_that_the_calendar_has_not_are_no_times(year: int, month: int, day: int) -> None:
    text = f"{year:04}-{month:02}-{day:02}T00:00:00Z"
    times, faults = to_microseconds([text], None)
    assert (int(times[0]) if not faults[0] else None) == _slowly(text)


def test_a_time_without_a_zone_says_so() -> None:
    _, faults = to_microseconds(
        ["2026-01-05T08:00:00", "2026-01-05T08:00:00.5", "2026-01-05"], None
    )
    assert set(faults.tolist()) == {TimeFault.NO_ZONE}


@pytest.mark.parametrize(
    "text",
    ["2026-01-05T08:00:00+08:00", "2026-01-05T08:00:00.000000+08:00", "20260105T080000+0800"],
)
def test_local_time_with_its_offset_is_the_moment_in_utc(text: str) -> None:
    times, _ = to_microseconds([text, text], None)
    assert times.astype("datetime64[us]").tolist() == [datetime(2026, 1, 5)] * 2  # noqa: DTZ001  # what numpy answers


def test_integers_count_the_stated_unit_and_no_other() -> None:
    assert to_microseconds([1_700_000_000_000], "ms")[0].tolist() == [1_700_000_000_000_000]
    assert to_microseconds([5], "us")[0].tolist() == [5]
    for unit in (None, "s", ""):
        assert to_microseconds([5], unit)[1].tolist() == [TimeFault.NO_UNIT]


@pytest.mark.parametrize(
    "value", [True, 1.5, None, [], {}, "", "now", "9" * 100, 2**63, -(2**70), FARTHEST + 1]
)
def test_what_is_no_time_is_none_alone_and_in_company(value: object) -> None:
    for company in ([], [5], ["2026-01-05T08:00:00Z"]):
        times, faults = to_microseconds([*company, value], "us")
        assert faults[-1] == TimeFault.NO_TIME
        assert times[-1] == 0
        assert not faults[:-1].any()


@given(
    st.lists(st.integers(-(2**70), 2**70) | st.booleans(), max_size=8),
    st.sampled_from(["us", "ms"]),
)
def test_integers_stay_within_bounds_whatever_their_size(values: list[int], unit: str) -> None:
    factor = {"us": 1, "ms": 1000}[unit]
    times, faults = to_microseconds(values, unit)
    for value, time, fault in zip(values, times.tolist(), faults.tolist(), strict=True):
        good = not isinstance(value, bool) and abs(value * factor) <= FARTHEST
        assert (fault == TimeFault.NONE) == good
        assert time == (value * factor if good else 0)


def test_many_texts_of_several_forms_keep_their_order() -> None:
    base = datetime(2026, 1, 5, tzinfo=UTC)
    texts, expected = [], []
    for number in range(1000):
        when = base + timedelta(seconds=number, milliseconds=number % 3)
        text = when.isoformat()
        texts.append(text if number % 5 else text.replace("+00:00", "Z"))
        expected.append((when - _EPOCH) // timedelta(microseconds=1))
    times, faults = to_microseconds(texts, None)
    assert np.array_equal(times, expected)
    assert not faults.any()
