"""The text in front of a number, taken apart."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from district.compiler import lexicon as lex
from district.compiler import phrases

_COMPARED = ("全国", "全省", "全市", "全州", "全区", "全县", "平均")
_LED_TO = re.compile("[、 ]*(?:至|到|达|达到|为)")


@dataclass(slots=True)
class Left:
    """The text in front of a quantity, taken apart.

    ``verb_last``: the verb stands right before the number; ``np_only``: there is none.
    ``growth`` is the word of growth or change, ``sign`` -1 for a fall, ``delta`` a
    distance to something else (高于全国0.4个百分点), ``share_of`` a share of it, and
    ``whole`` of what, as it is written (占地区生产总值比重); ``joined`` the same behind the
    part that it is a share of (民生支出|占一般公共预算支出).
    """

    spoken: str = ""
    subject: str = ""
    measure: str = ""
    measures: list[str] = field(default_factory=list)
    verb: str = ""
    verb_last: bool = False
    tail: phrases.Tail = field(default_factory=lambda: phrases.Tail(0))
    head: phrases.Head = field(default_factory=lambda: phrases.Head(0))
    growth: str = ""
    sign: int = 1
    delta: bool = False
    share_of: bool = False
    whole: str = ""
    joined: str = ""
    separately: bool = False
    scope: str = ""
    cited: bool = False
    np_only: bool = False
    pivot: bool = False


def carry_on(left: Left, shared: Left) -> None:
    """Give the next item of a list the verb and growth of the first."""
    if shared.delta and (left.measure or left.scope).startswith(_COMPARED):
        # 高于全国1.1个百分点、全省0.3个百分点: what it is held against is no subject.
        left.delta, left.growth, left.sign = True, shared.growth, shared.sign
        left.measure = left.subject = left.scope = ""
        return
    if shared.growth and not left.growth and _LED_TO.fullmatch(left.spoken):
        # 下降6%至32微克/立方米: the level that the change led to.
        left.growth, left.sign = "升至", 1
    if not left.verb:
        left.verb = shared.verb
        if shared.sign < 0 and not left.growth and shared.verb:
            left.sign = -1
    if not left.growth and not left.measure and shared.growth:
        left.growth, left.sign = shared.growth, shared.sign
        left.tail = shared.tail if not left.tail.words else left.tail
    if shared.separately and not left.tail.first("C"):
        left.tail.words += [w for w in shared.tail.words if w[1] in "CEL" or w[0] in lex.REACH]
