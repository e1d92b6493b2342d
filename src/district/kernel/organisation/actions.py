"""The declared actions of all parts and systems. Parts declare theirs when Django starts."""

from __future__ import annotations

from district.kernel.organisation.rules import Action
from district.kernel.registry.ledger import note

_actions: dict[str, Action] = {}


def declare_action(action: Action) -> Action:
    """Make `action` known and return it. The same key twice with other grants is a ValueError."""
    known = _actions.get(action.key)
    if known is not None and (known.grants, known.system) != (action.grants, action.system):
        raise ValueError(f"action {action.key!r} is declared twice, with different grants")
    _actions[action.key] = action
    note("action", action.key)
    return action


def action_of(key: str) -> Action:
    """The action `key`; a key that nobody declared is a KeyError, never a right."""
    try:
        return _actions[key]
    except KeyError:
        raise KeyError(f"no action {key!r} is declared; declare it in declare.py") from None


def declared_actions() -> tuple[Action, ...]:
    """All actions, by key."""
    return tuple(_actions[key] for key in sorted(_actions))
