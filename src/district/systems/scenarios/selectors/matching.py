"""Matches of an entry: its counterparts ranked, each part with its reason in words."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.conditions.public import describe
from district.kernel.organisation.public import Owned
from district.systems.scenarios.catalogue import catalogue, kind_of, label, tag_words
from district.systems.scenarios.models import Entry, Feedback, Landing
from district.systems.scenarios.rules.kinds import PAIR, Kind
from district.systems.scenarios.rules.matching import (
    Candidate,
    Held,
    Part,
    Setting,
    Side,
    Weights,
    Word,
    parse_weights,
    rank,
)
from district.systems.scenarios.rules.words import weights_of
from district.systems.scenarios.selectors.entries import SCHEMA, keeper_of, plain_money, values_of

_FILE = Path(__file__).parents[1] / "kinds" / "matching.toml"
_SHOWN = 20


@lru_cache(maxsize=1)
def weights() -> Weights:
    """The weights of the product."""
    return parse_weights(tomllib.loads(_FILE.read_text(encoding="utf-8")))


@dataclass(frozen=True)
class Match:
    """A candidate with its entry, each part in words, and the units' last words on the pair."""

    entry: Entry
    score: float
    parts: tuple[tuple[str, str, Part], ...]
    said: tuple[Feedback, ...]
    landing: Landing | None


@dataclass(frozen=True)
class Matches:
    """What a page shows: the best candidates, how many there are, and what is held back and why."""

    found: tuple[Match, ...]
    candidates: int
    undecided: tuple[tuple[Entry, str], ...]
    refused: int


def counterparts(kind: Kind) -> QuerySet[Entry]:
    """The entries that a kind is matched with: put forward or published, and not over."""
    rows = Entry.objects.filter(kind__in=kind.meets).filter(
        state__in=(Entry.State.READY, Entry.State.PUBLISHED)
    )
    day = clock.today()
    return rows.filter(Q(valid_until=None) | Q(valid_until__gte=day)).select_related(
        "lead_unit", "street_unit"
    )


def side_of(entry: Entry) -> Side:
    """An entry as the rules of matching see it."""
    return Side(
        str(entry.pk),
        f"{entry.title}\n{entry.text}",
        entry.area,
        frozenset(entry.tags),
        entry.level,
        entry.money,
        entry.street_unit_id or "",
        entry.requires,
        values_of(entry),
    )


def last_words() -> list[Feedback]:
    """Of every unit the last word on each pair."""
    found: dict[tuple[Any, Any, str], Feedback] = {}
    for row in Feedback.objects.select_related("offer", "need", "lead_unit").order_by("at", "id"):
        found[row.offer_id, row.need_id, row.lead_unit_id] = row
    return list(found.values())


def matches_of(entry: Entry, among: QuerySet[Entry] | None = None) -> Matches:
    """The counterparts of an entry, ranked; `among` these, else all `counterparts`. Three
    queries."""
    kind = kind_of(entry.kind)
    rows = counterparts(kind) if among is None else among
    others = {str(one.pk): one for one in rows.order_by("number")}
    said = last_words()
    sides = [side_of(one) for one in others.values()]
    one = side_of(entry)
    setting = Setting(
        weights(),
        catalogue().near,
        weights_of([one.text, *(side.text for side in sides)]),
        SCHEMA,
        PAIR,
        clock.today(),
        [
            Word(str(row.offer_id), str(row.need_id), frozenset(row.offer.tags),
                 frozenset(row.need.tags), row.verdict)
            for row in said
        ],
    )  # fmt: skip
    by_kind: dict[str, list[Side]] = {}
    for side in sides:
        by_kind.setdefault(others[side.key].kind, []).append(side)
    candidates: list[Candidate] = []
    held: list[Held] = []
    is_need = kind.side == "need"
    for key, some in by_kind.items():
        must = kind.must if is_need else kind_of(key).must
        ranking = rank(one, some, is_need=is_need, must=must, setting=setting)
        candidates += ranking.candidates
        held += ranking.held
    candidates.sort(key=lambda each: (-each.score, each.key))
    return _shown(entry, is_need, others, candidates, held, said)


