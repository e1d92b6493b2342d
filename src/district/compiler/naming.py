"""Names: measures, subjects, list items, units and bases, in words of the text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from district.compiler import lexicon as lex
from district.compiler import phrases
from district.compiler.layout import fold
from district.compiler.model import Basis
from district.compiler.numbers import Quantity

if TYPE_CHECKING:
    from district.compiler.grammar import Left

_EDGE = " 、,，:：;；。的和与及—-·"
_LEADING = re.compile("^(?:以及|和|及|与|并|或|各类|各项|一批|多个|若干|包括|包含|含|其中|全部|首批|等|的|了|所有|剩余|共|累计|总计|合计|分别|推动|新增|全年|实现|完成)+(?=.{2,})")
_TAILS = sorted(lex.MEASURE_TAILS, key=len, reverse=True)
_PLACE = re.compile(
    "^(.{1,14}?(?:机场|片区|新区|开发区|街道|设区市|中心城区|城区|地级及以上城市|城市|园区|集团|港区|高新区|示范区|自贸区|产业园|管委会))"
    "(?=.{3,})(.+)$"
)
_COUNTED = re.compile("^(\\d+(?:个|项|家|座|条)[\u4e00-\u9fff]{2,8}?(?:市|县|区|镇|街道|工程|项目))(.{3,})$")
_ORG = re.compile(
    "^[\u4e00-\u9fff“”·()]{1,14}?(?:区|市|县|省|镇|乡|街道|中心|集团|公司|大学|医院|园|局|银行|机场|港|城|基地|馆)$"
)
_NEEDS_OWNER = re.compile(
    "^(?:入驻率|出租率|出租面积|满意率|满意度|办结率|按期办结率|合格率|成功率|总投资|总投资额|计划总投资|投资|营收|营业收入|利润|利润总额|产值|总产值|税收|纳税|"
    "建筑面积|总建筑面积|占地面积|总面积|面积|总长度|全长|长度|里程|载体面积|厂房面积|实现率|平均审批时限|使用率|上座率|收入|销售额|就业率|完好率|年产值|年税收|开工率|完工率|竣工率|投产率|"
    "认缴资金|计划投资|当年计划投资|搬迁入住率|入住率|粉丝数量|产业空间|年旅客吞吐能力|旅客吞吐能力|形象进度|总体形象进度|年度投资计划完成率|容积|总里程|总客流量|客流量|及格率|通过率|总库容|达产产值|预计年产值|年营收)$"
)
_ENTITY = re.compile("(?:企业|项目|单位|机构|院|中心|园区?|基地|公司|厂房|楼宇|商户|平台|合作社|农场|景区|驿站|家|商|店|商圈|诉求|航线|学校|医院|门店|载体|用地|活动|工程|一期|二期|三期)$")
_METRIC_END = re.compile(
    "(?:总值|增加值|产值|产量|总额|额|收入|支出|投资|消费|零售额|出口|进口|外资|税收|利润|量|率|占比|比重|比例|面积|里程|容量|密度|人口|人数|户数|能耗|水耗|电耗|浓度|"
    "天数|寿命|时限|时间|时长|指数|余额|规模|价格|强度|价值|资产|费用|经费|投入|贷款|存款|能力|均值|水平|收入比|失业率|营收|GDP|PCT|装机)$"
)
_ACTION_NAME = re.compile("(?:违法|基础设施|旧城|棚户区|零星|生态文明|工作室?制度)(?:建设|改造)$|夜间施工许可审批$|国土空间.*工作$")
_RIGHT_ENDS = (
    "达到", "被", "创建", "按", "从中", "进入", "得到", "选择", "展开", "接续", "分别", "均", "已", "获得", "用于", "成为",
    "列入", "位于", "来自", "受益", "逐季", "有望", "达标", "结成", "形成", "符合", "接受", "通过", "享受",
)  # fmt: skip
_DONE_TO = frozenset(["建设", "提升", "改造", "就业", "增收", "脱贫", "创业"])
_RIGHT_STOPS = frozenset("有序 顺利 正式 全面 全部 持续 加快 稳步 同步 陆续 基本 提前 已经 逐步".split())
_INTRANSITIVE = re.compile(
    "^(?:初步|正式|全面|顺利|基本|主体|如期|成功|\\d+月|一期|全部)*(?:建成|封顶|投用|投产|投运|开园|开业|开馆|启用|上线|运行|揭牌|运营|竣工|完工|集聚发展|交付|开通|通车|落成|试运行|建成投用)"
)
_SHOWS = "(?:深化|推广|举办|承办|打造|搭建|上线|完善|召开|主办|建成|运营)"
#: Verbs whose actor is the government even where the clause before names a thing.
GOVERNMENT_VERBS = frozenset(
    "建成 新建 改造 建设 新增建设 拆除 查处 发放 开展 完成 新增认定 认定 新认定 修订 制定 出台 组织 举办 新改扩建 改扩建 续建 启动 新开工 "
    "开工 挂牌 受理 化解 促进 落实 推进 推动 引导 加装 整治 清理 新登记 种植".split()
)
_THING = re.compile("(?:平台|博览会|论坛|大会|展会|展览会|大赛|比赛|赛事|展|节|小程序|系统|赛|博会|交易会|洽谈会|模式|“[^”]{2,12}”(?:应用|模式)?)$")
_NAMED = re.compile(
    "(?:平台|博览会|论坛|大会|展览会|大赛|赛事|小程序|系统|中心|产业园|园区|片区|示范区|先导区|科教城|模式|“[^”]{2,12}”(?:应用|项目|模式|平台|工程|品牌|行动)|清单|领域|集群|惠民保|产业|项目|病房|馆|景区|机场|港|小镇|商圈)$"
)
_ABSTRACT = re.compile("(?:工作|机制|改革|行动|任务|体系|建设|路网|制度|方案)$")
_TOPIC_ENDS = (
    "未", "连续", "全面", "保持", "活力", "人气", "实行", "走在", "依托", "以", "成为", "推广", "增势", "受到", "谋划", "同步", "更加", "日益",
    "渐", "呈现", "态势", "总体", "扩面", "扩容", "圆满", "高涨", "旺盛", "活跃", "创新氛围", "培育", "加快", "持续", "稳步", "稳中",
    "再", "不断", "明显", "显著", "较", "进一步", "深入", "有序", "顺利", "有力", "聚焦", "坚持", "仍", "处于", "运行", "对外发布", "成绩", "试点",
)  # fmt: skip
_STOP = re.compile("[,，;；。:：!?！？\n]")
_SLOGAN = re.compile(
    "^(?:方面|体系|行动|清单|机制|环节|领域|方案|阶段|维度|问题|专项|部分|步骤|层面|层次|方向|关系|主题|重点任务|原则|抓手|关键|工作方案|着力点|转变|必须|确保|坚持|维护|意识|自信|"
    "关键词|字|核心|更加|新突破|更大|具体行动|百分点|月|季度|工作日|小时|年度|以上|方面的|民生|先行|统一|统筹|一体化|结合|覆盖|不|典型|级别|类别|等级|层级|种类|省份)|^(?:国家和地区|国家|省|市|区|县|街道|乡镇|镇)$"
)
_BAD = re.compile(r"^[\W\d_a-z]*$|^(?:的|了|等|以|为|其|该|本|这|此|我们|目标|指标|情况|方面|水平|年度|时间|基础|以上|位|名|第|排名|位居|全市|全区|全省|全国)$|[,，。;；]")


def clean_subject(phrase: str) -> str:
    """A subject without marks, prepositions and time words around it."""
    phrase = phrase.strip(_EDGE)
    folded = fold(phrase)
    tail = phrases.strip_tail(folded, 0, len(folded))
    phrase = phrase[: tail.stop].strip(_EDGE)
    phrase = re.sub("^(?:推动|支持|促进|带动|帮助|助力|引导|组织|为|对|将|把|向|由|在|使|让|对于|其中|据|截至|截止)+(?=.{2,})", "", phrase)
    if phrase.startswith(("赴", "前往", "到", "面向")) or phrase.endswith(("改造", "整治", "工作", "行动")):
        return ""
    if len(phrase) > 24 or len(phrase) < 2 or _STOP.search(phrase):
        return ""
    if phrase.count("“") != phrase.count("”") or re.search("(?:以|通过|按照|围绕|根据|依托)", phrase[:3]):
        return ""
    return phrase


def split_subject(phrase: str) -> tuple[str, str]:
    """Part a place or organisation in front of an indicator from the indicator."""
    phrase = phrase.strip(_EDGE)
    for pattern in (_COUNTED, _PLACE):
        match = pattern.match(phrase)
        if match and is_metric(match[2]) and not match[2].startswith(("的", "内", "等", "建", "以", "居民", "人口", "及")):
            return match[1].strip(_EDGE), match[2]
    scope = phrases.strip_head(fold(phrase), 0, len(phrase), verbs=False)
    word = scope.last("S")
    if word and scope.start < len(phrase):
        return word, phrase[scope.start :]
    return "", phrase


def leading_subject(folded: str, start: int, end: int) -> str:
    """The actor of a clause without numbers (开发区坚持…), or ''."""
    head = phrases.strip_head(folded, start, end, verbs=False)
    if head.has("AVXR"):
        return ""
    for stop in range(head.start + 2, min(head.start + 14, end)):
        word = phrases.head_word(folded, stop, end)
        if word is not None and len(word[0]) > 1 and word[1] in "AV":
            name = folded[head.start : stop]
            return name if _ORG.match(name) else ""
    return ""


def clean_measure(phrase: str) -> str:
    """The shortest phrase that names what is counted."""
    phrase = phrase.strip(_EDGE)
    phrase = _LEADING.sub("", phrase)
    phrase = re.sub("^(?:具有|具备|拥有)[^的]{2,10}的(?=.{2,})", "", phrase)
    changed = True
    while changed:
        changed = False
        for tail in _TAILS:
            if phrase.endswith("自然增长率"):
                break
            if phrase.endswith(tail) and len(phrase) - len(tail) >= 2:
                phrase = phrase[: -len(tail)].strip(_EDGE)
                changed = True
                break
    phrase = re.sub("(?:等)$", "", phrase) if len(phrase) > 2 else phrase
    phrase = re.sub("月人均$|(?<=..)在(?:辖区|全区|全市|全县|全省|我区|我市)$", "", phrase)
    phrase = _after_examples(phrase)
    for tail in lex.ACTION_TAILS:
        rest = phrase[: -len(tail)].strip(_EDGE)
        if phrase.endswith(tail) and len(rest) >= 3 and not _ACTION_NAME.search(phrase):
            phrase = rest
            break
    return phrase.strip(_EDGE)


def _after_examples(phrase: str) -> str:
    """A、B等活动 is the activities; short common nouns in front of 等 stay."""
    match = re.match("^(.{2,30}?)等(?!级|额|化)(.{2,})$", phrase)
    if match is None or phrase.count("“") != phrase.count("”"):
        return phrase
    items = match[1].split("、")
    if len(items) > 1 and all(len(item) <= 4 for item in items):
        return phrase
    return match[2]


def owner_of(measure: str) -> str:
    """What a derived measure (产值, 入驻率) belongs to, given the measure before it."""
    if is_entity(measure):
        return measure
    suffix = phrases.metric_suffix(measure)
    return measure[: -len(suffix)] if suffix in ("产量", "产能", "面积", "规模") else ""


def topic_of(folded: str, text: str, start: int, end: int) -> str:
    """The noun that a clause without numbers speaks of: its subject, else its object."""
    head = phrases.strip_head(folded, start, end)
    stop = head.start
    while stop < end:
        noun = phrases.noun_at(folded, stop)
        if noun:
            stop = min(end, stop + len(noun))
            continue
        if stop >= head.start + 2 and (
            closing_at(folded, stop, end)
            or phrases.TIME_HEAD.match(folded, stop, end)
            or folded.startswith(_TOPIC_ENDS, stop)
        ):
            break
        stop += 1
    topic = text[head.start : stop].strip(_EDGE)
    topic = re.sub("(?:增速|增幅|建设)$", "", topic)
    return topic if 2 <= len(topic) <= 26 and not _STOP.search(topic) else ""


def topic_owner(folded: str, start: int, end: int, topic: str) -> str:
    """The topic, where the next clause's verb is the topic's own (X建成,导入模型430个)."""
    shows = re.search(_SHOWS + "([^,、]{3,24})$", folded[start:end])
    if shows and _THING.search(shows[1]):
        quoted = re.search("“[^”]+”(?:应用|模式)?$", shows[1])
        return quoted[0] if quoted and len(shows[1]) > 14 else shows[1]
    place = re.search("^(?:在(.{3,24}?)(?:上|中)|从(.{3,24}?)(?:来)?看)$", folded[start:end])
    if place:
        return place[1] or place[2]
    position = folded.find(fold(topic), start, end) if topic else -1
    if position < 0:
        return ""
    behind = folded[position + len(topic) : end]
    if _INTRANSITIVE.search(behind) and not _ABSTRACT.search(topic):
        return topic
    if position <= start + 1 and behind and _NAMED.search(topic) and not _ABSTRACT.search(topic):
        return topic
    return ""


def persists(subject: str) -> bool:
    """False for groups of people, who do not act in the next clause."""
    return not re.search("(?:人员|群众|居民|人口|劳动者|妇女|职工|老人|学生|家庭|增量|投资)$", subject)


def acceptable(measure: str) -> bool:
    """False for what cannot name a measure."""
    if not measure or _BAD.search(fold(measure)) or len(measure) > 40:
        return False
    return len(measure) >= 2 or measure in ("税", "票")


def is_metric(phrase: str) -> bool:
    """True if a phrase ends like the name of an indicator."""
    return bool(_METRIC_END.search(fold(phrase)))


def needs_owner(measure: str) -> bool:
    """True for measures that say nothing without their owner (入驻率, 总投资)."""
    return bool(_NEEDS_OWNER.match(measure))


def last_finished(measure: str) -> str:
    """供地完成、总体形象进度 is two things; the number is the last one's."""
    match = re.match("^.+(?:完成|封顶|竣工|开工|建成|投产|交付)、(.{2,})$", measure)
    return match[1] if match else measure


