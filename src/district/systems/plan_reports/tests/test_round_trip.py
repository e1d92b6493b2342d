"""The compiler reads the demo's own report: it gives back every number that is bound in it."""

from __future__ import annotations

from collections import Counter

import pytest

from district.compiler import compile_text
from district.kernel.reports.public import Draft, Slot, manuscript_of, plain_text

# The whole demo is loaded on one database; what a draft holds is tried on both by its own tests.
pytestmark = [pytest.mark.slow, pytest.mark.django_db, pytest.mark.one_database]


def test_the_demos_report_gives_back_every_number_that_is_bound(demo: object) -> None:
    draft = Draft.objects.get()
    read = compile_text(plain_text(manuscript_of(draft))).statements
    found: Counter[tuple[object, ...]] = Counter(
        (
            f"{one.subject}{one.measure}" if one.subject not in one.measure else one.measure,
            one.value.normalize(),
            one.unit,
            one.kind,
            one.year,
            one.basis == "yoy",
        )
        for one in read
    )
    bound: Counter[tuple[object, ...]] = Counter(
        (one.name, round(one.value, one.places).normalize(), one.unit_word, one.kind, one.year,
         one.growth)
        for one in Slot.objects.filter(passage__section__draft=draft, apart=False)
    )  # fmt: skip
    assert _bare(found) == _bare(bound)
    assert len(bound) > 60
    # What no words give back stands in the annexed table; that is the exception.
    held = Slot.objects.filter(passage__section__draft=draft, passage__phrasing="apart")
    assert held.values("passage__commitment").distinct().count() <= 2


def _bare(told: Counter[tuple[object, ...]]) -> Counter[tuple[object, ...]]:
    """Names without place words and quotation marks."""
    bare: Counter[tuple[object, ...]] = Counter()
    for (name, *rest), count in told.items():
        text = str(name).removeprefix("全区").replace("“", "").replace("”", "")
        bare[text, *rest] += count
    return bare
