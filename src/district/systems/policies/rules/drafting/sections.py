"""Which parts of a policy's text say who may have it, and which say what they get."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from district.compiler import sentence_spans

Section = Literal["eligible", "benefit", "other"]

_ITEM = re.compile(
    r"\s*(?:第[一二三四五六七八九十百]+[章节条款]|[一二三四五六七八九十]+[、.．]"
    r"|[（(][一二三四五六七八九十\d]+[)）]|\d{1,2}[.．、]|[①-⑳])\s*"
)
_BENEFIT_HEAD = re.compile(
    "(?:支持|资助|奖励|补助|扶持|补贴|贴息)(?:标准|方式|内容|额度|金额|力度|比例|措施)"
)
_ELIGIBLE_HEAD = re.compile("(?:条件|对象|范围|要求|资格|应当|须|需|符合|满足|具备)")
_PURPOSE = re.compile("(?:为|支持|鼓励|围绕|推动|根据|依据)")
#: What is given: from here on a sentence speaks of the benefit.
_GIVES = re.compile(
    "(?:一次性|分别|再|另|可)?(?:给予|予以|奖励|资助|补助|补贴|上浮)(?!对象|资金|对|的企业)|最高(?!法)|"
    "(?:贴息|补贴|资助|奖励|补助)(?:比例|金额|资金|额)|(?:按照?|不超过|按)[^，。；]{0,24}?(?:给予|予以|资助|补助|奖励|补贴|计算)|优先支持"
)
_REFUSED = re.compile(
    "不在[^，。；]{0,8}范围|不予(?:支持|资助|奖励|受理)|不适用本|不得(?:申报|申请|享受)|除外|不包括"
)
_EXCEPT = ("除外", "不包括")
#: 属于批发业的，注册资本…: what is asked of some only.
_OF_SOME = re.compile("(?:如|若|其中|对于)?(?:属于|为|系)[^，。；]{1,30}的[，,]")
_HEADING = 26


@dataclass(frozen=True)
class Passage:
    """A piece of the text in which conditions may be read, `text[start:end]`.

    `refuses`: who is meant here is kept out. `partial`: it asks something of some only, so that
    nothing is proposed from it. `tiers`: numbers in it are steps of the benefit.
    """

    start: int
    end: int
    refuses: bool = False
    partial: bool = False
    tiers: bool = False


def passages(text: str) -> Iterator[Passage]:
    """The pieces of `text` that may say who is eligible, from top to bottom."""
    section: Section = "other"
    for start, end in sentence_spans(text):
        item = _ITEM.match(text, start, end)
        begin = item.end() if item else start
        sentence = text[begin:end]
        section = _section(sentence, section, numbered=item is not None)
        colon = _colon(sentence)
        if section == "benefit" or _is_heading(sentence):
            continue
        given = _GIVES.search(sentence)
        refused = _REFUSED.search(sentence)
        if given and not refused:
            yield from _before_benefit(sentence, begin, given.start())
            continue
        if _PURPOSE.match(sentence) and section == "other" and not colon:
            continue
        partial = _OF_SOME.match(sentence) is not None
        if refused is not None and refused[0] in _EXCEPT:
            # 就业困难人员，非本市户籍的除外: what stands before the exception is asked for.
            cut = begin + max(sentence.rfind(mark, 0, refused.start()) + 1 for mark in "，,；;")
            if cut > begin:
                yield Passage(begin, cut, partial=partial)
            begin = cut
        yield Passage(begin, end, refuses=refused is not None, partial=partial)


def _colon(sentence: str) -> int:
    match = re.search("[:：]", sentence)
    return match.end() if match else 0


def _is_heading(sentence: str) -> bool:
    plain = sentence.strip()
    return (
        len(plain) <= _HEADING
        and not re.search("[，。；,;]", plain)
        and (plain.endswith(("：", ":")) or _ends_as_heading(plain))
    )


def _ends_as_heading(plain: str) -> bool:
    return plain.endswith(
        ("条件", "对象", "范围", "要求", "标准", "方式", "方向", "内容", "额度", "程序", "材料")
    )


def _section(sentence: str, before: Section, *, numbered: bool) -> Section:
    colon = _colon(sentence)
    head = sentence[:colon] if colon else sentence
    if not colon and not _is_heading(sentence):
        # An article of its own ends a list; an item goes on with it.
        return before
    if _BENEFIT_HEAD.search(head[-12:]) and not _ELIGIBLE_HEAD.search(head[-3:]):
        return "benefit"
    if _ELIGIBLE_HEAD.search(head):
        return "eligible"
    return before if numbered and colon else "other"


def _before_benefit(sentence: str, begin: int, cut: int) -> Iterator[Passage]:
    """对…的企业，给予…: who they are stands in front of what they get."""
    aimed = re.search("(?:^|[，,])(?:对|向)(?=[^，。；]{4})", sentence[:cut])
    if aimed is None:
        return
    tiers = "分别" in sentence[max(0, cut - 2) : cut + 2]
    yield Passage(begin + aimed.start(), begin + cut, tiers=tiers)
