"""What report drafting declares: its entry in the side rail."""

from importlib import import_module

from django.utils.translation import gettext_lazy as _

from district.kernel.base.navigation import NavItem, declare
from district.kernel.organisation.public import for_whoever_may

declare(
    NavItem(
        "plan_reports.drafts",
        _("报告起草"),
        "report_drafts",
        "edit",
        section="plan",
        order=35,
        visible=for_whoever_may("reports.draft.view"),
    )
)
import_module("district.systems.plan_reports.demo")
