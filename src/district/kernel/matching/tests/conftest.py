"""A population for the tests: the rows of the condition language's own table."""

from __future__ import annotations

import pytest

from district.kernel.conditions.tests.models import Thing
from district.kernel.conditions.tests.samples import SCHEMA
from district.kernel.matching import store
from district.kernel.matching.store import PopulationSpec


@pytest.fixture
def things(db: None, things_table: None, monkeypatch: pytest.MonkeyPatch) -> PopulationSpec:
    """The declared population "things", without the ledger's notice; finished things are out."""
    spec = PopulationSpec(
        "things", "物件", lambda: SCHEMA, lambda: Thing.objects.exclude(light="yellow")
    )
    monkeypatch.setitem(store._POPULATIONS, spec.key, spec)
    return spec