def is_actor(phrase: str) -> bool:
    """True for places and organisations."""
    return bool(_ORG.match(phrase))


def is_entity(measure: str) -> bool:
    """True for things that can own a measure (企业, 项目, 厂房)."""
    return bool(_ENTITY.search(measure))


def is_slogan(right: str) -> bool:
    """True for counts of slogans and frames: 3个方面, 5大体系."""
    return bool(_SLOGAN.match(right))


def split_list(phrase: str, count: int) -> list[str]:
    """Split 原油、天然气产量 into ``count`` names, giving each the shared ending."""
    phrase = re.sub("(?<=[\u4e00-\u9fff])(?:[两三四五六七八九十]+|\\d+)(?:大|个|类|项)(?:行业|产业|领域|板块|集群|门类|区域|片区)", "", phrase)
    parts = _parts(phrase, count)
    if len(parts) != count or count < 2:
        return parts
    last = parts[-1]
    shared = _shared_ending(parts)
    if shared:
        parts = [part if part.endswith(shared) else part + shared for part in parts[:-1]] + [last]
    prefix = _shared_opening(parts)
    return [parts[0]] + [prefix + part for part in parts[1:]] if prefix else parts


def _parts(phrase: str, count: int) -> list[str]:
    by_comma = [part for part in re.split("、|(?<=”)(?=“)", phrase) if part]
    if len(by_comma) == count:
        return by_comma
    result: list[str] = []
    for index, part in enumerate(by_comma):
        if index == len(by_comma) - 1:
            pieces = [piece for piece in re.split("以及|和|及|与", part) if piece]
            if len(by_comma) - 1 + len(pieces) == count:
                result.extend(pieces)
                continue
        result.append(part)
    return result


