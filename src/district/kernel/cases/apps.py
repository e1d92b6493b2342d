"""The Django app of kernel part cases."""

from importlib import import_module

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """Cases: whatever needs somebody to act, from report to call-back."""

    name = "district.kernel.cases"
    label = "kernel_cases"

    def ready(self) -> None:
        import_module("district.kernel.cases.declare")
