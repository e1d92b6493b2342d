"""Routing to a unit that the type's own system tells: an industry's post, whoever leads it."""

from __future__ import annotations

from pathlib import Path

import pytest

from district.kernel.cases import types
from district.kernel.cases.rules.parsing import CaseTypeError
from district.kernel.cases.services.routing import route_of
from district.kernel.cases.tests.conftest import MATTERS, TYPE, MakeCase

pytestmark = pytest.mark.django_db


def _by_floor(tmp_path: Path) -> Path:
    first = "[[routing]]\nwhen = 'floor known'\nunit = \"keeper\"\n"
    file = tmp_path / "request.toml"
    file.write_text(TYPE.read_text("utf-8").replace("[[routing]]", f"{first}[[routing]]", 1))
    return file


def test_a_name_that_nobody_can_tell_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CaseTypeError, match="routing names the unit 'keeper'"):
        types.declare_case_type(_by_floor(tmp_path))


def test_the_system_tells_the_unit_and_none_leaves_it_to_the_next_rule(
    reported: MakeCase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = reported(facts={"floor": 3}).case
    monkeypatch.delitem(types._TYPES, "request")
    found = types.declare_case_type(
        _by_floor(tmp_path),
        matters=MATTERS.get,
        units={"keeper": lambda of: "9-D02" if of.facts["floor"] == 3 else ""},
    )
    case.type_version = found.version
    route = route_of(found, case)
    assert route is not None
    assert route.unit == "9-D02"
    case.facts = {"floor": 4}
    route = route_of(found, case)
    assert route is not None
    assert route.unit == "901"
