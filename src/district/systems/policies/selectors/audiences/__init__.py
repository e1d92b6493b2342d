"""For whom policies can be: each audience declared once, for every path that all of them take."""

from __future__ import annotations

from district.systems.policies.models import Audience as Key
from district.systems.policies.selectors.audiences.declared import Addressee, Audience
from district.systems.policies.selectors.audiences.enterprises import ENTERPRISES
from district.systems.policies.selectors.audiences.people import PEOPLE

AUDIENCES = {audience.key: audience for audience in (ENTERPRISES, PEOPLE)}
if set(AUDIENCES) != set(Key.values):
    raise ValueError("an audience is not declared")


def audience_of(key: str) -> Audience:
    """The audience of that key; KeyError for one that there is not."""
    return AUDIENCES[key]


__all__ = ["AUDIENCES", "ENTERPRISES", "PEOPLE", "Addressee", "Audience", "audience_of"]
