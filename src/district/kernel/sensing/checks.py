"""Checks of single values that come from pages, files and the interface alike."""

from __future__ import annotations

import json
import re
from typing import Any

from django.utils.translation import gettext as _

from district.kernel.base.errors import Invalid
from district.kernel.organisation.public import Unit

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]*")
_SOURCE_CODE = re.compile(r"[a-z0-9][a-z0-9-]*")
_MOST_PROPERTIES = 20_000
_MOST_SECONDS = 366 * 86_400
_BELOW_SPACE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def text_of(field: str, given: Any, most: int, *, required: bool = False) -> str:
    """A text without control characters, of at most `most` characters; Invalid names `field`."""
    if given is None:
        given = ""
    if not isinstance(given, str):
        raise Invalid(field, _("应为文字。"), _("请填写文字。"))
    text = _BELOW_SPACE.sub("", given).strip()
    if required and not text:
        raise Invalid(field, _("不能为空。"), _("请填写。"))
    if len(text) > most:
        raise Invalid(field, _("超过%(most)s字。") % {"most": most}, _("请缩短。"))
    return text


def code_of(field: str, given: Any, most: int) -> str:
    """A code of letters, digits and . _ : / - that begins with a letter or digit."""
    text = text_of(field, given, most, required=True)
    if not _CODE.fullmatch(text):
        raise Invalid(
            field,
            _("编号“%(code)s”不可用。") % {"code": text[:40]},
            _("请只用字母、数字和 . _ : / -。"),
        )
    return text


def source_code_of(given: Any) -> str:
    """A source's code: a user name in a header, so letters are small and there is no colon."""
    text = text_of("code", given, 40, required=True)
    if not _SOURCE_CODE.fullmatch(text):
        raise Invalid(
            "code", _("来源编号不可用。"), _("请只用小写字母、数字和 -，例如 gw-river-01。")
        )
    return text


def properties_of(given: Any, field: str = "properties") -> dict[str, Any]:
    """A JSON object of at most 20,000 characters, without what a database cannot keep."""
    if given is None:
        return {}
    if not isinstance(given, dict):
        raise Invalid(field, _("应为 JSON 对象。"), _('请写成 {"名称": 值}。'))
    text = json.dumps(given, ensure_ascii=False)
    if len(text) > _MOST_PROPERTIES:
        raise Invalid(field, _("属性超过2万字符。"), _("请缩短。"))
    if "\\u0000" in text or (
        any(word in text for word in ("NaN", "Infinity")) and not _is_json(given)
    ):
        raise Invalid(
            field, _("属性含有不能保存的字符或数值。"), _("请去掉空字符、NaN 和 Infinity。")
        )
    return given


def _is_json(given: Any) -> bool:
    try:
        json.dumps(given, allow_nan=False)
    except ValueError:
        return False
    return True


def seconds_of(field: str, given: Any) -> int:
    """A whole number of seconds from 0 to a year."""
    if isinstance(given, bool) or not isinstance(given, int) or not 0 <= given <= _MOST_SECONDS:
        raise Invalid(field, _("应为0至31622400的整数秒。"), _("例如 3600。"))
    return given


def unit_code_of(given: Any, field: str = "lead_unit") -> str:
    """The code of a unit that is there and in use."""
    code = text_of(field, given, 32)
    if not code or not Unit.objects.filter(pk=code, is_active=True).exists():
        raise Invalid(field, _("没有这个单位。"), _("请填写单位编码。"))
    return code


def choice_of(field: str, given: Any, values: list[str]) -> str:
    """One of a few words."""
    if given not in values:
        raise Invalid(
            field,
            _("不能填“%(given)s”。") % {"given": str(given)[:40]},
            _("可用：%(values)s。") % {"values": _("、").join(values)},
        )
    return str(given)
