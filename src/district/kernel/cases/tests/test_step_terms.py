"""A step says which terms it kept or missed; a number of a case has a least value."""

from __future__ import annotations

import tomllib

import pytest

from district.kernel.base.errors import Invalid
from district.kernel.cases.models import Case, CaseStep
from district.kernel.cases.names import CHECKS, EFFECTS
from district.kernel.cases.rules.forms import checked_form
from district.kernel.cases.rules.parsing import parse_case_type
from district.kernel.cases.services import perform
from district.kernel.cases.tests.conftest import TYPE, MakeCase, People, standing


@pytest.mark.django_db
def test_a_step_keeps_the_terms_that_it_ended_after_the_clock_has_moved_on(
    reported: MakeCase, people: People
) -> None:
    case = reported().case
    with standing("2025-09-24 10:00"):
        perform(case.pk, "dispatch", actor=people.desk, data={"lead_unit": "901"})
    perform(case.pk, "accept", actor=people.east)
    late, in_time = CaseStep.objects.filter(case=case).order_by("at", "pk")
    if late.action != "dispatch":
        late, in_time = in_time, late
    assert late.data["terms"]["dispatch"]["late"] is True
    assert late.data["terms"]["dispatch"]["due_at"].startswith("2025-09-22T")
    assert in_time.data["terms"]["accept"]["late"] is False
    assert "handling" not in late.data["terms"]


@pytest.mark.django_db
def test_what_neither_ends_nor_begins_anew_is_not_judged(handling: Case, people: People) -> None:
    data = {"text": "已联系", "days": "3"}
    perform(handling.pk, "ask_extension", actor=people.east, data=data)
    step = CaseStep.objects.get(case=handling, action="ask_extension")
    assert "terms" not in step.data


def test_a_number_below_its_least_is_refused_by_name() -> None:
    content = tomllib.loads(TYPE.read_text(encoding="utf-8"))
    content["facts"]["floor"]["least"] = 1
    content["actions"]["finish"]["form"] = ["floor"]
    found = parse_case_type(content, effects=EFFECTS, checks=CHECKS)
    move = found.moves["finish"]
    assert checked_form(move, found.schema, {"floor": "1"}, found.least) == {"floor": 1}
    with pytest.raises(Invalid) as caught:
        checked_form(move, found.schema, {"floor": "0"}, found.least)
    assert caught.value.field == "floor"
