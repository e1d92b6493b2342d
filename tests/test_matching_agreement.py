"""The check of explanations against verdicts, of which the benchmark makes a million."""

from __future__ import annotations

from benchmarks.matching_agreement import disagreements


def test_explanations_agree_with_verdicts_and_a_careless_reading_does_not() -> None:
    found, careless, asked = disagreements(2_000)
    assert asked == 2
    assert found == 0
    assert careless > 0
