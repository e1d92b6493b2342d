"""Themes of a statement or a task, from its words; owners are suggested from them."""

from __future__ import annotations

import re

#: Theme key -> words that show it. The key is stable; a district maps it to units.
THEMES: dict[str, tuple[str, ...]] = {
    "economy": ("生产总值", "GDP", "经济运行", "经营主体", "个转企", "个体工商户", "市场主体"),
    "industry": (
        "工业",
        "制造业",
        "规上",
        "规模以上",
        "专精特新",
        "单项冠军",
        "产业链",
        "集群",
        "技改",
        "上楼",
    ),
    "services": ("服务业", "金融", "物流", "会展", "总部", "保险", "基金", "上市企业"),
    "investment": ("投资", "重大项目", "重点项目", "专项债", "固投", "超长期特别国债"),
    "consumption": ("消费", "零售", "商圈", "首店", "以旧换新", "演艺", "夜间经济"),
    "trade": ("进出口", "外贸", "外资", "AEO", "跨境", "出口", "海外仓"),
    "business-invitation": ("招商", "签约", "落户", "招引", "以商招商"),
    "innovation": (
        "研发",
        "科技",
        "高新技术",
        "专利",
        "PCT",
        "实验室",
        "创新平台",
        "孵化",
        "概念验证",
    ),
    "talent": ("人才", "院士", "博士", "硕士", "工匠", "毕业生"),
    "reform": ("改革", "营商环境", "政务服务", "审批", "民生诉求"),
    "rule-of-law": ("法治", "法律", "公证", "调解", "律师", "综治"),
    "land-planning": ("规划", "土地", "用地", "城市更新", "整备", "利益统筹", "低效"),
    "transport": ("道路", "地铁", "轨道", "公路", "铁路", "公交", "路网", "枢纽", "交通"),
    "digital": ("智慧", "数字", "BIM", "CIM", "视频汇聚", "政务云", "人工智能", "大模型", "5G"),
    "low-altitude": ("低空", "无人机", "飞行"),
    "education": ("教育", "学位", "学校", "幼儿园", "教师", "职教"),
    "health": ("医院", "医疗", "卫生", "病床", "社康", "中医", "健康"),
    "culture-sports": ("文化", "体育", "文体", "赛事", "旅游", "文旅", "艺术", "博物馆"),
    "employment": ("就业", "失业", "创业", "欠薪", "职业培训"),
    "housing": ("住房", "保障房", "老旧小区", "棚户区", "房地产", "城中村"),
    "care": ("养老", "托育", "托位", "妇", "儿童", "残疾", "救助", "长者", "民政", "社保", "参保"),
    "environment": (
        "PM2.5",
        "空气",
        "水质",
        "河长",
        "污水",
        "生态",
        "垃圾",
        "噪声",
        "断面",
        "优良",
        "减排",
    ),
    "low-carbon": ("低碳", "碳", "光伏", "充电", "超充", "能耗", "节能", "新能源"),
    "urban-management": ("公园", "绿化", "碧道", "绿道", "环卫", "市容", "宠物友好"),
    "water": ("供水", "水务", "海绵城市", "内涝", "水厂", "排水"),
    "safety": ("安全", "应急", "消防", "燃气", "森林防火", "监测预警", "食品", "药品"),
    "public-order": ("治安", "扫黑", "禁毒", "涉枪", "公安", "案件"),
    "finance": ("预算收入", "财政", "税收", "预算", "国有资产"),
    "agriculture": ("农业", "粮食", "耕地", "高标准农田", "农村", "乡村", "生猪"),
    "cooperation": ("对口", "帮扶", "援藏", "协作", "深莞惠", "都市圈", "飞地"),
}

_PATTERNS = {key: re.compile("|".join(map(re.escape, words))) for key, words in THEMES.items()}


def themes_of(*texts: str) -> tuple[str, ...]:
    """The keys of ``THEMES`` that the texts touch, those with most words first."""
    joined = "\n".join(texts)
    counted = [(len(set(pattern.findall(joined))), key) for key, pattern in _PATTERNS.items()]
    return tuple(key for count, key in sorted(counted, key=lambda c: -c[0]) if count)
