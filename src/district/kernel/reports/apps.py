"""The Django app of kernel part reports."""

from importlib import import_module

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """Drafts of the yearly report: sections, passages, bound numbers, tracked changes."""

    name = "district.kernel.reports"
    label = "kernel_reports"

    def ready(self) -> None:
        import_module("district.kernel.reports.declare")
        import_module("district.kernel.reports.jobs")
