"""What one request is answered with: who asks, what they see, where addresses begin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, urlencode

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from district.kernel.base import clock
from district.kernel.history.public import Actor
from district.kernel.sensing.rights import Sight


@dataclass(frozen=True)
class Context:
    """One request. `base` is the address of the service root without the last slash; `here` the
    address asked for, `pairs` its query."""

    actor: Actor
    sight: Sight
    base: str
    here: str
    pairs: tuple[tuple[str, str], ...]
    now: datetime

    def link(self, set_name: str, key: int | str) -> str:
        """The address of an entity."""
        shown = f"'{quote(key)}'" if isinstance(key, str) else key
        return f"{self.base}/{set_name}({shown})"

    def next_link(self, skip: int) -> str:
        """The address of the next page of what is asked for."""
        return page_link(self.here, [pair for pair in self.pairs if pair[0] != "$skip"], skip)


def page_link(address: str, pairs: Sequence[tuple[str, str]], skip: int) -> str:
    """The address of a page that begins after so many entities."""
    query = urlencode([*pairs, ("$skip", str(skip))], quote_via=quote, safe="$(),=/;'")
    return f"{address}?{query}"


def context_of(request: HttpRequest, actor: Actor) -> Context:
    """The context of a request whose caller is known."""
    origin = settings.DISTRICT_URL.rstrip("/") or request.build_absolute_uri("/").rstrip("/")
    pairs = tuple((name, values[-1]) for name, values in request.GET.lists())
    return Context(
        actor,
        Sight(actor),
        origin + reverse("sensorthings_root").rstrip("/"),
        origin + quote(request.path, safe="/()'$"),
        pairs,
        clock.now(),
    )
