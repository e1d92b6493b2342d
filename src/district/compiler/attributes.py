"""Parting [owner][attribute]: 港区|单箱通关时间, 引水二期工程|形象进度, 兴海市|空气质量优良率.

An owner is a named place, organisation, project or platform. A headline indicator
(规模以上工业增加值, 城镇居民人均可支配收入) has no owner in it and stays whole.
"""

from __future__ import annotations

import re

from district.compiler import segments
from district.compiler.layout import fold

#: What the name of an owner ends with, by type.
_PLACES = (
    "保税区域|监管区域|机场|片区|新区|开发区|经开区|高新区|自贸区|综保区|保税区|港区|园区|库区|示范区|试验区|试验田|"
    "核心区|先行区|先导区|合作区|风景区|景区|度假区|街道|设区市|商务区|"
    "地级及以上城市|产业园|科技园|工业园|物流园|创业园|产业城|科学城|大学城|小镇|商圈|都市圈|"
    "[江河湖]流域|综试区|口岸|码头|灌区|功能区|集聚区|[长珠]三角|京津冀|大湾区"
)
_BODIES = (
    "管委会|集团|公司|大学|学院|医院|实验室|研究院|博物馆|图书馆|美术馆|银行|交易所|国有企业|中心|平台|热线|"
    "班列|系统|小程序|客户端|国企|百强企业|合作社|联盟|集群|产业链"
)
_WORKS = "高铁|工程|项目|[一二三四五]期|水库|电站|电厂|水厂|基地|枢纽|专线"
_OWNER = re.compile(
    f"(?:{_PLACES}|{_BODIES}|{_WORKS}|(?<![进出离到抵香空海河渔])港(?!口|[区澳股]))"
)
_PLACE = re.compile(f"(?:{_PLACES})$")
#: Kinds of works and bodies: alone they name none (高铁|通车里程, 枢纽|通道联运量).
_KIND_ALONE = re.compile(f"(?:{_BODIES}|{_WORKS}|城市|机场|景区|口岸)$")
#: Names that the vocabulary parts elsewhere.
_REGION = re.compile("(?:[长珠]三角|京津冀|区域|高铁)$")
_TOWN = re.compile(
    "(?<=[\u4e00-\u9fff]{2})(?<![市县区乡镇村州省旗])(?<!^)(?<![城都股超制街门夜集互上自全我本各地农])(?:市|县|州|旗|镇|乡)(?![场民政值级属外域里直辖管委考控])"
)
_ATTRIBUTE = re.compile(
    "(?:总值|增加值|产值|产量|总额|额|收入|支出|投资|消费|出口|进口|外资|税收|税|利润|量|率|占比|比重|"
    "比例|面积|里程|容量|容积|库容|密度|人口|人数|户数|能耗|水耗|电耗|浓度|天数|寿命|时限|时间|时长|"
    "指数|余额|规模|价格|强度|价值|市值|资产|费用|成本|经费|投入|贷款|存款|能力|水平|营收|装机|进度|"
    "[产货价市总均净]值|用户|用户数|标准|资本|资金|速度|频次|客流|效率|增速|增幅|藏书|床位|就诊|长度|高度|体量|单产|亩产|"
    "(?<=[人批车船架航客货])次|流量|数|库存|等级|得分|满意度|知晓度|活跃度)$"
)
_AIR = re.compile(
    "(.{1,12}?(?:地区|城市|[市区县镇州]|[长珠]三角|京津冀|流域|平原))(?=PM|细颗粒物|空气质量|空气优良|环境空气|臭氧|优良天数)"
)
#: An industry owns its turnover; what the statistics office publishes stays whole.
_TRADE = re.compile(
    "(.{2,}?(?:产业|行业|产业链|集群|赛道))"
    "((?:年)?(?:营业收入|营收|总产值|产值|产业规模|规模|销售收入|主营业务收入|利润总额|利润|税收|销售额))$"
)
#: 化工、纺织两大传统产业|技改投入
_LISTED = re.compile(
    ".+?[、和与及].+?[两三四五六七八九十]大[^、]{0,6}?(?:产业集群|产业链|产业|行业|板块|集群)(?=[^的等、]{2,})"
)
_RUN = ("中心", "馆", "公园", "景区", "剧院", "医院", "平台", "基地", "园区", "产业园")
_HEADLINE = re.compile(
    "核心产业|主导产业|高技术|战略性新兴|第[一二三]|数字经济核心|文化及相关|文化产业|旅游产业"
)
#: Behind an owner these only count it, or are an indicator together with it.
_BODY = re.compile(
    "(?:公司|大学|学院|医院|研究院|博物馆|图书馆|美术馆|银行|合作社|平台|系统|中心|机场|景区|基地)$"
)
_PROPER = re.compile("[0-9A-Za-z“”()]|[省市区县州旗镇]")
_NOT_ALONE = re.compile(
    "^(?:总数|数量|个数|总量|增速|增幅|投资|投资额|完成投资|建设|总投资完成额)$"
)
_NOT_AFTER = tuple("(的内等以及和与、业生性化型级类费制人口际群村站路)〕》”·位数量率")
#: Classes of things, which own nothing: what starts with one is an indicator.
_CLASS = re.compile(
    "^(?:社区卫生|社区养老|乡镇卫生|基层|公立|公办|民办|普惠性|[村镇乡县区市省]级|街道级|社区级|国家级|规模以上|规上|限额以上|限上|全社会|城镇|城乡|居民|农村|社会|固定资产|一般公共|地方|"
    "自然保护|建成|公共|重大|重点|各类|基础设施|房地产|民间|产业|工业|农业|服务业|制造业|"
    "大型|大中型|中小型|中型|小型|国有|商业|各|技改|技术改造|高新技术产业|在建|新开工|续建|计划|单位|万元|人均|每|金融机构|商业)"
)
#: Some things of an owner are counted as its own (某科技园|在孵企业), most are a class of things.
_COUNTED = re.compile("(?<!在孵)(?<!入驻)(?<!在驻)(?<!注册)(?:项目|企业)$")
_SHARE = re.compile("占比|比[重例]|份额")
_MIDDLE = tuple("中" + char for char in "心小医学央国级高药外介欧")
_EDGE = " 、,:;的"
_WHEN = "全年|当年|上半年|(?:19|20)\\d\\d年(?:度)?|“?十[一二三四五六七]五”?(?:时期|期间|以来|末)"
_WITHIN = re.compile(f"^(?:{_WHEN}|累计|合计|共计|全年|当年|年内|预计|实际|目前|已|共)+(?=.{{2,}})")


