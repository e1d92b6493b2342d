"""The Django app of kernel part sensing."""

from importlib import import_module

from django.apps import AppConfig


class SensingConfig(AppConfig):
    """Things, datastreams, sources, and what they send."""

    name = "district.kernel.sensing"
    label = "kernel_sensing"

    def ready(self) -> None:
        import_module("district.kernel.sensing.declare")
        import_module("district.kernel.sensing.logged").plug_gateway()
