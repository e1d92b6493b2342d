"""Growth in front of a number, what it is held against, and shares of a whole."""

from __future__ import annotations

import re

from district.compiler import lexicon as lex
from district.compiler import naming, phrases
from district.compiler.left import Left
from district.compiler.numbers import Quantity

_BASE = re.compile(
    "受[^,、]{2,16}(?:影响|拖累|拉动)$|相?(?:比|较)(?!例|重|率|亚|赛|较|强|值|价|对)[^,、;]{1,14}$|与[^,、;]{1,12}(?:相?比|相较|同期)$|(?:剔除|扣除|"
    "按)[^,]{2,18}(?:因素|价格|口径|影响|计算)后?[^,]{0,3}$"
)
_PLAN_SHARE = re.compile(
    "(?:完成|占|达到|为|达)?(?:全年|年度|年初|预期|市|省|区|县|"
    "上级)?[^,]{0,8}(?:目标|计划|任务|预算)(?:数|任务|值)?(?:[\\d.]+[^\\d,、]{1,4})?的?$"
)
_PART = re.compile(
    "(?:仅为|只有|相当于|为|是)(?:全国|全省|全市|全区|上年|去年|同期|“?十[一二三四五六七]五)[^,]*$"
)
_RECOVERED = re.compile(
    r"(?:^|[,、])[^,、]{0,4}?(?:恢复|达|提升|增长|相当于)?(?:到|至|于)?"
    r"(?:(?:19|20)\d\d ?年|疫情前|正常)"
    r"(?:同期)?(?:水平)?的?$"
)
_SAID_OF_LAST = re.compile(
    "^[,、 ]*(?:其中)?(?:分别|均|合计|共计|总计|共)?(?:占|相当于|是|为|完成|实现)(?:了)?"
    "[^,、]{2,24}$"
)
#: X占Y的41% is said of X; X占Y比重 is an indicator's own name.
_SHARE_OF = re.compile(
    "(?<=[^,、侵抢])占(?![地比有用])(?:到|了)?[^,、]{2,20}(?<!比重)(?<!比例)(?<!份额)$"
)
_USUALLY = re.compile("(?:[年月日]均|始终|一直)$")
_PLAN = re.compile("计划|任务|目标|预期|时序|^占(?:全[国省市区县州]|全球|世界)?$")
_SHARES = re.compile("[,、 ]*(?:合计|共计|总计|共)?(?:占|相当于)")
_WHOLE = re.compile("占(?![比了到])[^,、]{2,20}?(?=的?$)")
_COUNTED = frozenset(lex.words("个 家 处 所 条 座 间 户 项 套 台 栋 块 片 公里 平方米 亩"))
#: Words of growth that are verbs of works as often.
LIFTS = frozenset(lex.words("提升 扩大 改善"))


class GrowthReader:
    """Finds words of growth; ``follows``: the sentence has a statement already.

    ``limit`` is where the text in front of the number ends; behind it may stand where a
    change began (占比重|由64%提高到76%).
    """

    def __init__(self, folded: str, text: str) -> None:
        self.folded = folded
        self.text = text
        self.follows = False
        self.unit = ""
        self.continued = False
        self.right = (0, 0)
        self.limit = 0

    def _growth(self, left: Left, start: int, quantity: Quantity) -> None:
        """Find growth words in the tail and cut the base of comparison off."""
        tail = left.tail
        word = tail.first("UDE")
        if (word is not None and tail.first("UDEL") == word) or (word and tail.first("UD")):
            left.growth = word or ""
            left.sign = -1 if tail.first("UDE") == tail.first("D") else 1
            if left.growth in ("低", "慢") and quantity.unit == "百分点":
                # 较目标值低2.4个百分点
                left.sign = -1
        spread = self.folded[start : tail.stop]
        if self._lifts(left, spread):
            tail.words, tail.stop, left.growth = [], start + len(spread) + 2, ""
            return
        if left.growth:
            base = _BASE.search(spread)
            if base is None and tail.words and tail.words[-1][1] == "T":
                base = re.search("(?<![占贷配])(?<!城乡收入)(?<!居民收入)(?:相?比|较)$", spread)
            if base:
                self._retail(left, start, start + base.start())
                spread = self.folded[start : tail.stop]
        if (
            re.match(
                "[,、 ]*(?:分别)?占[^,、]{2,20}(?:比重|比例|份额)$", self.folded[start : tail.stop]
            )
            and self.follows
        ):
            left.whole = self._whole(start, tail.stop)
            tail.stop = start
        if quantity.unit in ("%", "成", "倍", "‰"):
            self._share(left, start, quantity)
            whole = _SHARE_OF.search(self.folded[start : tail.stop])
            if whole and not left.share_of:
                spoken = self.text[start + whole.start() : tail.stop]
                left.joined = "" if _PLAN.search(spoken) else _USUALLY.sub("", spoken.rstrip("的 "))
                self._retail(left, start, start + whole.start())

    def _whole(self, start: int, stop: int) -> str:
        """占规上工业总产值: what a share is a share of, in words of the text."""
        match = _WHOLE.search(self.folded, start, stop)
        return self.text[match.start() : match.end()] if match else ""

    def _lifts(self, left: Left, name: str) -> bool:
        """托养机构规范化|提升74家: works on what is counted, and no growth."""
        counted = self.unit.lstrip("十百千万亿") in _COUNTED
        alone = len(left.tail.words) == 1 and left.growth in LIFTS
        return alone and counted and len(name) > 2 and not naming.names_alone(name)

    def _retail(self, left: Left, start: int, stop: int) -> None:
        again = phrases.strip_tail(self.folded, start, stop)
        left.tail.words += again.words
        left.tail.stop = again.stop

    def _share(self, left: Left, start: int, quantity: Quantity) -> None:
        """占耕地面积的61.3%, 完成年度计划的100.9%, 是2020年的2.1倍 say it of the last measure."""
        spread = self.folded[start : self.limit]
        spread = re.sub(
            "(?:预计|预期|有望|达到|达|为|约|超过|超|近|突破|的|[年月日]均|始终|一直|[保维]持在?|稳定在?|(?:提[高升]|上升|[下]?降)[到至])+$",
            "",
            spread,
        )
        part = None if re.search("比[例重]$|份额$", spread) else _PART.search(spread)
        if part and quantity.unit in ("成", "%", "倍"):
            self._retail(left, start, start + part.start())
            return
        if _RECOVERED.search(spread) and self.follows and not left.growth:
            left.share_of, left.tail.stop = True, start
            left.separately = "分别" in spread
            return
        if _SAID_OF_LAST.search(spread) and not left.growth and self.follows:
            plan = _PLAN_SHARE.search(spread)
            if _SHARES.match(spread) or plan or quantity.unit == "倍":
                left.share_of = True
                left.whole = "" if plan else self._whole(start, start + len(spread))
                left.separately = "分别" in spread
                left.tail.stop = start
