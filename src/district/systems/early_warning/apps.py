"""The Django app of system early_warning."""

from district.kernel.registry.system import SystemConfig


class EarlyWarningConfig(SystemConfig):
    """From a reading to somebody who acts: forest fire, rain and water, roads, gas."""

    # The module also holds SystemConfig, and Django takes neither where it finds two.
    default = True
    name = "district.systems.early_warning"
    label = "sys_early_warning"
