"""What other parts may use of matching."""

from district.kernel.matching.assignment.assigning import Assignment, assign
from district.kernel.matching.assignment.market import (
    Constraint,
    Explained,
    Market,
    Part,
    ShownPart,
    allowed,
    at_least,
    at_most,
)
from district.kernel.matching.assignment.ranking import (
    Offers,
    best_offers,
    missing_nothing,
    nearly_fitting,
    refusals,
)
from district.kernel.matching.evaluation import (
    Trial,
    evaluate_on,
    explain_one,
    try_condition,
    values_of,
)
from district.kernel.matching.populations import forget_populations, population
from district.kernel.matching.rules.population import Population
from district.kernel.matching.rules.programme import (
    Outcomes,
    Programme,
    evaluate_all,
    evaluate_changes,
)
from district.kernel.matching.rules.sql import kind_to_sql
from district.kernel.matching.rules.verdicts import (
    KINDS,
    Kind,
    Tally,
    clauses_of,
    kind_of,
    missed_clauses,
)
from district.kernel.matching.rules.words import (
    likeness,
    shared_words,
    terms_of,
    weights_of,
)
from district.kernel.matching.services import note_all_changed, note_changed
from district.kernel.matching.store import (
    PopulationSpec,
    declare_population,
    population_spec,
    population_specs,
)

__all__ = [
    "KINDS",
    "Assignment",
    "Constraint",
    "Explained",
    "Kind",
    "Market",
    "Offers",
    "Outcomes",
    "Part",
    "Population",
    "PopulationSpec",
    "Programme",
    "ShownPart",
    "Tally",
    "Trial",
    "allowed",
    "assign",
    "at_least",
    "at_most",
    "best_offers",
    "clauses_of",
    "declare_population",
    "evaluate_all",
    "evaluate_changes",
    "evaluate_on",
    "explain_one",
    "forget_populations",
    "kind_of",
    "kind_to_sql",
    "likeness",
    "missed_clauses",
    "missing_nothing",
    "nearly_fitting",
    "note_all_changed",
    "note_changed",
    "population",
    "population_spec",
    "population_specs",
    "refusals",
    "shared_words",
    "terms_of",
    "try_condition",
    "values_of",
    "weights_of",
]
