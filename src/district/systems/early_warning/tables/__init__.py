"""The registers of early warning."""

from importlib import import_module

for _name in ("forest", "water", "roads", "gas"):
    import_module(f"district.systems.early_warning.tables.{_name}")
