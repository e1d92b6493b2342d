"""The Django app of system disputes."""

from district.kernel.registry.system import SystemConfig


class DisputesConfig(SystemConfig):
    """Mediation, legal aid, arbitration, hand-over to court, petitions: linked, confidential."""

    # The module also holds SystemConfig, and Django takes neither where it finds two.
    default = True
    name = "district.systems.disputes"
    label = "sys_disputes"
