"""Numbers that are no statements: durations, ordinals, and thresholds inside a name."""

from __future__ import annotations

import re

from district.compiler import phrases
from district.compiler.numbers import Quantity
from district.compiler.units import TIME_UNITS

_MONEY_NOUN = re.compile(
    "的?(?:以上)?(?:资金|补贴|补助|贷款|债券|投资|税|营收|产值|收入|消费|融资|授信|专项|基金|"
    "国债|利润|奖励|奖补|红利|市场|销售|交易|订单|赔偿|欠薪|工资|保费|转移|财政|社保|住房|学费|"
    "首付|租金|成本|减免|优惠|外资|预算|惠企|化债|隐性|缺口|注资|支出|拨款|担保|增量|经济(?!强)|养老|"
    "退税)"
)
#: 36亿元支持产业发展: the money is spent, it is no size of what follows.
_SPENT_ON = re.compile(
    "(?:支持|用于|用来|投入|投向|推动|推进|促进|实施|扶持|打造|培育|保障|帮助|专项用于|新建|改建|扩建|改扩建|建成|建设(?![用工项]))"
)
#: 150万吨/年丙烷脱氢项目, 21万立方米运输船, 5GW电池项目: the capacity is part of the name.
_CAPACITY = re.compile(
    "(?:吨|立方米|方|千瓦|兆瓦|吉瓦|GW|MW|KW|kW|kV|千伏|伏安|kVA|MVA|吨级)(?:/[年日天])?$"
)
_OF_WORKS = re.compile(
    "级?[\u4e00-\u9fffA-Za-z]{0,12}?(?:项目|工程|装置|运输船|货轮|油轮|船舶?|生产线|机组|储罐|"
    "电站|变电站|电厂|码头|基地|[一二三四五]期)(?![率数量容装])"
)
#: 120万吨|煤制二甲醚、40亿立方米煤制天然气等项目
_OF_SEVERAL = re.compile("[\u4e00-\u9fffA-Za-z]{2,12}、[^,;。]{2,30}等(?:重点|重大)?(?:项目|工程)")
_THINGS = frozenset("个家项名所座条场次宗件套张")
_OWNED = re.compile("(?:管道|率|度|比例|浓度|比重|占比|投资|产值|增加值|面积|收入|营收|税收|总额)$")
#: Years of schooling are fewer; what is more is a calendar year.
_LIFETIME = 100
_TIME_NOUN = re.compile(
    "(?:天数|时限|时间|时长|周期|时效|寿命|用时|耗时|工期|天气|优良天|候机|提速|压缩|时延)"
)


#: 设立6亿元循环资金池: the money is what is counted.
_FUND = re.compile(
    "[\u4e00-\u9fff“”]{2,14}?(?:基金|资金池?|贷款|债券|补贴|信贷)(?![\u4e00-\u9fff])"
)
_COUNTED_NEXT = re.compile(
    "(?:[\u4e00-\u9fff]{0,4}?)\\d+[个家项宗户栋座条所笔](?![\u4e00-\u9fff]{2})"
)
_OWN_COUNT = re.compile(
    "^[^,、]{2,24}(?:项目|工程|企业)(?:\\d{1,2}-\\d{1,2}月份?|上半年|前三季度|一季度|累计|共|已|全年|分别|均)*"
    "(?:(?:完成|实现)|年?(?:销售|营业|主营业务)收入)"
)
_SIZE_OF = re.compile(
    "(?:总投资额?|占地(?:面积)?|建筑面积|总面积)(?:约|近|超过?|达)?$|投资额?(?:约|近|达)?$"
)
_SIZED = re.compile("(?!以上|左右|以内|以下|上下|大关|台阶|关口)[\u4e00-\u9fff]{2}")


_ONE_OF = re.compile("[^,;。\\d]{1,24}(?<!分)之一(?![\u4e00-\u9fff])")
#: Per how many of whom something is counted.
_HEADS = re.compile("口|常住|户籍|老年|老人|儿童|名|劳动|居民")
_QUALIFIED = re.compile("(?:及)?(?:以上|以下|以内)的?(?:[^\\W\\d_]|[“(])")
#: 65岁以上老人; in 提高1.2岁 and 从75.2岁提升 the age is what is measured.
_OF_AGE = re.compile(
    "(?!左右|提[升高]|增[加长]|上升|延长|[升降])(?:及?以上|以下|以内)?的?[\u4e00-\u9fff]"
)
_PLAIN = re.compile("的?[\u4e00-\u9fff“]")