def owner_and_attribute(phrase: str) -> tuple[str, str] | None:
    """The named owner and its attribute, where a phrase is made of both."""
    folded = fold(phrase)
    if len(folded) < 5:
        return None
    fixed = _fixed(phrase, folded)
    if fixed is not None:
        return fixed
    cuts = sorted(
        {m.end() for m in _OWNER.finditer(folded)} | {m.end() for m in _TOWN.finditer(folded)},
        reverse=True,
    )
    bounds = {token.end for token in segments.tokens_of(folded)}
    for cut in cuts:
        owner, rest = folded[:cut], folded[cut:]
        if _inside(owner, rest):
            continue
        region = _REGION.search(owner)
        if cut < 2 or (cut not in bounds and not region) or rest.startswith(_NOT_AFTER):
            continue
        rest = rest if region else _WITHIN.sub("", rest)
        named = (
            len(owner) >= 5 and not _CLASS.match(owner) and _PLACE.search(owner) and len(rest) >= 4
        )
        if named and not _ATTRIBUTE.search(rest) and not _COUNTED.search(rest):
            return phrase[:cut].strip(_EDGE), phrase[len(phrase) - len(rest) :]
        if len(rest) < 2 or not _ATTRIBUTE.search(rest) or _unbalanced(owner):
            continue
        generic = re.search("(?:项目|工程|企业|系统|平台|中心|银行|产业链|集群)$", owner)
        if (generic and (_CLASS.match(owner) or len(owner) < 5)) or _is_class(owner):
            continue
        if rest in ("占比", "比重", "份额", "比例"):
            continue
        if _NOT_ALONE.match(rest) and (owner.endswith("项目") or rest not in ("投资", "总投资")):
            continue
        return phrase[:cut].strip(_EDGE), phrase[len(phrase) - len(rest) :]
    return _named(phrase, folded)


def _inside(owner: str, rest: str) -> bool:
    """True where a name goes on behind the cut, or what stands before it is none.

    科技计划项目中|企业牵头占比 speaks of a part; 高铁 and 机场 alone name no one of them.
    """
    if re.match("(?!建成区|核心区)[^区县镇]{1,4}[区县镇]", rest) or owner[-1:] == rest[:1]:
        return True
    part = rest.startswith("中") and not rest.startswith(_MIDDLE)
    return part or _KIND_ALONE.match(owner) is not None


def _is_class(owner: str) -> bool:
    """True for bodies of a kind without a name of their own (公立医院, 小额贷款公司)."""
    kind = _BODY.search(owner)
    name = owner[: kind.start()] if kind else ""
    if len(name) < 2 or _PROPER.search(name):
        return False
    return all(len(token.word) > 1 and token.kind != "c" for token in segments.tokens_of(name))


