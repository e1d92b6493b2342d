"""Who holds a condition now, who is one clause short, of whom too little is known.

A member who may see every enterprise is answered from the population's copy; one who may see a
street's is answered by the database, over those alone. What is counted opens its rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet
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
from district.kernel.organisation.public import visible
from district.kernel.registers.public import Figure, register_of
from district.systems.enterprises.public import (
    EnterpriseRef,
    enterprise_by_code,
    enterprises_by_ids,
    enterprises_visible_q,
)
from district.systems.policies.models import Audience, Policy
from district.systems.policies.rules.asking import asked_for
from district.systems.policies.selectors.schema import (
    condition_of,
    names_in,
    population_of,
    said,
    unknown_attributes,
)

#: The action that lets somebody see enterprises, and the register that figures open.
VIEW_ENTERPRISES = "enterprises.enterprise.view"
KINDS: tuple[Kind, ...] = ("holds", "misses_one", "unknown_only")
_SAMPLES, _ON_A_PAGE = 5, 50


def sees_all(actor: Actor) -> bool:
    """Whether the actor may see every enterprise."""
    return not visible(actor, VIEW_ENTERPRISES).nothing and not enterprises_visible_q(actor)


@dataclass(frozen=True)
class Missed:
    """A clause that enterprises miss and nothing else: in words, and how many."""

    number: int
    words: str
    figure: Figure


@dataclass(frozen=True)
class Standing:
    """How a condition stands to the enterprises that a member may see.

    `figures` are by kind, those left out whose rows a filter cannot say; `missed` has the
    clauses that are missed alone, most missed first; `samples` are a few that hold it. `sees`
    is False where the member may see no enterprise at all, and nothing is counted. `total` is
    how many were asked.
    """

    sees: bool
    total: int = 0
    counts: Mapping[str, int] | None = None
    figures: Mapping[str, Figure] | None = None
    missed: tuple[Missed, ...] = ()
    samples: tuple[EnterpriseRef, ...] = ()


@dataclass(frozen=True)
class _Counted:
    total: int
    counts: dict[str, int]
    missed: dict[int, int]
    ids: list[Any]


def standing_of(condition: Condition, audience: str, actor: Actor, today: date) -> Standing:
    """Count a condition over the enterprises that the actor may see. At most five queries."""
    scope = visible(actor, VIEW_ENTERPRISES)
    if scope.nothing:
        return Standing(sees=False)
    if not sees_all(actor):
        counted = _by_database(condition, audience, enterprises_visible_q(actor), today)
    else:
        copy = population(population_of(audience))
        counted = _by_copy(evaluate_all(copy, Programme.of({"": condition}, today)))
    names = names_in(condition)
    refs = enterprises_by_ids(counted.ids) if counted.ids else {}
    return Standing(
        True,
        counted.total,
        counted.counts,
        _figures(condition, audience, counted.counts),
        _missed(condition, audience, counted.missed, names),
        tuple(refs.values()),
    )


def _by_copy(outcomes: Outcomes) -> _Counted:
    tally = outcomes[""]
    counts: dict[str, int] = {kind: getattr(tally, kind) for kind in KINDS}
    ids = outcomes.ids("", "holds", limit=_SAMPLES)
    return _Counted(outcomes.population.count, counts, outcomes.missed(""), ids)


def _rows(audience: str, mine: Q) -> QuerySet[Any]:
    register = register_of(population_of(audience))
    assert not isinstance(register.model, str)  # noqa: S101  # declared with the model itself
    rows = register.model._default_manager.filter(mine)
    return register.rows(rows) if register.rows else rows


def _by_database(condition: Condition, audience: str, mine: Q, today: date) -> _Counted:
    rows = _rows(audience, mine)
    model = rows.model
    wanted: dict[str, Condition | None] = {kind: asked_for(condition, kind) for kind in KINDS}
    for number in range(len(clauses_of(condition))):
        wanted[f"clause_{number}"] = asked_for(condition, "misses_one", number)
    questions = {
        name: Count("pk", filter=to_q(one, today=today, model=model))
        for name, one in wanted.items()
        if one is not None
    }
    found = rows.order_by().aggregate(total=Count("pk"), **questions)
    held = to_q(condition, today=today, model=model)
    ids = list(rows.filter(held).order_by("pk").values_list("pk", flat=True)[:_SAMPLES])
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


def _figures(condition: Condition, audience: str, counts: Mapping[str, int]) -> dict[str, Figure]:
    labels = _labels()
    found: dict[str, Figure] = {}
    for kind in KINDS:
        where = asked_for(condition, kind)
        if where is not None and kind in counts:
            found[kind] = Figure(
                population_of(audience), where, value=counts[kind], unit=_("家"), label=labels[kind]
            )
    return found


def _missed(
    condition: Condition,
    audience: str,
    missed: Mapping[int, int],
    names: Mapping[tuple[str, str], str],
) -> tuple[Missed, ...]:
    found = []
    clauses = clauses_of(condition)
    for number, count in sorted(missed.items(), key=lambda pair: -pair[1]):
        words, where = said(clauses[number], names), asked_for(condition, "misses_one", number)
        if where is not None and count:
            figure = Figure(population_of(audience), where, value=count, unit=_("家"), label=words)
            found.append(Missed(number + 1, words, figure))
    return tuple(found)


@dataclass(frozen=True)
class OfOne:
    """How one enterprise stands to one policy: what it misses, and what is not known of it."""

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


def policies_of_one(
    enterprise: str, audience: str, policies: list[Policy], today: date
) -> list[OfOne]:
    """How an enterprise stands to each of the policies (with their versions). Three queries."""
    conditions = {
        policy.pk: condition_of(policy.live, audience) for policy in policies if policy.live
    }
    keys = sorted({leaf.attribute.key for one in conditions.values() for leaf in leaves(one)})
    rows = values_of(population_of(audience), [enterprise], keys) if keys else {}
    found = []
    for values in rows.values():
        names = names_in(AnyOf(tuple(conditions.values())))
        for policy in policies:
            if policy.pk not in conditions:
                continue
            told = explain(conditions[policy.pk], values, today=today)
            missed = tuple(said(one.condition, names) for one in missed_clauses(told))
            found.append(
                OfOne(policy, kind_of(told), missed, tuple(unknown_attributes(told)), told)
            )
    return found


def enterprise_seen(code: str, actor: Actor) -> EnterpriseRef | None:
    """The enterprise of a credit code, None where there is none that the actor may see."""
    ref = enterprise_by_code(code)
    if ref is None or visible(actor, VIEW_ENTERPRISES).nothing:
        return None
    mine = enterprises_visible_q(actor)
    if mine and not _rows(Audience.ENTERPRISES, mine).filter(pk=ref.id).exists():
        return None
    return ref


@dataclass(frozen=True)
class PastDay:
    """Who held a condition at the end of a past day: how many, and a page of them."""

    total: int
    holds: int
    page: Page[Any]
    refs: tuple[EnterpriseRef, ...]


def standing_on(condition: Condition, audience: str, day: date, page: str) -> PastDay:
    """Ask the condition of the enterprises as they stood at the end of a past day.

    Raises NotFound where the past is not kept. One query beside reading the past.
    """
    outcomes = evaluate_on(population_of(audience), {"": condition}, day)
    ids = [str(one) for one in outcomes.ids("", "holds")]
    shown = Paginator(ids, _ON_A_PAGE).get_page(page)
    refs = enterprises_by_ids(shown.object_list)
    return PastDay(outcomes.population.count, len(ids), shown, tuple(refs.values()))
