"""The Django app of system operations_centre."""

from district.kernel.registry.system import SystemConfig


class OperationsCentreConfig(SystemConfig):
    """What a duty officer has before them: everything open, who is on duty, who must answer."""

    # The module also holds SystemConfig, and Django takes neither where it finds two.
    default = True
    name = "district.systems.operations_centre"
    label = "sys_operations_centre"
