"""What sources may say of an enterprise: every fact with its type, bounds and column.

The one list that files, forms, resolution and the enterprise's page are made from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Type = Literal["text", "integer", "decimal", "boolean", "date", "choice", "code"]
Choices = tuple[tuple[str, "StrOrPromise"], ...]

KINDS: Choices = (
    ("company", _("企业")),
    ("branch", _("分支机构")),
    ("individual", _("个体工商户")),
    ("cooperative", _("农民专业合作社")),
    ("other", _("其他组织")),
)
STATUSES: Choices = (
    ("active", _("存续")),
    ("suspended", _("停业")),
    ("cancelled", _("注销")),
    ("revoked", _("吊销")),
)
SIZES: Choices = (
    ("large", _("大型")),
    ("medium", _("中型")),
    ("small", _("小型")),
    ("micro", _("微型")),
)
#: Statuses of those that are on the register now (在册).
REGISTERED = ("active", "suspended")
#: Decimal places of exact numbers.
PLACES = 6


@dataclass(frozen=True)
class Fact:
    """One fact: its `column` is the model's own (attribute name); `least` and `most` include."""

    key: str
    label: StrOrPromise
    type: Type
    column: str = ""
    unit: StrOrPromise = ""
    choices: Choices = ()
    length: int = 0
    least: Decimal | None = None
    most: Decimal | None = None

    def __post_init__(self) -> None:
        if not self.column:
            object.__setattr__(self, "column", self.key)

    @property
    def is_textual(self) -> bool:
        """Whether nothing known is stored as an empty text and not as None."""
        return self.type in ("text", "choice") or self.key == "industry"

    @property
    def nothing(self) -> Any:
        """What the column holds where nothing is known."""
        return "" if self.is_textual else None


_ZERO, _LARGEST = Decimal(0), Decimal(10) ** 10
FACTS: tuple[Fact, ...] = (
    Fact("name", _("名称"), "text", length=200),
    Fact("kind", _("主体类型"), "choice", choices=KINDS),
    Fact("status", _("登记状态"), "choice", choices=STATUSES),
    Fact("street", _("街道"), "code", column="street_unit_id", length=20),
    Fact("community", _("社区"), "code", column="community_unit_id", length=20),
    Fact("address", _("地址"), "text", length=200),
    Fact("industry", _("行业"), "code", length=5),
    Fact("size", _("规模"), "choice", choices=SIZES),
    Fact("established_on", _("成立日期"), "date"),
    Fact("converted_on", _("个转企日期"), "date"),
    Fact("capital", _("注册资本"), "decimal", unit=_("万元"), least=_ZERO, most=_LARGEST),
    Fact("revenue", _("营业收入"), "decimal", unit=_("万元"), least=_ZERO, most=_LARGEST),
    Fact("revenue_growth", _("营业收入增长率"), "decimal", unit="%", least=Decimal(-100),
         most=Decimal(1_000_000)),
    Fact("staff", _("从业人数"), "integer", unit=_("人"), least=_ZERO, most=Decimal(2_000_000)),
    Fact("rd_share", _("研发费用占比"), "decimal", unit="%", least=_ZERO,
         most=Decimal(1_000_000)),
    Fact("patents", _("发明专利数"), "integer", unit=_("件"), least=_ZERO,
         most=Decimal(2_000_000)),
    Fact("exports", _("出口额"), "decimal", unit=_("万元"), least=_ZERO, most=_LARGEST),
    Fact("is_above_scale", _("“四上”企业"), "boolean"),
    Fact("is_dishonest", _("失信"), "boolean"),
    Fact("lon", _("经度"), "decimal", least=Decimal(-180), most=Decimal(180)),
    Fact("lat", _("纬度"), "decimal", least=Decimal(-90), most=Decimal(90)),
)  # fmt: skip
BY_KEY: Mapping[str, Fact] = {fact.key: fact for fact in FACTS}

#: A value as JSON writes it: decimals as texts without exponent, dates as ISO texts.
Plain = str | int | bool


def to_plain(fact: Fact, value: Any) -> Plain | None:
    """A value as `SourceRecord` and `PastState` keep it; None where nothing is known."""
    if value is None or value == "":
        return None
    if fact.type == "decimal":
        text = f"{Decimal(value):f}"
        text = text.rstrip("0").rstrip(".") if "." in text else text
        return "0" if text == "-0" else text
    if fact.type == "date":
        return str(value.isoformat())
    if fact.type == "boolean":
        return bool(value)
    return int(value) if fact.type == "integer" else str(value)


def from_plain(fact: Fact, value: Plain | None) -> Any:
    """The inverse of `to_plain`, as the model's column holds it."""
    if value is None or value == "":
        return fact.nothing
    if fact.type == "decimal":
        return Decimal(str(value))
    if fact.type == "date":
        return date.fromisoformat(str(value))
    return value


def values_of(row: Any) -> dict[str, Plain]:
    """The facts of an enterprise that are known, by key, in their plain form."""
    plain = {fact.key: to_plain(fact, getattr(row, fact.column)) for fact in FACTS}
    return {key: value for key, value in plain.items() if value is not None}
