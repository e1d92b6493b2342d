"""The Django app of kernel part conditions."""

from importlib import import_module

from django.apps import AppConfig


class ConditionsConfig(AppConfig):
    """The condition language: parse, explain, vectorise, query."""

    name = "district.kernel.conditions"
    label = "kernel_conditions"

    def ready(self) -> None:
        import_module("district.kernel.conditions.lookups")  # registers itself with Django
