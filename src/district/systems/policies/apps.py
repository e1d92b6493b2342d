"""The Django app of system policies."""

from district.kernel.registry.system import SystemConfig


class PoliciesConfig(SystemConfig):
    """Policies: who may have them and why, who was told, who applied."""

    # The module also holds SystemConfig, and Django takes neither where it finds two.
    default = True
    name = "district.systems.policies"
    label = "sys_policies"
