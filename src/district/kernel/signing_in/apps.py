"""The Django app of kernel part signing_in."""

from importlib import import_module

from django.apps import AppConfig


class SigningInConfig(AppConfig):
    """A second factor, recovery codes, one's own sessions."""

    name = "district.kernel.signing_in"
    label = "kernel_signing_in"

    def ready(self) -> None:
        import_module("district.kernel.signing_in.declare")
        import_module("district.kernel.signing_in.receivers")
