"""The Django app of kernel part plan."""

from importlib import import_module

from django.apps import AppConfig


class PlanConfig(AppConfig):
    """Reports, statements, commitments, target adjustments and terms."""

    name = "district.kernel.plan"
    label = "kernel_plan"

    def ready(self) -> None:
        import_module("district.kernel.plan.declare")
        import_module("district.kernel.plan.jobs")
