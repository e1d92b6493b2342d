"""The invented part of early warning."""

from importlib import import_module

import_module("district.systems.early_warning.demo_coverage")
