"""Facts given one by one: each held against its type and bounds, places against the units."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.credit_code import PATTERN, is_credit_code
from district.kernel.base.errors import Invalid
from district.kernel.organisation.public import Level, Unit
from district.systems.enterprises.rules.facts import BY_KEY, Fact, Plain, to_plain
from district.systems.enterprises.selectors.catalogue import industries


def checked_code(text: str) -> str:
    """A credit code as it is kept; raises Invalid where it is none."""
    code = (text or "").strip().upper()
    if not PATTERN.fullmatch(code):
        raise Invalid(
            "code",
            _("统一社会信用代码不对。"),
            _("请填写18位数字和大写字母，不含 I、O、S、V、Z。"),
        )
    if not is_credit_code(code):
        raise Invalid("code", _("统一社会信用代码的校验位不对。"), _("请对照营业执照核对。"))
    return code


def checked_values(values: Mapping[str, Any]) -> dict[str, Plain]:
    """What is known of the values given by fact key, in plain form; other keys are passed over.

    A street that is not given follows from the community. Raises Invalid naming the field.
    """
    found: dict[str, Plain] = {}
    for key, given in values.items():
        fact = BY_KEY.get(key)
        value = given.strip() if isinstance(given, str) else given
        if fact is None or value is None or value == "":
            continue
        plain = to_plain(fact, _checked(fact, value))
        if plain is not None:
            found[key] = plain
    _check_places(found)
    if ("lon" in found) != ("lat" in found):
        raise Invalid("lon", _("经度和纬度要一起填写。"), _("请补全，或都留空。"))
    return found


def _checked(fact: Fact, value: Any) -> Any:
    if fact.key == "industry":
        code = industries().full_code(str(value))
        if not code:
            raise Invalid(
                "industry", _("没有这个行业代码。"), _("请填写国民经济行业代码，例如 C3921。")
            )
        return code
    if fact.choices and value not in dict(fact.choices):
        raise Invalid(fact.key, _("没有这个选项。"), _("请从列表中选择。"))
    if fact.length and len(str(value)) > fact.length:
        raise Invalid(
            fact.key, _("文字太长。"), _("请不超过 %(most)d 个字。") % {"most": fact.length}
        )
    if fact.key == "name" and len(str(value)) < 2:
        raise Invalid("name", _("名称不对。"), _("请填写至少2个字。"))
    if fact.least is not None and fact.most is not None:
        _check_bounds(fact, Decimal(value))
    if fact.type == "date" and value > clock.today():
        raise Invalid(fact.key, _("日期还没有到。"), _("请填写今天或更早的日期。"))
    return value


def _check_bounds(fact: Fact, number: Decimal) -> None:
    least, most = fact.least or Decimal(0), fact.most or Decimal(0)
    if not least <= number <= most:
        words = {"least": f"{least:f}", "most": f"{most:f}"}
        raise Invalid(
            fact.key, _("数字超出范围。"), _("请填写 %(least)s 到 %(most)s 之间的数。") % words
        )


def _check_places(found: dict[str, Plain]) -> None:
    codes = [str(found[key]) for key in ("street", "community") if key in found]
    if not codes:
        return
    known = {unit.pk: unit for unit in Unit.objects.filter(pk__in=codes, is_active=True)}
    for key, level in (("street", Level.STREET), ("community", Level.COMMUNITY)):
        unit = known.get(str(found.get(key, "")))
        if key in found and (unit is None or unit.level != level):
            raise Invalid(key, _("没有这个单位。"), _("请填写街道或社区的单位编码。"))
    community = known.get(str(found.get("community", "")))
    if community is None:
        return
    above = community.parent_id or ""
    if found.setdefault("street", above) != above:
        raise Invalid("community", _("社区不在这个街道。"), _("请核对街道和社区。"))
