"""The one clock: the machine's, or a demo's moved by a kept offset."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from district.conf import demo_clock
from district.kernel.base import clock

NEAR = timedelta(seconds=5)


def test_without_a_demo_the_clock_is_the_machines() -> None:
    assert abs(clock.now() - timezone.now()) < NEAR
    assert not clock.is_demo()


def test_a_demos_clock_runs_on_from_its_date(settings: Any, tmp_path: Path) -> None:
    stated = datetime(2025, 9, 26, 1, 0, tzinfo=UTC)
    settings.DISTRICT_CLOCK_OFFSET = demo_clock.set_to(tmp_path, stated)
    assert clock.is_demo()
    assert abs(clock.now() - stated) < NEAR
    assert clock.today().isoformat() == "2025-09-26"


def test_the_day_changes_at_midnight_of_the_district_not_of_utc(at: Any, settings: Any) -> None:
    with at("2025-09-25T16:30+00:00"):
        assert clock.today().isoformat() == "2025-09-26"


def test_a_second_start_does_not_set_the_clock_again(tmp_path: Path) -> None:
    first = demo_clock.set_to(tmp_path, datetime(2025, 9, 26, tzinfo=UTC))
    second = demo_clock.set_to(tmp_path, datetime(2030, 1, 1, tzinfo=UTC))
    assert first == second == demo_clock.offset(tmp_path)


def test_a_demo_date_without_an_offset_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="offset"):
        demo_clock.set_to(tmp_path, datetime(2025, 9, 26))  # noqa: DTZ001  # the very mistake
    assert demo_clock.offset(tmp_path) == 0
