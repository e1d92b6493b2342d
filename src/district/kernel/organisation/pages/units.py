"""The tree of units, and one unit."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from district.kernel.history.public import Subject, events_of
from district.kernel.organisation import selectors
from district.kernel.organisation.middleware import actor_of
from district.kernel.organisation.models import Level
from district.kernel.organisation.sections import sections_of

_EVENTS = 20


@require_safe
def units(request: HttpRequest) -> HttpResponse:
    """The district, its streets with their communities, and its departments; `?q=` searches."""
    selectors.authorise(actor_of(request), "organisation.unit.view")
    search = request.GET.get("q", "").strip()[:60]
    tree = selectors.unit_tree(search)
    numbers = {
        "street": len(tree["street"]),
        "community": sum(len(branch.below) for branch in tree["street"]),
        "department": len(tree["department"]),
    }
    return render(
        request,
        "organisation/units.html",
        {
            "tree": tree,
            "search": search,
            "counts": {level: (n, _rows_of(level)) for level, n in numbers.items()},
            "found": any(tree.values()),
        },
    )


def _rows_of(level: str) -> str:
    """The address of the rows that a count of units was counted from; "" without registers."""
    try:
        table = reverse("register_list", args=["units"])
    except NoReverseMatch:
        return ""
    where = f'level = "{level}" and is_active = true'
    return f"{table}?{urlencode({'where': where, 'aggregate': 'count', 'figure': '1'})}"


@require_safe
def unit(request: HttpRequest, code: str) -> HttpResponse:
    """One unit: facts, who acts for it, what other parts know of it, how it changed."""
    actor = actor_of(request)
    selectors.authorise(actor, "organisation.unit.view")
    shown = selectors.unit_of(code)
    chain = selectors.unit_chain(shown)
    crumbs = [(pgettext("清单", "单位"), reverse("units"))]
    crumbs += [(above.display_name, above.get_absolute_url()) for above in chain[:-1]]
    below = list(shown.children.filter(is_active=True).order_by("sort", "code"))
    return render(
        request,
        "organisation/unit.html",
        {
            "unit": shown,
            "crumbs": [*crumbs, (shown.display_name, "")],
            "communities": [u for u in below if u.level != Level.DEPARTMENT],
            "departments": [u for u in below if u.level == Level.DEPARTMENT],
            "posts": list(selectors.assignments_today(unit_code=shown.pk)),
            "sections": sections_of(request, shown),
            "events": events_of(Subject("organisation.unit", shown.pk), limit=_EVENTS),
        },
    )
