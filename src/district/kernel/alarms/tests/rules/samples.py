"""Random contents, for whatever must hold of all of them."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any

from hypothesis import strategies as st

from district.kernel.alarms.rules.content import Known
from district.kernel.sensing.public import Rule, tree
from district.kernel.sensing.rules.tests.samples import STEP, Sampler

ZONE = "Asia/Shanghai"
KNOWN = Known({"fire": ("place", "height", "urgent")}, ("duty_officer", "officer", "unit_head"))
PROPERTIES = {"level": "水位", "rain": '雨"量', "several": "烟雾\n浓度"}
CONDITIONS = (
    'property = "水位"',
    'property in ("水位", "雨量") and unit under "9"',
    'street = "901" and near = "114.25 22.7 500"',
    'property = "水位" and not (source = "gw-1" or name contains "试")',
    'thing in ("A", "B") and source = "gw-1" and community = "901001"',
    'thing = "A B" and near = "114.2500001,22.7,500"',
    'lon > 114 and type = "measurement"',
)


def _valid(clause: tree.Clause) -> tree.Clause:
    """The clause with a validity for every value, which several streams need."""
    if isinstance(clause, tree.Test):
        return replace(clause, valid_for=min(clause.valid_for, 5 * STEP))
    if isinstance(clause, tree.Silent):
        return clause
    if isinstance(clause, tree.All | tree.AnyOf):
        return replace(clause, clauses=tuple(_valid(part) for part in clause.clauses))
    return replace(clause, clause=_valid(clause.clause))


def _groups(rule: Rule, random: Random) -> dict[str, Any]:
    if rule.roles == ("",):
        by = random.choice(["datastream", "thing", "street", "community", "near"])
        roles = {}
    else:
        by = random.choice(["thing", "street", "near"])
        roles = {role: PROPERTIES[role] for role in rule.roles}
    found: dict[str, Any] = {"by": by}
    if by == "near":
        found["metres"] = random.randint(1, 5000)
    return {**found, "roles": roles} if roles else found


def _handling(random: Random) -> dict[str, Any]:
    metres, minutes = random.choice([(0, 0), (500, 30)])
    case_type = random.choice(["", "fire"])
    facts = {"place": '山 = "东"', "height": random.choice([3, 2.5, 4.0]), "urgent": True}
    return {
        "case_type": case_type,
        "open": random.choice(["by_hand", "at_once"]) if case_type else "by_hand",
        "gather": {"metres": metres, "minutes": minutes},
        "facts": facts if case_type and random.random() < 0.7 else {},
        "notify": random.choice([[], ["unit_head", "officer"], ["duty_officer"]]),
    }


def content(seed: int) -> dict[str, Any]:
    """A content that can be taken."""
    random = Random(seed)  # noqa: S311  # made-up rules, no secrets
    sampler = Sampler(seed)
    roles = [""] if random.random() < 0.5 else ["level", "rain", "several"]
    rule = sampler.rule("river_high", roles)
    if roles != [""]:
        until = None if rule.until is None else _valid(rule.until)
        rule = replace(rule, when=_valid(rule.when), until=until)
    streams = random.choice(CONDITIONS)
    rule = replace(rule, streams=streams, label="河 水", label_en=random.choice(["", "River"]))
    return {"rule": rule.to_data(), "groups": _groups(rule, random), "handling": _handling(random)}


contents = st.integers(0, 2**32 - 1).map(content)
