"""How the datastreams that a rule watches become groups, whose ids name places for good. Pure."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from django.utils.translation import gettext as _

from district.kernel.alarms.rules.content import GroupSpec
from district.kernel.base.errors import Invalid
from district.kernel.places.public import EARTH_METRES
from district.kernel.sensing.public import Group, Groups, Member, Rule, tree

#: So many streams of one group at most, and so many members of all groups together.
MOST_TOGETHER, MOST_MEMBERS = 500, 1_000_000
_SECOND = 1_000_000
Kind = Literal["datastream", "thing", "street", "community", "near"]
_METRES_OF_A_DEGREE = EARTH_METRES * math.pi / 180


@dataclass(frozen=True, slots=True)
class Watched:
    """A datastream as grouping needs it; `lateness` in seconds, degrees of WGS-84 or None."""

    number: int
    prop: str
    lateness: int
    thing: int
    street: str = ""
    community: str = ""
    lon: float | None = None
    lat: float | None = None


@dataclass(frozen=True)
class Bound:
    """Groups of a rule; `warnings` are sentences on what is odd about them, `streams` how many
    datastreams are read."""

    groups: Groups
    warnings: tuple[str, ...] = ()
    streams: int = 0


def place_of(group: str) -> tuple[Kind, str]:
    """What a group's id names: a datastream by number, a thing by key, a street, a community."""
    kind, dash, key = group.partition("-")
    if not dash:
        return "datastream", group
    if kind in ("thing", "street", "community", "near"):
        return kind, key  # type: ignore[return-value]  # one of the four
    return "datastream", group


def bind(rule: Rule, spec: GroupSpec, rows: Sequence[Watched]) -> Bound:
    """The groups of a rule over these datastreams.

    By datastream each is its own. Else a group holds at most one datastream in a role that must
    be one (that of the least number; the others are told of), and all of them in the roles that
    are counted by `members`. Raises Invalid where too many would be in one group.
    """
    if spec.by == "datastream":
        rows = sorted(rows, key=lambda row: row.number)
        late = [row.lateness * _SECOND for row in rows]
        return Bound(Groups.of_streams([row.number for row in rows], late), (), len(rows))
    together, told = _together(spec, rows)
    roles = {prop: role for role, prop in spec.roles.items()}
    single = single_roles(rule)
    lacking: dict[str, int] = defaultdict(int)
    doubled: dict[str, int] = defaultdict(int)
    groups = []
    for key, members in together.items():
        group = _group(key, members, roles, single, doubled)
        if group is None:
            continue
        for role in set(rule.roles) - {member.role for member in group.members}:
            lacking[role] += 1
        groups.append(group)
    _refuse_too_many(groups)
    told += _warnings(spec, lacking, doubled, len(groups))
    used = {member.stream for group in groups for member in group.members}
    return Bound(Groups(groups), tuple(told), len(used))


def single_roles(rule: Rule) -> frozenset[str]:
    """The roles that must be one stream: those that stand outside of `members`."""
    clauses = [rule.when, *([rule.until] if rule.until else [])]
    found: set[str] = set()
    while clauses:
        clause = clauses.pop()
        if isinstance(clause, tree.Test | tree.Silent):
            found.add(clause.role)
        elif not isinstance(clause, tree.Members):
            clauses.extend(tree.inside(clause))
    return frozenset(found)


def _together(
    spec: GroupSpec, rows: Sequence[Watched]
) -> tuple[dict[str, list[Watched]], list[str]]:
    """The datastreams of each group by its id, and what is odd about them."""
    if spec.by == "near":
        return _near(spec.metres, rows)
    found: dict[str, list[Watched]] = defaultdict(list)
    without = 0
    for row in rows:
        key = {"thing": str(row.thing), "street": row.street, "community": row.community}[spec.by]
        if key:
            found[f"{spec.by}-{key}"].append(row)
        else:
            without += 1
    if not without:
        return found, []
    told = {
        "street": _("%(count)d 条数据流不在任何街道内，不参与判断。"),
        "community": _("%(count)d 条数据流不在任何社区内，不参与判断。"),
    }[spec.by]
    return found, [told % {"count": without}]


def _near(metres: int, rows: Sequence[Watched]) -> tuple[dict[str, list[Watched]], list[str]]:
    """Each thing with those around it; a group that another holds whole is left out."""
    points: dict[int, tuple[float, float]] = {}
    streams: dict[int, list[Watched]] = defaultdict(list)
    for row in rows:
        if row.lon is not None and row.lat is not None:
            points[row.thing] = (row.lon, row.lat)
            streams[row.thing].append(row)
    around = neighbours(points, metres)
    found = {
        f"near-{thing}": [row for other in sorted(around[thing]) for row in streams[other]]
        for thing in _largest(around)
    }
    told = []
    without = len(rows) - sum(map(len, streams.values()))
    if without:
        told.append(_("%(count)d 条数据流没有位置，不参与判断。") % {"count": without})
    alone = sum(1 for others in around.values() if len(others) == 1)
    if alone:
        told.append(
            _("%(count)d 个设备在 %(metres)d 米内没有别的设备。")
            % {"count": alone, "metres": metres}
        )
    return found, told


