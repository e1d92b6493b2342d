"""Names: measures, subjects and list items, in words of the text."""

from __future__ import annotations

import re

from district.compiler import attributes, phrases
from district.compiler import lexicon as lex
from district.compiler.layout import fold

_EDGE = " 、,，:：;；。的和与及—-·"
_LEADING = re.compile(
    "^(?:以及|和(?!美|谐|平)|及|与|并(?![网购轨])|或|各类|各项|一批|多个|若干|包括|包含|含|其中|全部|"
    "首批|等(?!级)|的|了|所有|共(?![享建同有青富])|累计|总计|合计|分别|推动|新增|全年|实现|"
    "完成)+(?=.{2,})"
)
#: 建议“十五五”时期地区生产总值增速目标设定为…
_PROPOSED = re.compile("^(?:建议)?(?:“?十[一二三四五六七]五”?(?:时期|期间))?(?=[^,、]{4,})")
#: 人代会确定的|地区生产总值增长10%的目标
_DECIDED = re.compile(
    "^(?:了|去年|上年|年初|年度)*[市县区省]?(?:人代会|人大会议?|党代会|两会|《[^》]{1,20}》|规划)?[上中]?"
    "(?:确定|定下|提出|通过|明确|下达|制定)的(?=..)"
)
_TAILS = sorted(lex.MEASURE_TAILS, key=len, reverse=True)
_PLACE = re.compile(
    "^(.{1,14}?(?:机场|片区|新区|开发区|街道|设区市|地级及以上城市|设区城市|园区|集团(?!化)|"
    "港区|高新区|示范区|自贸区|产业园|管委会))"
    "(?=.{3,})(.+)$"
)
_COUNTED = re.compile(
    "^(\\d+(?:个|项|家|座|条)[\u4e00-\u9fff]{2,8}?(?:市|县|区|镇|街道|工程|项目))(.{3,})$"
)
_ORG = re.compile(
    "^[\u4e00-\u9fff“”·()]{1,14}?(?:区|市|县|省|镇|乡|街道|中心|集团|公司|大学|医院|园|局|银行|"
    "机场|港|城|基地|馆)$"
)
_NEEDS_OWNER = re.compile(
    "^(?:(?:年|日|月|总|规划|设计|计划|核心区|日均|年均|月均|累计|亩均)"
    "(?:面积|产值|产能|产量|投资|供水能力|处理能力|访问量|客流量|发电量|库容|税收|营收|销售额|交易额|长度)|"
    "(?:日均|月均|年均|亩均|户均)[\u4e00-\u9fff]{2,3}[量额数]|(?:对.{2,12}的)?贡献率|资产总额|资产负债率|净利润|成交额|交易额|营业额|工程进度|入驻率|出租率|出租面积|满意率|满意度|办结率|按[期时]办结率|合格率|成功率|总投资|总投资额|"
    "计划总投资|投资|营收|营业收入|利润|利润总额|产值|总产值|税收|纳税|"
    "建筑面积|总建筑面积|占地面积|总面积|面积|总长度|总长|全长|长度|里程|载体面积|厂房面积|实现率|"
    "产量|单产|存栏|出栏|存栏量|出栏量|投资额|投资总额|货值|总货值|注册资本|认缴资本|合同额|总规模|规模|资金|资金总额|总金额|金额|总产能|总装机(?:容量)?|产业规模|产业产值|"
    "平均审批时限|使用率|上座率|收入|销售额|就业率|完好率|年产值|年税收|开工率|完工率|竣工率|"
    "投产率|"
    "(?:投资|年度投资|投资计划|计划)?完成率|(?:使用|访问|浏览|下载|服务|注册)(?:人次|量|用户|次数)|注册用户|用户|粉丝|年?(?:销售|营业|主营业务)收入|"
    "认缴资金|计划投资|当年计划投资|年度计划投资|年度投资计划|年度投资|概算投资|搬迁入住率|入住率|粉丝数量|产业空间|年旅客吞吐能力|"
    "旅客吞吐能力|形象进度|总体形象进度|年度投资计划完成率|容积|总里程|总客流量|客流量|及格率|"
    "通过率|总库容|达产产值|预计年产值|年营收)$"
)
_ENTITY = re.compile(
    "(?:企业|项目|单位|机构|院|中心|园区?|基地|公司|厂房|楼宇|商户|平台|合作社|"
    "农场|景区|驿站|家|商|店|商圈|诉求|航线|学校|医院|门店|载体|用地|活动|工程|"
    "一期|二期|三期)$"
)
_METRIC_END = re.compile(
    "(?:总值|增加值|产值|产量|总额|额|收入|支出|投资|消费|零售额|出口|进口|外资|税收|利润|量|率|"
    "占比|比重|比例|面积|里程|容量|密度|人口|人数|户数|能耗|水耗|电耗|浓度|"
    "天数|寿命|时限|时间|时长|指数|余额|规模|价格|强度|价值|资产|费用|经费|投入|贷款|存款|能力|"
    "均值|水平|标准|收入比|失业率|营收|GDP|PCT|装机)$"
)
_ACTION_NAME = re.compile(
    "(?:违法|基础设施|旧城|棚户区|零星|生态文明|工作室?制度)(?:建设|"
    "改造)$|夜间施工许可审批$|国土空间.*工作$"
)
#: 多渠道, 用两年时间, 亚运会前, 每千人口 are no subjects.
_ADVERBIAL = re.compile(
    "^(?:赴|前往|到|面向|用|每|(?:仅|短短)?[两一二三四五六七八九十半\\d]+(?:天|日|个月|年|小时)|多(?:渠道|途径|方|形式|层次|点|元|措|部门)|分(?:批|类|期|步)|按|我们|"
    "预计|奋斗目标|主要目标|(?:本|全)?年度$|[^,、]{1,6}联动$|(?:既有|老旧)(?:多层)?(?:住宅|住房|小区)$)|(?:改造|整治|工作|行动|前夕|之前|之后|时间|期间|方式|渠道|之际|过程中|黄金周|小长假|假期|假日|旺季|"
    "[会日节月年底末]前)$"
)
#: What is left of 河道生态修复 and 适老化改造 without the action names nothing.
_ACTIONS = tuple(
    lex.words(
        "保护 修复 治理 整治 修缮 改造 提升 提标 降碳 创建 抚育 建设 收集 处置 更新 维护 "
        "养护 管护 监测 排查 "
        "抽检 回访 评估 筛查 普查 检测 体检 编制 清淤 疏浚 加固 扩容 扩建 改建 新建 安装 加装 培育 "
        "评定 认定 "
        "开发 利用 大修 中修 翻修 稳定 成功 "
        "更换 升级 提质 排放 无障碍 改善 优化 美化 亮化 绿化 硬化 净化"
    )
)
_NEEDS_ACTION = re.compile(
    "(?:生态|环境|综合|安全|星级|等级|资质|化|技术|功能|品质|能力|成套|主体|成片|连片|整体|微|抗震|节水|节能)$"
)
#: Names that end like a tail and are whole.
_WHOLE = tuple(
    lex.words("自然增长率 信访总量 经济总量 业务总量 用水总量 消费总量 排放总量 能耗总量")
)
#: 一般公共预算支出中民生支出: the part is what is measured.
_WHOLE_BEFORE = re.compile(
    "^(?!.*每[百千万]元)[^、“”]{2,}(?:收入|支出|总额|产值|贷款|总量|增加值|企业|人员|用地|能源)中(?!高[端等层]|[央小心期药医学])(?=.{2,})"
)
#: 固定资产投资由降转增,增长3.2%: how it went is no part of its name.
_TURN = re.compile(
    "(?<=..)(?:首次|连续|再次|先后)?(?:[从由]无(?:到有)?|由降转[增升]|由负转正|止跌回[升稳]|扭负为正|企稳回升|触底反弹|逆势上扬|"
    "(?:首次)?过半|翻[一两]番(?:以上|多)?|[连再]续?[跨上].{0,8}(?:台阶)?|再创(?:历史)?新高|创(?:历史)?新高|首次突破|转正|回正|"
    "(?:再?迈[上过]|跨[越上过]|突破|[跃站]上|越过)(?:(?:\\d+|[两三四五六])个|\\d+)?[十百千万两三四五六七八九]{0,3}亿(?:级|元)?新?"
    "(?:台阶|大关|关口)?)$"
)
#: 某汽车|一季度|产值
_DATED = re.compile(
    "([^,、的]{3,14}?(?<![年月底日初末]))(?:[一二三四]季度|[上下]半年|前三季度|\\d{1,2}-?\\d{0,2}月份?)"
    "((?:总|工业)?产值|营收|营业收入|税收|销售额|利润|发电量|产量)"
)
#: 污水处理厂|提标扩容后|日处理能力
_AFTER_WORKS = re.compile(
    "([^,、的]{3,14}?(?:厂|站|园|桥|路|院|校|库|港|线|项目|工程|中心))"
    "(?:提标|扩容|改造|扩建|升级|技改|建成|投产|投用|达产|全面|全部)+后(.{2,})"
)
#: 甲公司、乙公司2家企业|产值
_SEVERAL_FIRMS = re.compile("([^,、]{2,12}(?:、[^,、]{2,12})+?\\d{1,2}家(?:企业|公司|单位))(.{2,})")
_STOP = re.compile("[,，;；。:：!?！？\n]")
_SLOGAN = re.compile(
    "^(?:方面|体系|行动|清单|机制|环节|领域|方案|阶段|维度|问题|专项|部分|步骤|层面|层次|方向|"
    "关系|主题|重点任务|原则|抓手|关键|工作方案|着力点|转变|必须|确保|坚持|维护|意识|自信|"
    "关键词|字|核心|更加|新突破|更大|具体行动|百分点|月|季度|工作日|小时|年度|以上|方面的|民生(?!实事|领域|项目|工程)|为民办?实事|"
    "先行(?!片区|区|村|县|示范|试点)|统一|统筹|一体化|结合|覆盖|不|典型(?!案例|经验|做法|应用|场景|示范)|级别|类别|等级|层级|种类|省份)|^(?:国家和地区|国家|"
    "省|市|区|县|街道|乡镇|镇)$"
)
#: Words that make a slogan of a short noun only.
_ABSTRACT = frozenset(
    lex.words("核心 典型 关键 主题 专项 民生 问题 部分 阶段 层次 统筹 先行 方向 级别 重点任务")
)
_BAD = re.compile(
    r"^[\W\d_a-z]*$|^[十百千万亿]*元级?$|^(?:的|了|等|以|为|其|该|本|这|此|我们|目标|情况|方面|"
    r"水平|年度|时间|基础|以上|位|名|第|排名|位居|全市|全区|全省|全国)$|[,，。;；]"
)


