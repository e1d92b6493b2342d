"""The Django app of system economy."""

from district.kernel.registry.system import SystemConfig


class EconomyConfig(SystemConfig):
    """Series of economic statistics with their vintages, and annual targets taken apart."""

    # The module also holds SystemConfig, and Django takes neither where it finds two.
    default = True
    name = "district.systems.economy"
    label = "sys_economy"
