"""The Django app of kernel part plan."""

from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig


class PlanConfig(AppConfig):
    """Reports, statements, commitments, target adjustments and terms."""

    name = "district.kernel.plan"
    label = "kernel_plan"

    def ready(self) -> None:
        # Declarations need measures and the compiler's themes, which are still being written.
        if find_spec("district.kernel.measures.public") and find_spec("district.compiler.topics"):
            import_module("district.kernel.plan.declare")
