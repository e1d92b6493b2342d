"""What conditions of case types may speak about: the facts that every case has. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from district.kernel.cases.rules.definition import Words
from district.kernel.cases.rules.words import said_later, words_of
from district.kernel.conditions.public import Attribute, Schema

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

#: Where a report came from.
SOURCES: tuple[tuple[str, Any], ...] = (
    ("web", _("网页")),
    ("phone", _("电话")),
    ("counter", _("窗口")),
    ("city", _("市平台转办")),
    ("patrol", _("巡查发现")),
    ("api", _("接口")),
    ("system", _("系统生成")),
)

#: Names of facts that a case type's own facts may not take.
COMMON: tuple[Attribute, ...] = (
    Attribute("grade", _("等级"), "text"),
    Attribute("stage", _("环节"), "text"),
    Attribute("matter", _("事项"), "code"),
    Attribute("matter_unit", _("事项承办规则"), "text"),
    Attribute("matter_emergency", _("紧急事项"), "boolean"),
    Attribute("sensitive", _("敏感"), "boolean"),
    Attribute("source", _("来源"), "choice", choices=SOURCES),
    Attribute("text", _("内容"), "text"),
    Attribute("street", _("街道"), "code"),
    Attribute("community", _("社区"), "code"),
    Attribute("located", _("有位置"), "boolean"),
    Attribute("anonymous", _("匿名"), "boolean"),
    Attribute("confidential", _("保密"), "boolean"),
    Attribute("reporters", _("反映人数"), "integer"),
    Attribute("returns", _("退单次数"), "integer"),
    Attribute("pauses", _("挂起次数"), "integer"),
    Attribute("extensions", _("延期次数"), "integer"),
    Attribute("reopens", _("重办次数"), "integer"),
    Attribute("bound", _("已裁定"), "boolean"),
    Attribute("co_units", _("配合单位数"), "integer"),
    Attribute("co_open", _("未办结的配合单位数"), "integer"),
    Attribute("children_open", _("未办结的子单数"), "integer"),
)
COMMON_FACTS = frozenset(attribute.key for attribute in COMMON)
TYPES = ("text", "integer", "decimal", "boolean", "date", "choice", "code")


def schema_of(key: str, own: Mapping[str, Mapping[str, Any]]) -> Schema:
    """The common facts with a case type's own; ValueError where one cannot be taken."""
    found = list(COMMON)
    for name, item in own.items():
        if name in COMMON_FACTS:
            raise ValueError(f"fact {name!r}: every case has one of that name")
        if item.get("type", "text") not in TYPES:
            raise ValueError(f"fact {name!r}: type must be one of {', '.join(TYPES)}")
        found.append(
            Attribute(
                name,
                said_later(words_of(item, "label", name)),
                item.get("type", "text"),
                choices=_choices(item.get("choices")),
                unit=str(item.get("unit", "")),
            )
        )
    return Schema(f"cases.{key}", tuple(found))


def own_attributes(schema: Schema) -> tuple[Attribute, ...]:
    """The facts that a case type adds to those that every case has."""
    return tuple(one for one in schema.attributes if one.key not in COMMON_FACTS)


def _choices(rows: list[list[str]] | None) -> tuple[tuple[str, StrPromise], ...] | None:
    """(value, Chinese, English) rows as the choices of an attribute."""
    if rows is None:
        return None
    return tuple(
        (str(value), said_later(Words(str(label), str(more[0]) if more else "")))
        for value, label, *more in rows
    )
