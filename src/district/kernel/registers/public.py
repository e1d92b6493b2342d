"""What other parts may use of registers."""

from district.kernel.registers.declaration import (
    Field,
    Figure,
    Importing,
    MapLayer,
    OwnedBy,
    Register,
)
from district.kernel.registers.store import register, register_of, registers

__all__ = [
    "Field",
    "Figure",
    "Importing",
    "MapLayer",
    "OwnedBy",
    "Register",
    "register",
    "register_of",
    "registers",
]