def _shared_ending(parts: list[str]) -> str:
    first, last = parts[0], parts[-1]
    if first[-1] in "数额率量比值" or is_metric(first) or phrases.metric_suffix(first):
        return ""
    if first in ("市", "区", "县", "省", "国家", "镇", "街道", "市级", "区级", "县级", "省级", "国家级"):
        return last[len(first) :] if last.startswith(("市", "区", "县", "省", "国", "镇", "街")) else ""
    mark = first[-1]
    position = last.find(mark)
    if 0 <= position < len(last) - 1 and all(part[-1] == mark for part in parts[:-1]):
        return last[position + 1 :]
    suffix = phrases.metric_suffix(last)
    if suffix and len(suffix) < len(last):
        return suffix
    if len({len(part) for part in parts[:-1]}) == 1 and len(last) > len(first) and is_metric(last):
        return last[len(first) :]
    return ""


def _shared_opening(parts: list[str]) -> str:
    return ""


def right_phrase(folded: str, text: str, start: int, end: int) -> tuple[str, str]:
    """The noun phrase behind a number, and the closing verb behind it (竣工, 落户)."""
    begin = start
    while begin < end and folded[begin] in " 的":
        begin += 1
    if begin >= end or folded[begin] in ",:;、)(":
        return "", ""
    known = phrases.head_word(folded, begin, end)
    if known is not None and len(known[0]) > 1 and (
        known[1] in "VTSMRDUX" or known[0] in _RIGHT_STOPS
    ):
        return "", phrases.ending_verb_at(folded, begin, end) or ""
    if folded.startswith(_RIGHT_ENDS, begin):
        return "", "达到"
    if phrases.ending_verb_at(folded, begin, end):
        return "", phrases.ending_verb_at(folded, begin, end) or ""
    stop = begin
    closing = ""
    depth = 0
    while stop < end:
        char = folded[stop]
        if char in "“《(":
            depth += 1
        elif char in "”》)":
            depth -= 1
        elif depth == 0 and stop >= begin + 1:
            if char in ",:;":
                break
            closing = closing_at(folded, stop, end)
            if closing:
                break
        noun = phrases.noun_at(folded, stop) if depth == 0 else None
        stop += max(1, len(noun) if noun else 1)
    stop = min(stop, end)
    phrase = text[begin:stop].strip(_EDGE)
    if not closing:
        for tail in ("建设", "工作", "改造", "整治", "提升", "编制", "实施", "试点", "就业", "增收", "脱贫", "创业"):
            if phrase.endswith(tail) and len(phrase) > len(tail) + 1 and folded[stop : stop + 1] in ",。;、" and phrases.strip_ending:
                closing = tail
                phrase = phrase[: -len(tail)].strip(_EDGE) if tail in _DONE_TO else phrase
                break
    return phrase, closing


