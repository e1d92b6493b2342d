"""The Django app of system spaces."""

from district.kernel.registry.system import SystemConfig


class SpacesConfig(SystemConfig):
    """Industrial space to the unit, matched to firms' demands by what they must have."""

    # The module also holds SystemConfig, and Django takes neither where it finds two.
    default = True
    name = "district.systems.spaces"
    label = "sys_spaces"
