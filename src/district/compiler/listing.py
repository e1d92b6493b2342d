"""Coordinated names: 原油、天然气产量 is two, and the ending is both's."""

from __future__ import annotations

import re

from district.compiler import lexicon as lex
from district.compiler import naming, phrases, segments


def split_list(phrase: str, count: int) -> list[str]:
    """Split 原油、天然气产量 into ``count`` names, giving each the shared ending."""
    phrase = re.sub(
        "(?<=[\u4e00-\u9fff])(?:[两三四五六七八九十]+|\\d+)(?:大|个|类|项)[\u4e00-\u9fff]{0,4}?(?:"
        "产业集群|产业链|行业|产业|领域|板块|集群|门类|区域|片区)",
        "",
        phrase,
    )
    sectors = re.match("^第([一二])、(?:第)?([二三])产业(.*)$", phrase)
    if sectors and count == 2:
        return [f"第{number}产业{sectors[3]}" for number in sectors.group(1, 2)]
    three = re.match("^(?:第)?一、(?:第)?二(?:、|和)(?:第)?三产业?(.*)$", phrase)
    if three and count == 3:
        return [f"第{number}产业{three[1]}" for number in "一二三"]
    short = re.match("^(第?)一二三(产业?)(.*)$", phrase)
    if short and count == 3:
        return [short[1] + number + short[2] + short[3] for number in "一二三"]
    parts = [_GREW.sub("", part) for part in _parts(phrase, count)]
    if len(parts) != count or count < 2:
        return parts
    shared = _shared_ending(parts)
    examples = re.match("(.{2,8}?)等.*$", parts[-1])
    if examples and shared and not shared.startswith(("等", examples[1])):
        # 人参、蓝莓、桑黄等特色种植面积
        parts[-1] = examples[1] + shared
    last = parts[-1]
    if shared:
        parts = [part if part.endswith(shared) else part + shared for part in parts[:-1]] + [last]
    return _with_opening(parts)


def _with_opening(parts: list[str]) -> list[str]:
    """规上企业营业收入、利润总额: a bare attribute is of what the first one is of."""
    first = parts[0]
    per = re.match("每[百千万]+(?:人口?|名[\u4e00-\u9fff]{2,4})(?:拥有)?", first)
    if per:
        # 每千人口床位数、执业医师数
        return [part if part.startswith("每") else per[0] + part for part in parts]
    used = re.match("(?:实际|合同)?(?:利用|使用|引进|吸收)(?=[内外省市]+资)", first)
    if used:
        # 实际利用内资、外资
        return [part if part.startswith(used[0]) else used[0] + part for part in parts]
    tokens = segments.tokens_of(first)
    result = [first]
    for part in parts[1:]:
        own = len(segments.tokens_of(part))
        bare = part in _BARE or _DONE_RATE.match(part)
        opening = first[: tokens[-own].start] if len(tokens) > own else _GROWN.sub("", first)
        if part.startswith("总") and opening.endswith("总"):
            opening = opening[:-1]
        alike = bare and (naming.is_metric(first) or first.endswith(("数", "人次")))
        alike = alike and 2 <= len(opening) < len(first) and not opening.endswith(_LINKS)
        result.append(opening + part if alike else part)
    return result


#: Attributes that say nothing without what they are of.
_BARE = frozenset(
    lex.words(
        "利润 利润总额 利税 营业收入 营收 主营业务收入 产值 总产值 产量 总产量 增加值 "
        "销售额 销售面积 税收 总收入 总人次 "
        "收入 投资 面积 产能 单产 授权量 申请量 拥有量 施工面积 竣工面积 交易额 成交额 "
        "成交面积 交易量 成交量 用工人数 "
        "死亡人数 受伤人数 直接经济损失 出口额 进口额 存栏 出栏 货运量 客运量 货邮吞吐量"
    )
)
_DONE_RATE = re.compile(
    "(?:集中供水|巩固|入学|毛入学|入园|办结|满意|知晓|参与|合格|回收|处理|利用|普及|破案|化解|成功|开工|投产|竣工|入库|授权|转化)率$"
)
_GROWN = re.compile("(?:播种|种植|养殖|栽培)面积$")
_LEVELS = ("市", "区", "县", "省", "国家", "镇", "街道")
_LEVEL_SIGNS = ("市", "区", "县", "省", "国", "镇", "街")
_COUNTRY = re.compile("(?:城镇|城市)、(农村牧区|农牧区|农村|乡村|牧区)(?=.)")
_GREW = re.compile("(?<=...)增[速幅]$")
_LINKS = ("的", "及", "和", "与", "、", "”")


def industries(phrase: str, count: int) -> list[tuple[str, str]]:
    """A、B产业规模 as (A, 产业规模), (B, 产业规模): each industry owns its figure."""
    parts = _parts(phrase, count)
    if not parts:
        return []
    match = re.match(
        "(.{2,}?)(产业(?:规模|产值|总产值|增加值|营业收入|营收|投资))$", parts[-1]
    ) or re.match("(.{3,}业)(营业收入|营收)$", parts[-1])
    if (
        match is None
        or len(parts) != count
        or phrase.startswith("第")
        or naming.is_metric(parts[0])
    ):
        return []
    if any("产业" in part for part in parts[:-1]):
        return []
    last = re.sub("(?<=..)[两三四五六七八九十][大个][一-鿿]{0,4}$", "", match[1])
    # 三大新兴产业产值: the figure is each one's 产值.
    measure = match[2] if match[2] == "产业规模" else match[2].removeprefix("产业")
    return [(name, measure) for name in (*parts[:-1], last)]


