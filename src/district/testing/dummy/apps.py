"""The Django app of the dummy system."""

from district.kernel.registry.system import SystemConfig


class DummyConfig(SystemConfig):
    """A system that uses every hook; tests only."""

    name = "district.testing.dummy"
    label = "sys_dummy"
