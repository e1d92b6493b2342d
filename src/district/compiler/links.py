"""Links between outturns and targets of the same measure, and contradictions.

Measures are compared through an index of character pairs over *distinct* measures, so
that a report that repeats itself costs no more than its length.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from dataclasses import replace

from district.compiler.layout import fold
from district.compiler.model import (
    FLAG_BELOW_ACTUAL,
    FLAG_CONTRADICTED,
    FLAG_REPEATED,
    Contradiction,
    Link,
    Statement,
)
from district.compiler.naming import needs_owner

#: Two measures below this likeness are never linked.
MIN_SCORE = 0.62

_NOISE = re.compile(r"[\s“”‘’\"'《》「」()、,·的—\-:/]|资源|高级认证|大型|各类|全区|总量|总数")
_RANK = re.compile("国家级|省级|市级|区级|县级|国家|镇级|街道级|州级")
_LOWER_IS_BETTER = re.compile(
    "能耗|水耗|电耗|浓度|失业率|排放|贫困|事故|死亡|赤字|负债|不良|价格|发生率|时限|审批时间|"
    "杠杆|用水量"
)
_HOME = re.compile("^(?:全[区市县省国州]|我[区市县省国州]|本[区市县])?$")

Key = tuple[str, str, str]


def _normal(text: str) -> str:
    return _NOISE.sub("", fold(text))


def _family(statement: Statement) -> str:
    """What kind of figure it is: only figures of one kind can be compared."""
    unit = re.sub("^[十百千万亿]+", "", statement.unit)
    if statement.basis == "yoy":
        return "yoy"
    if unit in ("%", "‰", "成"):
        return "share"
    if unit in ("人", "名", "位", "人次", "人(次)"):
        unit = "人"
    if unit in ("家", "个", "户", "所", "项"):
        unit = "个"
    return unit


def _pairs(text: str) -> set[str]:
    return {text[i : i + 2] for i in range(len(text) - 1)}


def likeness(first: Statement, second: Statement) -> float:
    """How alike subject and measure are, from 0 to 1; 0 where their ranks differ."""
    a, b = _normal(first.measure), _normal(second.measure)
    ranks = set(_RANK.findall(a)), set(_RANK.findall(b))
    if ranks[0] and ranks[1] and ranks[0] != ranks[1]:
        return 0.0
    a, b = _RANK.sub("", a), _RANK.sub("", b)
    if needs_owner(first.measure) or needs_owner(second.measure):
        a, b = _normal(first.subject) + a, _normal(second.subject) + b
    if a == b:
        return 1.0
    short, long = sorted((a, b), key=len)
    if not short:
        return 0.0
    x, y = _pairs(a), _pairs(b)
    dice = 2 * len(x & y) / (len(x) + len(y)) if x and y else 0.0
    if short in long and len(short) >= 3 and a[-1] == b[-1]:
        return max(dice, 0.5 + 0.5 * len(short) / len(long))
    return dice if a[-2:] == b[-2:] else dice * 0.8


def find_links(statements: list[Statement]) -> list[Link]:
    """For each target the outturn of the same measure in the period before it."""
    positions: dict[Key, list[int]] = defaultdict(list)
    sample: dict[Key, Statement] = {}
    index: dict[tuple[str, str], set[Key]] = defaultdict(set)
    for place, statement in enumerate(statements):
        if statement.kind == "target" or statement.unit == "百分点":
            continue
        key = (_normal(statement.measure), _family(statement), statement.basis or "")
        if key not in sample:
            sample[key] = statement
            for pair in _pairs(key[0]):
                index[(key[1], pair)].add(key)
        positions[key].append(place)
    links: list[Link] = []
    cache: dict[Key, list[tuple[float, Key]]] = {}
    for place, statement in enumerate(statements):
        if statement.kind != "target" or statement.unit == "百分点":
            continue
        if len(statement.measure) < 3 and not statement.subject:
            continue
        own = (_normal(statement.measure), _family(statement), statement.basis or "")
        if own not in cache:
            cache[own] = _ranked(statement, own, index, sample)
        link = _best(place, statement, cache[own], positions, statements)
        if link is not None:
            links.append(link)
    return links


def _ranked(
    target: Statement,
    own: Key,
    index: dict[tuple[str, str], set[Key]],
    sample: dict[Key, Statement],
) -> list[tuple[float, Key]]:
    """The measures of outturns that may be the target's, best first."""
    keys: set[Key] = set()
    for pair in _pairs(own[0]):
        keys |= index.get((own[1], pair), set())
    scored = []
    for key in keys:
        score = likeness(sample[key], target)
        if key[2] == own[2]:
            score += 0.03
        elif {key[2], own[2]} == {"flow", "stock"}:
            score -= 0.06
        if score >= MIN_SCORE:
            scored.append((score, key))
    return sorted(scored, reverse=True)


