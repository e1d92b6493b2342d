"""Scores a compilation against labels with alternative readings, strictly by string.

    python judge_scoring.py GOLD.jsonl OUT.jsonl [GOLD.jsonl OUT.jsonl ...] [--strict] [-v]

One to one by overlapping ``[start, end)``; the full tuple is subject, measure, comparator,
value, unit, kind, year. A label's ``alt`` lists further readings that count, ``optional``
rows are neither required nor punished, and no subject, 全区 and the place itself are one
subject. ``--strict`` compares the first reading alone and counts optional rows.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FIELDS = ("subject", "measure", "comparator", "value", "unit", "kind", "year")
_PLACE = re.compile(
    "^(全|我|本)?(区|市|县|省|州|园区|新区)$|^(海淀|北京市海淀|上海市浦东新|浦东新|杭州市?|成都高新|"
    "沂山县|广东省?|苏州工业园|黔山).{0,12}(区|市|县|省|州)?$"
)
#: Alternatives multiply; a label with more readings than this is cut short.
_MAX_READINGS = 4096

Row = dict[str, Any]


@dataclass
class JudgeScore:
    """Counts over one or several reports."""

    gold: int = 0
    predicted: int = 0
    hit: int = 0
    missed: int = 0
    spurious: int = 0
    kind_confused: int = 0
    value_wrong: int = 0
    wrong_fields: Counter[str] = field(default_factory=Counter)
    errors: list[str] = field(default_factory=list)

    @property
    def recall(self) -> float:
        return self.hit / max(self.gold, 1)

    @property
    def precision(self) -> float:
        return self.hit / max(self.predicted, 1)

    def line(self) -> str:
        """One printable line of JSON."""
        names = ("gold", "predicted", "hit", "missed", "spurious", "kind_confused", "value_wrong")
        counts: Row = {name: getattr(self, name) for name in names}
        counts |= {"recall": round(self.recall, 4), "precision": round(self.precision, 4)}
        counts["wrong_fields"] = {name: self.wrong_fields[name] for name in FIELDS}
        return json.dumps(counts, ensure_ascii=False)


def load_rows(path: Path) -> list[Row]:
    """The rows of a JSONL file."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def _home(subject: str | None) -> str | None:
    return None if not subject or _PLACE.match(subject) else subject


def readings(label: Row, *, strict: bool) -> list[Row]:
    """All full tuples that a label accepts, the first reading first."""
    found: list[Row] = [{name: label[name] for name in FIELDS}]
    for other in () if strict else label.get("alt", ()):
        found += [{**reading, **other} for reading in found]
        if len(found) > _MAX_READINGS:
            break
    return found


def field_agrees(name: str, want: Any, got: Any, *, strict: bool) -> bool:
    """Whether one field of a row is as one reading says."""
    if name == "value":
        return got is not None and abs(float(want) - float(got)) <= 1e-9
    if name == "unit" or (name == "subject" and strict):
        return (want or "") == (got or "")
    if name == "subject":
        return _home(want) == _home(got)
    return bool(want == got)


def agrees(reading: Row, row: Row, *, strict: bool) -> bool:
    """Whether a row is one reading of a label in every field."""
    return all(field_agrees(n, reading[n], row.get(n), strict=strict) for n in FIELDS)


def score_report(
    gold: list[Row], predicted: list[Row], score: JudgeScore, *, strict: bool = False
) -> JudgeScore:
    """Add one report to ``score``."""
    used: set[int] = set()
    for label in gold:
        optional = bool(label.get("optional")) and not strict
        score.gold += not optional
        accepted = readings(label, strict=strict)
        candidates = [
            index
            for index, row in enumerate(predicted)
            if index not in used and row["start"] < label["end"] and label["start"] < row["end"]
        ]
        if not candidates:
            if not optional:
                score.missed += 1
                score.errors.append(f"MISSED {label['raw']} {label['measure']}")
            continue
        best = max(
            candidates,
            key=lambda index: (
                any(agrees(r, predicted[index], strict=strict) for r in accepted),
                predicted[index].get("value") == label["value"],
            ),
        )
        used.add(best)
        if not optional:
            _count(score, label, accepted, predicted[best], strict=strict)
    for index, row in enumerate(predicted):
        if index not in used:
            score.predicted += 1
            score.spurious += 1
            score.errors.append(f"SPURIOUS {row['raw']} {row.get('measure')}")
    return score


def _count(score: JudgeScore, label: Row, accepted: list[Row], row: Row, *, strict: bool) -> None:
    score.predicted += 1
    kinds = {reading["kind"] for reading in accepted}
    score.kind_confused += row["kind"] not in kinds and "estimate" not in (
        row["kind"],
        label["kind"],
    )
    score.value_wrong += not any(
        field_agrees("value", reading["value"], row.get("value"), strict=strict)
        for reading in accepted
    )
    if any(agrees(reading, row, strict=strict) for reading in accepted):
        score.hit += 1
        return
    wrong = [
        name
        for name in FIELDS
        if not any(field_agrees(name, r[name], row.get(name), strict=strict) for r in accepted)
    ]
    score.wrong_fields.update(wrong)
    shown = {name: (label[name], row.get(name)) for name in wrong}
    score.errors.append(f"WRONG {label['raw']} {shown or 'combination'}")


def main() -> int:
    """Score the files of the command line."""
    paths = [Path(word) for word in sys.argv[1:] if not word.startswith("-")]
    score = JudgeScore()
    for gold, out in zip(paths[::2], paths[1::2], strict=True):
        known = len(score.errors)
        score_report(load_rows(gold), load_rows(out), score, strict="--strict" in sys.argv)
        if "-v" in sys.argv:
            print(*(f"{gold.name} {error}" for error in score.errors[known:]), sep="\n")
    print(score.line())
    return 0


if __name__ == "__main__":
    sys.exit(main())
