"""What a policy's terms must be before they are kept, and what is kept of them for good. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from district.kernel.base.errors import Invalid
from district.kernel.conditions.public import (
    Condition,
    ConditionError,
    Schema,
    leaves,
    parse,
    to_json,
)
from district.systems.policies.names import MOST_COMPARISONS

LONGEST_TEXT = 20_000
_LARGEST = Decimal(10) ** 8  # 万元: a thousand milliard yuan


@dataclass(frozen=True)
class NewTerms:
    """What somebody writes of a policy; see `models.Terms` for the words. `amount` is in 万元."""

    title: str
    text: str = ""
    where: str = ""
    benefit_kind: str = "reward"
    benefit: str = ""
    amount: Decimal | None = None
    opens_on: date | None = None
    closes_on: date | None = None
    without_application: bool = False


def check_terms(terms: NewTerms, schema: Schema, kinds: tuple[str, ...]) -> None:
    """Raise Invalid naming the first field that cannot be kept, even in a draft."""
    if not 4 <= len(terms.title.strip()) <= 120:
        raise Invalid("title", _("政策名称不对。"), _("请填写4到120个字。"))
    if len(terms.text) > LONGEST_TEXT:
        raise Invalid(
            "text",
            _("原文超过%(most)s字。") % {"most": LONGEST_TEXT},
            _("请只保留与本政策有关的条款。"),
        )
    if terms.benefit_kind not in kinds:
        raise Invalid("benefit_kind", _("没有这种支持方式。"), _("请从列表中选择。"))
    if len(terms.benefit) > 500:
        raise Invalid("benefit", _("支持内容超过500字。"), _("请精简，细则写在原文里。"))
    if terms.amount is not None and not 0 < terms.amount < _LARGEST:
        raise Invalid("amount", _("金额不对。"), _("请按万元填写大于0的数字，不是资金的留空。"))
    if terms.opens_on and terms.closes_on and terms.closes_on < terms.opens_on:
        raise Invalid("closes_on", _("截止日期早于开始日期。"), _("请改正日期。"))
    if terms.where.strip():
        read_condition(terms.where, schema)


def read_condition(where: str, schema: Schema) -> Condition:
    """The condition that a policy asks for; Invalid (field `where`) with position and remedy."""
    try:
        condition = parse(where, schema)
    except ConditionError as error:
        raise Invalid("where", error.problem, error.remedy) from error
    count = sum(1 for _leaf in leaves(condition))
    if count > MOST_COMPARISONS:
        raise Invalid(
            "where",
            _("条件里的比较有%(count)d个，超过%(most)d个。")
            % {"count": count, "most": MOST_COMPARISONS},
            _("用 in 把同一项的多个值写在一起，或拆成几项政策。"),
        )
    return condition


def check_publishable(terms: NewTerms, today: date) -> None:
    """Raise Invalid naming what a policy still lacks before anybody is told of it."""
    if not terms.text.strip():
        raise Invalid("text", _("还没有政策原文。"), _("请粘贴发布的原文，条件以它为依据。"))
    if not terms.where.strip():
        raise Invalid("where", _("还没有适用条件。"), _("请写条件，或从原文起草。"))
    if not terms.benefit.strip():
        raise Invalid("benefit", _("还没有写明支持内容。"), _("请写能得到什么。"))
    if terms.opens_on is None:
        raise Invalid("opens_on", _("还没有开始日期。"), _("请填写从哪天起可以申报。"))
    if terms.closes_on is not None and terms.closes_on < today:
        raise Invalid("closes_on", _("截止日期已经过去。"), _("请改正日期。"))


def digest_of(terms: Mapping[str, Any], condition: Condition) -> str:
    """The SHA-256 of all that a version says: the same content has the same digest."""
    said = {key: _plain(value) for key, value in terms.items()}
    said["condition"] = to_json(condition)
    content = json.dumps(said, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value.isoformat() if isinstance(value, date) else value
