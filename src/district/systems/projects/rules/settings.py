"""What a district says of investment projects, read and checked. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from decimal import Decimal, InvalidOperation
from typing import Any

from district.kernel.base.errors import SettingError
from district.systems.projects.rules.accounting import DoubtRules
from district.systems.projects.rules.following import FollowRules
from district.systems.projects.rules.lights import Cutoffs
from district.systems.projects.rules.network.template import (
    Template,
    TemplateError,
    template_from,
)

LEVELS = ("street", "bureau", "leader")
#: Stages in which projects may be followed up week by week.
FOLLOWED = ("planning", "early", "turning", "building")


@dataclass(frozen=True)
class Named:
    """A word of the district's with its English."""

    key: str
    zh: str
    en: str = ""

    def label(self, *, english: bool) -> str:
        """What people read."""
        return self.en if english and self.en else self.zh


@dataclass(frozen=True)
class Works(Named):
    """What is built (建设类别), as the plan's report counts it: `unit` is what projects of it are
    counted in, `output` what a project of it adds (beds, places, floors), with its unit; "" where
    nothing but the project is counted."""

    unit: str = "个"
    output: str = ""
    output_en: str = ""
    output_unit: str = ""


@dataclass(frozen=True)
class Settings:
    """Everything that is the district's to say. Money in 万元, terms in working days.

    `key_from`: a year's investment from which a project is a key project (重点项目); `leader_from`:
    the whole investment from which a district leader answers for it (挂点). `targets` by year.
    `spread`: ratio of what approvals take to the promised term at evenly spaced levels.
    """

    coordinating_unit: str
    statistics_unit: str
    key_from: Decimal
    leader_from: Decimal
    cutoffs: Cutoffs
    doubts: DoubtRules
    follow_ups: FollowRules
    spread: tuple[Decimal, ...]
    least_past: int
    terms: Mapping[str, int]
    targets: Mapping[int, Decimal]
    sectors: Mapping[str, Named]
    sources: Mapping[str, Named]
    problem_kinds: Mapping[str, Named]
    works: Mapping[str, Works]
    templates: Mapping[str, Template]


def settings_from(data: Mapping[str, Any]) -> Settings:
    """The settings as a file says them. Raises SettingError naming the entry."""
    try:
        templates = {one.key: one for one in map(template_from, _tables(data, "templates"))}
    except TemplateError as error:
        raise SettingError(error.entry, error.problem) from error
    spread = tuple(_number(f"spread.{at}", one) for at, one in enumerate(data.get("spread", ())))
    if len(spread) < 2 or list(spread) != sorted(spread) or spread[0] <= 0:
        raise SettingError("spread", "needs two ratios or more, ascending, above 0")
    terms = data.get("terms", {})
    return Settings(
        str(data.get("coordinating_unit", "")),
        str(data.get("statistics_unit", "")),
        _number("key_from", data.get("key_from")),
        _number("leader_from", data.get("leader_from")),
        _cutoffs(data.get("lights", {})),
        _doubts(data.get("doubts", {})),
        follow_rules(data.get("follow_ups", {})),
        spread,
        _whole("least_past", data.get("least_past"), 1),
        {name: _whole(f"terms.{name}", terms.get(name), 1) for name in (*LEVELS, "call")},
        _targets(data.get("targets", {})),
        _words(data, "sectors"),
        _words(data, "sources"),
        _words(data, "problem_kinds"),
        _works(data),
        templates,
    )


def _cutoffs(data: Mapping[str, Any]) -> Cutoffs:
    found = Cutoffs(
        *(
            _number(f"lights.{name}", data.get(name))
            for name in ("chance_green", "chance_yellow", "pace_green", "pace_yellow")
        )
    )
    if not (
        0 <= found.chance_yellow <= found.chance_green <= 100
        and 0 <= found.pace_yellow <= found.pace_green
    ):
        raise SettingError("lights", "yellow must not lie above green")
    return found


