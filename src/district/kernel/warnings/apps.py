"""The Django app of kernel part warnings."""

from importlib import import_module

from django.apps import AppConfig


class WarningsConfig(AppConfig):
    """Warnings after CAP 1.2."""

    name = "district.kernel.warnings"
    label = "kernel_warnings"

    def ready(self) -> None:
        import_module("district.kernel.warnings.declare")
        import_module("district.kernel.warnings.jobs")
