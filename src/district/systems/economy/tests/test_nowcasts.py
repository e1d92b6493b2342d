"""Kept nowcasts: made from what the bureau says, stale once that changed; the target's light."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from district.kernel.base.errors import NotPermitted, SettingError
from district.kernel.history.models import OutboxMessage
from district.kernel.history.public import Message, events_of
from district.kernel.tracking.public import reason_texts
from district.systems.economy.jobs import (
    follow_figures,
    nowcast_all_series,
    nowcast_series,
    nowcast_years,
)
from district.systems.economy.models import Decomposition, Nowcast, Series
from district.systems.economy.names import (
    SYSTEM,
    TARGET_APPROVED,
    decomposition_subject,
    series_subject,
)
from district.systems.economy.rules.foreseeing import Published, adds_up, readings_of
from district.systems.economy.rules.nowcasting import Reading
from district.systems.economy.rules.settings import settings_from
from district.systems.economy.selectors.nowcasts import kept_nowcasts
from district.systems.economy.services.deciding import (
    approve_decomposition,
    propose_decomposition,
)
from district.systems.economy.services.drafting import draft_decomposition
from district.systems.economy.services.nowcasts import compute_nowcast
from district.systems.economy.services.values import Told, record_series_values
from district.systems.economy.tests.conftest import LOADER, People, record_year
from district.systems.economy.tests.test_values import AUGUST
from district.testing.moments import standing

pytestmark = pytest.mark.django_db


def approve(key: str, growth: Decimal, people: People) -> Decomposition:
    """An approved growth target of 2025."""
    actor = people.industry if key != "investment" else people.planner
    row = draft_decomposition(Series.objects.get(pk=key), 2025, growth, actor=SYSTEM)
    propose_decomposition(row.pk, actor=actor if key != "investment" else SYSTEM)
    approve_decomposition(row.pk, actor=people.planner)
    return row


def past(key: str = "output") -> None:
    """Three years more, so that the chance can be told."""
    for year, whole in ((2021, 790), (2022, 840), (2023, 950)):
        record_year(key, year, Decimal(whole), Decimal(5), 12)


def computed(key: str = "output") -> Nowcast:
    """The nowcast of 2025, computed now."""
    row = compute_nowcast(key, 2025, actor=SYSTEM)
    assert row is not None
    row.refresh_from_db()
    return row


def light(row: Decomposition) -> tuple[str, list[str]]:
    """The light of a target and its reasons."""
    row.refresh_from_db()
    assert row.tracked is not None
    row.tracked.refresh_from_db()
    return row.tracked.light, [one["code"] for one in row.tracked.reasons]


def test_members_add_up_to_the_whole(people: People) -> None:
    past()
    row = computed()
    assert (row.after, row.so_far) == (8, Decimal("667.8"))
    assert row.level is not None
    assert row.low is not None
    assert row.low < row.level < (row.high or 0)
    for dimension in ("industry", "street"):
        parts = [Decimal(one["level"]) for one in row.members[dimension].values()]
        assert sum(parts) + Decimal(row.differences[dimension]) == row.level
    assert sum(Decimal(one["weight"]) for one in row.parts) == pytest.approx(1, abs=0.001)
    told = [one for one in events_of(series_subject("output")) if "nowcast" in one.kind]
    assert Decimal(told[0].data["level"]) == row.level


def test_the_light_is_the_chance_of_the_target(people: People) -> None:
    past()
    computed()
    low, high = approve("output", Decimal(-20), people), None
    assert light(low)[0] == "green"
    assert light(low)[1][0] == "nowcast.likely"
    assert "progress.standing" in light(low)[1]
    high = approve("output", Decimal(60), people)
    assert light(high)[0] == "red"
    assert light(high)[1][0] == "nowcast.unlikely"
    # The new target is asked of the same figures, and the next computing keeps its chance.
    row = computed()
    assert row.chance is not None
    assert row.chance < 1
    assert compute_nowcast("output", 2025, actor=SYSTEM) is None


def test_with_too_short_a_past_the_light_is_progress(people: People) -> None:
    row = computed()
    assert row.chance is None
    assert row.level is not None
    assert row.low is None
    target = approve("output", Decimal(5), people)
    assert all(one.startswith("progress.") for one in light(target)[1])


def test_figures_that_changed_make_it_stale_until_it_is_computed_again(people: People) -> None:
    past()
    before = computed()
    target = approve("output", Decimal(5), people)
    computed()
    revised = Told(*AUGUST, value=Decimal(640), growth=Decimal("1.6"))
    with standing("2025-09-25 09:00"):
        record_series_values(
            Series.objects.get(pk="output"), [revised], source="bureau", status="final",
            actor=people.bureau,
        )  # fmt: skip
    assert kept_nowcasts(["output"], [2025])["output", 2025].stale
    assert "nowcast.stale" in light(target)[1]
    page = people.client("leader").get(reverse("economy_series", args=["output"]))
    assert "尚未重新测算" in page.content.decode()
    after = computed()
    assert after.pk == before.pk
    assert after.so_far == 640
    assert "nowcast.stale" not in light(target)[1]
    # What a department files does not enter.
    record_series_values(
        Series.objects.get(pk="output"), [Told(*AUGUST, growth=Decimal(9))],
        source="department", status="estimate", actor=people.industry,
    )  # fmt: skip
    assert compute_nowcast("output", 2025, actor=SYSTEM) is None


def test_members_that_miss_the_whole_are_left_out(people: People) -> None:
    past()
    revised = Told(*AUGUST, value=Decimal(100), industry="chips")
    record_series_values(
        Series.objects.get(pk="output"), [revised], source="bureau", status="final", actor=LOADER
    )
    row = computed()
    assert list(row.members) == ["street"]
    assert "nowcast.parts_apart" in [one["key"] for one in row.notes]


def test_growth_alone_is_chained_and_told_as_growth(people: People) -> None:
    series = Series.objects.get(pk="investment")
    told = [
        Told(one.period_start, one.period_end, growth=one.growth)
        for one in Series.objects.get(pk="output").values.filter(industry="", street="")
    ]
    record_series_values(series, told, source="bureau", status="final", actor=LOADER)
    target = approve("investment", Decimal(2), people)
    row = computed("investment")
    assert row.growth is not None
    assert abs(row.growth - 6) < 1
    found, codes = light(target)
    assert (found, codes[0]) == ("green", "nowcast.likely_growth")
    assert target.tracked is not None
    assert "亿元" not in reason_texts(target.tracked.reasons)[0]


def test_what_cannot_be_said_is_kept_with_its_reason(people: People) -> None:
    row = computed("gdp")
    assert row.level is None
    assert row.problem["key"] == "nowcast.no_whole_year"
    assert compute_nowcast("gdp", 2025, actor=SYSTEM) is None
    page = people.client("leader").get(reverse("economy_series", args=["gdp"]))
    assert "无法测算" in page.content.decode()


def test_the_worker_follows_figures_and_targets(
    people: People, django_capture_on_commit_callbacks: Any
) -> None:
    row = approve("output", Decimal(5), people)
    told = OutboxMessage.objects.get(topic=TARGET_APPROVED)
    assert told.payload == {"series": "output"}
    with django_capture_on_commit_callbacks(execute=True):
        follow_figures(Message(told.pk, told.topic, decomposition_subject(row.pk), told.payload))
    queued = DBTaskResult.objects.get(task_path__endswith="compute_later")
    assert queued.args_kwargs["args"] == ["output"]
    assert nowcast_series("output") == 1
    assert nowcast_series("output") == 0
    assert nowcast_all_series() == 3
    with standing("2026-02-10 09:00"):
        assert nowcast_years() == (2025, 2026)


def test_nobody_computes_by_hand(people: People) -> None:
    with pytest.raises(NotPermitted):
        compute_nowcast("output", 2025, actor=people.planner)


def test_comparable_levels_come_from_base_and_growth() -> None:
    row = Published(2025, 1, 3, Decimal(50), Decimal(10), Decimal(60))
    assert readings_of([row], comparable=True)[0].value == 66
    assert readings_of([row], comparable=False)[0].value == 50
    bare = Published(2025, 1, 3, Decimal(50), None, Decimal(60))
    assert readings_of([bare], comparable=True) == ()


@pytest.mark.parametrize(
    ("parts", "fits"),
    [((60, 40), True), ((60, 39), True), ((60, 38), False), ((60, None), False)],
)
def test_members_take_part_where_they_add_up(parts: tuple[int, int | None], fits: bool) -> None:
    whole = [Reading(2025, 1, 3, Decimal(100))]
    group = {
        str(at): [] if part is None else [Reading(2025, 1, 3, Decimal(part))]
        for at, part in enumerate(parts)
    }
    assert adds_up(whole, group, 2025) is fits


def test_limits_are_the_districts() -> None:
    assert settings_from({"nowcast": {"green": "0.8", "yellow": "0.4"}}).limits.green == Decimal(
        "0.8"
    )
    for wrong in ({"green": "0.2"}, {"red": "0.1"}, {"green": "x"}):
        with pytest.raises(SettingError):
            settings_from({"nowcast": wrong})
