"""Names under which residents know streets, communities and places; made once from the units."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from district.kernel.base.masking import fold

Level = Literal["street", "community"]
How = Literal["full_name", "short_name", "landmark"]

_STREET_ENDS = ("街道", "街道办", "街道办事处")
_COMMUNITY_ENDS = ("社区", "社区居委会", "居委会", "居委", "社区工作站")
# Short names that are also everyday words: they count only with 社区 or 街道 behind them.
_EVERYDAY = frozenset(
    (
        "中心",
        "保安",
        "新生",
        "吉祥",
        "同心",
        "同德",
        "同乐",
        "康乐",
        "凤凰",
        "高桥",
        "光华",
        "国展",
        "可园",
        "松柏",
        "紫薇",
        "文景",
        "长龙",
        "南新",
        "新南",
        "新联",
        "新雪",
        "新木",
        "德兴",
        "华乐",
        "三联",
        "四联",
        "五联",
        "六联",
        "南三",
        "金排",
        "翠湖",
        "丽湖",
    )
)


@dataclass(frozen=True)
class PlaceUnit:
    """A unit with the names it goes by; only streets and communities are found in texts."""

    code: str
    name: str
    short_name: str
    level: str
    parent_code: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class ExtraPlace:
    """Another name for a place, such as a road, a station or a park, and whose area it is in.

    A road through several communities is given once for each, or with its street's code.
    """

    name: str
    unit_code: str


@dataclass(frozen=True)
class Named:
    """What one name may mean: a unit, and how the name names it."""

    unit: PlaceUnit
    how: How


@dataclass(frozen=True)
class Gazetteer:
    """All names, folded, and what each may mean; `lengths` has the names' lengths by first sign."""

    names: dict[str, tuple[Named, ...]]
    lengths: dict[str, tuple[int, ...]]
    #: Names that are read over: they begin with a unit's name but mean something wider.
    wider: frozenset[str] = field(default_factory=frozenset)

    @classmethod
    def of(cls, units: Iterable[PlaceUnit], extra: Iterable[ExtraPlace] = ()) -> Gazetteer:
        """Build it; extra places of unknown units and names of fewer than two signs are left out.

        A community called as its street (布吉社区 in 布吉街道) is meant only with 社区: the short
        name alone means the street. A short name that is the district's means nothing alone.
        """
        rows = list(units)
        known = {unit.code: unit for unit in rows}
        wide = {name for u in rows if u.level == "district" for name in (u.name, u.short_name)}
        wide |= {name.removesuffix("区") for name in wide}
        streets = {unit.short_name for unit in rows if unit.level == "street"}
        found: dict[str, dict[tuple[str, How], Named]] = {}

        def add(name: str, unit: PlaceUnit, how: How) -> None:
            text = fold(name)
            if len(text) >= 2:
                found.setdefault(text, {}).setdefault((unit.code, how), Named(unit, how))

        for unit in rows:
            if unit.level not in ("street", "community"):
                continue
            for name in _full_names(unit):
                add(name, unit, "full_name")
            taken = unit.level == "community" and unit.short_name in streets
            if not taken and unit.short_name not in wide | _EVERYDAY:
                for name in _short_names(unit):
                    add(name, unit, "short_name")
        for place in extra:
            if place.unit_code in known and known[place.unit_code].level != "district":
                add(place.name, known[place.unit_code], "landmark")
        names = {name: tuple(meanings.values()) for name, meanings in found.items()}
        wider = frozenset(fold(name) for name in wide if len(name) >= 2) - names.keys()
        return cls(names, _lengths([*names, *wider]), wider)


def _full_names(unit: PlaceUnit) -> list[str]:
    ends = _STREET_ENDS if unit.level == "street" else _COMMUNITY_ENDS
    stem = unit.name.removesuffix("街道").removesuffix("社区")
    return [unit.name, *(stem + end for end in ends), *unit.aliases]


def _short_names(unit: PlaceUnit) -> list[str]:
    """新木 and 新木村; 南岭村 and 南岭."""
    short = unit.short_name
    if unit.level == "street":
        return [short]
    return [short, short.removesuffix("村") if short.endswith("村") else short + "村"]


def _lengths(names: Iterable[str]) -> dict[str, tuple[int, ...]]:
    sizes: dict[str, set[int]] = {}
    for name in names:
        sizes.setdefault(name[0], set()).add(len(name))
    return {first: tuple(sorted(found, reverse=True)) for first, found in sizes.items()}
