"""The Django app of system enterprise_requests."""

from district.kernel.registry.system import SystemConfig


class EnterpriseRequestsConfig(SystemConfig):
    """What enterprises ask for, through one command post, industry posts and streets."""

    # The module also holds SystemConfig, and Django takes neither where it finds two.
    default = True
    name = "district.systems.enterprise_requests"
    label = "sys_enterprise_requests"
