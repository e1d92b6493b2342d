"""Whose number it is: what earlier clauses say of the actor, the topic, the owner."""

from __future__ import annotations

import re
from dataclasses import dataclass

from district.compiler import phrases
from district.compiler.behind import closing_at
from district.compiler.layout import fold
from district.compiler.lexicon import OWNER_ENDS, words
from district.compiler.naming import clean_subject, is_actor, is_entity, is_metric
from district.compiler.spoken_time import TIME_HEAD

_EDGE = " 、,，:：;；。的和与及—-·"
_INTRANSITIVE = re.compile(
    "^(?:初步|正式|全面|顺利|基本|主体|如期|成功|\\d+月(?:底前?)?|[上下]半年|年[内底]前?|一期|全部)*(?:建成|封顶|投用|投产|投运|"
    "投入(?:使用|运营|运行)|"
    "开园|开业|开馆|启用|上线|运行|揭牌|运营|竣工|完工|集聚发展|交付|开通|通车|落成|试运行|"
    "建成投用)"
)
#: 开发区坚持…, 开发区聚焦…: how the actor of the next clauses goes about it.
_MANNER = re.compile(
    "坚持|聚焦|围绕|依托|加快|大力|全力|深入|积极|着力|持续|立足|瞄准|紧扣|抢抓|充分"
)
_MEANS = re.compile("(?:通过|采取|采用|按照|运用)(?!了?(?:验收|审核|评审|认证|认定|评估|复审))")
#: 我们也清醒看到,… names nothing.
_SEEN = re.compile("(?:看到|认识到|意识到|注意到|指出|感到)$")
#: 受疫情等因素影响 is why, and no topic.
_CAUSE = re.compile("[ ]*(?:主要)?(?:受|由于|因)[^,]{2,30}(?:影响|拖累|制约|作用|冲击|因素)")
_SHOWS = "(?:深化|推广|举办|承办|打造|搭建|上线|完善|召开|主办|建成|运营)"
#: What a platform, an event or a building does itself in the clause behind the one on it.
OWN_VERBS = frozenset(
    words(
        "导入 接入 入驻 吸引 展示 展出 汇聚 集聚 聚集 汇集 归集 整合 链接 服务 累计服务 "
        "赋能 推送 发布 更新 "
        "提供 设置 设有 增加 增设 储备 梳理 接待 接诊 收治 受理 迎来 承载 容纳 配备 配置 拥有 "
        "上线 招引 策划 实施 惠及 覆盖 带动 注册 吞吐 处理 撮合 达成 开设 藏书"
    )
)
_THING = re.compile(
    "(?:平台|博览会|论坛|大会|展会|展览会|大赛|比赛|赛事|展|节|小程序|系统|赛|"
    "博会|交易会|洽谈会|模式|“[^”]{2,12}”(?:应用|模式)?)$"
)
_NAMED = re.compile(
    "(?:平台|博览会|论坛|大会|展览会|大赛|赛事|小程序|系统|中心|产业园|园区|片区|示范区|先导区|"
    "科教城|模式|“[^”]{2,12}”(?:应用|项目|模式|平台|工程|品牌|行动)|清单|领域|集群|惠民保|产业|"
    "项目|病房|馆|景区|机场|港|小镇|商圈)$"
)
_ABSTRACT = re.compile(
    '(?:主体结构|主体工程|制[”"]|工作|机制|改革|行动|任务|体系|建设|路网|制度|方案)$'
)
_OPENED = re.compile(
    "(?:建成投用|投入使用|投入运营|投入运行|建成投产|投产|投用|投运|启用|开诊|开业|开馆|开园)$"
)
_MANY = re.compile(
    "等(?:一批|多个|若干|一系列|\\d+[个项家条座]|[一两三四五六七八九十百]+[个项家条座大])"
)
_TOPIC_ENDS = tuple(
    words(
        "克服 顶住 抵御 逆势 止跌 由降转 由负转 从签约 从开工 从立项 仅用 只用 相继 陆续 日臻 "
        "日趋 日渐 未 连续 全面 保持 活力 人气 实行 走在 依托 以 成为 推广 增势 受到 谋划 "
        "同步 更加 日益 渐 呈现 态势 总体 扩面 扩容 圆满 高涨 旺盛 活跃 创新氛围 培育 "
        "加快 持续 稳步 稳中 再 不断 明显 显著 较 进一步 深入 有序 顺利 有力 聚焦 "
        "表现 亮眼 突出 强劲 向好 回暖 回升 坚挺 平稳 领跑 连跨 跨越 迈上 突破 再上 "
        "不高 不足 不够 不强 不优 不大 不快 偏小 偏低 偏弱 滞后 较低 较弱 "
        "坚持 仍 处于 运行 对外发布 成绩 试点 "
    )
)
_PASSIVE = re.compile(
    r"^\d|(?:人员|群众|居民|人口|劳动者|妇女|职工|老人|学生|家庭|增量|投资|项目|工程|[一二三四五]期|"
    "线|段|桥|隧道|企业|产品|小区|作物|粮食|设备|设施|管网|房|车|船舶|事项|案件|商品|订单)$"
)
_BODIES = tuple(
    words(
        "平台 系统 中心 公司 集团 医院 大学 银行 片区 走廊 板块 基地 管委会 商圈 联盟 研究院 实验室"
    )
)
_PLACE = re.compile(
    "^[全我本]|(?:(?<![院校库])区|市|县|州|旗|镇|乡|街道|园|城|省|港|岛|湾|域内|境内|机场|小镇|地区)$"
)
#: What is counted in these is a thing and has attributes of its own (道路12条,总长9公里).
_COUNTED_WITH = frozenset(
    words("个 家 项 座 所 条 场 宗 件 处 栋 幢 艘 台 笔 份 期 支 只 款 单 列 班")
)
#: Areas have indicators and do nothing themselves.
AREA = re.compile("^(?:市区|城区|县城|县城区|主城区|中心城区|建成区)$")
#: Indicators of a whole population.
_OF_ALL = re.compile(
    "每[百千万]|单位(?:GDP|地区|生产|工业|能)|万元(?:GDP|地区|工业)|人均|城乡|城镇|户籍人口|常住人口|全社会|规模以上|规上"
)
#: 一批中小学校建成投用: no one of them is meant.
_SOME = re.compile("一大?批|一系列|多[个家所条座项]|部分|若干|各[个类级项地]|所有")
_STOP = re.compile("[,，;；。:：!?！？\n]")


