"""A rule's clauses, from data and back to it; every fault is told with its path. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from district.kernel.sensing.rules.durations import DAY, write_duration
from district.kernel.sensing.rules.faults import Reader, joined, shown
from district.kernel.sensing.rules.tree import (
    FOREVER,
    ITSELF,
    All,
    AnyOf,
    Clause,
    Counted,
    Direction,
    Members,
    Not,
    Rate,
    Silent,
    Sustained,
    Test,
    inside,
    roles_of,
    walk,
)

MOST_DEPTH, MOST_CLAUSES, MOST_COUNT = 8, 40, 100
#: The entry by which a kind of clause is known -> the other entries that it may have.
FORMS: Mapping[str, frozenset[str]] = {
    "above": frozenset({"release", "of", "rate", "valid_for"}),
    "below": frozenset({"release", "of", "rate", "valid_for"}),
    "silent_for": frozenset({"of"}),
    "sustained_for": frozenset({"clause"}),
    "count": frozenset({"within", "clause"}),
    "members": frozenset({"within", "of", "clause"}),
    "all": frozenset(),
    "any": frozenset(),
    "not": frozenset(),
}
_ROLE = re.compile(r"[a-z][a-z0-9_]{0,39}")
_NOTHING = Test("above", 0.0, 0.0)


def read_clause(reader: Reader, data: object, where: str) -> Clause:
    """The clause that `data` says; faults go to the reader, and then the result is of no use."""
    before = len(reader.faults)
    clause = _read(reader, data, where, 1)
    if len(reader.faults) == before:
        _lint(reader, clause, where)
    return clause


def _read(reader: Reader, data: object, where: str, depth: int) -> Clause:
    kinds = [name for name in FORMS if isinstance(data, Mapping) and name in data]
    if len(kinds) != 1 or depth > MOST_DEPTH or not isinstance(data, Mapping):
        reader.fault(
            where,
            _("不是一个条件，或嵌套过深。"),
            _("每个条件写成一个表，恰有 %(kinds)s 之一，最多嵌套 %(depth)d 层。")
            % {"kinds": "、".join(FORMS), "depth": MOST_DEPTH},
        )
        return _NOTHING
    (kind,) = kinds
    reader.only(data, {kind, *FORMS[kind]}, where)
    if kind in ("above", "below"):
        return _test(reader, data, where, "above" if kind == "above" else "below")
    if kind == "silent_for":
        return Silent(reader.duration(data, kind, where), _role(reader, data, where))
    if kind in ("all", "any"):
        return _several(
            reader, data[kind], joined(where, kind), depth, All if kind == "all" else AnyOf
        )
    if kind == "not":
        return Not(_read(reader, data[kind], joined(where, kind), depth + 1))
    below = _read(reader, data.get("clause"), joined(where, "clause"), depth + 1)
    if kind == "sustained_for":
        return Sustained(reader.duration(data, kind, where), below)
    least = reader.whole(data, kind, where, MOST_COUNT)
    within = reader.duration(data, "within", where)
    if kind == "count":
        return Counted(least, within, below)
    return Members(least, within, below, _role(reader, data, where))


def _test(reader: Reader, data: Mapping[str, Any], where: str, direction: Direction) -> Test:
    level = reader.number(data, direction, where)
    release = reader.number(data, "release", where) if "release" in data else level
    if release > level if direction == "above" else release < level:
        reader.fault(
            joined(where, "release"),
            _("解除值在触发值的触发一侧。"),
            _("高于触发时解除值不得更高，低于触发时不得更低。"),
        )
    rate, measured = None, data.get("rate")
    if isinstance(measured, Mapping):
        path = joined(where, "rate")
        reader.only(measured, {"over", "per"}, path)
        rate = Rate(
            reader.duration(measured, "over", path, most=7 * DAY),
            reader.duration(measured, "per", path, most=7 * DAY),
        )
    elif measured is not None:
        reader.fault(
            joined(where, "rate"),
            _("变化率不合要求。"),
            _("写成一个表，说明 over（时间窗）和 per（单位时间）。"),
        )
    valid = reader.duration(data, "valid_for", where) if "valid_for" in data else FOREVER
    return Test(direction, level, release, _role(reader, data, where), rate, valid)


def _role(reader: Reader, data: Mapping[str, Any], where: str) -> str:
    found = data.get("of", ITSELF)
    if found == ITSELF or (isinstance(found, str) and _ROLE.fullmatch(found)):
        return str(found)
    reader.fault(
        joined(where, "of"),
        _("%(text)s 不是角色名。") % {"text": shown(found)},
        _("用小写字母开头的字母、数字和下划线，最多 40 个。"),
    )
    return ITSELF


def _several(
    reader: Reader, data: object, where: str, depth: int, kind: type[All] | type[AnyOf]
) -> Clause:
    if not isinstance(data, list) or not 1 <= len(data) <= MOST_CLAUSES:
        reader.fault(
            where,
            _("不是条件的列表。"),
            _("写成 1 至 %(most)d 个条件的列表。") % {"most": MOST_CLAUSES},
        )
        return _NOTHING
    return kind(
        tuple(_read(reader, part, f"{where}[{at}]", depth + 1) for at, part in enumerate(data))
    )


def _lint(reader: Reader, clause: Clause, where: str) -> None:
    """What each clause allows, but their combination forbids."""
    if sum(1 for _part in walk(clause)) > MOST_CLAUSES:
        reader.fault(
            where,
            _("条件过多。"),
            _("一条规则最多 %(most)d 个条件；拆成几条规则。") % {"most": MOST_CLAUSES},
        )
    for part in walk(clause):
        if isinstance(part, Sustained | Counted | Members) and any(
            isinstance(below, Silent) for below in walk(part)
        ):
            reader.fault(
                where,
                _("静默条件不能放在持续、计数或多点条件之内。"),
                _("静默本身已有时长；用 all、any、not 与其他条件并列。"),
            )
        if isinstance(part, Members):
            _lint_members(reader, part, where)
    if len(roles_of(clause)) > 1 and any(
        isinstance(part, Test) and part.valid_for == FOREVER for part in _outside_members(clause)
    ):
        reader.fault(
            where,
            _("多个数据流的组合里，有的数值没有写有效期。"),
            _("给每个数值条件加上 valid_for，例如“15 min”；过期的数值视为未知。"),
        )


def _lint_members(reader: Reader, clause: Members, where: str) -> None:
    if any(isinstance(below, Members) for below in walk(clause.clause)):
        reader.fault(where, _("多点条件不能嵌套。"), _("去掉里层的 members。"))
    elif roles_of(clause.clause) != (ITSELF,):
        reader.fault(
            where,
            _("多点条件之内的条件写了角色。"),
            _("角色只写在 members 旁边的 of；里层条件去掉 of。"),
        )


def _outside_members(clause: Clause) -> list[Clause]:
    if isinstance(clause, Members):
        return []
    return [clause, *(found for part in inside(clause) for found in _outside_members(part))]


def write_clause(clause: Clause) -> dict[str, Any]:
    """The clause as data, in one form only; `read_clause` of it gives the same clause."""
    if isinstance(clause, Test):
        return _written_test(clause)
    if isinstance(clause, Silent):
        return {"silent_for": write_duration(clause.span), **_of(clause.role)}
    if isinstance(clause, All | AnyOf):
        name = "all" if isinstance(clause, All) else "any"
        return {name: [write_clause(part) for part in clause.clauses]}
    below = write_clause(clause.clause)
    if isinstance(clause, Not):
        return {"not": below}
    if isinstance(clause, Sustained):
        return {"sustained_for": write_duration(clause.span), "clause": below}
    within = write_duration(clause.within)
    if isinstance(clause, Counted):
        return {"count": clause.least, "within": within, "clause": below}
    return {"members": clause.least, "within": within, **_of(clause.role), "clause": below}


def _of(role: str) -> dict[str, str]:
    return {"of": role} if role != ITSELF else {}


def _written_test(test: Test) -> dict[str, Any]:
    data: dict[str, Any] = {test.direction: test.level, "release": test.release, **_of(test.role)}
    if test.rate:
        data["rate"] = {
            "over": write_duration(test.rate.over),
            "per": write_duration(test.rate.per),
        }
    if test.valid_for != FOREVER:
        data["valid_for"] = write_duration(test.valid_for)
    return data
