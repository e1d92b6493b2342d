"""The Django app of system plan_tracking."""

from district.kernel.registry.system import SystemConfig


class PlanTrackingConfig(SystemConfig):
    """Cockpit, report reader, review desk, commitments, supervision."""

    # The module also holds SystemConfig, and Django takes neither where it finds two.
    default = True
    name = "district.systems.plan_tracking"
    label = "sys_plan_tracking"
