"""The Django app of kernel part organisation."""

from django.apps import AppConfig


class OrganisationConfig(AppConfig):
    """Units, members, roles, actions and permissions."""

    name = "district.kernel.organisation"
    label = "kernel_organisation"
