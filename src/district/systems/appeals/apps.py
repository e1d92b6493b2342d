"""The Django app of system appeals."""

from district.kernel.registry.system import SystemConfig


class AppealsConfig(SystemConfig):
    """Report, triage, handling and call-back of what residents bring."""

    # The module also holds SystemConfig, and Django takes neither where it finds two.
    default = True
    name = "district.systems.appeals"
    label = "sys_appeals"