def _doubts(data: Mapping[str, Any]) -> DoubtRules:
    names = ("jump_times", "jump_least", "jump_points", "over_total", "before_start")
    return DoubtRules(*(_number(f"doubts.{name}", data.get(name)) for name in names))


def _targets(data: Mapping[str, Any]) -> dict[int, Decimal]:
    found = {}
    for year, amount in data.items():
        if not str(year).isdigit() or not 2000 <= int(year) <= 2100:
            raise SettingError(f"targets.{year}", "is no year")
        found[int(year)] = _number(f"targets.{year}", amount)
    return found


def _words(data: Mapping[str, Any], name: str) -> dict[str, Named]:
    return {
        row["key"]: Named(row["key"], str(row["label"]), str(row.get("label_en", "")))
        for row in _tables(data, name)
    }


def _works(data: Mapping[str, Any]) -> dict[str, Works]:
    if not data.get("works"):
        return {}
    found = {}
    for row in _tables(data, "works"):
        key, output, unit = (str(row.get(name, "")) for name in ("key", "output", "output_unit"))
        if not re.fullmatch(r"[a-z][a-z0-9_]*", key):
            raise SettingError(f"works.{key}", "the key needs small letters, digits and _")
        if bool(output) != bool(unit):
            raise SettingError(f"works.{key}", "output and output_unit go together")
        found[key] = Works(
            key, str(row["label"]), str(row.get("label_en", "")), str(row.get("unit") or "个"),
            output, str(row.get("output_en", "")), unit,
        )  # fmt: skip
    return found


def _tables(data: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    rows = data.get(name, [])
    if not isinstance(rows, list) or not rows:
        raise SettingError(name, f"write each as a table of its own, [[{name}]]")
    keys: set[str] = set()
    for row in rows:
        key = row.get("key") if isinstance(row, Mapping) else None
        if not isinstance(key, str) or not 1 <= len(key) <= 40 or not row.get("label"):
            raise SettingError(name, "each needs a key and a label")
        if key in keys:
            raise SettingError(name, f"{key} stands twice")
        keys.add(key)
    return rows


def _number(entry: str, given: Any) -> Decimal:
    if isinstance(given, bool) or not isinstance(given, int | float | str):
        raise SettingError(entry, "must be a number")
    try:
        found = Decimal(str(given))
    except InvalidOperation:
        raise SettingError(entry, "must be a number") from None
    if not found.is_finite() or found < 0:
        raise SettingError(entry, "must not be negative")
    return found


def _whole(entry: str, given: Any, least: int) -> int:
    if isinstance(given, bool) or not isinstance(given, int) or not least <= given <= 1000:
        raise SettingError(entry, f"must be a whole number from {least} to 1000")
    return given


def follow_rules(data: Mapping[str, Any]) -> FollowRules:
    """How projects are followed up, from the table `follow_ups`."""

    def whole(name: str, least: int = 1) -> int:
        return _whole(f"follow_ups.{name}", data.get(name), least)

    stages = data.get("stages", {})
    for stage in stages:
        if stage not in FOLLOWED:
            raise SettingError(f"follow_ups.stages.{stage}", "is no stage that is followed up")
    weekday = whole("due_weekday")
    if weekday > 7:
        raise SettingError("follow_ups.due_weekday", "must be from 1, Monday, to 7")
    try:
        due_at = time.fromisoformat(str(data.get("due_at", "")))
    except ValueError:
        raise SettingError("follow_ups.due_at", "must be a time such as 18:00") from None
    return FollowRules(
        {stage: _whole(f"follow_ups.stages.{stage}", every, 1) for stage, every in stages.items()},
        weekday,
        due_at,
        whole("back_days"),
        _number("follow_ups.leap_points", data.get("leap_points")),
        whole("far_metres"),
        whole("still_weeks"),
        whole("missed_red"),
        tuple(
            (str(row["label"]), str(row.get("label_en", ""))) for row in _tables(data, "phrases")
        ),
    )
