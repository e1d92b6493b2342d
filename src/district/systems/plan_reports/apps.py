"""The Django app of system plan_reports."""

from district.kernel.registry.system import SystemConfig


class PlanReportsConfig(SystemConfig):
    """Pages of the report's drafts."""

    # The module also holds SystemConfig, and Django takes neither where it finds two.
    default = True
    name = "district.systems.plan_reports"
    label = "sys_plan_reports"
