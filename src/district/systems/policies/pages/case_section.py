"""The conditions of a policy on the page of an application, as they stood when it was opened."""

from __future__ import annotations

from django.http import HttpRequest
from django.template.loader import render_to_string

from district.kernel.cases.public import Case
from district.systems.policies.models import Application
from district.systems.policies.selectors.explaining import kept_lines


def section(request: HttpRequest, case: Case) -> str:
    """Each condition with its verdict and the value on record then; one query."""
    rows = Application.objects.filter(case=case).select_related("version__policy")
    found = rows.first()
    if found is None:
        return ""
    context = {
        "application": found,
        "version": found.version,
        "policy": found.version.policy,
        "lines": kept_lines(found),
    }
    return render_to_string("policies/case_section.html", context, request)
