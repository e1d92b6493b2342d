"""Taking a phrase apart from both ends with the words of ``lexicon``."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from district.compiler import lexicon as lex
from district.compiler import segments, tries
from district.compiler.spoken_time import TIME_HEAD, TIME_TAIL

#: What makes a noun of the verb in front of it (汇聚平台, 集聚区, 完成率).
_NOUN_SUFFIX = re.compile(
    "平台|区(?![级域])|站|点(?![位火击赞评])|体(?![育检系])|园|器|库|系统|机构|机制|能力|"
    "人员|对象|地(?![铁方下])|型|式|性|率(?!先)|额|量(?!化)|"
    "数(?![字据量百千])|者|力(?!争)|费(?!用)|权"
)


#: 符合低保条件的家庭, 参加合作医疗的农民: the verb says which ones are counted.
_OF_CLASS = frozenset(
    lex.words(
        "符合 参加 参与 享受 接受 从事 具有 具备 持有 拥有 获得 取得 领取 购买 达到 纳入 列入"
    )
)
_CLASS = re.compile(
    "[^,、的]{2,16}的(?:[^,、的]{0,6})(?:人员|群众|居民|农民|家庭|农户|企业|老人|老年人|学生|职工|"
    "人数|人口|单位|机构|户|儿童|子女|妇女|青年|人才|车辆|残疾人|村|产品|教师|医生|低保|对象|者)"
)
#: 对东盟进出口: with whom one trades is part of what is traded.
_TRADE = re.compile(
    "(?:进出口|出口|进口|贸易|投资)(?:总?额|总值)?$|(?:国家|地区|成员国|东盟|欧盟|美国|贡献[率度])$"
)
#: Adverbs that are adjectives behind a verb (签约|正式合同项目).
_OF_THINGS = frozenset(
    lex.words("正式 主要 重点 直接 间接 实际 单独 联合 集中 稳定 有效 精准 免费")
)
#: Nouns that say nothing without the verb in front of them.
_UNNAMED = ("对象", "价款")
_RESULT = re.compile("到(?![位账期访家户村岗院站场点人底20])")

#: A verb in front of one of these is part of a noun (完成率, 发放额).
_OF_NOUNS = frozenset("率量额数度的型性者金款费式幅")
#: Nouns of two characters that need no more to be named.
_WHOLE_NOUNS = frozenset(
    lex.words(
        "企业 项目 道路 公路 学校 医院 公园 住房 房屋 农田 耕地 管网 河道 桥梁 水库 电梯 "
        "厕所 教师 医生 学生 人才 隐患 问题 案件 纠纷 矛盾"
    )
)
#: 国家人才计划157人: a plan's name, no intention.
_PLAN_NOUNS = frozenset(["计划", "目标"])
#: Characters in front of a short word that make another word of it (下达, 签约, 附近).
_JOINED = {
    "可": tuple("许认"),
    "需": tuple("内必供军急刚特所"),
    "须": tuple("必"),
    "达": tuple("下抵表传转直发送"),
    "约": tuple("签预特节条公履违续邀合契"),
    "近": tuple("附邻临接亲就"),
    "超": tuple("赶反"),
    "在": tuple("存现实内外"),
    "为": tuple("行作人认成"),
    "总": tuple("副老"),
    "均": tuple("户亩人"),
    "现": tuple("发实呈体展兑变出涌再"),
}
#: Works whose kind a verb names: 第二水厂扩建|工程.
_WORKS = re.compile("(?:扩建|改建|改扩建|迁建|续建|改造|建设|修复|治理|提升|整治|更新|加固)$")
_NOUN_BEFORE = re.compile("(?:人才|引才|工程|领军|英才|万人|千人|百人|行动|创业|培养)$")


@dataclass(slots=True)
class Tail:
    """What stood between a noun phrase and its number, from right to left."""

    stop: int
    words: list[tuple[str, str]] = field(default_factory=list)

    def has(self, kinds: str) -> bool:
        """True if a word of one of these categories was taken off."""
        return any(kind in kinds for _, kind in self.words)

    def first(self, kinds: str) -> str | None:
        """The word of these categories that is nearest to the number."""
        return next((word for word, kind in self.words if kind in kinds), None)


def strip_tail(text: str, start: int, end: int) -> Tail:
    """Take comparators, growth words, adverbs and time words off the end of a span."""
    tail = Tail(end)
    while tail.stop > start:
        if text[tail.stop - 1] in " 、,:的":
            tail.stop -= 1
            continue
        time = TIME_TAIL.search(text, max(start, tail.stop - 16), tail.stop)
        word = tries.TAIL.at(text, tail.stop)
        if time and time.end() == tail.stop and time.start() < tail.stop:
            tail.words.append((time[0], "T"))
            tail.stop = time.start()
            continue
        if word is None or tail.stop - len(word) < start:
            break
        noun = tries.NOUN_BACK.at(text, tail.stop)
        if noun is not None and len(noun) > len(word) and tail.stop - len(noun) >= start:
            break
        if _inside_noun(text, start, tail.stop - len(word), tail.stop):
            break
        if (
            word in _PLAN_NOUNS
            and tail.stop == end
            and _NOUN_BEFORE.search(
                text, max(start, tail.stop - len(word) - 3), tail.stop - len(word)
            )
        ):
            break
        if text[tail.stop - 2 : tail.stop - 1] in _JOINED.get(word, ()):
            break
        tail.words.append((word, tries.TAIL.kinds[word]))
        tail.stop -= len(word)
    return tail


def scope_before(text: str, start: int, stop: int) -> str:
    """The district's name right in front of a number (改善全市|60所学校), or ''."""
    word = tries.SCOPE.at(text, stop)
    return word if word and stop - len(word) > start else ""


