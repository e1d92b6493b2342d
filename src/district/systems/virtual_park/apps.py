"""The Django app of system virtual_park."""

from district.kernel.registry.system import SystemConfig


class VirtualParkConfig(SystemConfig):
    """The enterprise's own portal: representatives, mandates, activities, disclosures."""

    # The module also holds SystemConfig, and Django takes neither where it finds two.
    default = True
    name = "district.systems.virtual_park"
    label = "sys_virtual_park"