#: Types of works and places that carry a name of their own in front.
_TYPE = re.compile(
    "(?:生产线|[院校]区|分院|产业园|拓展园|工业园|科技园|科创园|铁路港|(?<!空)港|机场|装置|管控区|大桥|隧道|号线|高速|高铁|枢纽|"
    "流域|(?:运河|铁路|高铁|高速|公路|国道)[\u4e00-\u9fff]{1,3}段|[一二三四五]期(?:项目|工程)?)$"
)
_SINGLE_WORKS = re.compile("(?:项目|工程|产业园|基地|[一二三四五]期)$")
#: What tells a kind of them and no name (民用运输机场, 公办幼儿园在园).
_GENERIC = re.compile(
    "(?:通用|民用|运输|国际|支线|区域|省级|市级|县级|各类|普通|新建|重点|在建|特色|现代|标准|生态)$"
)


def _named(phrase: str, folded: str) -> tuple[str, str] | None:
    """A proper name with its type in front of anything it has or does (某某港|远洋航线).

    A name is told by characters that make no word of general Chinese, or by digits.
    """
    for token in segments.tokens_of(folded)[-2::-1]:
        owner, rest = folded[: token.end], folded[token.end :]
        kind = _TYPE.search(owner)
        listed = "、" in owner or ("、" in rest and not _ATTRIBUTE.search(rest))
        if kind is None or listed or owner[0] == "在" or _unbalanced(owner) or _CLASS.match(owner):
            continue
        name = owner[: kind.start()]
        strange = any(part.kind == "c" for part in segments.tokens_of(name)) if name else False
        sure = (
            strange or re.search("[0-9A-Za-z]", name) or kind[0].endswith(("机场", "铁路港", "段"))
        )
        if len(name) < 2 or not sure or _GENERIC.search(name):
            continue
        if len(rest) >= 2 and not rest.startswith(_NOT_AFTER) and not _SHARE.search(rest):
            return phrase[: token.end].strip(_EDGE), phrase[len(phrase) - len(rest) :]
    return None


def names_works(phrase: str) -> bool:
    """True for works with a name of their own (某电池项目一期)."""
    folded = fold(phrase)
    kind = _SINGLE_WORKS.search(folded)
    name = folded[: kind.start()] if kind else ""
    strange = any(part.kind == "c" for part in segments.tokens_of(name)) if len(name) > 1 else False
    return strange and "、" not in name and not _CLASS.match(folded)


def _unbalanced(text: str) -> bool:
    return text.count("“") != text.count("”") or text.count("(") != text.count(")")


def _fixed(phrase: str, folded: str) -> tuple[str, str] | None:
    """Owners that their attribute alone tells (企业|减税降费, 某地|PM2.5浓度)."""
    relief = re.match(
        "(企业|(?:市场|经营)主体|纳税人)(减税降费|减税清费|减税退费|减税降费及退税缓费|减负|减免税费|减租)$",
        folded,
    )
    if relief:
        return phrase[: relief.end(1)], phrase[relief.start(2) :]
    trade = _TRADE.match(folded)
    if trade and not _CLASS.match(folded) and not _HEADLINE.match(folded):
        return phrase[: trade.end(1)], phrase[trade.start(2) :]
    air = _AIR.match(folded)
    if air and not _CLASS.match(folded) and not _KIND_ALONE.match(air[1]):
        return phrase[: air.end(1)], phrase[air.end(1) :]
    listed = _LISTED.match(folded)
    if listed and _ATTRIBUTE.search(folded):
        return phrase[: listed.end()], phrase[listed.end() :]
    aid = re.match("(.{2,}(?:协作|支援|帮扶|合作))((?:到位)[\u4e00-\u9fff]{0,4}资金)$", folded)
    if aid:
        return phrase[: aid.end(1)], phrase[aid.start(2) :]
    works = re.match("(.{3,}?)((?:总体)?(?:形象|工程)进度|总体进度)$", folded)
    if works:
        return phrase[: works.end(1)], phrase[works.start(2) :]
    spoken = re.match(f"(.{{3,}}?)(?:{_WHEN})(?=.{{2,6}}$)", folded)
    acts = spoken and spoken[1].endswith(_RUN) and len(spoken[1]) > 4
    if spoken and (acts or _ATTRIBUTE.search(folded)) and not _CLASS.match(folded):
        return phrase[: spoken.end(1)], phrase[spoken.end() :]
    return None
