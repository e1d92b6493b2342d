"""What an inspector answered, held against the checklist that it was answered by. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from district.kernel.base.errors import Invalid
from district.kernel.cases.public import said, writable
from district.systems.inspections.rules.checklist import Checklist, Item, severity_of

#: Of one item, before and after each: a case takes nine pictures of one hand.
MOST_PHOTOS = 4
LONGEST_NOTE = 1000
_LARGEST = Decimal(10) ** 9
_DIGEST = 64


@dataclass(frozen=True, slots=True)
class Given:
    """An answer as it comes in: pass, fail or na for a check, a number for a measured item.

    `photos` and `after` are digests of pictures as they were and as they are after it was put
    right on the spot (`fixed`).
    """

    item: str
    verdict: str = ""
    value: str = ""
    note: str = ""
    photos: tuple[str, ...] = ()
    fixed: bool = False
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Judged:
    """An answer and what it means. `severity` is "" unless it failed."""

    item: Item
    verdict: str
    value: Decimal | None
    severity: str
    note: str
    photos: tuple[str, ...]
    fixed: bool
    after: tuple[str, ...]

    @property
    def failed(self) -> bool:
        """Whether something is wrong."""
        return self.verdict == "fail"


def judge(checklist: Checklist, given: Iterable[Given]) -> list[Judged]:
    """Every item of the checklist with its answer and what that means, in order.

    Raises Invalid naming the first item (`item:<key>`) that is not, twice or wrongly answered.
    """
    found: dict[str, Given] = {}
    for answer in given:
        item = checklist.item(answer.item)
        if item is None:
            raise _wrong(answer.item[:40], _("检查表里没有这一项。"), _("请更新检查表。"))
        if answer.item in found:
            raise _of(item, _("答了两次。"), _("请只保留一个。"))
        found[answer.item] = answer
    judged = []
    for item in checklist.items:
        answered = found.get(item.key)
        if answered is None:
            raise _of(item, _("还没有检查。"), _("请选择合格、不合格或不适用。"))
        judged.append(_judged(item, answered))
    return judged


def _wrong(key: str, problem: str, remedy: str) -> Invalid:
    return Invalid(f"item:{key}", problem, remedy)


def _of(item: Item, problem: str, remedy: str) -> Invalid:
    named = _("第%(number)s项“%(text)s”：%(problem)s")
    words = {"number": item.number, "text": said(item.text)[:30], "problem": problem}
    return _wrong(item.key, named % words, remedy)


def _judged(item: Item, given: Given) -> Judged:
    verdict, value = _verdict(item, given)
    failed = verdict == "fail"
    photos, after = _photos(item, given.photos), _photos(item, given.after)
    if len(given.note) > LONGEST_NOTE:
        most = {"most": LONGEST_NOTE}
        raise _of(item, _("说明超过%(most)s字。") % most, _("请精简。"))
    if failed and item.photo and not photos:
        raise _of(item, _("不合格要有照片。"), _("请拍照后再提交。"))
    if given.fixed and not failed:
        raise _of(item, _("合格的不需要立行立改。"), _("请取消“当场已改”。"))
    if given.fixed and not after:
        raise _of(item, _("当场整改要有整改后的照片。"), _("请补拍整改后的照片。"))
    if given.fixed and set(photos) & set(after):
        raise _of(item, _("整改前后是同一张照片。"), _("请补拍整改后的照片。"))
    return Judged(
        item,
        verdict,
        value,
        severity_of(item, value) if failed else "",
        writable(given.note).strip(),
        photos,
        given.fixed,
        after if given.fixed else (),
    )


def _verdict(item: Item, given: Given) -> tuple[str, Decimal | None]:
    if given.verdict == "na":
        if not item.na:
            raise _of(item, _("这一项不能选不适用。"), _("请检查后作答。"))
        return "na", None
    if item.answer == "check":
        if given.verdict not in ("pass", "fail"):
            raise _of(item, _("还没有检查。"), _("请选择合格、不合格或不适用。"))
        return given.verdict, None
    value = _number(item, given.value)
    low = item.least is not None and value < item.least
    high = item.most is not None and value > item.most
    return ("fail" if low or high else "pass"), value


def _number(item: Item, given: str) -> Decimal:
    try:
        value = Decimal(given.strip())
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or abs(value) >= _LARGEST:
        raise _of(item, _("没有填写数值，或不是数字。"), _("请填写数字，例如 13.5。"))
    if value != value.quantize(Decimal("0.000001")):
        raise _of(item, _("小数超过六位。"), _("请四舍五入后填写。"))
    return value


def _photos(item: Item, given: Sequence[str]) -> tuple[str, ...]:
    if len(given) > MOST_PHOTOS:
        most = {"most": MOST_PHOTOS}
        raise _of(item, _("照片超过%(most)s张。") % most, _("请只留最能说明情况的。"))
    for one in given:
        if len(one) != _DIGEST or set(one) - set("0123456789abcdef"):
            raise _of(item, _("照片编号不对。"), _("请重新拍照。"))
    return tuple(dict.fromkeys(given))


def section_verdicts(judged: Iterable[Judged]) -> dict[str, str]:
    """What each section came to: fail where an item failed, na where none applied, else pass."""
    found: dict[str, str] = {}
    for one in judged:
        before = found.get(one.item.section, "na")
        order = {"na": 0, "pass": 1, "fail": 2}
        found[one.item.section] = max(before, one.verdict, key=lambda word: order[word])
    return found


def content_digest(facts: Mapping[str, Any]) -> str:
    """What tells whether two submissions say the same."""
    text = json.dumps(facts, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()
