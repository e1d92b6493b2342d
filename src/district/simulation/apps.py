"""The Django app of the simulated district."""

from importlib import import_module

from django.apps import AppConfig


class SimulationConfig(AppConfig):
    """A simulated district for a demo."""

    name = "district.simulation"
    label = "simulation"

    def ready(self) -> None:
        import_module("district.simulation.declare")
