"""The Django app of kernel part measures."""

from django.apps import AppConfig


class MeasuresConfig(AppConfig):
    """Measures with their statistical basis, values and filings."""

    name = "district.kernel.measures"
    label = "kernel_measures"
