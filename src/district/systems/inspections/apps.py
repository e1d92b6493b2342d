"""The Django app of system inspections."""

from district.kernel.registry.system import SystemConfig


class InspectionsConfig(SystemConfig):
    """Checklists, random selection that anyone can re-run, a phone page, hazards."""

    # The module also holds SystemConfig, and Django takes neither where it finds two.
    default = True
    name = "district.systems.inspections"
    label = "sys_inspections"
