"""Partners as pages show them: each part of a score with its reason in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from district.kernel.registers.public import plain_number
from district.systems.enterprises.models import Enterprise, PartnerWord
from district.systems.enterprises.rules.partners import VERDICTS, Direction, Part
from district.systems.enterprises.selectors.catalogue import class_label
from district.systems.enterprises.selectors.partners import (
    Asked,
    Known,
    Partners,
    Word,
    partners,
)
from district.systems.enterprises.selectors.products import current_products


@dataclass(frozen=True)
class ShownPart:
    """A part of a score: what it is called, why it is so, the part; `is_extra` is feedback's.
    `words` are data behind the reason: what both texts say."""

    label: str
    why: str
    part: Part
    is_extra: bool

    @property
    def words(self) -> list[str]:
        """The words that question and product have in common."""
        found: list[str] = self.part.facts.get("words", [])
        return found

    @property
    def sentence(self) -> str:
        """The reason with its words."""
        return self.why + _("、").join(self.words)


@dataclass(frozen=True)
class ShownPartner:
    """A candidate as a page shows it; `classes` are of the product that speaks for it."""

    firm: Known
    score: float
    product: str
    classes: tuple[str, ...]
    parts: tuple[ShownPart, ...]
    said: tuple[Word, ...]


def shown(answer: Partners) -> list[ShownPartner]:
    """Candidates with their parts in words, and the last words on each; no statement."""
    return [
        ShownPartner(
            one.firm,
            one.candidate.score,
            one.candidate.item.text if one.candidate.item else "",
            tuple(class_label(c) for c in sorted(one.candidate.item.codes))
            if one.candidate.item
            else (),
            tuple(
                ShownPart(part_label(part.key), reason(part), part, part.key in _EXTRA)
                for part in one.candidate.parts
            ),
            answer.words.get(one.candidate.key, ()),
        )
        for one in answer.found
    ]


@dataclass(frozen=True)
class PartnerRef:
    """A partner as other systems know it: public facts alone. `street` is a unit's code, `parts`
    (label, reason, points, weight) in the language of the page; the first six weigh 100. `said`
    is the asker's own last word on it in the direction that was asked, "" where there is none."""

    id: UUID
    name: str
    street: str
    industry: str
    product: str
    score: float
    parts: tuple[tuple[str, str, float, int], ...]
    said: str = ""


def partners_for(
    enterprise_id: UUID | str,
    direction: Direction,
    text: str,
    *,
    amount: str = "",
    limit: int = 10,
    among: QuerySet[Any, Any] | None = None,
) -> list[PartnerRef]:
    """Who may supply an enterprise with something, or buy it from it, for other systems.

    `text` is what is needed or offered, in free words; `amount` a year, such as 500万只. Ranked
    by what the asker says of itself and what is public of everybody else. `among` is a query of
    one column, the keys of the only enterprises that may be found; None for all. An unknown
    enterprise has no partners. At most six statements.
    """
    own = tuple(current_products(enterprise_id).select_related("enterprise"))
    row = own[0].enterprise if own else Enterprise.objects.filter(pk=enterprise_id).first()
    if row is None or not text.strip():
        return []
    asked = Asked(direction, text.strip()[:100], amount=amount, firm=row, own=own, among=among)
    return [
        PartnerRef(
            one.firm.id,
            one.firm.name,
            one.firm.street,
            one.firm.industry,
            one.product,
            one.score,
            tuple((p.label, p.sentence, p.part.points, p.part.weight) for p in one.parts),
            next((word.label for word in one.said if word.firm == str(row.pk)), ""),
        )
        for one in shown(partners(asked, None, limit=limit))
    ]


_EXTRA = ("experience", "pair")


def part_label(key: str) -> str:
    """What a part of a score is called."""
    return {
        "words": _("文字"),
        "class": _("产品分类"),
        "relation": _("上下游"),
        "distance": _("距离"),
        "capacity": _("产能"),
        "standing": _("规模信用"),
        "experience": _("同类反馈"),
        "pair": _("本对反馈"),
    }[key]


def reason(part: Part) -> str:
    """Why a part has its value."""
    if part.value is None:
        return _UNKNOWN.get(
            (part.key, part.facts.get("why", "")), lambda: _("资料不全，按一半计")
        )()
    return _REASONS[part.key](part.facts)


_UNKNOWN: dict[tuple[str, str], Callable[[], str]] = {
    ("capacity", "not asked"): lambda: _("没有说要多少，按一半计"),
    ("capacity", "unknown"): lambda: _("产能没有登记，按一半计"),
    ("capacity", "unit"): lambda: _("计量单位不同，不能比较，按一半计"),
    ("relation", ""): lambda: _("不知道用在哪里，按一半计"),
    ("distance", ""): lambda: _("地点不全，按一半计"),
}


def _words(facts: Mapping[str, Any]) -> str:
    if not facts["words"]:
        return _("没有相同的词")
    return _("都说到：")


def _class(facts: Mapping[str, Any]) -> str:
    name = {"name": class_label(facts.get("code", ""))}
    return {
        "same": _("同一产品分类：%(name)s"),
        "near": _("可以替代的分类：%(name)s"),
        "industry": _("同一行业小类：%(name)s"),
        "group": _("同一行业中类：%(name)s"),
        "guessed": _("没有登记产品，按行业推测：%(name)s"),
    }.get(facts.get("why", ""), _("产品分类不同")) % name


def _relation(facts: Mapping[str, Any]) -> str:
    if not facts["input"]:
        return _("关系表中没有上下游关系")
    names = {key: class_label(facts[key]) for key in ("input", "output", "via")}
    if facts["via"]:
        return _("%(input)s经%(via)s用于%(output)s") % names
    return _("%(input)s用于%(output)s") % names


def _distance(facts: Mapping[str, Any]) -> str:
    return _("相距%(km)s公里") % {"km": f"{facts['km']:.1f}"}


def _capacity(facts: Mapping[str, Any]) -> str:
    words = {"share": f"{100 * facts['share']:.0f}",
             "capacity": f"{plain_number(facts['capacity'])}{facts['unit']}"}  # fmt: skip
    return _("每年%(capacity)s，够%(share)s%%") % words


def _standing(facts: Mapping[str, Any]) -> str:
    if facts.get("why") == "dishonest":
        return _("失信，不计分")
    return str(dict(Enterprise.Size.choices)[Enterprise.Size(facts["size"])])


def _experience(facts: Mapping[str, Any]) -> str:
    if not facts["number"]:
        return _("还没有同类产品的反馈")
    return _("同类产品有%(number)s条反馈") % {"number": facts["number"]}


def _pair(facts: Mapping[str, Any]) -> str:
    if not facts.get("said"):
        return _("还没有反馈")
    names = {key: PartnerWord.Verdict(key).label for key in VERDICTS}
    return _("、").join(f"{names[key]} {number}" for key, number in facts["said"].items())


_REASONS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "words": _words,
    "class": _class,
    "relation": _relation,
    "distance": _distance,
    "capacity": _capacity,
    "standing": _standing,
    "experience": _experience,
    "pair": _pair,
}
