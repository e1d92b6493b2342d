"""Which street or community a text speaks of. Pure; names what it saw, never guesses."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from district.kernel.base.masking import fold
from district.systems.appeals.suggesting.gazetteer import Gazetteer, How, Named

# Behind a short name these make a name of something else: 坂田北路 may lie anywhere.
_GOES_ON = re.compile(
    "[东南西北中上下一二三四五新老大]?[一二三四五六七八九十]?(?:路(?![灯口边面上段中])|大道|大街|"
    "街(?![道上边坊])|巷(?![子口])|线|站(?![在着])|号线|桥|河|水库|"
    "医院|中学|小学|学校|幼儿园|公园|广场|大厦|花园|酒店|银行|公司|集团|高速|立交|隧道|口岸|关口|"
    "人民医院|中心医院|实验|外国语|派出所|市场|商场|体育|文化|科技|工业园|产业园|火车站|汽车站|"
    "地铁|区(?!域)|市|县|镇|省)"
)
_OF_ITS_OWN = re.compile("地铁口|地铁站(?:旁|附近|那|对面)|镇上|市场那")
# Before a name of two signs: anything else could be the first half of another word (重新联系).
_BEFORE = frozenset(
    "在住到从往去是我的于来及和与跟向对离靠近区市道县镇省们边旁里了着过经给说报叫找那这有让请问查"
    "家喺系圳岗头点号口村巷路处地你他:"
)
_BAD_AHEAD = {"联": "系络合通网盟想", "龙": "头虾", "和": "谐", "新": "的"}


@dataclass(frozen=True)
class PlaceCandidate:
    """A unit that the text names: where in the text, by what name, and how.

    `needs_street`: the name belongs to communities of several streets and the text does not say
    which. `agrees`: the text also names the street of this community, or one of its places.
    """

    code: str
    name: str
    level: str
    start: int
    end: int
    matched: str
    how: How
    needs_street: bool = False
    agrees: bool = False

    @property
    def why(self) -> str:
        """The reason as a sentence."""
        said = {"name": self.matched, "unit": self.name}
        if self.needs_street:
            return _("提到“%(name)s”，不止一个街道有这个社区，请选择街道") % said
        if self.how == "landmark":
            return _("提到“%(name)s”，在%(unit)s") % said
        if self.agrees:
            return _("提到“%(name)s”，所在街道也相符") % said
        return _("提到“%(name)s”") % said


@dataclass(frozen=True)
class _Hit:
    start: int
    end: int
    meanings: tuple[Named, ...]


def suggest_place(text: str, gazetteer: Gazetteer) -> tuple[PlaceCandidate, ...]:
    """The units that the text names, best first; none where it names none.

    At each position the longest name counts. Communities come before streets, those whose street
    is named too before others, full names before short ones and those before landmarks, then in
    the order of the text. Each unit comes once.
    """
    hits = _hits(fold(text), gazetteer)
    streets = {
        named.unit.code for hit in hits for named in hit.meanings if named.unit.level == "street"
    }
    found = [one for hit in hits for one in _candidates(text, hit, streets)]
    found.sort(key=_rank)
    best: dict[str, PlaceCandidate] = {}
    for candidate in found:
        best.setdefault(candidate.code, candidate)
    return tuple(best.values())


def _rank(one: PlaceCandidate) -> tuple[bool, bool, bool, int, int, str]:
    ways: tuple[How, ...] = ("full_name", "short_name", "landmark")
    return (
        one.level != "community",
        not one.agrees,
        one.needs_street,
        ways.index(one.how),
        one.start,
        one.code,
    )


def _candidates(text: str, hit: _Hit, streets: set[str]) -> list[PlaceCandidate]:
    """The meanings of one name, narrowed to the named street where that decides."""
    fitting = [n for n in hit.meanings if n.unit.parent_code in streets]
    used = fitting or list(hit.meanings)
    several = len({named.unit.code for named in used}) > 1
    return [
        PlaceCandidate(
            code=named.unit.code,
            name=named.unit.name,
            level=named.unit.level,
            start=hit.start,
            end=hit.end,
            matched=text[hit.start : hit.end],
            how=named.how,
            needs_street=several and named.unit.level == "community",
            agrees=named.unit.level == "community" and named.unit.parent_code in streets,
        )
        for named in used
    ]


def _hits(folded: str, gazetteer: Gazetteer) -> list[_Hit]:
    hits: list[_Hit] = []
    at = edge = 0
    while at < len(folded):
        name = _longest(folded, at, gazetteer, at == edge)
        if name is None:
            at += 1
            continue
        meanings = gazetteer.names.get(name)
        if meanings:
            hits.append(_Hit(at, at + len(name), meanings))
        at = edge = at + len(name)
    return hits


def _longest(folded: str, at: int, gazetteer: Gazetteer, follows: bool) -> str | None:
    """The longest name that stands at a position as a name of its own; `follows` another one."""
    for length in gazetteer.lengths.get(folded[at], ()):
        name = folded[at : at + length]
        meanings = gazetteer.names.get(name)
        if meanings is None:
            if name in gazetteer.wider:
                return name
            continue
        if all(named.how != "short_name" for named in meanings):
            return name
        # A shorter name inside one that goes on as something else is a fragment of that.
        return name if _stands(folded, at, at + length, follows) else None
    return None


def _stands(folded: str, start: int, end: int, follows: bool) -> bool:
    """Whether a short name is a word of its own between what stands before and behind it."""
    if end - start == 2 and not follows and start > 0:
        before = folded[start - 1]
        if before.isalnum() and before not in _BEFORE:
            return False
    behind = folded[end : end + 8]
    if behind[:1] and behind[0] in _BAD_AHEAD.get(folded[end - 1], ""):
        return False
    return bool(_OF_ITS_OWN.match(behind)) or not _GOES_ON.match(behind)
