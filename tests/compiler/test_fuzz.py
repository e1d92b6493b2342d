"""Whatever the text, the compiler answers and its offsets are right."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.compiler.invariants import check
from tests.compiler.mutations import PIECES, mutate

from district.compiler import compile_text

CORPUS = sorted((Path(__file__).parent / "corpus").glob("*.txt"))
QUIET = settings(
    max_examples=120, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)


def read(path: Path) -> str:
    return path.read_bytes().decode("utf-8")


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_every_file_of_the_corpus_compiles(path: Path) -> None:
    check(read(path))


def test_the_corpus_is_large_enough() -> None:
    assert len(CORPUS) >= 30


@QUIET
@given(st.text())
def test_arbitrary_text_compiles(text: str) -> None:
    check(text)


@QUIET
@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join))
def test_report_like_text_compiles(text: str) -> None:
    check(text)


@QUIET
@given(st.sampled_from(CORPUS), st.integers(min_value=0, max_value=2**32))
def test_mutations_of_the_corpus_compile(path: Path, seed: int) -> None:
    check(mutate(read(path)[:4000], random.Random(seed)))  # noqa: S311 - no secret


@QUIET
@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_compiling_twice_gives_the_same(text: str) -> None:
    assert compile_text(text) == compile_text(text)


@pytest.mark.parametrize(
    "unit",
    [
        "新增企业30家，",
        "（",
        "“",
        "1,",
        "增长5%、",
        "由1%",
        "一",
        "等",
        "、",
        "分别",
        "比",
        "的",
        "9",
    ],
)
def test_repeating_anything_stays_fast(unit: str) -> None:
    """Doubling such a line must not make it four times slower."""
    begun = time.process_time()
    check(unit * 4000)
    assert time.process_time() - begun < 10
