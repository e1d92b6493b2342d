"""What may be known of a person, as far as conditions of subsidies ask for it. Pure.

No more than that is kept: whoever adds a fact here says which subsidies ask for it.
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

    _Choices = tuple[tuple[str, StrOrPromise], ...]

Type = Literal["integer", "decimal", "boolean", "date", "choice"]

HUKOU: _Choices = (
    ("here", _("本区户籍")),
    ("city", _("本市其他区户籍")),
    ("elsewhere", _("非本市户籍")),
)
EMPLOYMENT: _Choices = (
    ("employed", _("单位就业")),
    ("flexible", _("灵活就业")),
    ("self_employed", _("自主创业")),
    ("unemployed", _("登记失业")),
    ("student", _("在校")),
    ("retired", _("退休")),
    ("none", _("未就业")),
)
DISABILITY: _Choices = (
    ("none", _("无")),
    ("1", _("一级")),
    ("2", _("二级")),
    ("3", _("三级")),
    ("4", _("四级")),
)
DEGREE: _Choices = (
    ("below", _("大专以下")),
    ("college", _("大专")),
    ("bachelor", _("本科")),
    ("master", _("硕士")),
    ("doctor", _("博士")),
)


@dataclass(frozen=True)
class Fact:
    """Something known of a person: `unit` of its number, `most` the largest that is believed."""

    key: str
    label: StrOrPromise
    type: Type
    choices: _Choices | None = None
    unit: str = ""
    most: int = 0
    help: StrOrPromise = ""


FACTS: tuple[Fact, ...] = (
    # Old age allowance; every subsidy that names an age.
    Fact("birth_date", _("出生日期"), "date"),
    Fact("hukou", _("户籍"), "choice", HUKOU),
    Fact("lives_since", _("本区居住起始日期"), "date"),
    # Social insurance subsidies, start-ups, rent.
    Fact("insured_months", _("社保累计缴费月数"), "integer", unit="个月", most=720),
    Fact("employment", _("就业状态"), "choice", EMPLOYMENT),
    Fact("is_hard_to_employ", _("就业困难人员"), "boolean"),
    Fact("business_since", _("创业登记日期"), "date", help=_("本人为法定代表人或经营者的登记日期")),
    # The two subsidies for persons with a disability; families in need.
    Fact("disability", _("残疾等级"), "choice", DISABILITY),
    Fact("is_minimum_living", _("最低生活保障对象"), "boolean"),
    Fact("family_size", _("家庭人口"), "integer", unit="人", most=30),
    Fact("family_income", _("家庭人均月收入"), "decimal", unit="元/月", most=1_000_000),
    # Graduates, rent.
    Fact("degree", _("学历"), "choice", DEGREE),
    Fact("graduated_on", _("毕业日期"), "date"),
    Fact("owns_home", _("本市有自有住房"), "boolean"),
    # Child care.
    Fact("youngest_child_born", _("最小子女出生日期"), "date"),
    Fact("is_veteran", _("退役军人"), "boolean"),
)
BY_KEY: Mapping[str, Fact] = {fact.key: fact for fact in FACTS}
#: Where a person lives: codes of units, which are facts as well.
PLACES = ("street", "community")


def newer(
    told: Mapping[str, Any], known: Mapping[str, list[str]], as_of: date, current: Mapping[str, Any]
) -> dict[str, Any]:
    """What of the facts told is news: those whose word on record is not of a later day.

    `known` gives source and day (ISO) of each fact on record, `current` its value. The same value
    of a later day is news too, for its day; the same value of the same day is not. A fact that is
    told as None says nothing.
    """
    found = {}
    for key, value in told.items():
        if value is None:
            continue
        day = date.fromisoformat(known[key][1]) if key in known else date.min
        if day > as_of or (day == as_of and current.get(key) == value):
            continue
        found[key] = value
    return found


def outside(fact: Fact, value: Any, today: date) -> bool:
    """Whether a value cannot be: a negative or too large number, a day to come."""
    if isinstance(value, bool):
        return False
    if isinstance(value, int | Decimal):
        return not 0 <= value <= fact.most
    return isinstance(value, date) and not date(1850, 1, 1) <= value <= today
