"""Who may register requests and complaints."""

from __future__ import annotations

from district.kernel.history.public import Actor
from district.kernel.organisation.public import Owned, permitted
from district.systems.enterprise_requests.names import COMPLAINT, REQUEST
from district.systems.enterprise_requests.selectors.posts import command_unit, posts


def may_register_requests(actor: Actor) -> bool:
    """Whether `actor` may register what an enterprise asks for."""
    centre = command_unit()
    return permitted(actor, f"cases.{REQUEST}.create", Owned(centre, centre=centre))


def may_register_complaints(actor: Actor) -> bool:
    """Whether `actor` may register a complaint at some supervision centre."""
    centres = [post.unit for post in posts() if post.kind == "supervision"]
    action = f"cases.{COMPLAINT}.create"
    return any(permitted(actor, action, Owned(unit, centre=unit)) for unit in centres)
