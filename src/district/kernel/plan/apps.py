"""The Django app of kernel part plan."""

from django.apps import AppConfig


class PlanConfig(AppConfig):
    """Reports, statements, commitments, target adjustments and terms."""

    name = "district.kernel.plan"
    label = "kernel_plan"
