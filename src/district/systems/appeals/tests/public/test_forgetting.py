"""A year after an appeal was closed its people are forgotten, and names and numbers masked."""

from __future__ import annotations

import pytest

from district.kernel.cases.forgetting import forget_due
from district.kernel.cases.models import Case, CaseStep, Reporter
from district.kernel.cases.public import perform
from district.systems.appeals.tests.public.conftest import People, Send, handled, standing, told

pytestmark = pytest.mark.django_db


def test_names_and_numbers_are_masked_a_year_after_the_case_was_closed(
    send: Send, people: People
) -> None:
    told(send(text="王建国先生的车堵在门口，电话13900139000"))
    case = handled(Case.objects.get(), people)
    data = {"satisfaction": "satisfied", "text": "已与王建国先生13900139000说明"}
    perform(case.pk, "close", actor=people.desk, data=data)
    with standing("2026-09-21 10:00"):
        assert forget_due() == 0
    with standing("2026-09-23 10:00"):
        assert forget_due() == 1
        assert forget_due() == 0
    case.refresh_from_db()
    step = CaseStep.objects.get(action="close")
    for text in (case.text, step.text):
        assert "13900139000" not in text
        assert "王建国" not in text
    reporter = Reporter.objects.get()
    assert (reporter.name, reporter.phone, reporter.phone_index) == ("", "", "")
