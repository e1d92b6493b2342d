"""What plan tracking declares: its entries in the side rail and the search field.

Registers, actions and measures that its pages use are the kernel's own.
"""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from district.kernel.base.navigation import NavItem, declare, declare_search
from district.kernel.organisation.public import for_whoever_may

declare(
    NavItem(
        "plan.cockpit",
        _("计划总览"),
        "cockpit",
        "layout-dashboard",
        section="plan",
        order=10,
        keys="c",
        phone=True,
    )
)
declare(
    NavItem(
        "plan.commitments",
        pgettext_lazy("page", "承诺事项"),
        "plan_commitments",
        "list-check",
        section="plan",
        order=20,
        keys="l",
        phone=True,
    )
)
declare(
    NavItem(
        "plan.reports",
        pgettext_lazy("page", "计划报告"),
        "plan_reports",
        "file-text",
        section="plan",
        order=30,
        keys="r",
    )
)
declare(
    NavItem(
        "plan.adjustments",
        pgettext_lazy("page", "目标调整"),
        "plan_adjustments",
        "adjustments-horizontal",
        section="plan",
        order=40,
    )
)
declare(
    NavItem(
        "plan.coverage",
        _("统计覆盖"),
        "plan_coverage",
        "checks",
        section="plan",
        order=50,
    )
)
declare(
    NavItem(
        "plan.years",
        _("五年对照"),
        "plan_years",
        "calendar-stats",
        section="plan",
        order=15,
    )
)
declare(
    NavItem(
        "plan.supervision",
        _("督办"),
        "plan_supervision",
        "flag-3",
        section="work",
        order=20,
        keys="s",
        phone=True,
        visible=for_whoever_may("supervision.run.view"),
    )
)
declare(
    NavItem(
        "plan.terms",
        _("名词解释"),
        "plan_terms",
        "vocabulary",
        section="base",
        order=60,
    )
)
declare_search("plan_commitments", _("搜索承诺事项"))