def closing_at(folded: str, position: int, end: int) -> str:
    """The word that starts here and ends a noun phrase behind a number, or ''."""
    ending = phrases.ending_verb_at(folded, position, end)
    if ending and len(ending) > 1:
        return ending
    known = phrases.head_word(folded, position, end)
    if known is not None and len(known[0]) > 1 and known[1] in "VTSMRB" and (
        known[0] not in lex.NOUN_MODALS and not phrases.makes_noun(folded, position + len(known[0]))
    ):
        return known[0]
    if folded.startswith(_RIGHT_ENDS, position):
        return "达到"
    if known is not None and known[0] in _RIGHT_STOPS:
        return known[0]
    return ""


def full_unit(folded: str, quantity: Quantity, start: int) -> str:
    """The normalised unit; 每立方米18.6微克降至17.9微克 gives 微克/立方米."""
    before = folded[start : quantity.start]
    if "/" not in quantity.unit:
        match = re.search("每(立方米|平方米|升|平方公里|千克|吨|公里)(?=[\\d.]|[^,、。]{0,4}$|\\d)[^,、。;]*$", before)
        if match and quantity.unit in ("微克", "毫克", "克", "元", "万元", "公里", "人", "吨", "千克", "万元"):
            return f"{quantity.unit}/{match[1]}"
    return quantity.unit


def basis(folded: str, left: Left, quantity: Quantity, measure: str, level: bool) -> Basis | None:
    """The statistical basis that the words around a number give it."""
    words = {word for word, _ in left.tail.words} | {word for word, _ in left.head.words}
    unit = quantity.unit
    if left.share_of:
        return "share" if unit != "倍" else None
    if left.growth and not level:
        if unit in ("%", "倍", "‰", "成"):
            return "yoy"
        return "flow" if left.verb and measure and not left.delta else None
    if re.search("增[幅速]|涨幅|降幅", measure):
        return "yoy"
    if unit in ("%", "‰", "成"):
        return "share"
    if any(word.startswith("累计") for word in words):
        return "cumulative"
    if words & {"总量", "总数", "在册", "拥有", "现有", "共有", "总数达", "总量达"} or any(
        word.endswith("末") or word.endswith("底") for word in words
    ):
        return "stock"
    if left.verb and left.verb not in ("拥有", "现有", "共有", "设有", "有"):
        return "flow"
    if words & lex.REACH:
        return "stock"
    return "flow" if re.search("(?:额|产值|总值|增加值|产量|收入|投资|吞吐量)$", measure) else None