def neighbours(points: Mapping[int, tuple[float, float]], metres: int) -> dict[int, set[int]]:
    """For each point (degrees) the keys of those within so many metres, itself among them.

    Raises Invalid where more than MOST_TOGETHER are.
    """
    # Cells one distance high, and wide enough at the highest latitude that occurs.
    high = metres / _METRES_OF_A_DEGREE
    widest = max((abs(lat) for _lon, lat in points.values()), default=0.0)
    wide = high / max(0.01, math.cos(math.radians(min(89.0, widest + high))))
    cells: dict[tuple[int, int], list[int]] = defaultdict(list)
    for key, (lon, lat) in points.items():
        cells[int(lon // wide), int(lat // high)].append(key)
    found: dict[int, set[int]] = {}
    for (x, y), own in cells.items():
        near = [
            other
            for across in (-1, 0, 1)
            for along in (-1, 0, 1)
            for other in cells.get((x + across, y + along), ())
        ]
        within = _distances([points[key] for key in own], [points[key] for key in near]) <= metres
        for key, close in zip(own, within, strict=True):
            if close.sum() > MOST_TOGETHER:
                raise _too_many()
            found[key] = {key, *(near[at] for at in np.flatnonzero(close).tolist())}
    return found


def _distances(
    some: Sequence[tuple[float, float]], others: Sequence[tuple[float, float]]
) -> npt.NDArray[np.float64]:
    """As `metres_between`, of each with each other."""
    lon, lat = np.radians(np.array(some, np.float64)).T
    other_lon, other_lat = np.radians(np.array(others, np.float64)).T
    up = np.sin((other_lat[None, :] - lat[:, None]) / 2) ** 2
    over = np.sin((other_lon[None, :] - lon[:, None]) / 2) ** 2
    part = up + np.cos(lat)[:, None] * np.cos(other_lat)[None, :] * over
    metres: npt.NDArray[np.float64] = 2 * EARTH_METRES * np.arcsin(np.minimum(1.0, np.sqrt(part)))
    return metres


def _largest(around: Mapping[int, set[int]]) -> list[int]:
    """The keys whose set no other's holds; of equal sets the one of the least key."""
    kept = []
    for key, mine in around.items():
        beaten = any(
            mine < around[other] or (mine == around[other] and other < key)
            for other in mine
            if other != key
        )
        if not beaten:
            kept.append(key)
    return sorted(kept)


def _group(
    key: str,
    rows: Iterable[Watched],
    roles: Mapping[str, str],
    single: frozenset[str],
    doubled: dict[str, int],
) -> Group | None:
    """The group of these datastreams; None where none of them is in a role."""
    members: list[Member] = []
    taken: set[str] = set()
    for row in sorted(rows, key=lambda row: row.number):
        role = roles.get(row.prop) if roles else tree.ITSELF
        if role is None:
            continue
        if role in single and role in taken:
            doubled[role] += 1
            continue
        taken.add(role)
        members.append(Member(row.number, role, row.lateness * _SECOND))
    return Group(key, tuple(members)) if members else None


def _refuse_too_many(groups: Sequence[Group]) -> None:
    sizes = [len(group.members) for group in groups]
    if max(sizes, default=0) > MOST_TOGETHER or sum(sizes) > MOST_MEMBERS:
        raise _too_many()


def _too_many() -> Invalid:
    return Invalid(
        "groups.by",
        _("一组里的数据流超过 %(most)d 条。") % {"most": MOST_TOGETHER},
        _("缩短距离，或改用更小的分组，或收窄要看的数据流。"),
    )


def _warnings(
    spec: GroupSpec, lacking: Mapping[str, int], doubled: Mapping[str, int], count: int
) -> list[str]:
    told = [
        _("%(count)d 组没有“%(role)s”的数据流，那里的相关条件视为未知。")
        % {"count": number, "role": spec.roles.get(role, _("读数"))}
        for role, number in sorted(lacking.items())
    ]
    told += [
        _("“%(role)s”在有的组里不止一条数据流，只用号码最小的一条，另外 %(count)d 条不参与判断。")
        % {"count": number, "role": spec.roles.get(role, _("读数"))}
        for role, number in sorted(doubled.items())
    ]
    if not count:
        told.append(_("没有任何可以判断的对象。"))
    return told