def _inside_noun(text: str, start: int, first: int, last: int) -> bool:
    """True if a protected noun that starts earlier overlaps ``first:last`` and beyond it."""
    for begin in range(max(start, first - 6), first):
        noun = tries.NOUN_AT.at(text, begin)
        if noun is not None and begin + len(noun) > first and begin + len(noun) >= last:
            return True
    return False


@dataclass(slots=True)
class Head:
    """What stood in front of a noun phrase, from left to right."""

    start: int
    words: list[tuple[str, str]] = field(default_factory=list)

    def has(self, kinds: str) -> bool:
        """True if a word of one of these categories was taken off."""
        return any(kind in kinds for _, kind in self.words)

    def last(self, kinds: str) -> str | None:
        """The last word of these categories."""
        return next((word for word, kind in reversed(self.words) if kind in kinds), None)


def strip_head(text: str, start: int, end: int, *, verbs: bool = True) -> Head:
    """Take time, scope, modal words, adverbs and verbs off the front of a span."""
    head = Head(start)
    while head.start < end:
        joins = verbs and text[head.start] in "和及与或并" and _joins_verbs(text, head, end)
        if text[head.start] in " 、,:的——-*>" or joins:
            head.start += 1
            continue
        if verbs and _one_of_several(text, head, end):
            head.words.append((text[head.start : head.start + 2], "V"))
            head.start += 2
            continue
        time = TIME_HEAD.match(text, head.start, end)
        noun = tries.NOUN_AT.at(text, head.start)
        if time and time.end() > time.start() and not (noun and len(noun) > len(time[0])):
            head.words.append((time[0], "T"))
            head.start = time.end()
            continue
        word = tries.verb_at(text, head.start)
        if word is None or head.start + len(word) > end:
            word, kind = "", ""
        elif noun is not None and len(noun) > len(word) and head.start + len(noun) <= end:
            break
        else:
            kind = tries.HEAD.kinds[word]
            if noun == word and kind not in "STV":
                break
        if not word or not _takes(text, head, word, kind, end, verbs):
            length = _verb_at_head(text, head, end) if verbs else 0
            if length == 0 or len(noun or "") > length or length < len(word):
                break
            word, kind = text[head.start : head.start + length], "V"
        if _belongs_to_noun(text, head, word, kind, end):
            break
        head.words.append((word, kind))
        head.start += len(word)
        if kind == "V" and _RESULT.match(text, head.start, end):
            # 筹集到资金
            head.start += 1
    return head


