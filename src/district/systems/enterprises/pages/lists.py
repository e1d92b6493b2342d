"""The lists of enterprises: registers under the system's own addresses."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from district.kernel.organisation.public import (
    actor_of,
    permitted,
    permitted_somewhere,
    visible,
)
from district.kernel.registers.public import list_view
from district.systems.enterprises.names import (
    ENTERPRISES,
    IMPORT,
    QUALIFICATIONS,
    SAVE,
    VIEW,
)
from district.systems.enterprises.selectors.rights import owned_register, sees_none


@require_safe
def index(request: HttpRequest) -> HttpResponseBase:
    """The enterprises that the member may see."""
    actor = actor_of(request)
    extra = {
        "sees_none": sees_none(visible(actor, VIEW)),
        "may_add": permitted_somewhere(actor, SAVE),
        "may_import_all": permitted(actor, IMPORT, owned_register()),
    }
    return list_view(request, ENTERPRISES, template="enterprises/list.html", extra=extra)


@require_safe
def qualifications(request: HttpRequest) -> HttpResponseBase:
    """What enterprises were recognised as."""
    extra = {"sees_none": sees_none(visible(actor_of(request), VIEW))}
    return list_view(request, QUALIFICATIONS, template="enterprises/list.html", extra=extra)
