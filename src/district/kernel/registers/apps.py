"""The Django app of kernel part registers."""

from importlib import import_module

from django.apps import AppConfig


class RegistersConfig(AppConfig):
    """A declared table becomes pages, import, export, API and figures."""

    name = "district.kernel.registers"
    label = "kernel_registers"

    def ready(self) -> None:
        import_module("district.kernel.registers.declare")
        import_module("district.kernel.registers.directory")
