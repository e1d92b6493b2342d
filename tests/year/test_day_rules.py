"""What a working day is reckoned from: rates, moments, waits, memory, bounds, forms."""

from __future__ import annotations

import random
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from benchmarks.year.day.boards import waits
from benchmarks.year.day.bounds import ALLOWED, BOUNDS, held
from benchmarks.year.day.forms import Page, Photo, filled
from benchmarks.year.day.plant import Sample, trends
from benchmarks.year.day.rates import (
    HOURS,
    INTERVALS,
    LEAST,
    Size,
    moments,
    readings_a_second,
    sources,
)
from benchmarks.year.day.readings import dues
from benchmarks.year.day.reckoning import readings_told

from district.kernel.sensing.batches import Batch
from district.kernel.sensing.log import LogWriter

WHOLE = Size(400_000, 942_000, 1_000, 10_000, 3_000, 97, 100_000)
FORM = """<html><body><form action="send/" method="post">
<input type="hidden" name="key" value="k1"><input name="title" required maxlength="9">
<input name="note"><input type="number" name="days" min="3" required>
<input type="date" name="day" required><select name="unit" required><option value="">choose</option>
<option value="u1">one</option></select><textarea name="text" required></textarea>
<input type="checkbox" name="agreed" required><input type="checkbox" name="public" value="1">
<input type="file" name="files"><button name="step" value="file">go</button></form>
<a href="/a/?x=1#act">a</a><a href="https://elsewhere/b/">b</a><a href="c/">c</a></body></html>"""


def test_a_whole_day_of_a_year_passes_in_48_minutes_at_ten_times_the_pace() -> None:
    by_key = {one.key: one for one in sources(WHOLE)}
    assert by_key["report"].times(10, 48) == round(400_000 / 365)
    assert by_key["report"].times(1, 48) == round(400_000 / 365 / 10)
    assert by_key["import"].times(10, 0.1) == LEAST
    assert all(one.said for one in by_key.values())


def test_readings_come_at_the_intervals_of_their_datastreams() -> None:
    assert sum(share for _every, share in INTERVALS) == 100
    rate = readings_a_second(1_000, pace=10)
    streams = range(1_000)
    found = [
        stream for way in dues(streams, 10).values() for due in way for stream in due.until(90)
    ]
    assert len(found) == pytest.approx(rate * 90, rel=0.02)
    assert set(found) == set(streams)


def test_moments_fill_the_hours_as_they_are_told_to() -> None:
    rng = random.Random(1)  # noqa: S311  # moments, not secrets
    hours = (0.0, 2.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0)
    found = moments(4_000, 80, hours, rng)
    assert found == sorted(found)
    counts = np.histogram(found, bins=HOURS, range=(0, 80))[0] / 4_000
    assert counts == pytest.approx([0, 0.5, 0.25, 0.25, 0, 0, 0, 0], abs=0.03)


def test_a_change_is_seen_at_the_end_of_the_first_fetch_that_began_after_it() -> None:
    fetched = [(1.0, 1.5), (2.0, 2.25)]
    assert waits([0.5, 1.0, 1.25], fetched, ended=10) == [1000, 500, 1000]
    # Before the end there was time to show it, or there was not.
    assert waits([5.0, 9.0], fetched, ended=10) == [float("inf")]


def test_memory_is_flat_unless_the_last_third_lies_above_the_second() -> None:
    def of(name: str, hourly: float) -> list[Sample]:
        return [Sample(at, name, 200 + hourly * at / 3600) for at in range(0, 3600, 10)]

    flat, growing = trends([*of("flat", 10), *of("growing", 100)])
    assert (flat.flat, growing.flat) == (True, False)
    assert flat.slope == pytest.approx(10)
    assert growing.slope == pytest.approx(100)


def test_a_bound_may_be_missed_by_a_quarter_and_what_was_not_measured_does_not_hold() -> None:
    first = BOUNDS[0]
    rows = held({first.key: (first.bound * ALLOWED, 3)}, "postgresql")
    assert rows[0].holds
    assert not any(row.holds for row in rows[1:])
    assert not held({first.key: (first.bound * ALLOWED + 1, 3)}, "sqlite")[0].holds
    creation = next(one for one in BOUNDS if one.key == "creation")
    assert creation.of("sqlite") > creation.of("postgresql")


def test_a_form_is_filled_in_with_what_it_asks_for_and_nothing_else() -> None:
    page = Page("/x/", FORM)
    now, rng = datetime(2025, 9, 26, 9), random.Random(1)  # noqa: DTZ001, S311  # as forms have it
    sending = filled(
        page.form(holds="key"), "/x/", now, rng,
        photo=Photo("a.jpg", b"x"), button=("step", "file"), values={"note": "n", "more": "m"},
    )  # fmt: skip
    assert sending.address == "/x/send/"
    pairs = dict(sending.pairs)
    assert len(pairs["title"]) == 9
    assert pairs["text"]
    del pairs["title"], pairs["text"]
    assert pairs == {
        "key": "k1", "note": "n", "days": "3", "day": "2025-09-26", "unit": "u1", "agreed": "on",
        "more": "m", "step": "file",
    }  # fmt: skip
    assert [name for name, _photo in sending.files] == ["files"]
    assert page.links() == ["/a/?x=1", "/x/c/"]


def test_readings_that_are_lost_or_there_twice_or_wrong_are_found(tmp_path: Path) -> None:
    base = 10**15
    with LogWriter(tmp_path) as writer:
        numbers = base + np.array([0, 1, 1, 3])
        writer.append(Batch.of([7] * 4, [1, 2, 2, 4], [0.0] * 4, sequence=numbers))
        writer.append(Batch.of([8], [1], [0.0]))
    sent = {"count": 5, "waiting": [4], "wrong_numbers": [3]}
    counts, problems = readings_told(tmp_path, 0, base, sent)
    assert counts == {
        "sent": 4, "answered": 3, "in_log": 3, "lost": 1, "twice": 1, "wrong_taken": 1,
    }  # fmt: skip
    assert len(problems) == 3
