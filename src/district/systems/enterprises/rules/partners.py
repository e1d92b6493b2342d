"""Who may supply a firm, or buy from it: candidates ranked, every part of the score shown. Pure.

What cannot be a partner is left out: a firm that is not active, the asking firm itself and its own
branches, and whoever neither says nor makes anything that bears on the question. The rest is
ranked by the sum of the parts in `Parts`. The first six weigh 100 in all; what feedback adds or
takes comes on top, and the score is cut at 0 and 100.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from district.kernel.matching.public import likeness, shared_words, weights_of
from district.kernel.places.public import metres_between
from district.systems.enterprises.rules.products import Vocabulary, in_base_unit
from district.systems.enterprises.rules.relations import NO_LINK, Link, Relations

Parts = ("words", "class", "relation", "distance", "capacity", "standing", "experience", "pair")
BASE = Parts[:6]
VERDICTS = ("useful", "unsuitable", "contacted", "cooperated")
_NEARNESS = ("same", "near", "industry", "group")
#: How names of branches end; the register has no other word on whose branch one is.
_BRANCHES = ("分公司", "分店", "分厂", "门店", "办事处")
_SIZES = ("large", "medium", "small", "micro")
Direction = Literal["suppliers", "buyers"]
#: Below these nothing of a candidate bears on the question.
_LEAST_WORDS, _LEAST_LINK = 0.15, 0.3


class PartnersError(Exception):
    """Weights that cannot be taken."""


@dataclass(frozen=True)
class Weights:
    """What `partners.toml` says."""

    weights: Mapping[str, int]
    nearness: Mapping[str, float]
    standing: Mapping[str, float]
    feedback: Mapping[str, int]
    unknown: float
    half_km: float
    second_step: float
    doubt: int


def parse_weights(data: Mapping[str, Any]) -> Weights:
    """The weights of a file's content. Raises PartnersError where one is missing or senseless."""
    weights = data.get("weights", {})
    if set(weights) != set(Parts) or any(not isinstance(w, int) or w < 0 for w in weights.values()):
        raise PartnersError(f"weights: give a whole number for each of {', '.join(Parts)}")
    if sum(weights[part] for part in BASE) != 100:
        raise PartnersError(f"weights: {', '.join(BASE)} must sum to 100")
    feedback = data.get("feedback", {})
    if set(feedback) != set(VERDICTS) or feedback["unsuitable"] >= 0:
        raise PartnersError(f"feedback: give what each of {', '.join(VERDICTS)} is worth")
    for table, keys in (("class", _NEARNESS), ("standing", _SIZES)):
        if set(data.get(table, {})) != set(keys):
            raise PartnersError(f"{table}: give a share for each of {', '.join(keys)}")
    doubt = data.get("experience", {}).get("doubt", 0)
    if not 0 <= data.get("unknown", -1) <= 1 or data.get("half_km", 0) <= 0 or doubt < 1:
        raise PartnersError("unknown from 0 to 1, half_km above 0, experience.doubt at least 1")
    return Weights(
        dict(weights),
        {**data["class"], "none": 0.0},
        dict(data["standing"]),
        dict(feedback),
        float(data["unknown"]),
        float(data["half_km"]),
        float(data["second_step"]),
        int(doubt),
    )


@dataclass(frozen=True)
class Item:
    """A product that a firm supplies or needs: its classes, and how much of it a year."""

    key: str
    text: str
    codes: frozenset[str]
    capacity: Decimal | None = None
    unit: str = ""


@dataclass(frozen=True)
class Firm:
    """A firm as ranking sees it; (lon, lat) is WGS-84. `is_guessed`: its items are no products of
    its own but what its industry usually makes."""

    key: str
    name: str
    supplies: tuple[Item, ...] = ()
    needs: tuple[Item, ...] = ()
    lon: float | None = None
    lat: float | None = None
    size: str = ""
    is_active: bool = True
    is_dishonest: bool = False
    is_guessed: bool = False

    @property
    def makes(self) -> frozenset[str]:
        """The classes of all that it supplies."""
        return frozenset(code for item in self.supplies for code in item.codes)


@dataclass(frozen=True)
class Ask:
    """What is asked: suppliers of a thing, or buyers of one; of which classes it is (`codes`) and
    what for (`uses`); how much a year; by which firm, None where nobody in particular asks."""

    direction: Direction
    text: str
    codes: frozenset[str]
    uses: frozenset[str] = frozenset()
    quantity: Decimal | None = None
    unit: str = ""
    firm: Firm | None = None


@dataclass(frozen=True)
class Said:
    """A last word on a pair of firms, with the classes that it was said of."""

    supplier: str
    buyer: str
    supplier_codes: frozenset[str]
    buyer_codes: frozenset[str]
    verdict: str