def _belongs_to_noun(text: str, head: Head, word: str, kind: str, end: int) -> bool:
    """识别|监测对象, 获|全国金奖: behind a verb the word names the kind or the rank."""
    if word == "对" and _TRADE.search(text, head.start, end):
        return True
    if kind in "VW" and text.startswith(_UNNAMED, head.start + len(word)):
        # 监测对象, 成交价款
        return True
    if not head.has("V"):
        return False
    if kind == "A" and word in _OF_THINGS:
        # 签约|正式合同项目
        return not _predicate_at(text, head.start + len(word), end)
    rest = text[head.start + len(word) : end]
    if kind == "W" and 0 < len(rest) <= 2 and tries.NOUN_AT.at(text, head.start) is None:
        return rest not in _WHOLE_NOUNS
    if kind == "V" and rest in ("人员", "对象"):
        # 接收|分流人员
        return True
    prize = (head.last("V") or "").startswith(("获", "荣获", "入选"))
    return kind == "S" and (prize or word in ("全国", "全省"))


def tells_which(text: str, verb: tuple[int, int], end: int) -> bool:
    """参加合作医疗的农民: the verb belongs to a clause that says who is counted."""
    return text[verb[0] : verb[1]] in _OF_CLASS and bool(_CLASS.match(text, verb[1], end))


def _joins_verbs(text: str, head: Head, end: int) -> bool:
    """新建和改造公园: both verbs are done to the noun."""
    if not head.words or head.words[-1][1] != "V" or len(head.words[-1][0]) < 2:
        return False
    following = head_word(text, head.start + 1, end)
    weak = following is not None and following[0] in lex.WEAK_VERBS
    if following is None and noun_at(text, head.start + 1) is None:
        return _general_verb(text, head.start + 1, end) > 0
    return following is not None and (following[1] in "VW" or weak) and len(following[0]) > 1


def _one_of_several(text: str, head: Head, end: int) -> bool:
    """制定、修改和废止规章: a verb that no list of the grammar has, between others."""
    first = segments.tokens_of(text[head.start : head.start + 8])[:2]
    if not first or first[0].kind != "v" or len(first[0].word) != 2:
        return False
    after = head.start + 2
    if (
        head_word(text, head.start, end) is not None
        or text[after : after + 1] not in "、和及与或并"
    ):
        return False
    following = head_word(text, after + 1, end)
    known = following is not None and following[1] in "VW" and len(following[0]) > 1
    return after + 3 < end and (known or _general_verb(text, after + 1, end) > 0)


def _predicate_at(text: str, position: int, end: int) -> bool:
    """True where an adverb, a verb or a time word starts here, and no noun."""
    follower = head_word(text, position, end)
    if follower is not None:
        return not makes_noun(text, position + len(follower[0]))
    return noun_at(text, position) is None and _general_verb(text, position, end) > 0


def _verb_at_head(text: str, head: Head, end: int) -> int:
    """The length of a verb of general Chinese behind what was taken off, or 0.

    Behind a verb of the grammar's own it tells which things they are (投入|衔接资金).
    """
    first = segments.tokens_of(text[head.start : end])[:1]
    listed = text[head.start - 1 : head.start] in ("、", "和", "及", "与", "或", "并")
    if not head.has("V") or listed:
        return _general_verb(text, head.start, end)
    if "的" in text[head.start + 4 : end - 1] and first and first[0].kind == "v":
        # 废止|妨碍公平竞争的文件
        return 0
    if end - head.start <= 6 and first and first[0].kind == "v":
        return 0
    return _general_verb(text, head.start, end)


def _general_verb(text: str, start: int, end: int) -> int:
    """The length of a verb of general Chinese at the front of a span, or 0."""
    length = segments.verb_length(text[start : min(end, start + 24)])
    if text[start : start + length] in _OF_CLASS and _CLASS.match(text, start + length, end):
        return 0
    if text.startswith(("工程", "行动", "计划", "项目"), start + length):
        # 造福工程 is a name.
        return 0
    first = text[start + length : end].split("、")[0]
    return 0 if first in lex.BARE_MEASURES else length


