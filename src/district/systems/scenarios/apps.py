"""The Django app of system scenarios."""

from district.kernel.registry.system import SystemConfig


class ScenariosConfig(SystemConfig):
    """Published lists of capabilities and opportunities, matches, recognition rounds."""

    # The module also holds SystemConfig, and Django takes neither where it finds two.
    default = True
    name = "district.systems.scenarios"
    label = "sys_scenarios"
