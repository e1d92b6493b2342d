"""What is pure about people who may have policies: their facts and their identity number."""

from district.systems.policies.rules.recipients.facts import (
    BY_KEY,
    FACTS,
    PLACES,
    Fact,
    newer,
    outside,
)
from district.systems.policies.rules.recipients.identity import (
    birth_date,
    check_character,
    is_id_number,
    read_id_number,
)

__all__ = [
    "BY_KEY",
    "FACTS",
    "PLACES",
    "Fact",
    "birth_date",
    "check_character",
    "is_id_number",
    "newer",
    "outside",
    "read_id_number",
]
