"""Who holds a condition now, who is one clause short, of whom too little is known.

A member who may see everybody is answered from the population's copy; one who may see a street's
is answered by the database, over those alone. What is counted opens its rows. Who may count but
not see (people, for whoever writes policies) reads rounded numbers that open nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.core.paginator import Page, Paginator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from district.kernel.conditions.public import (
    AnyOf,
    Condition,
    Explanation,
    explain,
    leaves,
    to_q,
)
from district.kernel.history.public import Actor
from district.kernel.matching.public import (
    Kind,
    Outcomes,
    Programme,
    clauses_of,
    evaluate_all,
    evaluate_on,
    kind_of,
    missed_clauses,
    population,
    values_of,
)
from district.kernel.organisation.public import permitted_somewhere, visible
from district.kernel.registers.public import Figure
from district.systems.policies.models import Policy
from district.systems.policies.rules.asking import asked_for
from district.systems.policies.rules.rounding import rounded
from district.systems.policies.selectors.audiences import Addressee, Audience, audience_of
from district.systems.policies.selectors.schema import (
    condition_of,
    names_in,
    said,
    unknown_attributes,
)

KINDS: tuple[Kind, ...] = ("holds", "misses_one", "unknown_only")
_SAMPLES, _ON_A_PAGE = 5, 50


def sees_all(audience: Audience, actor: Actor) -> bool:
    """Whether the actor may see every one of an audience."""
    return not visible(actor, audience.view_action).nothing and not audience.visible_q(actor)


@dataclass(frozen=True)
class Count:
    """A number that opens no rows, since whoever reads it may not see them.

    Rounded, so that two conditions that differ by one person do not tell of that person; None
    where there are too few to say even that.
    """

    label: str
    value: int | None
    unit: str


@dataclass(frozen=True)
class Missed:
    """A clause that is missed and nothing else: its number, in words, and by how many."""

    number: int
    words: str
    figure: Figure | Count


@dataclass(frozen=True)
class Standing:
    """How a condition stands to those whom a member may see, or may count.

    `figures` are by kind, those left out whose rows a filter cannot say; `missed` has the
    clauses that are missed alone, most missed first; `samples` are a few that hold it. `sees`
    is False where the member may neither see nor count anybody, and nothing is counted; `opens`
    is False where the numbers are rounded and open nothing, and `counts` are not told then; `own`
    is the same of those whom the member may see. `total` is how many were asked.
    """

    sees: bool
    total: int = 0
    counts: Mapping[str, int] | None = None
    figures: Mapping[str, Figure | Count] | None = None
    missed: tuple[Missed, ...] = ()
    samples: tuple[Addressee, ...] = ()
    opens: bool = True
    own: Standing | None = None


@dataclass(frozen=True)
class _Counted:
    total: int
    counts: dict[str, int]
    missed: dict[int, int]
    ids: list[Any]


def standing_of(condition: Condition, key: str, actor: Actor, today: date) -> Standing:
    """Count a condition over those of an audience whom the actor may see, or else may count.

    At most five queries.
    """
    audience = audience_of(key)
    if not audience.count_action or not permitted_somewhere(actor, audience.count_action):
        return _standing_seen(condition, audience, actor, today)
    own = _standing_seen(condition, audience, actor, today, samples=0)
    all_of_them = _rounded_standing(condition, audience, _of_all(condition, audience, today))
    return replace(all_of_them, own=own if own.total else None)


def _standing_seen(
    condition: Condition, audience: Audience, actor: Actor, today: date, samples: int = _SAMPLES
) -> Standing:
    """Over those whom the actor may see, with so many samples of them."""
    if visible(actor, audience.view_action).nothing:
        return Standing(sees=False)
    if sees_all(audience, actor):
        counted = _of_all(condition, audience, today)
    else:
        mine = audience.visible_q(actor)
        counted = _by_database(condition, audience, mine, today, samples)
    refs = audience.by_ids(counted.ids) if counted.ids else {}
    return Standing(
        True,
        counted.total,
        counted.counts,
        _figures(condition, audience, counted.counts),
        _missed(condition, audience, counted.missed),
        tuple(refs.values()),
    )


def _rounded_standing(condition: Condition, audience: Audience, counted: _Counted) -> Standing:
    """The same for whoever may count and not see: neither rows nor exact numbers."""
    labels, unit = _labels(), str(audience.unit)
    figures: dict[str, Figure | Count] = {
        kind: Count(labels[kind], rounded(counted.counts[kind], audience.rounding), unit)
        for kind in KINDS
    }
    names, clauses = names_in(condition), clauses_of(condition)
    missed = []
    for number, count in sorted(counted.missed.items()):
        few = rounded(count, audience.rounding)
        if few is not None:
            words = said(clauses[number], names)
            missed.append(Missed(number + 1, words, Count(words, few, unit)))
    return Standing(True, figures=figures, missed=tuple(missed), opens=False)


def _of_all(condition: Condition, audience: Audience, today: date) -> _Counted:
    copy = population(audience.population)
    return _by_copy(evaluate_all(copy, Programme.of({"": condition}, today)))


def _by_copy(outcomes: Outcomes) -> _Counted:
    tally = outcomes[""]
    counts: dict[str, int] = {kind: getattr(tally, kind) for kind in KINDS}
    ids = outcomes.ids("", "holds", limit=_SAMPLES)
    return _Counted(outcomes.population.count, counts, outcomes.missed(""), ids)


def _by_database(
    condition: Condition, audience: Audience, mine: Q, today: date, samples: int
) -> _Counted:
    rows = audience.rows(mine)
    model = rows.model
    wanted: dict[str, Condition | None] = {kind: asked_for(condition, kind) for kind in KINDS}
    for number in range(len(clauses_of(condition))):
        wanted[f"clause_{number}"] = asked_for(condition, "misses_one", number)
    questions = {
        name: models.Count("pk", filter=to_q(one, today=today, model=model))
        for name, one in wanted.items()
        if one is not None
    }
    found = rows.order_by().aggregate(total=models.Count("pk"), **questions)
    held = rows.filter(to_q(condition, today=today, model=model)).order_by("pk")
    ids = list(held.values_list("pk", flat=True)[:samples]) if samples else []
    missed = {
        int(name.removeprefix("clause_")): count
        for name, count in found.items()
        if name.startswith("clause_") and count
    }
    counts: dict[str, int] = {kind: found[kind] for kind in KINDS if kind in found}
    counts.setdefault("misses_one", sum(missed.values()))
    return _Counted(found["total"], counts, missed, ids)


def _labels() -> dict[str, str]:
    return {
        "holds": _("全部符合"),
        "misses_one": _("只差一项"),
        "unknown_only": _("数据不全"),
    }


def _figures(
    condition: Condition, audience: Audience, counts: Mapping[str, int]
) -> dict[str, Figure | Count]:
    labels = _labels()
    found: dict[str, Figure | Count] = {}
    for kind in KINDS:
        where = asked_for(condition, kind)
        if where is not None and kind in counts:
            found[kind] = Figure(
                audience.population,
                where,
                value=counts[kind],
                unit=audience.unit,
                label=labels[kind],
            )
    return found


def _missed(
    condition: Condition, audience: Audience, missed: Mapping[int, int]
) -> tuple[Missed, ...]:
    found = []
    names, clauses = names_in(condition), clauses_of(condition)
    for number, count in sorted(missed.items(), key=lambda pair: -pair[1]):
        words, where = said(clauses[number], names), asked_for(condition, "misses_one", number)
        if where is not None and count:
            figure = Figure(
                audience.population, where, value=count, unit=audience.unit, label=words
            )
            found.append(Missed(number + 1, words, figure))
    return tuple(found)


@dataclass(frozen=True)
class OfOne:
    """How an enterprise or person stands to one policy: what it misses, what is not known of it."""

    policy: Policy
    kind: Kind
    missed: tuple[str, ...]
    unknown: tuple[str, ...]
    explanation: Explanation

    @property
    def missed_words(self) -> str:
        """What it misses, in one line."""
        return _("；").join(self.missed)

    @property
    def unknown_words(self) -> str:
        """What is not known of it, in one line."""
        return _("、").join(self.unknown)


def policies_of_one(entity: str, audience: str, policies: list[Policy], today: date) -> list[OfOne]:
    """How one of an audience stands to each of the policies (with their versions). Three
    queries."""
    asked = Asked.of(policies, audience)
    rows = values_of(audience_of(audience).population, [entity], asked.keys) if asked.keys else {}
    return [one for values in rows.values() for one in asked.answer(values, today)]


@dataclass(frozen=True)
class Asked:
    """Policies of one audience with their conditions, to be asked of values."""

    policies: list[Policy]
    conditions: Mapping[Any, Condition]

    @classmethod
    def of(cls, policies: list[Policy], audience: str) -> Asked:
        """Policies with their versions loaded; those without one are left out. No query."""
        known = [policy for policy in policies if policy.live is not None]
        conditions = {p.pk: condition_of(p.live, audience) for p in known if p.live is not None}
        return cls(known, conditions)

    @property
    def keys(self) -> list[str]:
        """The attributes that any of the conditions asks for."""
        return sorted(
            {leaf.attribute.key for one in self.conditions.values() for leaf in leaves(one)}
        )

    def answer(self, values: Mapping[str, Any], today: date) -> list[OfOne]:
        """How whoever has these values stands to each policy. A query where places are named."""
        names = names_in(AnyOf(tuple(self.conditions.values())))
        found = []
        for policy in self.policies:
            told = explain(self.conditions[policy.pk], values, today=today)
            missed = tuple(said(one.condition, names) for one in missed_clauses(told))
            unknown = tuple(unknown_attributes(told))
            found.append(OfOne(policy, kind_of(told), missed, unknown, told))
        return found


def addressee_seen(audience: Audience, code: str, actor: Actor) -> Addressee | None:
    """Whoever of an audience has a code, None where there is none that the actor may see."""
    found = audience.by_code(code)
    if found is None or visible(actor, audience.view_action).nothing:
        return None
    mine = audience.visible_q(actor)
    if mine and not audience.rows(mine).filter(pk=found.id).exists():
        return None
    return found


@dataclass(frozen=True)
class PastDay:
    """Who held a condition at the end of a past day: how many, and a page of them."""

    total: int
    holds: int
    page: Page[Any]
    refs: tuple[Addressee, ...]


def standing_on(condition: Condition, audience: Audience, day: date, page: str) -> PastDay:
    """Ask the condition of an audience as it stood at the end of a past day.

    Raises NotFound where the past is not kept. One query beside reading the past.
    """
    outcomes = evaluate_on(audience.population, {"": condition}, day)
    ids = [str(one) for one in outcomes.ids("", "holds")]
    shown = Paginator(ids, _ON_A_PAGE).get_page(page)
    refs = audience.by_ids(shown.object_list)
    return PastDay(outcomes.population.count, len(ids), shown, tuple(refs.values()))
