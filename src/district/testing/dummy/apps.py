"""The Django app of the dummy system."""

from django.apps import AppConfig


class DummyConfig(AppConfig):
    """A system that uses every hook; tests only."""

    name = "district.testing.dummy"
    label = "sys_dummy"