def _takes(text: str, head: Head, word: str, kind: str, end: int, verbs: bool) -> bool:
    """Whether a word at the front may go; single characters need a known neighbour."""
    if kind in "VWDU" and not verbs:
        return False
    after = head.start + len(word)
    if _names_class(text, head, word, after, end):
        return False
    if kind == "A" and text[after : after + 1] == "率":
        return False
    if len(word) == 1 and word not in "将把为对给向":
        if after >= end:
            return kind in "ABX"
        follower = tries.HEAD.at(text, after)
        if follower is not None and len(follower) > 1:
            return True
        if word == "获" and _prize_at(text, after, end):
            return True
        return verbs and kind in "AB" and word != "新" and _general_verb(text, after, end) > 0
    if word in lex.ADJECTIVES and after < end:
        # 高标准厂房 is a name, 高标准建设厂房 is not.
        return _predicate_at(text, after, end)
    if after >= end and (word in lex.NOUNS_AT_END or (kind == "W" and head.has("V"))):
        return False
    if kind == "M" and word in lex.NOUN_MODALS:
        follower = tries.HEAD.at(text, after)
        return follower is not None and tries.HEAD.kinds[follower] in "VUDTAS"
    first = text[after:end].split("、")[0]
    if kind in "VW" and first in lex.BARE_MEASURES and word not in lex.PLAIN_VERBS:
        return False
    return kind not in "VWUD" or text[after : after + 1] not in _OF_NOUNS


def _names_class(text: str, head: Head, word: str, after: int, end: int) -> bool:
    """确定|重点帮扶家庭, 符合低保条件的家庭: the word says which people or firms."""
    works = head.has("V") and names_works(text, head.start, word)
    if works or (word in _OF_CLASS and _CLASS.match(text, after, end)):
        # 实施|除险加固项目
        return True
    if segments.covers(text[head.start : end][:24], len(word)):
        # 加速|器
        return True
    if text[end - 1] == "率" and text.startswith(("项目", "企业"), after):
        # 签约项目|当年落地率
        return word in lex.VERBS
    if word != "重点" or not head.has("V"):
        return False
    verb = tries.HEAD.at(text, after)
    rest = text[after + len(verb) : end] if verb else ""
    return 2 <= len(rest) <= 4 and segments.names_doer(rest)


def _prize_at(text: str, position: int, end: int) -> bool:
    """获|省级科技进步奖, 获|国字号品牌."""
    if text.startswith(("国字号", "国家级", "省级", "全国", "中国"), position):
        return True
    return text[position] in "省市部国" and text.find("奖", position, end) > 0


def strip_ending(text: str, start: int, end: int) -> tuple[int, str]:
    """Take a closing verb (竣工, 交付使用) off the end of a noun phrase."""
    word = tries.ENDING.at(text, end)
    if word is None or end - len(word) < start + 2:
        return end, ""
    noun = tries.NOUN_BACK.at(text, end)
    if noun is not None and len(noun) > len(word):
        return end, ""
    return end - len(word), word


def ending_verb_at(text: str, position: int, end: int) -> str | None:
    """The closing verb that starts here, if any."""
    noun = tries.NOUN_AT.at(text, position)
    word = tries.ENDING_AT.at(text, position)
    if word is None or position + len(word) > end:
        return None
    if noun is not None and len(noun) > len(word):
        return None
    return word


def head_word(text: str, position: int, end: int) -> tuple[str, str] | None:
    """The known word (and its category) that starts here unless a noun covers it."""
    word = tries.HEAD.at(text, position)
    if word is None or position + len(word) > end:
        return None
    noun = tries.NOUN_AT.at(text, position)
    if noun is not None and len(noun) >= len(word):
        return None
    return word, tries.HEAD.kinds[word]


def names_works(text: str, position: int, verb: str) -> bool:
    """True where a verb says of what kind the works are: 机场|改扩建|工程."""
    behind = position + len(verb)
    return bool(_WORKS.search(verb)) and text.startswith(("工程", "项目"), behind)


def makes_noun(text: str, position: int) -> bool:
    """True where what follows a verb turns both into a noun (汇聚平台)."""
    return _NOUN_SUFFIX.match(text, position) is not None


def metric_suffix(phrase: str) -> str:
    """The longest indicator name that a phrase ends with, or ''."""
    return tries.METRIC.at(phrase, len(phrase)) or ""


def noun_at(text: str, position: int) -> str | None:
    """The protected noun that starts here."""
    return tries.NOUN_AT.at(text, position)
