"""The registers of spaces."""

from importlib import import_module

for _name in ("supply", "demand"):
    import_module(f"district.systems.spaces.tables.{_name}")
