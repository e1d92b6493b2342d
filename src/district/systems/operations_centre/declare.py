"""What the operations centre declares; each part declares its own."""

from importlib import import_module

import_module("district.systems.operations_centre.board.declare")
import_module("district.systems.operations_centre.duty.declare")
