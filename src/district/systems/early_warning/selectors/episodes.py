"""Episodes of alarms as early warning sees them: which are about fire, which are new."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import NoReverseMatch, reverse

from district.kernel.alarms.public import Episode
from district.kernel.history.public import Actor
from district.kernel.organisation.public import visible
from district.systems.early_warning.names import FIRE, VIEW_SCREEN
from district.systems.early_warning.selectors.rights import episode_q


def case_type_of(episode: Episode) -> str:
    """The case type that the rule says an episode becomes; "" for none.

    The run and its version must be loaded.
    """
    content: dict[str, Any] = episode.run.version.content
    return str(content.get("handling", {}).get("case_type", ""))


def is_fire(episode: Episode) -> bool:
    """Whether it was raised by a rule of the fire watch."""
    return case_type_of(episode) == FIRE


def open_episodes(actor: Actor, *, most: int = 60) -> QuerySet[Episode]:
    """The episodes that last, those that nobody has acknowledged first, then the newest.

    Those that joined a first one nearby are left out; it stands for them.
    """
    rows = Episode.objects.filter(
        episode_q(visible(actor, VIEW_SCREEN)), state=Episode.State.OPEN, gathered=None
    )
    return rows.select_related("rule", "lead_unit", "case", "case__lead_unit").order_by(
        "acknowledged_at", "-raised_at"
    )[:most]


def episode_url(episode: Episode) -> str:
    """The page of an episode; "" where alarms have none."""
    try:
        return reverse("alarm", args=[episode.pk])
    except NoReverseMatch:
        return ""
