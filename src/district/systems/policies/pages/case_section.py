"""The conditions of a policy on the page of an application, as they stood when it was opened."""

from __future__ import annotations

from django.http import HttpRequest
from django.template.loader import render_to_string

from district.kernel.cases.public import Case
from district.kernel.organisation.public import actor_of, permitted
from district.systems.policies.models import Application
from district.systems.policies.names import READ_APPLICANT, VIEW_RECIPIENT
from district.systems.policies.selectors.audiences import audience_of
from district.systems.policies.selectors.explaining import kept_lines
from district.systems.policies.selectors.recipients import owned_recipient
from district.systems.policies.selectors.rights import owned_by


def section(request: HttpRequest, case: Case) -> str:
    """Each condition with its verdict and the value on record then, or as it was stated.

    Whether who applied on the public page is on record shows here, to whoever may see the record.
    At most three queries.
    """
    rows = Application.objects.filter(case=case)
    found = rows.select_related("version__policy__lead_unit", "recipient__lead_unit").first()
    if found is None:
        return ""
    actor, policy = actor_of(request), found.version.policy
    recipient = found.recipient
    if recipient is not None and not permitted(actor, VIEW_RECIPIENT, owned_recipient(recipient)):
        recipient = None
    context = {
        "application": found,
        "version": found.version,
        "policy": policy,
        "audience": audience_of(policy.audience),
        "recipient": recipient,
        "lines": kept_lines(found) if found.reasons else [],
        "may_read": found.person is not None
        and permitted(actor, READ_APPLICANT, owned_by(policy.lead_unit)),
    }
    return render_to_string("policies/case_section.html", context, request)
