"""Verbs inside a phrase: where subject and object part."""

from __future__ import annotations

import re

from district.compiler import lexicon as lex
from district.compiler import segments, tries
from district.compiler.phrases import makes_noun, names_works

#: Verbs behind an owner that general Chinese does not list, or as nouns.
_OWN_DEEDS = frozenset(lex.words("落地 落户 入驻 获批 获评"))
_WEAK = frozenset(lex.WEAK_VERBS)
_OWNERS = (*lex.OWNER_ENDS, "省", "州", "旗", "自治区", "市区", "县区", "全区")
#: Owners with a name of their own, which do what verbs of general Chinese tell (东山镇|救助).
_NAMED = ("市", "区", "园", "港", "集团", "公司")
_TOWNS = ("镇", "乡", "县", "旗", "街道")
_ATTRIBUTE = re.compile(
    "[率额量值数]$|占比$|比[例重]$|收入|面积|能力|规模|标准|水平|对象$|投资|支出"
)


def find_verb(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The last strong verb inside a span; verbs inside protected nouns do not count."""
    found: tuple[int, int] | None = None
    position = start
    depth = 0
    while position < end:
        char = text[position]
        if char in "“《(「":
            depth += 1
        elif char in "”》)」":
            depth = max(0, depth - 1)
        if depth:
            position += 1
            continue
        noun = tries.NOUN_AT.at(text, position)
        verb = tries.STRONG.at(text, position) or _verb_of_quoted(text, position, start, end)
        if verb is None and noun is None and position > start:
            verb = _verb_behind_adverb(text, position)
        if noun is not None and (verb is None or len(noun) >= len(verb)):
            position += len(noun)
            continue
        if verb is not None and position + len(verb) <= end:
            if position > start + 1 and text[position - 1] in "和及与或、":
                # 独角兽及培育企业 is one name.
                position += len(verb)
                continue
            if position > start and names_works(text, position, verb):
                position += len(verb) + 2
                continue
            behind = text[position + len(verb) : position + len(verb) + 1]
            if not makes_noun(text, position + len(verb)) and behind not in ("、", ")"):
                found = (position, position + len(verb))
            position += len(verb)
            continue
        position += 1
    return found or _verb_of_owner(text, start, end)


def _verb_of_quoted(text: str, position: int, start: int, end: int) -> str | None:
    """“马路巡查”|发现整改问题: a verb of general Chinese right behind a quotation."""
    if position < start + 3 or text[position - 1] != "”" or position + 4 > end:
        return None
    if text.startswith("突破", position):
        return "突破"
    length = segments.verb_length(text[position:end][:24])
    return text[position : position + length] if length == 2 else None


def _verb_of_owner(text: str, start: int, end: int) -> tuple[int, int] | None:
    """A verb of general Chinese behind the name of a place or an organisation."""
    tokens = segments.tokens_of(text[start:end])
    for token in tokens[1:-1]:
        owner, rest = text[start : start + token.start], text[start + token.end : end]
        strange = any(t.kind == "c" for t in segments.tokens_of(owner[:-1]))
        town = owner.endswith(_TOWNS) and not owner.startswith(("重点", "各", "全", "试点"))
        named = town or (owner.endswith(_NAMED) and strange)
        listed = token.word in _OWN_DEEDS or (named and token.word in _WEAK)
        deed = token.kind == "v" or (named and token.kind == "w") or listed
        if not deed or len(token.word) != 2 or token.start < 3:
            continue
        takes = listed or segments.verb_length(text[start + token.start : end])
        whole = _ATTRIBUTE.search(rest) or makes_noun(text, start + token.end) or len(rest) < 2
        if takes and not whole and owner.endswith(_OWNERS) and "、" not in owner:
            return start + token.start, start + token.end
    return None


def _verb_behind_adverb(text: str, position: int) -> str | None:
    """累计申请, 全年培训: a weak verb right behind an adverb; both as one word."""
    lead = tries.HEAD.at(text, position)
    if text.startswith(("日均", "月均", "年均"), position):
        lead = text[position : position + 2]
    elif lead is None or len(lead) < 2 or tries.HEAD.kinds[lead] not in "BTM":
        return None
    elif lead == "平均":
        # 低保平均|保障标准 is a name.
        return None
    after = position + len(lead)
    follower = tries.HEAD.at(text, after)
    if follower is None or len(follower) < 2:
        return None
    if tries.HEAD.kinds[follower] not in "VW" and follower not in lex.WEAK_VERBS:
        return None
    noun = tries.NOUN_AT.at(text, after)
    return lead + follower if noun is None or len(noun) <= len(follower) else None
