"""What every type of this system asks alike, and what each needs to know to be opened. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from district.systems.disputes.names import ARBITRATION, COURT, LEGAL_AID, MEDIATION, PETITION

#: Facts that every type declares: they travel along from case to case.
COMMON: tuple[str, ...] = (
    "dispute_kind",
    "claims",
    "amount",
    "people",
    "happened_on",
    "evidence",
    "hired_on",
    "left_on",
    "monthly_wage",
    "has_contract",
    "centre",
)
_WORK = ("hired_on", "left_on", "monthly_wage", "has_contract")
#: What each type asks when a case is opened: fact -> whether it cannot do without.
ASKED: Mapping[str, Mapping[str, bool]] = {
    MEDIATION: {
        "dispute_kind": True,
        "claims": True,
        "venue": False,
        "centre": False,
        "amount": False,
        "people": False,
        "happened_on": False,
        "evidence": False,
    },
    LEGAL_AID: {
        "dispute_kind": True,
        "claims": True,
        "means": False,
        "amount": False,
        "happened_on": False,
        "evidence": False,
    },
    ARBITRATION: {
        "claims": True,
        "amount": True,
        "hired_on": True,
        "left_on": False,
        "monthly_wage": False,
        "has_contract": False,
        "people": False,
        "happened_on": False,
        "evidence": False,
        "centre": False,
    },
    COURT: {"purpose": True, "claims": True},
    PETITION: {
        "channel": True,
        "claims": True,
        "dispute_kind": False,
        "people": False,
        "happened_on": False,
        "evidence": False,
    },
}


def still_to_ask(type_key: str, known: Mapping[str, Any]) -> dict[str, bool]:
    """What a type needs that is not known yet: nobody is asked twice for the same."""
    return {
        name: required
        for name, required in ASKED[type_key].items()
        if known.get(name) in (None, "")
    }
