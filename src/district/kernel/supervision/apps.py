"""The Django app of kernel part supervision."""

from importlib import import_module

from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    """Supervision (督办) as a declared run."""

    name = "district.kernel.supervision"
    label = "kernel_supervision"

    def ready(self) -> None:
        import_module("district.kernel.supervision.declare")