#: 创新“收调供”模式, 此次检查: how and when something was done.
_MEANS = re.compile(
    "[此本这]次|(?:创新|探索|推行|推广|运用|采用|采取|建立|健全).*(?:模式|机制|方式|办法|制度)$"
)


def clean_subject(phrase: str) -> str:
    """A subject without marks, prepositions and time words around it."""
    phrase = re.sub(r"[(（][^()（）]*[)）]$", "", phrase.strip(_EDGE))
    # 总投资105亿元的产业园 is the park.
    phrase = re.sub(r"^[^,，]{0,8}\d[^的,，]*元的(?=.{3,})", "", phrase)
    folded = fold(phrase)
    tail = phrases.strip_tail(folded, 0, len(folded))
    phrase = phrase[: tail.stop].strip(_EDGE)
    phrase = re.sub(
        "^(?:推动|支持|促进|带动|帮助|助力|引导|组织|为|对(?![口外接台])|将|把|向|由|在|使|让|"
        "对于|其中|据|截至|截止)+(?=.{2,})",
        "",
        phrase,
    )
    phrase = re.sub(
        "(?<=..)(?:全年|年度|今年|当年)?(?:国民)?经济(?:社会)?(?:发展|增长)?$", "", phrase
    )
    if _ADVERBIAL.search(phrase) or "预计" in phrase or _MEANS.match(phrase):
        return ""
    whom = re.search("(?<=..)(?<![行作人认成以因])为[^,、]{2,8}$", phrase)
    if whom:
        # “医检互认”累计|为群众
        phrase = phrase[: phrases.strip_tail(fold(phrase), 0, whom.start()).stop].strip(_EDGE)
    phrase = re.sub("(?<=..)(?:主体(?:结构|工程)?|可研(?:报告)?|初步设计|前期工作)$", "", phrase)
    phrase = re.sub(
        "(?<=..)在(?![建校册线岗职营产研读园途库孵驻])[\u4e00-\u9fff]{1,3}$", "", phrase
    )
    if len(phrase) > 24 or len(phrase) < 2 or _STOP.search(phrase):
        return ""
    if phrase.count("“") != phrase.count("”") or re.search(
        "(?:以(?![上下内])|通过|按照|围绕|根据|依托)", phrase[:4]
    ):
        return ""
    return phrase


