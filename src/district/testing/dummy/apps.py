"""The Django app of the dummy system."""

from district.kernel.registry.system import SystemConfig


class DummyConfig(SystemConfig):
    """Street lamps and their faults: a system that uses every hook; tests only."""

    # The module also holds SystemConfig, and Django takes neither where it finds two.
    default = True
    name = "district.testing.dummy"
    label = "sys_dummy"
