"""Who may review what, what reviewers may read, and what their points come to. Pure."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from district.systems.scenarios.rules.schemes import Scheme

HIDDEN = "〔申请单位〕"
_NOISE = re.compile(r"[\s()（）·,，.。\-—_]+")
_FORMS = re.compile(
    r"(?:股份)?(?:有限责任公司|有限公司|股份公司|合伙企业|个体工商户|公司|厂|店|商行|工作室)$"
)


def plain_name(name: str) -> str:
    """A firm's name without width, case, blanks and brackets, so that spellings agree."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", name)).lower()


@dataclass(frozen=True)
class Tie:
    """What binds an expert to a firm: as employee, by shares, advice, kinship. `since` and `until`
    are days (None: open); a tie binds for `COOLING` years after it ended."""

    kind: str
    name: str
    code: str = ""
    since: date | None = None
    until: date | None = None


#: So many years after its end a tie still binds.
COOLING = 3


def conflicts(ties: Iterable[Tie], name: str, code: str, day: date) -> tuple[str, ...]:
    """The kinds of ties that bind somebody to an applicant on a day; none where there is none.

    A firm is the same where the credit code is, or its name in whatever spelling.
    """
    wanted = plain_name(name)
    found = []
    for tie in ties:
        same = (bool(code) and tie.code == code) or (
            bool(wanted) and plain_name(tie.name) == wanted
        )
        if same and _binds(tie, day):
            found.append(tie.kind)
    return tuple(dict.fromkeys(found))


def _binds(tie: Tie, day: date) -> bool:
    if tie.since is not None and tie.since > day:
        return False
    return (
        tie.until is None
        or (day.year - tie.until.year) * 372
        + (day.month - tie.until.month) * 31
        + day.day
        - tie.until.day
        <= COOLING * 372
    )


def blinded(text: str, names: Collection[str]) -> str:
    """A text with every name of the applicant hidden: the name, its code, and the name without its
    legal form and place, where that is two characters or longer."""
    wanted: set[str] = set()
    for name in names:
        bare = _FORMS.sub("", re.sub(r"[（(][^）)]*[）)]", "", name.strip()))
        bare = re.sub(r"^(?:中国|广东省?|深圳市?|龙岗区?)+", "", bare)
        wanted |= {part for part in (name.strip(), bare) if len(part) >= 2}
    for part in sorted(wanted, key=len, reverse=True):
        text = re.sub(re.escape(part), HIDDEN, text, flags=re.IGNORECASE)
    return text


def assignment(
    applications: Sequence[str],
    experts: Sequence[str],
    barred: Mapping[str, Collection[str]],
    loads: Mapping[str, int],
    wanted: int,
) -> dict[str, tuple[str, ...]]:
    """Which experts review which application: `wanted` each, never one who is barred from it.

    Whoever has least to do comes first, ties by a digest of the two keys; the applications with
    the fewest free experts are served first. An application for which too few are free is left
    out.
    """
    load = {expert: loads.get(expert, 0) for expert in experts}
    free = {key: [one for one in experts if one not in barred.get(key, ())] for key in applications}
    found: dict[str, tuple[str, ...]] = {}
    for key in sorted(applications, key=lambda each: (len(free[each]), each)):
        if len(free[key]) < wanted:
            continue
        chosen = sorted(free[key], key=lambda one: (load[one], _draw(key, one)))[:wanted]
        for one in chosen:
            load[one] += 1
        found[key] = tuple(chosen)
    return found


def _draw(application: str, expert: str) -> str:
    return hashlib.sha256(f"{application}\n{expert}".encode()).hexdigest()


def aggregate(totals: Sequence[Decimal], method: str) -> Decimal:
    """The score of an application from its experts' totals, to two places, half up.

    `mean`; `mean_without_extremes`, without one highest and one lowest (the mean where fewer than
    three reviewed); `median`. ValueError without totals.
    """
    if not totals:
        raise ValueError("nobody has reviewed it")
    ordered = sorted(totals)
    if method == "median":
        middle = len(ordered) // 2
        pair = (
            ordered[middle : middle + 1] if len(ordered) % 2 else ordered[middle - 1 : middle + 1]
        )
        return _rounded(pair)
    if method == "mean_without_extremes" and len(ordered) >= 3:
        ordered = ordered[1:-1]
    return _rounded(ordered)


def _rounded(values: Sequence[Decimal]) -> Decimal:
    return (sum(values, Decimal(0)) / len(values)).quantize(Decimal("0.01"), ROUND_HALF_UP)


def passing(scores: Mapping[str, Decimal], scheme: Scheme) -> tuple[set[str], dict[str, int]]:
    """Which applications pass, and the rank of each (equal scores share one).

    With a quota the first so many of those with enough points pass; who shares the last place with
    one more than there is room passes too, so that no tie is broken by chance.
    """
    ordered = sorted(scores.values(), reverse=True)
    ranks = {key: ordered.index(score) + 1 for key, score in scores.items()}
    enough = {key for key, score in scores.items() if score >= scheme.least}
    if scheme.quota is None:
        return enough, ranks
    return {key for key in enough if ranks[key] <= scheme.quota}, ranks
