"""The Django app of kernel part audit."""

from importlib import import_module

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """The pages on which auditors read and verify history; it has no tables."""

    name = "district.kernel.audit"
    label = "kernel_audit"

    def ready(self) -> None:
        import_module("district.kernel.audit.declare")