def _best(
    place: int,
    target: Statement,
    ranked: list[tuple[float, Key]],
    positions: dict[Key, list[int]],
    statements: list[Statement],
) -> Link | None:
    for score, key in ranked:
        places = positions[key]
        before = bisect_left(places, place)
        if before == 0:
            continue
        # The first of a run of copies nearest to the target.
        chosen = places[before - 1]
        actual = statements[chosen]
        if not _comparable(actual, target):
            continue
        return Link(chosen, place, min(1.0, round(score, 3)), _below(actual, target))
    return None


def _comparable(actual: Statement, target: Statement) -> bool:
    if actual.year is not None and target.year is not None and target.year < actual.year:
        return False
    if actual.basis in ("stock", "cumulative") and target.basis == "flow":
        return False
    homes = bool(_HOME.match(actual.subject)), bool(_HOME.match(target.subject))
    if not (homes[0] or homes[1]) and actual.subject != target.subject:
        return bool(_pairs(_normal(actual.subject)) & _pairs(_normal(target.subject)))
    return True


def _below(actual: Statement, target: Statement) -> bool:
    """True where the target is weaker than what was reached already."""
    if actual.unit != target.unit:
        return False
    if target.comparator in ("<=", "<") or _LOWER_IS_BETTER.search(target.measure):
        return target.value > actual.value
    return target.value < actual.value


def find_contradictions(statements: list[Statement]) -> list[Contradiction]:
    """Pairs of statements of one measure, period and kind whose values differ."""
    groups: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for place, s in enumerate(statements):
        if s.unit == "百分点" or s.confidence < 0.8 or len(s.measure) < 3 or needs_owner(s.measure):
            continue
        subject = "" if _HOME.match(s.subject) else _normal(s.subject)
        groups[(subject, _normal(s.measure), s.unit, s.kind, s.basis, s.year)].append(place)
    found: list[Contradiction] = []
    for places in groups.values():
        first = statements[places[0]]
        for place in places[1:]:
            second = statements[place]
            if second.sentence_start == first.sentence_start or second.value == first.value:
                continue
            if "=" not in (first.comparator, second.comparator):
                continue
            found.append(
                Contradiction(
                    places[0],
                    place,
                    f"{first.measure}: {first.raw} / {second.raw} ({first.year or ''})",
                )
            )
    return sorted(found, key=lambda c: (c.first, c.second))


def with_flags(
    statements: list[Statement], links: list[Link], contradictions: list[Contradiction]
) -> list[Statement]:
    """The statements with the flags that links, contradictions and repeats give them."""
    flags: dict[int, list[str]] = defaultdict(list)
    for link in links:
        if link.below_actual:
            flags[link.target].append(FLAG_BELOW_ACTUAL)
    for pair in contradictions:
        for place in (pair.first, pair.second):
            if FLAG_CONTRADICTED not in flags[place]:
                flags[place].append(FLAG_CONTRADICTED)
    seen: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for place, s in enumerate(statements):
        if len(s.measure) >= 3:
            seen[(_normal(s.measure), s.value, s.unit, s.kind, s.year, s.basis)].append(place)
    for places in seen.values():
        if len({statements[place].sentence_start for place in places}) > 1:
            for place in places:
                flags[place].append(FLAG_REPEATED)
    return [
        replace(s, flags=tuple(flags[place])) if flags.get(place) else s
        for place, s in enumerate(statements)
    ]