def _shown(
    entry: Entry,
    is_need: bool,
    others: dict[str, Entry],
    candidates: list[Candidate],
    held: list[Held],
    said: list[Feedback],
) -> Matches:
    path = {"need": entry} if is_need else {"offer": entry}
    landed = {
        row.offer_id if is_need else row.need_id: row
        for row in Landing.objects.filter(**path).exclude(state=Landing.State.REFUSED)
    }
    about: dict[str, list[Feedback]] = {}
    for row in said:
        if entry.pk == (row.need_id if is_need else row.offer_id):
            about.setdefault(str(row.offer_id if is_need else row.need_id), []).append(row)
    found = tuple(
        Match(
            others[one.key],
            one.score,
            tuple((part_label(part.key), reason(part), part) for part in one.parts),
            tuple(about.get(one.key, ())),
            landed.get(others[one.key].pk),
        )
        for one in candidates[:_SHOWN]
    )
    undecided = tuple(
        (others[one.key], _("；").join(describe(each.condition) for each in one.clauses))
        for one in held
        if one.unknown
    )
    refused = sum(not one.unknown for one in held)
    return Matches(found, len(candidates), undecided[:_SHOWN], refused)


def pair_of(one: Entry, other: Entry) -> tuple[Entry, Entry] | None:
    """The two as (offer, need); None where their kinds are not matched with each other."""
    kind = kind_of(one.kind)
    if other.kind not in kind.meets:
        return None
    return (one, other) if kind.side == "offer" else (other, one)


def owned_pair(offer: Entry, need: Entry) -> Owned:
    """A match is the need's lead unit's; the offer's stands beside it, the keeper has the desk."""
    return Owned(
        need.lead_unit_id,
        frozenset({offer.lead_unit_id}),
        centre=keeper_of(kind_of(need.kind).list),
    )


def owned_landing(row: Landing) -> Owned:
    """As of its pair; the claiming unit stands beside it too."""
    owned = owned_pair(row.offer, row.need)
    return Owned(owned.lead_unit, owned.co_units | {row.lead_unit_id}, centre=owned.centre)


def acting_unit(actor_units: list[str], offer: Entry, need: Entry, keeper: str) -> str:
    """For which unit somebody speaks of a pair: the need's, the offer's, else the keeper's."""
    order = (need.lead_unit_id, offer.lead_unit_id, keeper)
    return next((code for code in order if code in actor_units), "")


def part_label(key: str) -> str:
    """What a part of a score is called."""
    return {
        "tags": _("标签"),
        "words": _("文字"),
        "area": _("领域"),
        "maturity": _("成熟度"),
        "money": _("金额"),
        "place": _("地点"),
        "experience": _("同类反馈"),
        "verdict": _("本对反馈"),
    }[key]


def reason(part: Part) -> str:
    """Why a part has its value."""
    if part.value is None:
        return _("资料不全，按一半计")
    return _REASONS[part.key](part.facts)


def _tags_reason(facts: Any) -> str:
    if not facts["tags"]:
        return _("没有共同标签")
    words = _("、").join(tag_words(facts["tags"]))
    return _("共同标签：%(tags)s") % {"tags": words}


def _words_reason(facts: Any) -> str:
    if not facts["words"]:
        return _("说明中没有相同的词")
    return _("都说到：")


def _area_reason(facts: Any) -> str:
    words = {"same": _("同一领域"), "near": _("相近领域"), "other": _("不同领域")}
    return words[facts["area"]]


def _maturity_reason(facts: Any) -> str:
    if not facts["wants"]:
        return _("对成熟度没有要求")
    names = {one.level: label(catalogue().stages, one.key) for one in catalogue().stages.values()}
    return _("需要%(wants)s，已到%(has)s") % {
        "wants": names.get(facts["wants"], facts["wants"]),
        "has": names.get(facts["has"], facts["has"]),
    }


def _money_reason(facts: Any) -> str:
    return _("价格%(price)s万元，预算%(budget)s万元") % {
        "price": plain_money(facts["price"]),
        "budget": plain_money(facts["budget"]),
    }


def _place_reason(facts: Any) -> str:
    return _("同一街道") if facts["same"] else _("不在同一街道")


def _experience_reason(facts: Any) -> str:
    if not facts["number"]:
        return _("还没有同类标签的反馈")
    return _("同类标签有%(number)s条反馈") % {"number": facts["number"]}


def _verdict_reason(facts: Any) -> str:
    if not facts.get("said"):
        return _("还没有反馈")
    names = dict(Feedback.Verdict.choices)
    return _("、").join(f"{names[Feedback.Verdict(key)]} {n}" for key, n in facts["said"].items())


_REASONS: dict[str, Callable[[Any], str]] = {
    "tags": _tags_reason,
    "words": _words_reason,
    "area": _area_reason,
    "maturity": _maturity_reason,
    "money": _money_reason,
    "place": _place_reason,
    "experience": _experience_reason,
    "verdict": _verdict_reason,
}
