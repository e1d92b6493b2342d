"""Which public warnings of an episode somebody may draft."""

from __future__ import annotations

from district.kernel.alarms.models import Episode
from district.kernel.alarms.names import ACKNOWLEDGE
from district.kernel.alarms.services.common import owned
from district.kernel.history.public import Actor
from district.kernel.organisation.public import Owned, permitted, posts_of
from district.kernel.warnings.public import WRITE_DRAFT, catalogue, colour_name, kind_name


def warning_unit(episode: Episode, actor: Actor) -> str:
    """The unit in whose name somebody may draft warnings of this episode: the episode's own, else
    that of one of their posts; "" for none, and once it is over. No query."""
    mine = owned(episode)
    if not episode.is_open or not permitted(actor, ACKNOWLEDGE, mine):
        return ""
    asked = [(episode.lead_unit_id, mine)]
    asked += [(post.unit, Owned(post.unit, path=post.path)) for post in posts_of(actor)]
    return next((unit for unit, one in asked if permitted(actor, WRITE_DRAFT, one)), "")


def signals_for(episode: Episode) -> list[tuple[str, str]]:
    """`kind:colour` and its words for every warning that the district issues itself, those of the
    episode's own colour first."""
    found = [(kind.key, colour) for kind, colours in catalogue().issuable for colour in colours]
    found.sort(key=lambda one: one[1] != episode.level)
    return [
        (f"{kind}:{colour}", f"{kind_name(kind)} · {colour_name(colour)}") for kind, colour in found
    ]