def split_subject(phrase: str) -> tuple[str, str]:
    """Part a place or organisation in front of an indicator from the indicator."""
    phrase = trim(phrase)
    for pattern in (_COUNTED, _PLACE):
        match = pattern.match(phrase)
        if (
            match
            and is_metric(match[2])
            and not match[2].startswith(("、", "的", "内", "等", "建", "以", "居民", "人口", "及"))
        ):
            return match[1].strip(_EDGE), match[2]
    zone = re.match(
        "(?:新区|园区|开发区|经开区|高新区|港区|自贸区|示范区)(?!港)(?=[^\\d的内等]{3,})", phrase
    )
    if zone and is_metric(phrase):
        return zone[0], phrase[zone.end() :]
    parted = attributes.owner_and_attribute(phrase)
    if parted is not None:
        return parted
    for pattern in (_DATED, _AFTER_WORKS, _SEVERAL_FIRMS):
        said = pattern.fullmatch(phrase)
        if said and is_metric(said[2]):
            return said[1], said[2]
    whole = re.match(
        "([\u4e00-\u9fff]{2,6}?(?<![对占为较比于与])全[省市县区州])(?=[\u4e00-\u9fff]{3,})", phrase
    )
    if whole and is_metric(phrase):
        # 甲乙全省生产总值
        return whole[1], phrase[whole.end() :]
    scope = phrases.strip_head(fold(phrase), 0, len(phrase), verbs=False)
    word = scope.last("S")
    prize = word in ("全国", "全省") and not is_metric(phrase)
    if word and not prize and scope.start < len(phrase):
        return word, phrase[scope.start :]
    return "", phrase


