"""The way of a filing: which step leads from which state to which. Pure.

draft --file--> filed --review--> reviewed --sign_off--> signed_off
filed --withdraw--> draft; filed or reviewed --return--> returned --file--> filed
draft or returned --cancel--> cancelled --revive--> draft
"""

from __future__ import annotations

STEPS: dict[str, dict[str, str]] = {
    "file": {"draft": "filed", "returned": "filed"},
    "withdraw": {"filed": "draft"},
    "review": {"filed": "reviewed"},
    "sign_off": {"reviewed": "signed_off"},
    "return": {"filed": "returned", "reviewed": "returned"},
    "amend": {"draft": "draft", "returned": "returned"},
    "cancel": {"draft": "cancelled", "returned": "cancelled"},
    "revive": {"cancelled": "draft"},
}
OWED = ("draft", "returned")


def after(step: str, state: str) -> str | None:
    """The state that `step` leads to from `state`; None where it is not allowed."""
    return STEPS[step].get(state)


def steps_from(state: str) -> tuple[str, ...]:
    """The steps that are allowed in this state."""
    return tuple(step for step, moves in STEPS.items() if state in moves)
