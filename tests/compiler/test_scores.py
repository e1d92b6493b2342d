"""Score floors against labels that people wrote without seeing the compiler."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.compiler.judge_scoring import FIELDS, JudgeScore, load_rows, score_report
from tests.compiler.scoring import Score, load_gold, score_rows, score_text

from district.compiler import Statement, compile_text

GOLD = Path(__file__).parent / "gold"
REPO = Path(__file__).resolve().parents[2]
REPORT = REPO.parent / "shared" / "report" / "longgang-2025-plan-report.txt"
SAMPLE = REPO / "districts" / "longgang" / "report-2025.md"

needs_report = pytest.mark.skipif(
    not REPORT.exists(), reason="the real report ../shared/report is not on this machine"
)


def other_places() -> list[Path]:
    return sorted((GOLD / "other").glob("*.jsonl"))


@pytest.fixture(scope="module")
def total() -> Score:
    score = Score()
    for path in other_places():
        _, gold = load_gold(path)
        score.add(score_text(path.with_suffix(".txt").read_text("utf-8"), gold))
    return score


@pytest.mark.skipif(not other_places(), reason="no labelled reports of other places")
def test_reports_of_other_places_keep_recall_and_precision(total: Score) -> None:
    print(total.line("other places"))
    assert total.recall >= 0.95
    assert total.precision >= 0.95


@pytest.mark.skipif(not other_places(), reason="no labelled reports of other places")
def test_target_and_actual_are_hardly_ever_confused(total: Score) -> None:
    assert total.kind_confused * 100 <= total.paired


@pytest.mark.skipif(not other_places(), reason="no labelled reports of other places")
def test_sign_and_magnitude_are_never_wrong(total: Score) -> None:
    assert total.magnitude == []


def judged(folder: str, *, told: bool = True, labels: str = "") -> JudgeScore:
    """Reports whose labels carry alternative readings, compared string by string.

    Every wrong row is printed, or where not `told` the sums alone; `labels` of another hand stand
    in a folder of that name beside the reports.
    """
    score = JudgeScore()
    for path in sorted((GOLD / folder / labels).glob("*.jsonl")):
        text = (GOLD / folder / path.name).with_suffix(".txt").read_text("utf-8")
        rows = [
            {name: getattr(row, name) for name in ("raw", "start", "end", *FIELDS)}
            for row in compile_text(text).statements
        ]
        score_report(load_rows(path), rows, score)
    print(score.line(), *(score.errors if told else ()), sep="\n")
    return score


@pytest.mark.parametrize("folder", ["judge", "more"])
def test_reports_in_other_styles_keep_recall_and_precision(folder: str) -> None:
    score = judged(folder)
    assert score.gold > 150
    assert score.recall >= 0.98
    assert score.precision >= 0.98
    assert score.kind_confused * 100 <= score.predicted
    assert score.value_wrong == 0


def test_reports_labelled_after_the_grammar_was_made_keep_what_was_reached() -> None:
    """Blind, 18 reports were met at 0.80 to 0.93; what is left over is subject and measure."""
    score = judged("fresh")
    assert score.gold > 1200
    assert score.recall >= 0.98
    assert score.precision >= 0.98
    assert score.kind_confused * 100 <= score.predicted
    assert score.value_wrong == 0


def test_reports_of_many_places_and_years_keep_what_was_reached() -> None:
    """Labelled before they were compiled and met at 0.91 on the average."""
    score = judged("places")
    assert score.gold > 1300
    assert score.recall >= 0.97
    assert score.precision >= 0.97
    assert score.kind_confused == 0
    assert score.value_wrong * 100 <= score.predicted


def test_reports_in_the_manner_of_seven_kinds_of_places_keep_what_was_reached() -> None:
    """Labelled before they were compiled and met at 0.97 and 0.96."""
    score = judged("kinds")
    assert score.gold > 400
    assert score.recall >= 0.97
    assert score.precision >= 0.97
    assert score.kind_confused == 0
    assert score.value_wrong == 0


def test_reports_that_two_labellers_wrote_keep_what_was_reached() -> None:
    """Met blind at 0.84 and 0.85; the rows have been looked at since."""
    score = judged("held")
    assert score.gold > 600
    assert score.recall >= 0.94
    assert score.precision >= 0.94
    assert score.kind_confused * 100 <= score.predicted
    assert score.value_wrong == 0


def test_reports_that_outside_judges_wrote_keep_what_was_reached() -> None:
    """Met blind at 0.93 and 0.92; all rows have been looked at since."""
    score = judged("outside")
    assert score.gold > 1000
    assert score.recall >= 0.96
    assert score.precision >= 0.96
    assert score.kind_confused * 100 <= score.predicted
    assert score.value_wrong == 0


@pytest.mark.parametrize("labels", ["second", "third"])
def test_other_labellers_of_the_same_reports_agree(labels: str) -> None:
    """Two more labelled half of these from the requirement alone, and met the compiler at 0.97 and
    0.96; the judge who wrote them finds 0.91 and 0.93 of their readings right, of ours 0.96."""
    score = judged("outside", labels=labels)
    assert score.gold > 500
    assert score.recall >= 0.98
    assert score.precision >= 0.98
    assert score.value_wrong == 0


def test_reports_that_nobody_has_looked_at_are_read_as_is_asked() -> None:
    """Twelve that three outside judges wrote and labelled: only the sums are printed.

    A full tuple is found with a recall of 0.90 and a precision of 0.95 at least, target and actual
    are confused in one of 100, sign and magnitude never are.
    """
    score = judged("blind", told=False)
    assert score.gold > 900
    assert score.recall >= 0.95
    assert score.precision >= 0.95
    assert score.kind_confused * 100 <= score.predicted
    assert score.value_wrong == 0


def overlapping(rows: list[Statement], labels: list[dict[str, Any]]) -> list[Statement]:
    return [
        row
        for row in rows
        if any(min(row.end, g["end"]) > max(row.start, g["start"]) for g in labels)
    ]


@needs_report
def test_the_real_report_keeps_its_scores() -> None:
    _, gold = load_gold(GOLD / "longgang-2025.jsonl")
    rows = list(compile_text(REPORT.read_text("utf-8")).statements)
    held = [g for g in gold if g["split"] == "held"]
    tune = [g for g in gold if g["split"] == "tune"]
    kept = overlapping(rows, held)
    score = score_rows([r for r in rows if r not in kept], tune, place="龙岗区")
    print(score.line("real report, tuning part"))
    # Of the part that is kept away from tuning only the sum is looked at.
    print(score_rows(kept, held, place="龙岗区", spurious=False).line("real report, held part"))
    assert score.recall >= 0.85
    assert score.precision >= 0.86
    assert score.kind_confused == 0
    assert score.magnitude == []


@pytest.mark.skipif(not SAMPLE.exists(), reason="the sample report is not in this checkout")
def test_the_sample_report_keeps_its_scores() -> None:
    _, gold = load_gold(GOLD / "sample-2025.jsonl")
    score = score_text(SAMPLE.read_text("utf-8"), gold, place="龙岗区")
    print(score.line("sample report"))
    assert score.recall >= 0.85
    assert score.precision >= 0.85
    assert score.kind_confused == 0
    assert score.magnitude == []


@needs_report
def test_links_from_outturns_to_targets() -> None:
    compiled = compile_text(REPORT.read_text("utf-8"))
    gold = {
        (row["actual"][0], row["target"][0])
        for row in json.loads((GOLD / "longgang-2025-links.json").read_text("utf-8"))
    }
    found = {
        (compiled.statements[x.actual].start, compiled.statements[x.target].start)
        for x in compiled.links
    }
    f1 = 2 * len(gold & found) / (len(gold) + len(found))
    print(f"links: F1 {f1:.3f} ({len(gold & found)} of {len(gold)}, {len(found)} found)")
    assert f1 >= 0.9


@needs_report
def test_every_offset_of_the_real_report_is_right() -> None:
    text = REPORT.read_text("utf-8")
    compiled = compile_text(text)
    for row in compiled.statements:
        assert text[row.start : row.end] == row.raw
        assert row.raw in row.text
    assert len(compiled.glossary) == 28
    assert len(compiled.statements) >= 200