@dataclass(slots=True)
class Topic:
    """What the last clause without numbers spoke of, for the clauses behind it.

    ``name`` is its noun, ``start`` the clause's offset; ``acts`` is true where the noun
    opens the clause, ``owner`` is set where the numbers that follow are the noun's own,
    ``opened`` where it is one facility that was opened or finished.
    """

    name: str = ""
    start: int = -1
    acts: bool = False
    owner: str = ""
    opened: bool = False


def read_topic(folded: str, text: str, start: int, end: int) -> Topic:
    """The topic of a clause without numbers; 通过…方式 is a means and no topic."""
    seen = _SEEN.search(folded, start, end)
    if seen or _MEANS.match(folded, start, end) or _CAUSE.fullmatch(folded[start:end]):
        return Topic("", start)
    name = topic_of(folded, text, start, end)
    return Topic(
        name,
        start,
        folded.startswith(fold(name), phrases.strip_head(folded, start, end, verbs=False).start),
        owner := clean_subject(topic_owner(folded, start, end, name)),
        bool(owner) and "、" not in owner and bool(_OPENED.search(folded, start, end)),
    )


def leading_subject(folded: str, start: int, end: int) -> str:
    """The actor of a clause without numbers (开发区坚持…), or ''."""
    head = phrases.strip_head(folded, start, end, verbs=False)
    if head.has("AVXR") or phrases.strip_head(folded, head.start, end).has("VWUD"):
        return ""
    if not _MANNER.search(folded, head.start, end):
        return ""
    for stop in range(head.start + 2, min(head.start + 14, end)):
        word = phrases.head_word(folded, stop, end)
        if word is not None and folded.startswith(("工程", "项目"), stop + len(word[0])):
            # 某机场改扩建工程: the works, not the airport.
            return ""
        if word is not None and len(word[0]) > 1 and word[1] in "AV":
            name = folded[head.start : stop]
            return clean_subject(name) if is_actor(name) else ""
    return ""


def owner_of(measure: str, unit: str = "") -> str:
    """What a derived measure (产值, 入驻率) belongs to, given the measure before it."""
    counted = re.sub("^[十百千万亿]+", "", unit)
    thing = counted in _COUNTED_WITH and not is_metric(measure) and not measure.endswith("数")
    if is_entity(measure) or thing:
        return measure
    suffix = phrases.metric_suffix(measure)
    herd = re.fullmatch(
        "(?:年(?:末|底)?)?(?:(.{1,8}?)(?:存栏|出栏|饲养)量?|(?:存栏|出栏)(.{1,8}))", measure
    )
    if herd:
        # 生猪存栏7万头,出栏9万头
        return re.sub("^年?(?:存栏|出栏)", "", herd[1] or herd[2])
    if re.search("(?:销售|种植|播种|养殖|建筑|施工)面积$", measure):
        return measure[:-4]
    if suffix == "规模":
        return re.sub("(?:种植|养殖|栽培|生产)$", "", measure[:-2])
    return measure[: -len(suffix)] if suffix in ("产量", "产能", "面积", "规模") else ""


