"""Conditions asked of a whole population, of one entity, and of a past day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from district.kernel.base.errors import NotFound
from district.kernel.conditions.public import Condition, Explanation, explain
from district.kernel.matching.populations import population
from district.kernel.matching.reading import entities, typed_ids
from district.kernel.matching.rules.population import Population
from district.kernel.matching.rules.programme import Outcomes, Programme, evaluate_all
from district.kernel.matching.rules.verdicts import Tally
from district.kernel.matching.store import Id, population_spec


@dataclass(frozen=True)
class Trial:
    """What a condition would be to a population: the tally, and who misses which clause alone."""

    tally: Tally
    missed: Mapping[int, int]


def try_condition(population_key: str, condition: Condition, today: date) -> Trial:
    """What a condition, being written perhaps, is to the population now."""
    outcomes = evaluate_all(population(population_key), Programme.of({"": condition}, today))
    return Trial(outcomes[""], outcomes.missed(""))


def evaluate_on(population_key: str, conditions: Mapping[str, Condition], day: date) -> Outcomes:
    """What the conditions were to the population as it stood at the end of a past day.

    `today` in them is that day. Raises NotFound where the population's past is not kept.
    """
    spec = population_spec(population_key)
    if spec.past is None:
        raise NotFound(_("%(label)s没有保存过去的数据。") % {"label": spec.label})
    copy = Population.of(spec.schema(), spec.past(day))
    return evaluate_all(copy, Programme.of(conditions, day))


def explain_one(population_key: str, one: Id, condition: Condition, today: date) -> Explanation:
    """Every clause of the condition on one entity, from its row in the database.

    Raises NotFound when no entity has that key.
    """
    spec = population_spec(population_key)
    for _one, values in entities(spec, ids=typed_ids(spec, [str(one)])):
        return explain(condition, values, today=today)
    raise NotFound(_("%(label)s里没有这一项。") % {"label": spec.label})


def values_of(
    population_key: str, ids: Iterable[Id], keys: Iterable[str] = ()
) -> dict[Id, dict[str, Any]]:
    """The values by attribute key of those entities that count now, all attributes if none named.

    Raises KeyError for an attribute that the population does not have.
    """
    spec = population_spec(population_key)
    found = entities(spec, tuple(keys), ids=typed_ids(spec, map(str, ids)))
    return {one: dict(values) for one, values in found}
