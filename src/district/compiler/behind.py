"""What stands behind a number: a mark of degree, a noun phrase, a closing verb."""

from __future__ import annotations

import re

from district.compiler import kinds, naming, phrases, segments
from district.compiler import lexicon as lex
from district.compiler.layout import fold

_EDGE = " 、,，:：;；。的和与及—-·"
_SUFFIX = re.compile(
    r" ?(?:\([^)]{0,12}\))?(?:的)?(及以上|以上|左右|上下|以内|之内|内(?![\u4e00-\u9fff])|以下|之间)"
)
_RIGHT_ENDS = tuple(
    lex.words(
        "达到 被 创建 按 从中 进入 得到 选择 展开 接续 分别 均 已 获得 用于 成为 "
        "喜迁 未达 未能 尚未 未完成 未实现 "
        "免费 提供 进行 实施 予以 给予 开展 列入 位于 来自 受益 逐季 有望 达标 结成 形成 符合 "
        "正在 确定 面向 住在 居住在 生活在 滞后 落后于 优于 好于 快于 慢于 处于 搬出 迁出 进村 "
        "驻村 外出 务工 参与 参加 告别 远离 走进 住进 搬进 "
        "迁入 喝上 用上 吃上 过上 通上 穿上 领到 拿到 支援 驰援 奔赴 走上 走向 受到 进驻 摆脱 扎实 "
        "居全 居世 居首 居前 居第 居中 居国 位居 位列 跻身 "
        "接受 通过 享受 台阶 新台阶 大关 关口"
    )
)
_PREDICATES = tuple(word for word in _RIGHT_ENDS if len(word) > 1)
#: 在 begins a noun with these: 在建, 在校, 在册.
_WITH_IN = tuple("建校册线岗职编营产研读园途库")
_DONE_TO = frozenset(lex.words("建设 就业 增收 脱贫 创业 就业创业 创业就业 就业增收 增收致富"))
_SIZE = re.compile("[十百千万亿]*元(?:以上|级)?")
#: Names behind a number are shorter than this.
_PHRASE = 40
#: What is done to a thing in four characters that are no object (提质升级, 扩容提质).
_SET_DEED = re.compile(
    "(?<=...)[提扩增强优焕][质能档标容效链面新][提扩增强优升焕][质能档标容效链面级新]$"
)
_LAST_ADVERB = re.compile(
    "(?<=.)(?:主体(?:结构)?|首次全部|首次|全线|稳定|成功|整体|如期|先后|集中|分批|抓紧|高质量|已|正|均|都|也|正式|全部)$"
)
#: 科技特派员|到基层开展服务, 县级医院|与上级医院开展合作
_AWAY = re.compile(
    "赴[^,、]{2}|对(?:社会|公众|外)开放|[到赴](?:基层|农村|乡村|企业|一线|社区|村|学校|西部|园区|岗)|"
    "与[^,、。;]{2,14}(?:开展|合作|签|结对|建立|达成|实现|联合|共建|组建)"
)
#: 新农村建设|示范点
_NAMES_SITE = re.compile(
    "(?:示范|试点|先行|样板)(?:点|区|村|镇|县|基地|项目|单位|片区|带|街|社区|户)"
)
#: 对893户易致贫户|的监测
_CARE = re.compile(
    "的(?:动态)?(?:监测|帮扶|管护|救助|扶持|管理|改造|建设|培训|整治|治理|保障|服务)+$"
)
#: 贫困人口|到2017年底全部脱贫
_BY_YEAR = re.compile("[到至于在](?:19|20)\\d\\d ?年")
#: 3所|新建学校主体封顶
_NEW_ONES = re.compile(
    "(?:新建|续建|在建|改建|扩建|新改扩建)[\u4e00-\u9fff]{2,6}?(?:主体)?(?:结构)?(?:全部|全面|已|陆续|相继|均)?"
    "(?:封顶|竣工|开工|完工|建成|投用|启用|投入使用|交付)"
)
#: 跨越5000亿元、6000亿元|两个台阶
_STEPS = re.compile(
    "[两三四五六七八九十](?:个|道|大)?(?:百亿|千亿|万亿)?(?:级)?新?(?:台阶|大关|关口)"
)
_WHICH = re.compile(
    "(?:符合|具备|具有|享受|从事|遭受|受)[^,、;。\\d]{1,14}的(?=[\u4e00-\u9fff]{2})"
)
_RIGHT_STOPS = frozenset(
    lex.words("有序 顺利 正式 全面 全部 持续 加快 稳步 同步 陆续 基本 提前 已经 逐步")
)
_ACTIONS = (
    "就业创业", "创业就业", "就业增收", "增收致富",
    "建设", "工作", "改造", "整治", "提升", "编制", "实施", "试点", "就业", "增收", "脱贫", "创业",
)  # fmt: skip


