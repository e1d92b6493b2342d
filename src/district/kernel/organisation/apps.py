"""The Django app of kernel part organisation."""

from importlib import import_module

from django.apps import AppConfig


class OrganisationConfig(AppConfig):
    """Units, members, roles, actions and permissions."""

    name = "district.kernel.organisation"
    label = "kernel_organisation"

    def ready(self) -> None:
        import_module("district.kernel.organisation.checks")
        import_module("district.kernel.organisation.declare")
        import_module("district.kernel.organisation.jobs")
