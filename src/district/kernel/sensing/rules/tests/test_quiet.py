"""Quiet hours hold episodes back until they end, if the state still holds."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from district.kernel.sensing.rules import tree
from district.kernel.sensing.rules.quiet import QuietHours, covers_the_week, quiet_until
from district.kernel.sensing.rules.tests.samples import NAN
from district.kernel.sensing.rules.tests.test_operators import ABOVE, story, values

NIGHT = (QuietHours(22 * 60, 6 * 60),)
# BASE is 23:55; nine steps are three minutes.
MIDNIGHT = (QuietHours(23 * 60 + 50, 1),)


def instant(zone: str, *parts: int) -> int:
    """A local wall time in microseconds since 1970 UTC."""
    return int(datetime(*parts, tzinfo=ZoneInfo(zone)).timestamp()) * 1_000_000  # type: ignore[arg-type,misc]  # year to minute


def until(zone: str, hours: tuple[QuietHours, ...], *parts: int) -> str:
    """When the quiet hours at a local time end, in local time; "" where there are none."""
    end = quiet_until(instant(zone, *parts), hours, zone)
    if end is None:
        return ""
    return f"{datetime.fromtimestamp(end / 1e6, UTC).astimezone(ZoneInfo(zone)):%d %H:%M}"


def test_a_night_goes_over_midnight_and_ends_at_its_end() -> None:
    assert until("Asia/Shanghai", NIGHT, 2026, 3, 2, 21, 59) == ""
    assert until("Asia/Shanghai", NIGHT, 2026, 3, 2, 22, 0) == "03 06:00"
    assert until("Asia/Shanghai", NIGHT, 2026, 3, 3, 5, 59) == "03 06:00"
    assert until("Asia/Shanghai", NIGHT, 2026, 3, 3, 6, 0) == ""


def test_a_day_is_the_one_on_which_the_night_begins() -> None:
    monday = (QuietHours(22 * 60, 6 * 60, (0,)),)
    assert until("Asia/Shanghai", monday, 2026, 3, 3, 5, 0) == "03 06:00"
    assert until("Asia/Shanghai", monday, 2026, 3, 2, 5, 0) == ""


def test_hours_that_touch_are_one_stretch() -> None:
    both = (QuietHours(0, 720), QuietHours(720, 1440, (5, 6)))
    assert until("Asia/Shanghai", both, 2026, 3, 7, 1, 0) == "09 12:00"  # Saturday to Monday noon


def test_where_clocks_turn_the_wall_time_counts() -> None:
    # Berlin, 29 March 2026: 02:00 becomes 03:00. The night is an hour shorter, its end the same.
    assert until("Europe/Berlin", NIGHT, 2026, 3, 28, 23, 0) == "29 06:00"
    hours = quiet_until(instant("Europe/Berlin", 2026, 3, 28, 22, 0), NIGHT, "Europe/Berlin")
    assert hours is not None
    assert hours - instant("Europe/Berlin", 2026, 3, 28, 22, 0) == 7 * 3600 * 1_000_000


def test_a_week_that_is_all_quiet_is_seen() -> None:
    assert covers_the_week((QuietHours(0, 720), QuietHours(720, 1440)))
    assert not covers_the_week((QuietHours(0, 720), QuietHours(720, 1439)))


def test_an_episode_is_raised_at_the_end_of_the_quiet_hours_if_it_still_holds() -> None:
    assert story(ABOVE, [[(1, 0, 31)], [(1, 17, 31)], 18], quiet=MIDNIGHT) == [("raised", 18)]
    assert story(ABOVE, [[(1, 0, 31)], [(1, 17, 27)], 19], quiet=MIDNIGHT) == []


def test_within_one_frame_the_end_of_the_quiet_hours_lies_between_readings() -> None:
    log = [[(1, 0, 31), (1, 17, 31), (1, 19, 27)]]
    assert story(ABOVE, log, quiet=MIDNIGHT) == [("raised", 18), ("released", 19)]


def test_unknown_at_the_end_of_the_quiet_hours_raises_nothing() -> None:
    assert story(ABOVE, [[(1, 0, 31)], [(1, 17, NAN)], 19], quiet=MIDNIGHT) == []
    brief = tree.Test("above", 30.0, 28.0, valid_for=100_000_000)
    assert story(brief, [[(1, 0, 31)], 19, [(1, 20, 31)]], quiet=MIDNIGHT) == [("raised", 20)]


def test_an_open_episode_is_released_in_quiet_hours_too() -> None:
    later = (QuietHours(23 * 60 + 56, 1),)
    assert story(ABOVE, values(31, 31, 31, 31, 27), quiet=later) == [("raised", 0), ("released", 4)]
