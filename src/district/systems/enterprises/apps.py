"""The Django app of system enterprises."""

from district.kernel.registry.system import SystemConfig


class EnterprisesConfig(SystemConfig):
    """All registered entities, their facts by source, qualifications and growth ladder."""

    # The module also holds SystemConfig, and Django takes neither where it finds two.
    default = True
    name = "district.systems.enterprises"
    label = "sys_enterprises"
