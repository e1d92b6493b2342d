"""Who finds an entry of the navigation."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest

from district.kernel.organisation.middleware import actor_of
from district.kernel.organisation.selectors import permitted_somewhere


def for_whoever_may(action_key: str) -> Callable[[HttpRequest], bool]:
    """`visible` of an entry: it is for whoever may do the action on any object at all."""

    def visible(request: HttpRequest) -> bool:
        return permitted_somewhere(actor_of(request), action_key)

    return visible
