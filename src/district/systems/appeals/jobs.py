"""What the worker does for appeals."""

from __future__ import annotations

from importlib import import_module

from district.kernel.cases.public import declare_mask
from district.systems.appeals.names import TYPE
from district.systems.appeals.suggesting.anonymising import masked


def _mask(text: str) -> str:
    return masked(text).text


# Names too, which the training of suggestions knows how to find.
declare_mask(TYPE, _mask)
import_module("district.systems.appeals.city.jobs")