def clean_measure(phrase: str) -> str:
    """The shortest phrase that names what is counted."""
    phrase = trim(phrase)
    phrase = _LEADING.sub("", _PROPOSED.sub("", _DECIDED.sub("", phrase)))
    phrase = re.sub("(?<=..)(?:增速)?(?:预期)?目标(?:设定|确定|定)$", "", phrase)
    phrase = _WHOLE_BEFORE.sub("", phrase)
    phrase = re.sub(
        r"(?<=..)(?:\d{1,2}-\d{1,2}月份?|上半年|前三季度|一季度|\d{1,2}年)$", "", phrase
    )
    phrase = re.sub("^.{2,36}在内的(?:各类|各项)?(?=.{2,})", "", phrase)
    phrase = re.sub("^在?全[省市国区县州]的(?=..)", "", phrase)
    phrase = re.sub(r"^\d+(?:个|家|条|座|所|项|处)(?=[^\d]{4,}(?:率|面积|比例|占比)$)", "", phrase)
    phrase = re.sub("(?<=..)\\d+轮$", "", _TURN.sub("", phrase))
    phrase = re.sub("(?<=..)(?<![自理])[由从]$", "", phrase)
    phrase = re.sub(
        "^(?:登记|注册|在册)的(?=..)|^(?:具有|具备|拥有|有|符合|存在|从事|需要|参与|享受|来自)[^的]{2,16}的(?=.{3,})(?!.*(?:占比|比例|比重|率)$)",
        "",
        phrase,
    )
    changed = True
    while changed:
        changed = False
        for tail in _TAILS:
            if phrase.endswith(_WHOLE):
                break
            if phrase.endswith(tail) and len(phrase) - len(tail) >= 2:
                phrase = phrase[: -len(tail)].strip(_EDGE)
                changed = True
                break
    phrase = re.sub("(?:等)$", "", phrase) if len(phrase) > 2 else phrase
    phrase = re.sub(
        "每(?:立方米|平方米|平方公里|人|亩|吨|公里|秒|小时|日|天|年|月)$|(?<=资金)投入$|(?<=..)(?:[月年日]?人均[月年]?)$|(?<=..)在(?:辖区|全区|全市|全县|全省|我区|我市)$",
        "",
        phrase,
    )
    phrase = _after_examples(phrase)
    for tail in lex.ACTION_TAILS:
        rest = phrase[: -len(tail)].strip(_EDGE)
        if phrase.endswith(tail) and len(rest) >= 3 and not _ACTION_NAME.search(phrase):
            phrase = rest if names_alone(rest) else phrase
            break
    return trim(phrase)