def degree(folded: str, start: int, end: int) -> tuple[str, int]:
    """以上, 左右, 以内 right behind a number, and the offset behind it."""
    match = _SUFFIX.match(folded, start, max(end, start + 3))
    return (match[1], match.end()) if match else ("", start)


def right_phrase(
    folded: str, text: str, start: int, end: int, *, governed: bool = False, spent: bool = False
) -> tuple[str, str]:
    """The noun phrase behind a number, and the closing verb behind it (竣工, 落户).

    ``governed``: the number has its verb in front, so one behind it belongs to the noun
    (实施190个|帮扶项目); ``spent``: the number is money, and the verb says what for.
    """
    begin = start
    while begin < end and folded[begin] in " 的":
        begin += 1
    which = _WHICH.match(folded, begin, end)
    if which:
        # 300名|符合条件的残疾人
        begin = which.end()
    if folded.startswith(("现有", "现存", "原有", "既有"), begin) and end - begin > 3:
        # 5个|现有收费站
        begin += 2
    if folded.startswith("规模的", begin):
        # 30亿元规模的并购基金
        begin += 3
    if begin >= end or folded[begin] in ",:;、)(":
        return "", ""
    if spent:
        begin = phrases.strip_head(folded, begin, end).start
    ending = phrases.ending_verb_at(folded, begin, end) or ""
    if _opens_predicate(folded, begin, end, governed and not ending):
        return "", ending
    if folded.startswith(_RIGHT_ENDS, begin) or _STEPS.match(folded, begin, end):
        return "", "达到"
    if ending and not governed:
        return "", ending
    return _phrase_at(folded, text, begin, end)


def _phrase_at(folded: str, text: str, begin: int, end: int) -> tuple[str, str]:
    stop, closing = _noun_end(folded, begin, end)
    name = folded[begin:stop]
    does = segments.predicate_of(name)
    if not closing or does:
        acts = does if closing else segments.acting(name) or does
        if acts:
            stop, closing = begin + acts, "做"
    phrase = _SET_DEED.sub("", naming.trim(_CARE.sub("", text[begin:stop])))
    if closing:
        return _LAST_ADVERB.sub("", phrase), closing
    if folded[stop : stop + 1] not in ",。;、":
        return phrase, closing
    for action in _ACTIONS:
        if phrase.endswith(action) and len(phrase) > len(action) + 1:
            rest = phrase[: -len(action)].strip(_EDGE)
            bare = action in _DONE_TO and naming.names_alone(rest)
            return (rest if bare else phrase), action
    return phrase, closing


def _opens_predicate(folded: str, begin: int, end: int, attributive: bool) -> bool:
    """True where a verb, a time or a modal word follows the number and no noun does."""
    known = phrases.head_word(folded, begin, end)
    if known is None or len(known[0]) < 2:
        return False
    word, kind = known
    if kind not in "VTSMRDUX" and word not in _RIGHT_STOPS:
        return False
    if kinds.tells_kind(folded, begin, word) or _NEW_ONES.match(folded, begin, end):
        # 320个|共建重点项目, 3所|新建学校封顶
        return False
    if kind == "S" and begin + len(word) + 2 <= end:
        # 12个|全市重点项目
        return False
    return not (attributive and kind in "VDU")


