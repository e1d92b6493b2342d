"""A draft is written from records, and the compiler gives its numbers back."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import pytest

from district.compiler import compile_text
from district.kernel.base.errors import Conflict, NotPermitted
from district.kernel.history.public import events_of
from district.kernel.reports.models import Draft, Passage, Section, Slot
from district.kernel.reports.selectors.manuscripts import manuscript_of, plain_text
from district.kernel.reports.services.drafting import make_draft
from district.kernel.reports.subjects import draft_subject
from district.kernel.reports.tests.conftest import World

pytestmark = pytest.mark.django_db


def test_the_compiler_gives_back_every_number_of_the_draft(world: World) -> None:
    read = compile_text(plain_text(manuscript_of(world.draft))).statements
    found = Counter(
        (one.measure, one.value.normalize(), one.unit, one.kind, one.year) for one in read
    )
    bound = Counter(
        (one.name.removeprefix("全区"), one.value.normalize(), one.unit_word, one.kind, one.year)
        for one in Slot.objects.filter(passage__section__draft=world.draft, apart=False)
    )
    assert found == bound
    assert len(bound) >= 9


def test_a_draft_tells_what_was_reached_what_fell_short_and_what_comes(world: World) -> None:
    text = plain_text(manuscript_of(world.draft))
    print(text)
    kinds = dict(
        Passage.objects.filter(section__draft=world.draft, section__key__startswith="theme").values_list(
            "commitment__title", "phrasing"
        )
    )
    assert kinds["公办义务教育学位"] == "exceeded"
    assert world.passage("幼儿园", "gaps").phrasing == "short"
    assert world.slot("幼儿园", "proposal").value == Decimal(2)
    assert world.slot("地区生产总值", "proposal").value == Decimal(6)
    assert Section.objects.get(draft=world.draft, key="terms").passages.count() == 1
    assert "下降3.1%" in text