def may_count(folded: str, quantity: Quantity, start: int, end: int) -> bool:
    """Drop dates, durations, ordinals and parts of names before any grammar."""
    before = folded[max(start, quantity.start - 12) : quantity.start]
    after = folded[quantity.end : min(end, quantity.end + 8)]
    if quantity.unit in TIME_UNITS and not _measures_time(folded, quantity, start, before, after):
        return False
    if _is_rank(quantity, before, after) or re.search(
        "第$|连续$|(?<=[0-9])号$|No\\.?$|[A-Za-z]-?(?<!GDP)(?<!CPI)(?<!PPI)$|[#〔]$", before
    ):
        return False
    if quantity.han and quantity.unit == "个" and after[:1] in ("“", '"'):
        # 三个“一号工程” is a slogan.
        return False
    if quantity.han and quantity.unit.endswith("元") and _SIZED.match(after):
        # 税收超十亿元楼宇: the size of the thing that is counted behind it.
        return False
    if quantity.unit in ("度", "分") and re.match("[年]", after):
        return False
    if _ONE_OF.match(folded, quantity.end, end):
        # 成为5个试点地区之一
        return False
    if quantity.unit in ("%", "‰") and before.endswith("前"):
        # 全球排名前1%的学科
        return False
    if before.endswith("每") and _HEADS.match(after):
        # 每10万人口在校生
        return False
    if after[:1] in ("号", "时", "型", "版", "强", "后", "级") and quantity.unit not in ("%",):
        return False
    return not (
        after[:1]
        and (
            after[0] in "+"
            or (quantity.unit[-1:].isascii() and after[0].isascii() and after[0].isalnum())
        )
    )


def _measures_time(folded: str, quantity: Quantity, start: int, before: str, after: str) -> bool:
    """False for dates and durations: a time counts where its clause measures time."""
    if quantity.unit in ("年", "月", "日", "学年", "季度", "年度", "周", "个季度"):
        named = re.split("[,;。]", folded[max(start, quantity.start - 40) : quantity.start])[-1]
        return quantity.unit == "年" and "年限" in named and quantity.value < _LIFETIME
    left = re.split("[,、;]", folded[max(start, quantity.start - 24) : quantity.start])[-1]
    changes = re.search(
        "(?:缩短|压缩|提速|减少|增加|提前|控制|压减|降|延长)(?:到|至|为|在)?(?:最快)?(?:约|近)?$",
        left,
    )
    from_to = re.match("(?:缩短|压缩|减少|降|提升|增加)[到至为]", after)
    return bool(changes or from_to or _TIME_NOUN.search(left))


def _is_rank(quantity: Quantity, before: str, after: str) -> bool:
    """上升2位, 居全省前10位, 连跨4个万亿元台阶, 海拔1500米: no number of anything."""
    if quantity.unit == "位" and re.search(
        "(?:前进|前移|上移|上升|跃居|提升|排名?|位居|居|升|列|位列)(?:了|至|到)?$", before
    ):
        return True
    if quantity.unit == "个" and after.startswith("位次"):
        return True
    if quantity.unit in ("位", "名", "个", "强") and re.search(
        "(?:全[国省市区县州][\u4e00-\u9fff]{0,6}|[全居列][国省市区县州]?|位居|进入|保持)前$", before
    ):
        return True
    if quantity.unit == "个" and re.match("(?:[千百]?[万亿]亿?元?)?(?:新?台阶|大关|关口)", after):
        return True
    return quantity.unit in ("米", "公里") and before.endswith(("海拔", "半径", "方圆"))


_SHARE_WITH = re.compile(
    "%(?:以上)?的[^,、\\d]{2,14}(?:收入|产值|税收|营收|规模|面积)(?:均|都)?(?:超过?|达到?|突破|不低于|高于)$"
)
_PLANNED = re.compile("(?:计划|目标|任务|预算)(?:任务|数|值)?(?:为)?$")


def without_thresholds(
    folded: str, quantities: list[Quantity], start: int, end: int
) -> list[Quantity]:
    """Leave out numbers that belong to a name: 30亿元以上项目6个, 投资超10亿元重点项目."""
    kept: list[Quantity] = []
    for index, quantity in enumerate(quantities):
        following = quantities[index + 1].start if index + 1 < len(quantities) else end
        right = folded[quantity.end : following]
        if _is_threshold(folded, quantity, right, start, end):
            continue
        kept.append(quantity)
    return kept


#: 甲、乙两个社区|分别: how many were listed.
_LISTED = re.compile("(?:主要)?指标(?!体系)|[\u4e00-\u9fff]{1,12}?(?:分别|各(?!类|项|级))")


def _counts_list(folded: str, quantity: Quantity, right: str, start: int) -> bool:
    """True for the number of names that stand in front of it, told again."""
    if quantity.unit not in ("个", "家", "所", "条", "座", "项") or not _LISTED.match(right):
        return False
    names = re.split("[,;:]", folded[start : quantity.start])[-1]
    return len(re.split("[、和与及]", names)) == quantity.value > 1


