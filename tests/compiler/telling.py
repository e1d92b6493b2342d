"""What the compiler makes of one sentence of a review of 2024."""

from __future__ import annotations

from district.compiler import compile_text

REVIEW = "一、2024年工作回顾\n"


def told(sentence: str) -> list[tuple[str, str, str]]:
    """Raw, subject and measure of every statement of a sentence."""
    rows = compile_text(REVIEW + sentence).statements
    return [(s.raw, s.subject, s.measure) for s in rows]
