"""Who forgets the people of cases that are long over, and how their names leave the texts."""

from __future__ import annotations

from collections.abc import Callable

from district.kernel.base.masking import without_numbers
from district.kernel.cases.services.people import anonymise_due
from district.kernel.cases.types import case_types

Mask = Callable[[str], str]
_MASKS: dict[str, Mask | None] = {}


def declare_mask(type_key: str, mask: Mask | None) -> None:
    """Have a type's texts masked by `mask` once their time has come; where none is declared only
    telephone and identity numbers are taken out.

    None says that the system forgets its people by a job of its own. ValueError for a second,
    other mask.
    """
    if _MASKS.setdefault(type_key, mask) is not mask:
        raise ValueError(f"case type {type_key!r} has two masks")


def forget_due() -> int:
    """Forget who reported cases that were closed long enough ago, of every type; how many cases.

    A few hundred of a type at a time; again changes nothing.
    """
    done = 0
    for case_type in case_types():
        mask = _MASKS.get(case_type.key, without_numbers)
        if mask is not None:
            done += anonymise_due(mask, type_key=case_type.key)
    return done
