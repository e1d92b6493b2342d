"""A revision of the bureau's: every figure that depends on it changes, or says that it is stale."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse

from district.kernel.measures.public import latest_value
from district.kernel.plan.public import (
    Commitment,
    activate,
    add_edition,
    assign_owner,
    bind_measure,
    commitment_url,
    create_commitment,
    create_report,
)
from district.kernel.registry.ledger import declared_by
from district.systems.economy.models import Decomposition, Series
from district.systems.economy.names import SYSTEM, VALUES
from district.systems.economy.selectors.detail import moved_by
from district.systems.economy.selectors.known import whole_values
from district.systems.economy.selectors.nowcasts import kept_nowcasts
from district.systems.economy.services.nowcasts import compute_nowcast
from district.systems.economy.services.values import Told, record_series_values
from district.systems.economy.tests.conftest import People, record_year
from district.systems.economy.tests.test_nowcasts import approve
from district.systems.economy.tests.test_values import AUGUST
from district.testing.moments import standing

pytestmark = pytest.mark.django_db
MEASURE = "economy_output_growth"
TEXT = """试验区2025年国民经济和社会发展计划(草案)
一、2025年工作安排
1.稳住工业经济。完善运行调度机制,逐季逐月分解各行业各项指标,问题随发现随协调。
"""
#: Registers of the economy: what a revision does to them. A register that is added says so here.
REGISTERS = {
    "economy-values": "another vintage",
    "economy-nowcasts": "stale by the number of vintages",
    "economy-decompositions": "pattern_revised",
    "economy-cells": "of a decomposition, which is marked",
    "economy-series": "no figure of a period",
    "economy-imports": "what was read of a file then",
    "economy-meetings": "no figure",
    "economy-decisions": "those of its commitment",
    "economy-pack-figures": "of a pack, which is frozen and says what is stale",
}


def promised(people: People) -> Commitment:
    """A commitment of 8% that the unit of the series leads, counted by the series."""
    report = create_report("9", 2025, "计划", actor=people.planner)
    add_edition(report.pk, TEXT.encode(), "plan.md", actor=people.planner)
    row = create_commitment(
        report.pk, kind="indicator", title="工业总产值", comparator=">=", value=Decimal(8),
        unit="%", basis="yoy", deadline=date(2025, 12, 31), actor=people.planner,
    )  # fmt: skip
    assign_owner(
        row.pk, lead_unit="9-D02", leader=people.members["leader"].pk,
        contact=people.members["industry"].pk, actor=people.planner,
    )  # fmt: skip
    activate(row.pk, actor=people.planner)
    bind_measure(row.pk, MEASURE, actor=people.planner)
    return row


@dataclass
class World:
    """The district before a revision."""

    people: People
    commitment: Commitment
    target: Decomposition

    def page(self, url: str) -> str:
        """A page as the leader reads it, without what differs each time."""
        text = self.people.client("leader").get(url).content.decode()
        return "\n".join(one for one in text.splitlines() if "csrf" not in one)


def _series() -> Series:
    return Series.objects.get(pk="output")


def _light(row: Any) -> Any:
    row.refresh_from_db()
    row.tracked.refresh_from_db()
    return row.tracked.light, row.tracked.reasons, row.tracked.progress_gap


def _nowcast(world: World) -> Any:
    return kept_nowcasts(["output"], [2025])["output", 2025].stale


def _moved(world: World) -> Any:
    series = _series()
    row = whole_values(series)[-1]
    row.series = series
    found = moved_by(series, "industry", row)
    return found and [one.points for one, _name, _value in found.lines]


def _pattern(world: World) -> Any:
    url = reverse("register_list", args=["economy-decompositions"])
    rows = world.people.client("leader").get(url + "?columns=pattern_revised&format=json").json()
    return [row["values"]["pattern_revised"] for row in rows["rows"]]


def _values(world: World) -> Any:
    url = reverse("register_list", args=[VALUES])
    found = world.people.client("leader").get(url + "?format=json&is_current=true").json()
    rows = [row["values"] for row in found["rows"]]
    return [(row["period_end"], row["value"], row["growth"]) for row in rows]


FIGURES: dict[str, Callable[[World], Any]] = {
    "the measure's value": lambda world: latest_value(MEASURE, "9").value,  # type: ignore[union-attr]  # told before
    "the commitment's light": lambda world: _light(world.commitment),
    "the target's light": lambda world: _light(world.target),
    "the nowcast": _nowcast,
    "the contributors": _moved,
    "the decomposition by last year's pattern": _pattern,
    "the register of values": _values,
    "the list of indicators": lambda world: world.page(reverse("economy")),
    "the page of the series": lambda world: world.page(reverse("economy_series", args=["output"])),
    "the page of what if": lambda world: world.page(
        reverse("economy_supposing", args=["output"]) + "?by=street&g-901=20"
    ),
    "the page of the decomposition": lambda world: world.page(world.target.get_absolute_url()),
    "the page of the measure": lambda world: world.page(reverse("measure", args=[MEASURE])),
    "the page of the commitment": lambda world: world.page(commitment_url(world.commitment.pk)),
    "the cockpit": lambda world: world.page(reverse("cockpit")),
}


def _revise(world: World) -> None:
    """August of this year and the whole of the last one."""
    last = (date(2024, 1, 1), date(2024, 12, 31))
    told = [Told(*AUGUST, value=Decimal(640), growth=Decimal("1.6")), Told(*last, Decimal(990))]
    record_series_values(
        _series(), told, source="bureau", status="final", actor=world.people.bureau
    )


@pytest.fixture(scope="module")
def followed(district: People, django_db_blocker: Any) -> Iterator[dict[str, tuple[Any, Any]]]:
    """Every figure before and after the revision."""
    with django_db_blocker.unblock(), transaction.atomic():
        for year, whole in ((2021, 790), (2022, 840), (2023, 950)):
            record_year("output", year, Decimal(whole), Decimal(5), 12)
        world = World(district, promised(district), approve("output", Decimal(7), district))
        compute_nowcast("output", 2025, actor=SYSTEM)
        before = {name: figure(world) for name, figure in FIGURES.items()}
        with standing("2025-09-25 09:00"):
            _revise(world)
            after = {name: figure(world) for name, figure in FIGURES.items()}
        yield {name: (before[name], after[name]) for name in FIGURES}
        transaction.set_rollback(True)


@pytest.mark.parametrize("name", FIGURES)
def test_it_changes_or_says_that_it_is_stale(
    followed: dict[str, tuple[Any, Any]], name: str
) -> None:
    before, after = followed[name]
    assert before != after


def test_no_register_is_forgotten() -> None:
    declared = {one.key for one in declared_by("economy") if one.kind == "register"}
    assert declared == set(REGISTERS)
