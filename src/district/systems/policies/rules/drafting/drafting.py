"""A policy's text as proposals: which words say which condition, and what was not read."""

from __future__ import annotations

import re
from dataclasses import dataclass

from district.kernel.conditions.public import All, AnyOf, Condition, Not, to_text
from district.systems.policies.rules.drafting.mentions import Mention, mentions
from district.systems.policies.rules.drafting.sections import Passage, passages
from district.systems.policies.rules.drafting.vocabulary import Vocabulary

#: Between two that are alternatives, whatever they speak of.
_OR = re.compile("(?:企业|单位|认定|的)?[，,、]?(?:或者|或)(?:是|为|属于|获得|取得|被认定为)?")
#: Between two of one kind that are a list: any of them will do.
_LIST = re.compile("(?:企业)?(?:、|，|和|及|以及|与)(?:是|为|属于|在)?")
_LISTED = ("place", "industry", "qualification")
_PIECE = re.compile("[^，。；,;：:、]+")
#: What asks for nothing by itself.
_EMPTY = re.compile(
    r"[\s（）()一二三四五六七八九十\d.．]*|对?符合(?:以下|下列|上述)?条件的(?:企业|单位)?|在有效期内的企业"
)


@dataclass(frozen=True)
class Proposal:
    """`text[start:end]` seems to ask for `condition`."""

    start: int
    end: int
    condition: Condition

    @property
    def where(self) -> str:
        """The condition in its text form."""
        return to_text(self.condition)


@dataclass(frozen=True)
class Draft:
    """What was read of a text, in its order, and the pieces in which nothing was read.

    `unread` are pieces of those sentences that seem to say who is eligible: an officer looks at
    each, for it may ask for what the register does not know.
    """

    proposals: tuple[Proposal, ...] = ()
    unread: tuple[tuple[int, int], ...] = ()

    @property
    def condition(self) -> Condition:
        """All proposals together; without any it always holds."""
        return All(tuple(proposal.condition for proposal in self.proposals))


def draft(text: str, words: Vocabulary) -> Draft:
    """Read `text`; nothing in it is taken for a condition without words that say so."""
    proposals: list[Proposal] = []
    unread: list[tuple[int, int]] = []
    said: set[str] = set()
    for passage in passages(text):
        found = [] if passage.partial else _proposals(text, passage, words)
        unread += _left(text, passage, found)
        for proposal in found:
            if proposal.where not in said:
                said.add(proposal.where)
                proposals.append(proposal)
    return Draft(tuple(proposals), tuple(unread))


def _proposals(text: str, passage: Passage, words: Vocabulary) -> list[Proposal]:
    found = mentions(text, passage.start, passage.end, words)
    if passage.tiers:
        found = [mention for mention in found if mention.kind not in ("amount", "age")]
    groups: list[list[Mention]] = []
    for mention in found:
        if groups and _joined(text, groups[-1][-1], mention):
            groups[-1].append(mention)
        else:
            groups.append([mention])
    return [_proposal(group, passage) for group in groups]


def _joined(text: str, one: Mention, other: Mention) -> bool:
    between = text[one.end : other.start].strip()
    if _OR.fullmatch(between):
        return True
    if one.kind != other.kind or one.kind not in _LISTED:
        return False
    # Places may share the words of registration, so that they end at the same one.
    return other.start <= one.end or _LIST.fullmatch(between) is not None


def _proposal(group: list[Mention], passage: Passage) -> Proposal:
    parts = tuple(mention.condition for mention in group)
    condition: Condition = parts[0] if len(parts) == 1 else AnyOf(parts)
    if passage.refuses:
        condition = Not(condition)
    return Proposal(group[0].start, group[-1].end, condition)


def _left(text: str, passage: Passage, found: list[Proposal]) -> list[tuple[int, int]]:
    left = []
    for match in _PIECE.finditer(text, passage.start, passage.end):
        touched = any(p.start < match.end() and match.start() < p.end for p in found)
        heads = text[match.end() : match.end() + 1] in (":", "：")
        if not touched and not heads and not _EMPTY.fullmatch(match[0]):
            left.append(match.span())
    return left