#: 甲、乙两个社区, 甲、乙等商圈: what the listed ones are, or that there are more.
_APPOSED = re.compile(
    "(?:等[\u4e00-\u9fff]{0,6}|(?:[两三四五六七八九十]+|\\d+)(?:[个大][\u4e00-\u9fff]{2,8}|"
    "[家所条座县区市镇乡园校院村][\u4e00-\u9fff]{0,4}))$"
)
_OF_PLACES = re.compile(
    "(.+[、和与及].+?)(?:[两三四五六七八九十]+|\\d+)个?(?:县区|县市|区县|开发区|园区|街道|社区|乡镇|镇街|"
    "(?:区(?!域)|[县市镇乡村]))(.{2,})$"
)


_OF_KIND = re.compile("(.+[、和与及].+?)(?:[两三四五六七八九十]+|\\d+)个(.{3,12})$")


def actors(phrase: str, count: int) -> list[str]:
    """The ``count`` names of a list of those that act (甲、乙两个社区), or []."""
    names = _parts(_APPOSED.sub("", phrase), count)
    return names if len(names) == count > 1 else []


def places(phrase: str, count: int) -> list[tuple[str, str]]:
    """甲、乙、丙三县地区生产总值: the same indicator of each."""
    match = _OF_PLACES.match(phrase) or _OF_KIND.match(phrase)
    names = _parts(match[1], count) if match and naming.is_metric(match[2]) else []
    return [(name, match[2]) for name in names] if match and len(names) == count > 1 else []


def _parts(phrase: str, count: int) -> list[str]:
    phrase = (
        re.sub(
            "(?<=.{2})(?:产业链|产业集群|集群|等(?:产业|行业|领域|板块|重点行业|主导产业))$",
            "",
            phrase,
        )
        if "、" in phrase
        else phrase
    )
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


def common_ending(names: list[str]) -> str:
    """The longest string that all names end with."""
    shortest = min(names, key=len)
    for start in range(len(shortest)):
        if all(name.endswith(shortest[start:]) for name in names):
            return shortest[start:]
    return ""


def _doing(name: str) -> bool:
    """装备制造: a trade that is named by what it does."""
    return len(name) > 3 and segments.is_manner(name[-2:])


def _whole_suffix(name: str) -> str:
    """The indicator that a name ends with, with its verb: 果蔬|种植面积, 惠民保|参保人数."""
    suffix = phrases.metric_suffix(name)
    cut = len(name) - len(suffix)
    if suffix and cut > 3 and segments.is_manner(name[cut - 2 : cut]):
        return name[cut - 2 :]
    return suffix


def _spoken_ending(first: str, last: str) -> str:
    """Endings that go by what is listed, or ''."""
    country = _COUNTRY.match(f"{first}、{last}")
    if country:
        # 城镇、农村牧区常住居民人均可支配收入
        return last[len(country[1]) :]
    # 教育、卫生健康支出: what a budget is spent on.
    spent = last.endswith("支出") and not re.search("居民|人均|消费", last)
    return "支出" if spent else ""


def _shared_ending(parts: list[str]) -> str:
    first, last = parts[0], parts[-1]
    if first.endswith("款") and all(p.endswith("款") for p in parts[:-1]) and "款" in last[:-1]:
        return last[last.index("款") + 1 :]
    if "保险" in last and not any("保险" in part for part in parts[:-1]):
        # 养老、医疗、失业保险参保人数
        return last[last.index("保险") :]
    if last.endswith("排放量"):
        # 化学需氧量、氨氮排放量
        return "排放量"
    if first[-1] in "数额率量比值" or naming.is_metric(first) or phrases.metric_suffix(first):
        return ""
    if first in _LEVELS:
        return last[len(first) :] if last.startswith(_LEVEL_SIGNS) else ""
    spoken = _spoken_ending(first, last)
    if spoken:
        return spoken
    compound = segments.tokens_of(first)[-1]
    if compound.kind == "c" and len(last) > 2 and segments.is_word(first[-1] + last[1]):
        # 存、贷款余额
        return last[1:]
    mark = first[-1]
    position = last.find(mark)
    bound = position + 1 in {token.end for token in segments.tokens_of(last)}
    if bound and 0 <= position < len(last) - 1 and all(part[-1] == mark for part in parts[:-1]):
        return last[position + 1 :].lstrip("”")
    opening = segments.tokens_of(last)[0].end
    single = len(first) <= 3 or len(segments.tokens_of(first)) == 1
    if opening == len(first) < len(last) and single and naming.is_metric(last) and len(parts) == 2:
        return last[opening:]
    suffix = phrases.metric_suffix(last) if _doing(first) else _whole_suffix(last)
    if suffix and len(suffix) < len(last):
        return suffix
    if (
        len({len(part) for part in parts[:-1]}) == 1
        and len(last) > len(first)
        and naming.is_metric(last)
    ):
        return last[len(first) :]
    return ""
