"""The rule of refusal, and the editions of standards: counted days, versions, faults."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from district.systems.environment import standards
from district.systems.environment.rules import air, melt
from district.systems.environment.standards import (
    StandardError,
    air_standard,
    noise_standard,
    read_editions,
)
from district.systems.environment.tests.conftest import rule

DAY = date(2025, 9, 20)


def exceedance(
    day: int, over: str = "1", part: str = "night", *, aside: bool = False
) -> melt.Exceedance:
    return melt.Exceedance(f"{day}{part}", date(2025, 9, day), part, Decimal(over), aside)


def test_the_rule_counts_days_not_exceedances() -> None:
    on = date(2025, 9, 22)
    twice = [exceedance(20), exceedance(20)]
    assert not melt.verdict(rule(), twice, on).holds
    for wrong in (
        exceedance(21, part="day"), exceedance(21, over="0"), exceedance(21, aside=True),
        exceedance(23),
    ):  # fmt: skip
        assert melt.verdict(rule(), [exceedance(20), wrong], on).days == 1
    found = melt.verdict(rule(), [exceedance(21), exceedance(20)], on)
    assert found.holds
    assert [one.day.day for one in found.counted] == [20, 21]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("within_days", 0), ("within_days", "30"), ("at_least", True), ("parts", ["noon"]),
        ("parts", []), ("over", "-1"), ("over", "loud"), ("key", ""), ("label", " "),
        ("more", 1),
    ],
)  # fmt: skip
def test_a_rule_that_cannot_be_taken_names_its_entry(field: str, value: object) -> None:
    with pytest.raises(melt.MeltError) as refused:
        rule(**{field: value})
    assert refused.value.field == field


def test_another_text_is_another_version() -> None:
    assert rule().version == rule().version
    assert len({rule().version, rule(at_least=3).version, rule(basis="x").version}) == 3


# Editions


def test_a_newer_edition_is_a_file_and_judges_from_its_day_on(tmp_path: Path) -> None:
    folder = Path(standards.__file__).parent
    for path in folder.glob("*.toml"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    text = (folder / "gb3095_2012.toml").read_text("utf-8")
    newer = text.replace('key = "gb3095-2012"', 'key = "gb3095-2030"')
    newer = newer.replace("in_force_from = 2016-01-01", "in_force_from = 2030-03-01")
    newer = newer.replace('["0", "35", "75",', '["0", "25", "50",')
    (tmp_path / "gb3095_2030.toml").write_text(newer, "utf-8")
    first, second = read_editions(tmp_path)["air"]
    assert (first.key, second.key) == ("gb3095-2012", "gb3095-2030")
    assert air.iaqi(Decimal(35), second.pollutant("pm25"), second) == 70
    assert first.digest != second.digest


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("gb3095_2012", '["0", "35", "75",', '["0", "75", "35",'),
        ("gb3095_2012", 'key = "co"', 'key = "lead"'),
        ("gb3838_2002", '["7.5", "6", "5", "3", "2"]', '["2", "3", "5", "6", "7.5"]'),
        ("gb3096_2008", 'day_from = "06:00"', 'day_from = "dawn"'),
        ("gb3096_2008", 'places = 1', ""),
    ],
)  # fmt: skip
def test_an_edition_with_a_fault_is_refused_by_its_name(
    tmp_path: Path, name: str, before: str, after: str
) -> None:
    text = (Path(standards.__file__).parent / f"{name}.toml").read_text("utf-8")
    assert before in text
    (tmp_path / f"{name}.toml").write_text(text.replace(before, after), "utf-8")
    with pytest.raises(StandardError, match=name):
        read_editions(tmp_path)


def test_a_day_before_all_editions_is_judged_by_the_oldest() -> None:
    assert air_standard(date(1999, 1, 1)).key == "gb3095-2012"
    assert noise_standard(DAY).stretch(DAY, "night")[1] == datetime(2025, 9, 21, 6)  # noqa: DTZ001  # a wall time
