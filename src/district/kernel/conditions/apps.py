"""The Django app of kernel part conditions."""

from django.apps import AppConfig


class ConditionsConfig(AppConfig):
    """The condition language: parse, explain, vectorise, query."""

    name = "district.kernel.conditions"
    label = "kernel_conditions"
