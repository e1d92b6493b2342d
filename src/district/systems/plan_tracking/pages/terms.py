"""The glossary of the reports in force."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from district.kernel.registers.public import list_view
from district.systems.plan_tracking.pages.common import page


@page("plan.read")
def index(request: HttpRequest) -> HttpResponseBase:
    """Every term with its explanation; filters and export are the register's."""
    return list_view(request, "plan-terms")
