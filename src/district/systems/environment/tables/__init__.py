"""The registers of environment."""

from importlib import import_module

for _name in ("air", "water", "noise", "places"):
    import_module(f"district.systems.environment.tables.{_name}")