def is_works(name: str) -> bool:
    """True for projects, which money is invested in."""
    return bool(
        re.search(
            "(?:项目|工程|线|段|期|改扩建|扩建|改造|建设|高速|高铁|铁路|公路|枢纽|机场|园|基地|中心|水库|电站|区)$",
            name,
        )
    )


def carries_investment(subject: str, measure: str) -> bool:
    """True where 完成投资 is said of the works named before (实施民生项目30个,完成投资…)."""
    if subject:
        return is_works(subject)
    return bool(re.search("..(?<!重点)(?<!重大)(?<!开工)(?:项目|工程)$", measure))


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
            or TIME_HEAD.match(folded, stop, end)
            or folded.startswith(_TOPIC_ENDS, stop)
        ):
            break
        stop += 1
    topic = text[head.start : stop].strip(_EDGE).removeprefix("了")
    topic = re.sub("(?<=..)(?:受.{2,16}(?:影响|拖累|带动)|[从由]无(?:到有)?)$", "", topic)
    topic = re.sub("(?:增速|增幅|建设|表现)$", "", topic)
    return topic if 2 <= len(topic) <= 26 and not _STOP.search(topic) else ""


def topic_owner(folded: str, start: int, end: int, topic: str) -> str:
    """The topic, where the next clause's verb is the topic's own (X建成,导入模型430个)."""
    shows = re.search(_SHOWS + "([^,、]{3,24})$", folded[start:end])
    if shows and _THING.search(shows[1]) and not _ABSTRACT.search(shows[1]):
        quoted = re.search("“[^”]+”(?:应用|模式)?$", shows[1])
        return quoted[0] if quoted and len(shows[1]) > 14 else shows[1]
    place = re.search("^(?:在(.{3,24}?)(?:上|中)|从(.{3,24}?)(?:来)?看)$", folded[start:end])
    if place:
        return place[1] or place[2]
    position = folded.find(fold(topic), start, end) if topic else -1
    if position < 0:
        return ""
    behind = folded[position + len(topic) : end]
    if _MANY.search(topic) or _SOME.match(topic) or ("、" in topic and "等" in topic):
        # 甲桥、乙路等一批项目竣工: what is counted next is not theirs.
        return ""
    if _INTRANSITIVE.search(behind) and not _ABSTRACT.search(topic):
        return topic
    if position <= start + 1 and behind and _NAMED.search(topic) and not _ABSTRACT.search(topic):
        return topic
    return ""


def is_place(subject: str) -> bool:
    """True for what every indicator may be said of: a district, a town, an area."""
    return bool(_PLACE.search(subject)) or subject.endswith(_BODIES)


def is_area(subject: str) -> bool:
    """True for districts, towns and zones, which their governments act for."""
    return bool(_PLACE.search(subject))


def stands_alone(subject: str, spoken: str, *, acts: bool) -> bool:
    """True for an indicator of the whole district behind a clause on a part of it.

    主城区新增停车位90个,空气优良率94%; 市医院创成三甲,每千名老人床位数58张.
    """
    if acts and AREA.search(subject):
        return True
    return (subject.endswith(_BODIES) or bool(AREA.search(subject))) and bool(
        _OF_ALL.match(spoken.lstrip(" ,、"))
    )


def runs(phrase: str) -> bool:
    """True for places and bodies that do things themselves (农贸市场完成快检12万批次)."""
    return (
        bool(
            re.search(
                "(?:集团|公司|大学|医院|学校|市场|平台|园区|开发区|高新区|新区|街道|镇|机场|港|"
                "试验区|示范区|先行区|(?<=..)基地|创新区|科创园|产业园|科技园|(?<![城主])公园|研究院|实验室)$",
                phrase,
            )
        )
        and "、" not in phrase
    )


def is_scheme(phrase: str) -> bool:
    """True for policies, events and campaigns that reach people or bring something about."""
    return bool(
        re.search(
            "(?:政策|行动|计划|试点|活动|服务|博览会|大会|论坛|[商广高进消]交会|展会)$", phrase
        )
    )


def names_owner(phrase: str) -> bool:
    """True where a phrase ends like the name of a place or an organisation."""
    return phrase.endswith(OWNER_ENDS)


def does_itself(verb: str) -> bool:
    """True for verbs whose actor is a thing named before (平台建成,接入部门42个)."""
    return verb in OWN_VERBS or verb.endswith(tuple(OWN_VERBS))


def persists(subject: str) -> bool:
    """False for people and for things, which do not act in the next clause."""
    return not _PASSIVE.search(subject) and not ("、" in subject and len(subject) <= 6)


def without_count(subject: str) -> str:
    """71个重点项目 as the owner of its investment is 重点项目."""
    return re.sub(r"^(?:这|上述|其中)?\d+(?:个|项|家|条|座|所|宗|件)(?=[^\d]{2,})", "", subject)
