"""The unit table, as data. Order does not matter: longer units are tried first."""

from __future__ import annotations

import re

MAGNITUDES = frozenset(
    ["十", "百", "千", "万", "亿", "十万", "百万", "千万", "十亿", "百亿", "千亿", "万亿"]
)

RATE_UNITS = frozenset(["%", "‰", "百分点", "倍", "成", "个点"])

_MONEY = "元人民币 美元 欧元 港元 日元 元"
_RATES = "% ‰ 个百分点 百分点 倍 成 个点"
_PEOPLE = "人次 人日 人天 人 名 位 户 户次 口 例 学时 课时 人份 岁 周岁 人(次) 人·次 床"
_COUNT = (
    "家 家次 个 项 项次 件 件次 宗 起 座 栋 幢 处 所 间 套 张 台 台次 辆 辆次 艘 艘次 架 架次 列 "
    "条 条次 场 场次 次 篇 部 册 种 款 支 枚 块 片 株 棵 头 羽 对 组 批次 批 班 班次 单 票 "
    "份 例次 剂次 剂 道 根 门 笔 盏 桩 枪 孔 本 节 幅 首 宗次 标箱 TEU 标准箱 床位 组次 桶 "
    "担 席 台套 台(套) 台(套)次 个标箱 车次 趟 航次 尊 颗 只 粒 瓶 棒 帧 路 层 人家 个次 集 包 卡 "
    "袋 筒 尾 盆 个标准箱 门次 通 辆份 套次 头只 头(只) 羽只 件套"
)
_MEASURE = (
    "μg/m3 μg/m³ µg/m3 µg/m³ ug/m3 ug/m³ mg/m3 mg/m³ mg/L 吨公里 人公里 车公里 "
    "延米 平方米 平方公里 平方千米 立方米 立方 平方 平米 ㎡ 公里 千米 海里 米 厘米 毫米 微米 纳米 "
    "亩 亩次 公顷 吨 公斤 千克 克 斤 微克 毫克 升 毫升 吨标准煤 吨标煤 千克标准煤 标方 方 "
    "吨二氧化碳 吨二氧化碳当量 千瓦时 千瓦 兆瓦时 兆瓦 吉瓦 瓦 吉瓦时 兆 度电 度 千伏安 兆伏安 "
    "伏安 kW kWh MW MWh GW GWh KVA MVA kVA MPa KW KWH km KM km² m² P EFLOPS PFLOPS PFlops MB GB "
    "TB PB EB "
    "Gbps Mbps 标准立方米 空方 分贝 摄氏度 ℃ 分 机架 标准机架 个标准机架 字 公里/小时 英亩 立方英尺"
)
_TIME = "小时 分钟 秒 天 日 个工作日 工作日 个月 年 个小时 周 学年 个季度 季度 个自然日 月 年度"

#: Units of time: a number with one is a duration unless its clause measures time.
TIME_UNITS = frozenset(_TIME.split())

#: What must not follow a unit, because the character then belongs to another word.
_NOT_BEFORE = {
    "人": "才工均民物形气士制",
    "名": "录牌品",
    "家": "庭园电禽",
    "次": "干级",
    "本": "科级地土区市年届",
    "分": "别之布级类期",
    "首": "店批台次创个",
    "天": "然河津",
    "日": "均常益",
    "升": "级学至到规",
    "方": "面案式向米",
    "度": "假量夏",
    "位": "居列于数次",
    "层": "级次面",
    "部": "门分署队级委件",
    "列": "入为全居",
    "对": "接口外照标",
    "批": "复准发",
    "组": "织团成",
    "班": "级子",
    "片": "区",
    "场": "馆所站地景",
    "道": "路",
    "单": "元位个项",
    "通": "过车用信",
    "集": "团聚中群成",
    "包": "括含",
    "路": "段网径",
    "点": "位",
    "个点": "位",
    "元": "素化宇",
    "口": "岸",
    "块": "链",
    "节": "能点日",
    "床": "位",
    "米": "粮",
    "成": "为员立果长功本熟交都套",
    "倍": "增",
    "门": "诊店户类",
    "起": "步点",
    "项": "链",
    "台": "阶账商胞",
    "支": "持柱付撑出部",
    "套": "餐",
    "枪": "爆",
    "种": "植子业养",
    "处": "理置于",
    "月": "球份",
    "周": "年边",
    "头": "部雁",
    "件": "套",
    "立方": "米",
    "平方": "公千",
    "根": "据",
    "卡": "口",
}


def _one(unit: str) -> str:
    pattern = re.escape(unit)
    if unit.isascii() and unit.isalpha():
        return pattern + "(?![A-Za-z0-9])"
    if unit == "项":
        return "项(?!目(?!标)|链)"
    if unit in _NOT_BEFORE:
        return f"{pattern}(?![{_NOT_BEFORE[unit]}])"
    return pattern


def _alternatives(units: list[str]) -> str:
    ordered = sorted(set(units), key=lambda unit: (-len(unit), unit))
    return "|".join(_one(unit) for unit in ordered)


_BASE = _alternatives(" ".join([_MONEY, _RATES, _PEOPLE, _COUNT, _MEASURE, _TIME]).split())

#: One unit, or one unit per another: 公里/平方公里, 微克/立方米, 元/平方米, 吨标准煤/万元.
UNIT_PATTERN = (
    rf"(?:{_BASE})(?: ?/ ?每?[百千万亿]?(?:{_BASE}|人口|GDP|万))?"
    r"|(?<=[\d.])[万亿](?=[,。;、)]|$)|方面(?=\d)"
    r"|(?<=[\d.余多])万(?=余?[^\d,。;、万]{0,6}?(?:人口|群众|居民|学生|农民|职工|游客|市民|师生|劳动力|"
    r"老年人|劳动者|党员|干部|人员|志愿者|网民|用户|学员|移民|旅客|观众|妇女|儿童|老人|学子|婴幼儿|幼儿|患者|村民|读者))"
)

_HAN_COUNT = (
    "家 项 个 件 宗 座 所 间 套 张 台 辆 艘 架 条 场 篇 部 册 款 枚 户 名 栋 "
    "亿元 万元 万户 万人 万亩 公里 亩 倍 成 人次 万人次 个百分点 万套 万吨 只 幢 万平方米 "
    "平方公里 万家 公顷 片 支 笔 株 批次 起 处 例"
)

#: Units with which a Chinese numeral may assert a count (三成, 两家, 近百家).
CHINESE_COUNT_UNITS = _alternatives(_HAN_COUNT.split())
