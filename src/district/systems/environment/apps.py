"""The Django app of system environment."""

from district.kernel.registry.system import SystemConfig


class EnvironmentConfig(SystemConfig):
    """Air, river sections and noise against their standards; night permits that noise stops."""

    # The module also holds SystemConfig, and Django takes neither where it finds two.
    default = True
    name = "district.systems.environment"
    label = "sys_environment"
