"""The page of an enterprise."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from district.kernel.history.public import events_of
from district.kernel.organisation.public import actor_of
from district.systems.enterprises.selectors.catalogue import qualification_label
from district.systems.enterprises.selectors.details import facts_of, names_of
from district.systems.enterprises.selectors.finding import enterprise_for
from district.systems.enterprises.selectors.qualifications import qualifications_of
from district.systems.enterprises.services.telling import subject_of


@require_safe
def enterprise(request: HttpRequest, enterprise_id: UUID) -> HttpResponse:
    """What is known of an enterprise, who says so, and what it was recognised as."""
    actor = actor_of(request)
    row = enterprise_for(enterprise_id, actor)
    facts = facts_of(row)
    context = {
        "enterprise": row,
        "facts": facts,
        "conflicting": [fact for fact in facts if fact.conflicts],
        "names": names_of(row),
        "qualifications": [
            (one, qualification_label(one.kind)) for one in qualifications_of(row)[:50]
        ],
        "events": events_of(subject_of(row), limit=50),
        "crumbs": [(_("企业库"), reverse("enterprises")), (row.code, "")],
    }
    return render(request, "enterprises/enterprise.html", context)
