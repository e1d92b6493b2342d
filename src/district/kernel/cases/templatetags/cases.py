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
    """Whether the reader is led to the case: nobody is shown a link that answers 404.

    Co-units are not asked for, so that a list costs no query a row (`lead_unit` should be
    loaded): their members find the case on their own desk.
    """
    request = context["request"]
    sight = getattr(request, _KEPT, None)
    if sight is None:
        sight = sight_of(actor_of(request))
        setattr(request, _KEPT, sight)
    return bool(sight.sees(whose_is(case)))
