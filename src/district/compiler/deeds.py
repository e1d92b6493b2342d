"""What was done, in front of a number: for whom, by whom, and verbs without a noun."""

from __future__ import annotations

import re
from itertools import pairwise

from district.compiler import lexicon as lex
from district.compiler import naming, phrases, segments
from district.compiler.clauses import Cell
from district.compiler.growth import LIFTS, GrowthReader
from district.compiler.layout import fold
from district.compiler.left import Left

_RELIEF = ("减免", "免除", "减少", "降低", "节约", "节省", "退还", "缓缴")
_WHOM = re.compile(
    "(?:各类|广大|中小微?|小微|困难|民营)?(?:企业|(?:市场|经营)主体|群众|居民|农民|农户|市民|职工|学生|商户|老年人)"
)
#: What is counted stands behind the number.
NOUN_RIGHT = re.compile("(?!及?以[上下内]|左右|上下)[\u4e00-\u9fff“(]{2}")
VERBS = frozenset(lex.VERBS)
_WEAK = frozenset(lex.WEAK_VERBS)
_ADVERBS = frozenset(lex.ADVERBS)
ENDINGS = frozenset(lex.ENDING_VERBS)
#: Words that say with what something is done.
_WITH = ("利用", "依托", "结合", "采取", "按照", "投资", "多渠道")
_DONE_BEFORE = re.compile(
    "(?<=..)(?:完工|竣工|开工|建成|投产|投用|投运|通车|封顶|开业|开园|启用)、(?=[^、,]{4,}(?:完成|实现|新增|达到?)[^、,]*$)"
)
PIECES = frozenset(lex.words("个 家 项 座 所 条 件 种 款 支 名 户 人 宗 处 辆 台 场 起"))
#: What begins a second deed behind 、 and is no part of a list of names.
_PREDICATES = tuple(lex.words("完成 实现 新增 达成 带动 撬动 拉动 吸引 惠及 发放"))
_ACHIEVES = frozenset(["完成", "实施", "开展"])


class DeedReader(GrowthReader):
    """Takes deeds apart."""

    def _last_deed(self, start: int, end: int) -> int:
        """甲项目年底前完工、乙项目完成投资: where the last of several deeds begins."""
        done = list(_DONE_BEFORE.finditer(self.folded, start, end))
        if done:
            return done[-1].end()
        mark = self.folded.rfind("、", start + 4, end)
        alone = "分别" not in self.folded[start:end]
        if alone and mark > 0 and self.folded.startswith(_PREDICATES, mark + 1):
            # 实施更新行动、|完成投资2亿元
            head = phrases.strip_head(self.folded, start, mark)
            return mark + 1 if head.has("V") and head.start + 2 <= mark else start
        return start

    def _acts_alone(self, left: Left, cell: Cell, begin: int, stop: int) -> bool:
        """补助全市158家村卫生所, 改造提升养老院25所: verbs alone; the noun stands behind."""
        if begin >= stop:
            return False
        lone = not left.head.words and segments.may_act(self.folded[begin:stop])
        lone = lone and not cell.quantity.han and self.unit.lstrip("十百千万亿") in PIECES
        if not (self._only_verbs(begin, stop) or lone):
            return False
        counts = not cell.quantity.is_rate and not self.unit.endswith("元")
        if not left.growth and counts and NOUN_RIGHT.match(self.folded, *cell.right):
            left.verb = self.folded[begin:stop]
        elif left.growth in LIFTS:
            # No growth, a second verb.
            left.verb, left.growth = left.growth, ""
        else:
            return False
        left.verb_last = True
        left.subject = left.scope
        return True

    def _beneficiary(self, left: Left, begin: int, stop: int) -> int:
        """为企业|节约用电成本: whom it is done for ends where a verb begins."""
        if not left.head.words or left.head.words[-1][0] not in ("为", "给", "帮助"):
            return begin
        whom = _WHOM.match(self.folded, begin, stop)
        if whom is None:
            return begin
        after = phrases.strip_head(self.folded, whom.end(), stop)
        if not after.has("VWD") or after.start > stop - 2:
            return begin
        if self.folded.startswith(_RELIEF, whom.end()):
            # 减免税费 is another thing than 税费.
            return whom.end()
        left.verb = after.last("VW") or left.verb
        return after.start

    def _rank(self, left: Left, stop: int) -> None:
        """全国农业标准化示范区13个: the rank of what is counted, no district."""
        if left.head.words and left.head.words[-1][0] in ("全国", "全省"):
            name = self.folded[left.head.start : stop]
            if not (naming.is_metric(name) or name.endswith("数")):
                word = left.head.words.pop()[0]
                left.head.start = self.folded.rfind(word, 0, left.head.start)

    def _scope(self, head: phrases.Head) -> str:
        """The district as it is named; 对全区… names an object, no subject."""
        for (_, kind), (word, follower) in pairwise([("", ""), *head.words]):
            if follower == "S" and kind != "X":
                return word
        return ""

    def _completed_deed(self, left: Left, stop: int) -> None:
        """完成|征收签约600户: what was completed is named by verbs alone."""
        words = [word for word, kind in left.head.words if kind in "VW"]
        if len(words) < 2 or words[0] not in _ACHIEVES or left.measure:
            return
        deed = "".join(words[1:])
        if deed not in ENDINGS and self.folded.endswith(deed, 0, stop):
            left.measure, left.verb, left.verb_last = deed, words[0], False

    def _only_verbs(self, begin: int, stop: int) -> bool:
        """True where all that stands in front of the last verb is one more verb or adverb."""
        return _acts(self.folded[begin:stop])

    def _own_deed(self, left: Left, owner: str, name: str) -> tuple[str, str]:
        """某产业园|力争|营业收入: a modal word or a plain verb behind an owner is no name."""
        if not owner or owner == left.scope:
            return owner, name
        folded = fold(name)
        head = phrases.strip_head(folded, 0, len(folded))
        word = head.last("VM") or ""
        done = word in lex.PLAIN_VERBS or head.has("M")
        if done and head.start + 2 <= len(folded) and folded[head.start :] not in lex.BARE_MEASURES:
            left.verb = left.verb or head.last("V") or ""
            return owner, name[head.start :]
        return owner, name


def _is_deed(word: str) -> bool:
    """A verb or a noun of action of two characters; 提质, 高效 are said of how as well."""
    tokens = segments.tokens_of(word)
    verb = len(tokens) == 1 and tokens[0].kind == "v"
    return verb or word in VERBS or word in _WEAK or word in _ADVERBS or naming.is_action(word)


def _acts(word: str) -> bool:
    """精准识别, 高质量办成, 利用闲置资源改造建设: a verb, however and with whatever it is done."""
    if word in VERBS or word in _WEAK or segments.is_manner(word) or naming.is_action(word):
        return True
    if len(word) in (4, 5) and word[2:-2] in ("", "并", "和"):
        # 布局建设, 申报并获批
        return _is_deed(word[:2]) and _is_deed(word[-2:])
    for size in (2, 3):
        if word[:size] in _ADVERBS and len(word) > size:
            return _acts(word[size:])
    tokens = segments.tokens_of(word)
    verb = bool(tokens) and (tokens[-1].kind == "v" or tokens[-1].word in VERBS)
    return word.startswith(_WITH) and verb