@dataclass(frozen=True)
class Part:
    """A part of a score: value (None: not known), weight, points, and what is said of it."""

    key: str
    value: float | None
    weight: int
    points: float
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Candidate:
    """A partner with its score of 100, the product that speaks for it, and all parts."""

    key: str
    score: float
    item: Item | None
    parts: tuple[Part, ...]


Experience = Mapping[tuple[str, str], tuple[int, int]]


@dataclass(frozen=True)
class Setting:
    """What a ranking works with besides the firms."""

    weights: Weights
    vocabulary: Vocabulary
    relations: Relations
    said: Sequence[Said] = ()


def is_excluded(ask: Ask, firm: Firm) -> bool:
    """Whether a firm can be no partner: not active, the asker, its branch or what it is one of."""
    asker = ask.firm
    if not firm.is_active:
        return True
    return asker is not None and (
        firm.key == asker.key
        or is_branch(firm.name, asker.name)
        or is_branch(asker.name, firm.name)
    )


def is_branch(name: str, of: str) -> bool:
    """Whether a name is that of another firm with what branches are called behind it."""
    return bool(of) and name != of and name.startswith(of) and name.endswith(_BRANCHES)


def rank(ask: Ask, firms: Iterable[Firm], setting: Setting) -> tuple[Candidate, ...]:
    """The candidates, the best first; those alike by key."""
    some = [firm for firm in firms if not is_excluded(ask, firm)]
    texts = [item.text for firm in some for item in _items(ask, firm)]
    plain = setting.vocabulary.plain
    terms = weights_of([plain(ask.text), *(plain(text) for text in texts)], widest=1.0)
    experience = experience_of(setting.said, setting.weights)
    judged = _Judged(ask, setting, terms, experience)
    found = [one for firm in some if (one := judged.candidate(firm)) is not None]
    return tuple(sorted(found, key=lambda one: (-one.score, one.key)))


def _items(ask: Ask, firm: Firm) -> tuple[Item, ...]:
    return firm.supplies if ask.direction == "suppliers" else firm.needs


def experience_of(said: Iterable[Said], weights: Weights) -> Experience:
    """What feedback says of a supplier's class with a buyer's, by code and by industry: the sum of
    what it is worth, and how many words there are."""
    found: dict[tuple[str, str], tuple[int, int]] = {}
    for word in said:
        pairs = {(s, b) for s in word.supplier_codes for b in word.buyer_codes}
        pairs |= {(s[:5], b[:5]) for s, b in pairs}
        for pair in pairs:
            total, number = found.get(pair, (0, 0))
            found[pair] = (total + weights.feedback[word.verdict], number + 1)
    return found


Valued = tuple[float | None, Mapping[str, Any]]


