"""What the worker does for appeals."""

from importlib import import_module

import_module("district.systems.appeals.city.jobs")
