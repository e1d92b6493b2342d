"""What the worker does for appeals."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module

from district.kernel.base.periodic import declare_periodic
from district.kernel.cases.public import anonymise_due
from district.systems.appeals.names import TYPE
from district.systems.appeals.suggesting.anonymising import masked


def forget_due() -> int:
    """Forget who reported appeals closed a year ago, and mask names and numbers in their texts;
    returns how many cases. A few hundred at a time."""
    return anonymise_due(lambda text: masked(text).text, type_key=TYPE)


declare_periodic("appeals.forget", timedelta(hours=1), forget_due)
import_module("district.systems.appeals.city.jobs")