def is_action(word: str) -> bool:
    """True for nouns of action (治理, 改造)."""
    return word in _ACTIONS or word in lex.ACTION_TAILS


def names_alone(rest: str) -> bool:
    """False where what an action is taken off from names nothing (矿山修复|治理, 适老化|改造)."""
    return (
        not _NEEDS_ACTION.search(rest)
        and not rest.endswith("”")
        and not rest.endswith((*_ACTIONS, "重点", "主要", "日常"))
    )


def trim(phrase: str) -> str:
    """A phrase without marks and conjunctions around it; 和美乡村 keeps its 和."""
    phrase = phrase.rstrip(_EDGE).lstrip(_EDGE.replace("和", ""))
    if phrase.startswith("和") and not phrase.startswith(
        ("和美", "和谐", "和平", "和田", "和县", "和顺", "和政", "和静", "和林")
    ):
        return phrase.lstrip(_EDGE)
    return phrase


def _after_examples(phrase: str) -> str:
    """A、B等活动 is the activities; short common nouns in front of 等 stay."""
    match = re.match("^(.{2,30}?)(?<![中高初同对平均甲乙丙特一二三])等(?!级|额|化)(.{2,})$", phrase)
    if match is None or phrase.count("“") != phrase.count("”"):
        return phrase
    items = match[1].split("、")
    if match[2].startswith(("各类", "各项")):
        return match[2][2:]
    named = match[1].endswith(("路", "街", "桥", "河", "大道"))
    if len(items) > 1 and all(len(item) <= 4 for item in items) and not named:
        return phrase
    return match[2]


def acceptable(measure: str) -> bool:
    """False for what cannot name a measure."""
    if not measure or _BAD.search(fold(measure)) or len(measure) > 40:
        return False
    folded = fold(measure)
    if folded.count("(") != folded.count(")") or folded.count("“") != folded.count("”"):
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


def without_end(phrase: str) -> str:
    """What was finished: 电厂三期|建成投产."""
    return re.sub(
        "(?:全面|全部|主体|基本)?(?:建成|完成|封顶|竣工|开工|投产|交付|投用|通车)+$", "", phrase
    )


def is_actor(phrase: str) -> bool:
    """True for places and organisations."""
    return bool(_ORG.match(phrase))


def is_entity(measure: str) -> bool:
    """True for things that can own a measure (企业, 项目, 厂房)."""
    return bool(_ENTITY.search(measure))


def is_slogan(right: str) -> bool:
    """True for counts of slogans and frames: 3个方面, 5大体系; 5项核心团体标准 are real."""
    match = _SLOGAN.match(right)
    if match is None:
        return False
    return match[0] not in _ABSTRACT or len(right) <= len(match[0]) + 2
