"""A type's own facts: filtered by in its register, read on the page of a case."""

from __future__ import annotations

import pytest

from district.kernel.cases.models import Case
from district.kernel.cases.own_facts import annotations_of, fields_of, shown_facts
from district.kernel.cases.tests.conftest import MakeCase
from district.kernel.cases.types import case_type_of
from district.kernel.conditions.public import Schema, parse, to_q

pytestmark = pytest.mark.django_db


def found(condition: str) -> int:
    case_type = case_type_of("request")
    schema = Schema("request", tuple(field.attribute() for field in fields_of(case_type)))
    rows = Case.objects.annotate(**annotations_of(case_type))
    return rows.filter(to_q(parse(condition, schema), model=Case)).count()


def test_numbers_texts_and_truths_compare_as_what_they_are(reported: MakeCase) -> None:
    reported(facts={"floor": 9, "lift": True, "tower": "B座"})
    reported(facts={"floor": 12, "lift": False})
    reported()
    assert found("floor >= 10") == 1
    assert found("floor between 9 and 12") == 2
    assert found("not floor known") == 1
    assert (found("lift = true"), found("lift = false"), found("lift known")) == (1, 1, 2)
    assert (found('tower = "B座"'), found('tower contains "座"'), found("tower known")) == (1, 1, 1)


def test_a_page_shows_what_is_known_in_words(reported: MakeCase) -> None:
    case = reported(facts={"floor": 12, "lift": False}).case
    shown = shown_facts(case_type_of("request"), case.facts)
    assert shown == [("楼层", "12 层"), ("有电梯", "否")]
    assert shown_facts(case_type_of("request"), {}) == []


@pytest.mark.usefixtures("request_type")
def test_only_listed_facts_are_columns_unasked() -> None:
    fields = {field.key: field for field in fields_of(case_type_of("request"))}
    assert [key for key, field in fields.items() if field.default] == ["tower"]
    assert fields["tower"].search
