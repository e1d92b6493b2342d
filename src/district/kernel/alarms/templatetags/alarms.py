"""What templates need to lead to an episode."""

from __future__ import annotations

from django import template
from django.template.context import Context

from district.kernel.alarms.models import Episode
from district.kernel.alarms.names import VIEW
from district.kernel.organisation.public import Owned, actor_of, permitted

register = template.Library()


@register.simple_tag(takes_context=True)
def sees_episode(context: Context, episode: Episode) -> bool:
    """Whether the reader may open the episode's page; nobody is led where they may not go."""
    return permitted(actor_of(context["request"]), VIEW, Owned(episode.lead_unit_id))
