"""The words of problems: codes of `cap` and of receiving become sentences here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from district.kernel.warnings.cap import Problem

_TEXTS: dict[str, Any] = {
    # The document.
    "too_large": _("报文超过1 MB"),
    "encoding": _("报文的字符编码无法识别"),
    "not_xml": _("不是完整的 XML 文档"),
    "document_type": _("含有文档类型声明（DOCTYPE），不予解析"),
    "too_many_elements": _("元素太多或嵌套太深"),
    "not_cap": _("不是 CAP 1.2 报文"),
    "unknown_element": _("标准中没有这个元素"),
    "order": _("元素的先后次序不符合标准"),
    "missing": _("缺少必填的元素或内容"),
    "repeated": _("元素重复"),
    "attribute": _("标准中没有这个属性"),
    "text_between": _("元素之间有多余的文字"),
    # Values.
    "name": _("标识为空，或含有空格、逗号、< 或 &"),
    "moment": _("时间须带时区并写成 2025-09-22T09:50:00+08:00 的样式，不能用 Z"),
    "not_one_of": _("不是标准规定的值"),
    "names": _("名单的写法不对"),
    "references": _("引用须写成“发送方,编号,时间”"),
    "references_needed": _("更新、解除、确认和出错报文须引用先前的报文"),
    "reference_not_earlier": _("引用的不是先前的报文"),
    "restriction_needed": _("限制范围的报文须写明限制"),
    "addresses_needed": _("定向报文须写明收件方"),
    "language": _("语言代码不对"),
    "uri": _("网址须完整"),
    "mime_type": _("文件类型的写法不对"),
    "size": _("文件大小不对"),
    "deref_uri": _("文件内容须为 Base64"),
    "digest": _("文件摘要须为 SHA-1"),
    "polygon": _("多边形的坐标不对"),
    "polygon_short": _("多边形至少要有四个点"),
    "polygon_open": _("多边形首尾两点须相同"),
    "circle": _("圆的写法不对"),
    "number": _("数字的写法不对"),
    "ceiling_alone": _("有上限高度时须同时写明高度"),
    "characters": _("含有 XML 不允许的字符"),
    "space": _("文字首尾有多余的空白"),
    "too_many_points": _("多边形的点太多"),
    # Whether it is a warning of ours.
    "not_your_sender": _("该来源不得以这个发送方标识发送"),
    "other_content": _("同一编号、发送方和时间的报文先前已收到，内容不同"),
    "not_actual": _("不是实际预警（测试、演练、系统或草稿）"),
    "not_for_us": _("确认和出错报文，无须处理"),
    "from_the_future": _("发送时间晚于现在"),
    "unknown_reference": _("要解除的预警本系统没有收到过"),
    "no_info": _("报文没有说明内容"),
    "no_colour": _("看不出预警的颜色或级别"),
    "over_already": _("收到时已过失效时间"),
    "elsewhere": _("影响区域不在本区"),
}


def problem_text(problem: Problem | Mapping[str, str]) -> str:
    """A problem as a sentence with its place and what stands there, in the page's language."""
    if isinstance(problem, Problem):
        code, where, detail = problem.code, problem.where, problem.detail
    else:
        code, where, detail = (problem.get(key, "") for key in ("code", "where", "detail"))
    words = str(_TEXTS.get(code, code))
    place = " ".join(part for part in (where, f"“{detail}”" if detail else "") if part)
    return f"{words}（{place}）" if place else words


def problem_texts(problems: Iterable[Problem | Mapping[str, str]]) -> list[str]:
    """The sentences of several problems, in order."""
    return [problem_text(each) for each in problems]
