"""Which public warnings of an episode somebody may draft."""

from __future__ import annotations

from district.kernel.alarms.models import Episode
from district.kernel.alarms.names import ACKNOWLEDGE
from district.kernel.alarms.services.common import owned
from district.kernel.history.public import Actor
from district.kernel.organisation.public import permitted
from district.kernel.warnings.public import WRITE_DRAFT, catalogue, colour_name, kind_name


def may_warn(episode: Episode, actor: Actor) -> bool:
    """Whether somebody may draft warnings of this episode; nobody once it is over. No query."""
    mine = owned(episode)
    may = permitted(actor, ACKNOWLEDGE, mine) and permitted(actor, WRITE_DRAFT, mine)
    return may and episode.is_open


def signals_for(episode: Episode) -> list[tuple[str, str]]:
    """`kind:colour` and its words for every warning that the district issues itself, those of the
    episode's own colour first."""
    found = [(kind.key, colour) for kind, colours in catalogue().issuable for colour in colours]
    found.sort(key=lambda one: one[1] != episode.level)
    return [
        (f"{kind}:{colour}", f"{kind_name(kind)} · {colour_name(colour)}") for kind, colour in found
    ]
