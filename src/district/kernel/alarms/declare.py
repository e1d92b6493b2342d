"""What alarms declare: rights, kinds of events, registers, navigation."""

from __future__ import annotations

from importlib import import_module

import_module("district.kernel.alarms.declare_rules")
import_module("district.kernel.alarms.declare_episodes")
