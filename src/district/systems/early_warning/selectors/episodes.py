"""Episodes of alarms as early warning sees them: which are about fire, which are new."""

from __future__ import annotations

from typing import Any

from django.db.models import F, QuerySet

from district.kernel.alarms.public import Episode, open_episodes
from district.kernel.history.public import Actor
from district.systems.early_warning.names import FIRE


def case_type_of(episode: Episode) -> str:
    """The case type that the rule says an episode becomes; "" for none.

    The run and its version must be loaded.
    """
    content: dict[str, Any] = episode.run.version.content
    return str(content.get("handling", {}).get("case_type", ""))


def is_fire(episode: Episode) -> bool:
    """Whether it was raised by a rule of the fire watch."""
    return case_type_of(episode) == FIRE


def lasting_episodes(actor: Actor, most: int = 60) -> QuerySet[Episode]:
    """The episodes that last and that the actor may see, those that nobody has acknowledged first,
    then the newest. Those that joined a first one nearby are left out; it stands for them.
    """
    rows = open_episodes(actor).filter(gathered=None)
    unseen_first = F("acknowledged_at").asc(nulls_first=True)
    return rows.select_related("lead_unit", "case__lead_unit").order_by(unseen_first, "-raised_at")[
        :most
    ]
