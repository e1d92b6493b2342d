"""The Django app of kernel part measures."""

from importlib import import_module

from django.apps import AppConfig


class MeasuresConfig(AppConfig):
    """Measures with their statistical basis, values, filings."""

    name = "district.kernel.measures"
    label = "kernel_measures"

    def ready(self) -> None:
        import_module("district.kernel.measures.declare")
        import_module("district.kernel.measures.jobs")
