"""Which public warnings of an episode somebody may draft."""

from __future__ import annotations

from district.kernel.alarms.models import Episode
from district.kernel.alarms.names import ACKNOWLEDGE
from district.kernel.alarms.services.common import owned
from district.kernel.history.public import Actor
from district.kernel.organisation.public import permitted
from district.kernel.warnings.public import WRITE_DRAFT, catalogue, colour_name, kind_name


def signals_for(episode: Episode, actor: Actor) -> list[tuple[str, str]]:
    """`kind:colour` and its words for every warning that the district issues itself, those of the
    episode's own colour first; none for whoever may not draft them or once it is over."""
    mine = owned(episode)
    may = permitted(actor, ACKNOWLEDGE, mine) and permitted(actor, WRITE_DRAFT, mine)
    if not episode.is_open or not may:
        return []
    found = [(kind.key, colour) for kind, colours in catalogue().issuable for colour in colours]
    found.sort(key=lambda one: one[1] != episode.level)
    return [
        (f"{kind}:{colour}", f"{kind_name(kind)} · {colour_name(colour)}") for kind, colour in found
    ]
