"""The registers that parts and systems have declared, by key."""

from __future__ import annotations

from django.utils.translation import gettext as _

from district.kernel.base.errors import NotFound
from district.kernel.registers.declaration import Register
from district.kernel.registry.ledger import note

_REGISTERS: dict[str, Register] = {}


def register(declared: Register) -> Register:
    """Make a register known under its key; returns it.

    Called from `declare.py` while Django starts. Raises ValueError when another register has
    the key.
    """
    known = _REGISTERS.setdefault(declared.key, declared)
    if known is not declared:
        raise ValueError(f"register {declared.key!r} is declared twice")
    note("register", declared.key)
    return declared


def register_of(key: str) -> Register:
    """The register of that key; raises NotFound."""
    try:
        return _REGISTERS[key]
    except KeyError:
        raise NotFound(_("没有名为 %(key)s 的登记册。") % {"key": key}) from None


def registers() -> tuple[Register, ...]:
    """All declared registers, by key."""
    return tuple(_REGISTERS[key] for key in sorted(_REGISTERS))
