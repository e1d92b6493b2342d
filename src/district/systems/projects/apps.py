"""The Django app of system projects."""

from district.kernel.registry.system import SystemConfig


class ProjectsConfig(SystemConfig):
    """Investment projects from planning to completion: approvals, investment, problems."""

    # The module also holds SystemConfig, and Django takes neither where it finds two.
    default = True
    name = "district.systems.projects"
    label = "sys_projects"
