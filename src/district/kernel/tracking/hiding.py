"""Rows that some actors never see, whatever their rights: rules of the parts that own them."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Q

from district.kernel.history.public import Actor

#: (actor) -> the rows that it never sees; an empty Q for none. Makes no query of its own.
Rule = Callable[[Actor], Q]
_RULES: list[Rule] = []


def hide_rows(rule: Rule) -> None:
    """Keep rows from actors, in lists, counts, exports and figures alike."""
    if rule not in _RULES:
        _RULES.append(rule)


def hidden_q(actor: Actor) -> Q:
    """The rows that `actor` never sees."""
    hidden = Q(pk__in=[])
    for rule in _RULES:
        found = rule(actor)
        if found:
            hidden |= found
    return hidden