def _is_threshold(folded: str, quantity: Quantity, right: str, start: int, end: int) -> bool:
    if _counts_list(folded, quantity, right, start) or _names_owner(
        folded, quantity, right, start, end
    ):
        return True
    if right == "的" and _PLANNED.search(folded, max(start, quantity.start - 10), quantity.start):
        # 完成年目标任务5700万元的93%
        return True
    named = re.match("的[\u4e00-\u9fffA-Za-z“]{3}", right)
    if named and _SIZE_OF.search(folded, max(start, quantity.start - 8), quantity.start):
        # 总投资36亿元的锂电材料产业园: its own statement.
        return bool(re.match("的(?:\\d|[一二三四五六七八九十]+[个项大]|大?项目|企业|工程)", right))
    if quantity.unit in ("岁", "周岁"):
        return bool(_OF_AGE.match(right))
    which = re.match("的[\u4e00-\u9fff]{2}", right)
    if which and re.search("成为[^,、]*$", folded[start : quantity.start]):
        # 成为全球首个吞吐量超过5000万标准箱的港口
        return True
    if quantity.unit in _THINGS:
        return False
    # 80%的村集体收入超过60万元: how many have that much.
    how_many = _SHARE_WITH.search(folded, start, quantity.start)
    works = _CAPACITY.search(quantity.unit) and (
        _OF_WORKS.match(right)
        or (right.endswith("、") and _OF_SEVERAL.match(folded, quantity.end, end))
    )
    if how_many or works or re.match("级|量级|档|寸|时代", right):
        return True
    if quantity.unit.endswith("元"):
        return _is_sum_of_size(folded, quantity, right, end)
    if quantity.is_rate or quantity.unit in ("人次", "人", "户", "户次", "家次"):
        return _sizes_place(folded, quantity, right, start)
    if _QUALIFIED.match(right) and re.match(
        "(?:及)?(?:以上|以下|以内)的?[\u4e00-\u9fff]{1,12}$", right.rstrip("、")
    ):
        # "1万平方米以上商业综合体6个": another number follows what the size describes.
        return quantity.end + len(right) < end
    left = folded[max(start, quantity.start - 3) : quantity.start]
    return bool(re.search("年产$|日产$|年处理$|日处理$", left)) and bool(_PLAIN.match(right))


def _sizes_place(folded: str, quantity: Quantity, right: str, start: int) -> bool:
    """全省50户以上农村村寨: how large the villages are, and no count."""
    if quantity.unit not in ("人", "户") or not right.startswith(("以上", "及以上")):
        return False
    head = phrases.strip_head(folded, start, quantity.start)
    alone = head.start >= quantity.start and not head.has("VWUD")
    return alone and _QUALIFIED.match(right) is not None


def _is_sum_of_size(folded: str, quantity: Quantity, right: str, end: int) -> bool:
    """True for money that says how large the things behind it are (5亿元以上项目)."""
    behind = quantity.end + len(right)
    if re.fullmatch("(?:及?以上|以下)?(?:的)?", right):
        # 其中50亿元1个、5亿元以上4个: the size of what is counted behind it.
        return bool(_COUNTED_NEXT.match(folded, behind, end))
    if _QUALIFIED.match(right):
        return not re.match(
            "(?:及)?(?:以上|以下|以内)的?(?:的增|增长|目标|水平|[、和及与])", right
        ) and not _MONEY_NOUN.match(right)
    fund = _FUND.match(right) and not _COUNTED_NEXT.match(folded, behind - 1)
    if not _PLAIN.match(right) or _MONEY_NOUN.match(right) or _SPENT_ON.match(right) or fund:
        return False
    sized = re.match(
        "[^,、]{0,10}(?:项目|企业|产业|集群|工程|园区|平台|级|楼宇|商圈|农场|合作社|俱乐部|赛道|基金|镇|村|大关|县|园)",
        right,
    )
    return bool(sized) and "大关" not in right[:3] and "台阶" not in right[:3]


def _names_owner(folded: str, quantity: Quantity, right: str, start: int, end: int) -> bool:
    """True for a number inside the name of an indicator whose value comes next.

    13个设区市PM2.5平均浓度下降9.6%, 30户以上自然村寨通组路硬化率100%.
    """
    if quantity.is_rate or "、" in right or quantity.end + len(right) >= end:
        return False
    tail = phrases.strip_tail(right, 0, len(right))
    name = right[: tail.stop].rstrip("由从")
    if _OWN_COUNT.search(right):
        # 126个重点项目完成投资312亿元: two statements.
        return False
    if tail.has("V") or re.search("累计|共计|合计", name):
        return False
    if len(name) < 4 or not _OWNED.search(name):
        return False
    left = folded[start : quantity.start]
    head = phrases.strip_head(left, 0, len(left))
    small = re.match("(?:及)?(?:以上|以下|以内)", right) is not None
    sized = re.sub("^[万亿千百]+", "", quantity.unit) in (
        "米",
        "公里",
        "平方米",
        "分钟",
        "小时",
        "亩",
        "MPa",
    )
    if head.has("VD") and not small and not sized:
        return False
    return small or sized or not head.has("V")
