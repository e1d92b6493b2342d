"""What templates of other parts need to lead to a case."""

from __future__ import annotations

from django import template
from django.template.context import Context

from district.kernel.cases.models import Case
from district.kernel.cases.selectors.watching import sight_of, whose_is
from district.kernel.organisation.public import actor_of

register = template.Library()
_KEPT = "_sight_of_cases"


@register.simple_tag(takes_context=True)
def sees_case(context: Context, case: Case) -> bool:
    """Whether the reader is led to the case. A co-unit's members find it on their own desk: they
    are not asked for here, so that a list costs no query a row (`lead_unit` should be loaded)."""
    request = context["request"]
    sight = getattr(request, _KEPT, None)
    if sight is None:
        sight = sight_of(actor_of(request))
        setattr(request, _KEPT, sight)
    return sight.sees(whose_is(case))
