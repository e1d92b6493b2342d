"""The words of the grammar, ready to be found in a text: at a position, or in front of one."""

from __future__ import annotations

from district.compiler import lexicon as lex
from district.compiler.nouns import METRICS, NOUNS
from district.compiler.trie import Trie

_MODALS = [*lex.MODALS_TARGET, *lex.MODALS_ESTIMATE]
TAIL = Trie(
    {
        "E": lex.TO_LEVEL,
        "C": list(lex.COMPARATORS),
        "L": lex.LEVELS,
        "B": lex.COUNTERS,
        "U": lex.GROWTH_UP,
        "D": lex.GROWTH_DOWN,
        "R": lex.BASES,
        "M": [word for word in _MODALS if word not in ("建议", "规划", "任务", "安排")],
        "A": lex.TAIL_ADVERBS,
        "T": lex.TIME,
    },
    backward=True,
)
HEAD = Trie(
    {
        "S": lex.SCOPES,
        "T": lex.TIME,
        "M": _MODALS,
        "R": lex.BASES,
        "B": lex.COUNTERS,
        "V": lex.VERBS,
        "X": lex.PREPOSITIONS,
        "A": lex.ADVERBS,
        "D": [word for word in lex.GROWTH_DOWN if len(word) == 2],
        "U": [word for word in lex.GROWTH_UP if len(word) == 2 and word not in ("高于", "低于")],
        "W": lex.WEAK_VERBS,
    }
)
_known = set(TAIL.kinds) | {word for word, kind in HEAD.kinds.items() if kind in "ABMTSR"}
_nouns = [word for word in NOUNS if len(word) > 1 and word not in _known]
NOUN_AT = Trie({"N": _nouns})
NOUN_BACK = Trie({"N": _nouns}, backward=True)
STRONG = Trie({"V": [w for w in lex.VERBS if len(w) > 1 and w not in set(lex.WEAK_VERBS)]})
ENDING = Trie({"I": lex.ENDING_VERBS}, backward=True)
ENDING_AT = Trie({"I": lex.ENDING_VERBS})
SCOPE = Trie({"S": [w for w in lex.SCOPES if w[0] in "全我" and w != "全国"]}, backward=True)
METRIC = Trie({"K": METRICS}, backward=True)


def verb_at(text: str, position: int) -> str | None:
    """The word of ``HEAD`` that starts here; 新增|设施 is not 新增设|施."""
    word = HEAD.at(text, position)
    if word == "新签订" and text.startswith("货", position + 3):
        return "新签"
    if word and word[-1] == "设" and text.startswith(("施", "备"), position + len(word)):
        return word[:-1] if word[:-1] in HEAD.kinds else None
    return word
