"""The themes of the plan: the compiler's keys with labels for people."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from district.compiler.topics import THEMES

_LABELS: dict[str, Promise] = {
    "economy": _("经济运行"),
    "industry": _("工业和产业"),
    "services": _("服务业和金融"),
    "investment": _("投资和项目"),
    "consumption": _("消费"),
    "trade": _("外贸外资"),
    "business-invitation": _("招商引资"),
    "innovation": _("科技创新"),
    "talent": _("人才"),
    "reform": _("改革和营商环境"),
    "rule-of-law": _("法治"),
    "land-planning": _("规划和土地"),
    "transport": _("交通"),
    "digital": _("数字和智慧城区"),
    "low-altitude": _("低空经济"),
    "education": _("教育"),
    "health": _("卫生健康"),
    "culture-sports": _("文化旅游体育"),
    "employment": _("就业"),
    "housing": _("住房"),
    "care": _("养老托育和民政"),
    "environment": _("生态环境"),
    "low-carbon": _("绿色低碳"),
    "urban-management": _("城市管理"),
    "water": _("水务"),
    "safety": _("安全和应急"),
    "public-order": _("社会治安"),
    "finance": _("财政国资"),
    "agriculture": _("农业和粮食"),
    "cooperation": _("区域协作"),
}


def theme_label(key: str) -> str:
    """What people call a theme; the key itself for one without a label."""
    return str(_LABELS.get(key, key))


def theme_options() -> Iterable[tuple[str, str]]:
    """(key, label) of every theme, in the compiler's order."""
    return [(key, theme_label(key)) for key in THEMES]