def owner_behind(folded: str, text: str, start: int, end: int) -> str:
    """What a size is said of behind its number (总投资36亿元|的锂电产业园), or ''."""
    if folded[start : start + 1] != "的" or end - start < 4:
        return ""
    stop, _ = _noun_end(folded, start + 1, end)
    name = naming.trim(re.split("[、,]|等", text[start + 1 : stop])[0])
    name = re.sub("(?<=..)\\d+月.*$|(?<=[期区园目程地心厂线路桥])\\d{1,2}$", "", name)
    name = name[: segments.predicate_at(fold(name))]
    counted = re.match(r"\d|[一二三四五六七八九十百]+[个项大]", name)
    return (
        "" if counted or name in ("项目", "企业", "工程", "大项目") else naming.clean_subject(name)
    )


def _noun_end(folded: str, begin: int, end: int) -> tuple[int, str]:
    """Where the noun phrase from ``begin`` ends, and the word that ends it."""
    stop = begin
    depth = 0
    inside = segments.inner(folded[begin:end][:_PHRASE])
    while stop < end:
        char = folded[stop]
        if char in "“《(":
            depth += 1
        elif char in "”》)":
            depth -= 1
        elif depth == 0 and stop > begin:
            if char in ",:;":
                return stop, ""
            closing = "到" if _BY_YEAR.match(folded, stop, end) else closing_at(folded, stop, end)
            if closing and _SIZE.fullmatch(folded, begin, stop):
                # 亿元以上|新建项目
                closing = ""
            if stop - begin in inside and not folded.startswith(_PREDICATES, stop):
                # 产教融|合共|同体
                closing = ""
            if closing and not _acts_at_end(folded, stop, closing, end):
                return stop, closing
        noun = phrases.noun_at(folded, stop) if depth == 0 else None
        stop += max(1, len(noun) if noun else 1)
    return min(stop, end), ""


def _acts_at_end(folded: str, stop: int, closing: str, end: int) -> bool:
    """True where a verb ends the phrase as the name of what is done (旧住房综合|改造)."""
    behind = stop + len(closing)
    while naming.is_action(folded[behind : behind + 2]):
        # 安全|排查整治
        behind += 2
    return (
        naming.is_action(closing)
        and not naming.names_alone(folded[:stop])
        and (behind >= end or folded[behind] in ",。;、和及与")
    )


def closing_at(folded: str, position: int, end: int) -> str:
    """The word that starts here and ends a noun phrase behind a number, or ''."""
    ending = phrases.ending_verb_at(folded, position, end)
    if ending and len(ending) > 1:
        return ending
    if folded.startswith(_RIGHT_ENDS, position):
        return "达到"
    if (
        folded[position] == "获"
        and folded[position - 1] not in "捕渔"
        and folded[position + 1 : position + 3] != "得感"
    ):
        return "获得"
    if folded[position] == "在" and folded[position + 1 : position + 2] not in _WITH_IN:
        return "在" if phrases.noun_at(folded, position) is None else ""
    if _AWAY.match(folded, position, end):
        return "到"
    known = phrases.head_word(folded, position, end)
    if known is None or len(known[0]) < 2:
        return ""
    word, kind = known
    if word in _RIGHT_STOPS:
        return word
    behind = position + len(word)
    if phrases.names_works(folded, position, word) or _NAMES_SITE.match(folded, behind, end):
        return ""
    if kinds.tells_kind(folded, position, word):
        return ""
    names = word in lex.NOUN_MODALS or phrases.makes_noun(folded, position + len(word))
    return word if kind in "VTSMRB" and not names else ""