@dataclass(frozen=True)
class _Judged:
    """One question, and what is worked out once for all candidates."""

    ask: Ask
    setting: Setting
    terms: Mapping[str, float]
    experience: Experience

    def candidate(self, firm: Firm) -> Candidate | None:
        """A firm with its parts; None where nothing of it bears on the question."""
        item, words, nearness = self._best(firm)
        link = self._relation(firm, item)
        strength = link[0] or 0.0
        evident = self.ask.direction == "buyers" and strength >= _LEAST_LINK
        if (words[0] or 0) < _LEAST_WORDS and not nearness[0] and not evident:
            return None
        values: dict[str, Valued] = {
            "words": words,
            "class": nearness,
            "relation": link,
            "distance": self._distance(firm),
            "capacity": self._capacity(item),
            "standing": self._standing(firm),
            "experience": self._experience(firm, item),
            "pair": self._pair(firm),
        }
        parts = tuple(self._part(key, values[key]) for key in Parts)
        score = min(max(sum(part.points for part in parts), 0.0), 100.0)
        return Candidate(firm.key, score, item, parts)

    def _part(self, key: str, valued: Valued) -> Part:
        value, facts = valued
        weight = self.setting.weights.weights[key]
        counted = self.setting.weights.unknown if value is None else value
        return Part(key, value, weight, weight * counted, facts)

    def _best(self, firm: Firm) -> tuple[Item | None, Valued, Valued]:
        """The item that answers best by words and class, with both values."""
        best: tuple[Item | None, Valued, Valued] = (None, (0.0, {"words": []}), (0.0, {}))
        most = 0.0
        weights = self.setting.weights.weights
        plain = self.setting.vocabulary.plain
        asked = plain(self.ask.text)
        for item in _items(self.ask, firm):
            words = likeness(asked, plain(item.text), self.terms)
            nearness, why, code = self._nearness(item)
            if firm.is_guessed:
                nearness, why = nearness / 2, "guessed" if nearness else "none"
            points = weights["words"] * words + weights["class"] * nearness
            if points > most:
                most = points
                shared = shared_words(self.ask.text, item.text, self.terms)
                best = (item, (words, {"words": shared}), (nearness, {"why": why, "code": code}))
        return best

    def _nearness(self, item: Item) -> tuple[float, str, str]:
        near = self.setting.weights.nearness
        found = (0.0, "none", "")
        for code in item.codes:
            for asked in self.ask.codes:
                value, why = self.setting.vocabulary.nearness(asked, code, near)
                if value > found[0] or (value == found[0] and value and code < found[2]):
                    found = (value, why, code)
        return found

    def _ends(self, firm: Firm, item: Item | None) -> tuple[frozenset[str], frozenset[str]]:
        """The classes that would go in, and those that they would go into."""
        asker = self.ask.firm
        if self.ask.direction == "buyers":
            return self.ask.codes, firm.makes
        into = (asker.makes if asker is not None else frozenset()) or self.ask.uses
        return (item.codes if item is not None else firm.makes), into

    def _relation(self, firm: Firm, item: Item | None) -> Valued:
        goes, into = self._ends(firm, item)
        if not goes or not into:
            return None, {}
        best, pair = NO_LINK, ("", "")
        for one in sorted(goes):
            for other in sorted(into):
                link: Link = self.setting.relations.link(one, other)
                if link.strength > best.strength:
                    best, pair = link, (one, other)
        strength = best.strength / 2 if firm.is_guessed else best.strength
        return strength, {"input": pair[0], "output": pair[1], "via": best.via,
                          "source": best.source}  # fmt: skip

    def _distance(self, firm: Firm) -> Valued:
        asker = self.ask.firm
        if asker is None or None in (asker.lon, asker.lat, firm.lon, firm.lat):
            return None, {}
        metres = metres_between(asker.lon, asker.lat, firm.lon, firm.lat)  # type: ignore[arg-type]  # none of the four is None
        km = metres / 1000
        return 0.5 ** (km / self.setting.weights.half_km), {"km": km}

    def _capacity(self, item: Item | None) -> Valued:
        if self.ask.quantity is None or not self.ask.quantity:
            return None, {"why": "not asked"}
        if item is None or item.capacity is None:
            return None, {"why": "unknown"}
        wanted, unit = in_base_unit(self.ask.quantity, self.ask.unit)
        has, own = in_base_unit(item.capacity, item.unit)
        if unit and own and unit != own:
            return None, {"why": "unit"}
        if self.ask.direction == "buyers":
            wanted, has = has, wanted
        covers = float(min(has / wanted, Decimal(1))) if wanted else 1.0
        return covers, {"share": covers, "capacity": item.capacity, "unit": item.unit}

    def _standing(self, firm: Firm) -> Valued:
        if firm.is_dishonest:
            return 0.0, {"why": "dishonest"}
        if firm.size not in _SIZES:
            return None, {}
        return self.setting.weights.standing[firm.size], {"size": firm.size}

    def _experience(self, firm: Firm, item: Item | None) -> Valued:
        """The mean of what is known of their classes, held down by `doubt` silent votes; of
        classes of which nothing is known what is known of their industries counts half."""
        goes, into = self._ends(firm, item)
        best = self.setting.weights.feedback["useful"]
        doubt = self.setting.weights.doubt
        values, most = [], 0
        for one in goes:
            for other in into:
                for pair, share in (((one, other), 1.0), ((one[:5], other[:5]), 0.5)):
                    if pair in self.experience:
                        total, number = self.experience[pair]
                        values.append(share * total / (best * (number + doubt)))
                        most = max(most, number)
                        break
        if not values:
            return 0.0, {"number": 0}
        return max(-1.0, min(1.0, sum(values) / len(values))), {"number": most}

    def _pair(self, firm: Firm) -> Valued:
        """What was said of this very pair, as a share of the best that can be said."""
        asker = self.ask.firm
        if asker is None:
            return 0.0, {}
        ends = (firm.key, asker.key)
        if self.ask.direction == "buyers":
            ends = (asker.key, firm.key)
        said = [w.verdict for w in self.setting.said if (w.supplier, w.buyer) == ends]
        if not said:
            return 0.0, {}
        worth = self.setting.weights.feedback
        most = max(abs(value) for value in worth.values())
        counts = {verdict: said.count(verdict) for verdict in VERDICTS if verdict in said}
        return sum(worth[one] for one in said) / (most * len(said)), {"said": counts}
