"""What early warning declares."""

from importlib import import_module

import_module("district.systems.early_warning.declare_coverage")
