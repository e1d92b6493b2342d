"""What templates of other parts need to lead to a datastream."""

from __future__ import annotations

from django import template
from django.template.context import Context

from district.kernel.organisation.public import Owned, actor_of, permitted
from district.kernel.sensing.models import Datastream, Thing
from district.kernel.sensing.names import VIEW

register = template.Library()


@register.simple_tag(takes_context=True)
def sees_datastream(context: Context, stream: Datastream) -> bool:
    """Whether the reader may open the datastream's page; nobody is led where they may not go."""
    return permitted(actor_of(context["request"]), VIEW, Owned(stream.lead_unit_id))


@register.simple_tag(takes_context=True)
def sees_thing(context: Context, thing: Thing) -> bool:
    """Whether the reader may open the thing's page."""
    return permitted(actor_of(context["request"]), VIEW, Owned(thing.lead_unit_id))
