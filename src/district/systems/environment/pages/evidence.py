"""The evidence of the rule of refusal, on the page of the case that it stopped."""

from __future__ import annotations

from django.http import HttpRequest
from django.template.loader import render_to_string

from district.kernel.cases.public import Case
from district.systems.environment.selectors.details import melts_of
from district.systems.environment.services.melting import rule_words


def case_section(request: HttpRequest, case: Case) -> str:
    """What the rule did to a permit, with the exceedances that counted; whoever sees the case may
    see why. One query."""
    found = melts_of(case)
    if not found:
        return ""
    context = {"melts": [(one, rule_words(one.decision.rule)) for one in found]}
    return render_to_string("environment/case_melts.html", context, request)
