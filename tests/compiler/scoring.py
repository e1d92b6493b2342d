"""Scores a compilation against gold labels: one to one, lenient and strict."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from district.compiler import Statement, compile_text

FIELDS = ("subject", "measure", "comparator", "value", "unit", "kind", "year")
_DROP = re.compile(r"[\s“”‘’\"'《》「」()（）、,，·的—\-:：]")
_HOME = {"", "全区", "全市", "全县", "全省", "我区", "我市", "我县", "我省", "全国", "全州"}


def normal(text: str) -> str:
    """A name without quotation marks, punctuation and 的, half-width."""
    folded = "".join(chr(ord(c) - 0xFEE0) if 0xFF01 <= ord(c) <= 0xFF5E else c for c in text)
    return _DROP.sub("", folded)


def _bigrams(text: str) -> Counter[str]:
    return Counter(text[i : i + 2] for i in range(len(text) - 1))


def alike(first: str, second: str) -> bool:
    """Equal, or contained at 0.6 of the length, or bigram Dice of 0.75."""
    a, b = normal(first), normal(second)
    if a == b:
        return True
    if not a or not b:
        return False
    short, long = sorted((a, b), key=len)
    if short in long and len(short) / len(long) >= 0.6:
        return True
    x, y = _bigrams(a), _bigrams(b)
    total = sum(x.values()) + sum(y.values())
    return bool(total) and 2 * sum((x & y).values()) / total >= 0.75


def _home(subject: str, place: str) -> bool:
    return subject in _HOME or (bool(place) and subject == place)


def names_agree(row: Statement, gold: dict[str, Any], place: str = "") -> tuple[bool, bool]:
    """Whether subject and measure agree leniently."""
    measure = alike(row.measure, gold["measure"])
    subject = (_home(row.subject, place) and _home(gold["subject"], place)) or alike(
        row.subject, gold["subject"]
    )
    if not (measure and subject):
        joined = normal(row.subject + row.measure) == normal(gold["subject"] + gold["measure"])
        if joined:
            return True, True
    return subject, measure


def _decimal(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def field_matches(
    row: Statement, gold: dict[str, Any], *, strict: bool, place: str = ""
) -> dict[str, bool]:
    """One truth per field of the full tuple."""
    subject, measure = names_agree(row, gold, place)
    if strict:
        subject, measure = row.subject == gold["subject"], row.measure == gold["measure"]
    return {
        "subject": subject,
        "measure": measure,
        "comparator": row.comparator == gold["comparator"],
        "value": row.value == _decimal(gold["value"]),
        "unit": row.unit == gold["unit"],
        "kind": row.kind == gold["kind"],
        "year": row.year == gold["year"],
    }


@dataclass
class Score:
    """Counts over one or several reports."""

    gold: int = 0
    rows: int = 0
    paired: int = 0
    full: int = 0
    strict: int = 0
    fields: Counter[str] = field(default_factory=Counter)
    kind_confused: int = 0
    magnitude: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def add(self, other: Score) -> None:
        """Sum another score into this one."""
        for name in ("gold", "rows", "paired", "full", "strict", "kind_confused"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.fields += other.fields
        self.magnitude += other.magnitude
        self.errors += other.errors

    @property
    def recall(self) -> float:
        return self.full / self.gold if self.gold else 1.0

    @property
    def precision(self) -> float:
        return self.full / self.rows if self.rows else 1.0

    def line(self, name: str) -> str:
        """One printable line."""
        parts = " ".join(f"{f}={self.fields[f] / max(1, self.paired):.3f}" for f in FIELDS)
        return (
            f"{name}: gold {self.gold} rows {self.rows} paired {self.paired} | "
            f"full R {self.recall:.3f} P {self.precision:.3f} | "
            f"strict R {self.strict / max(1, self.gold):.3f} "
            f"P {self.strict / max(1, self.rows):.3f} | kind confused {self.kind_confused} "
            f"wrong sign/magnitude {len(self.magnitude)} | {parts}"
        )


def score_rows(
    rows: list[Statement], gold: list[dict[str, Any]], *, place: str = "", spurious: bool = True
) -> Score:
    """Pair rows with labels one to one by span overlap, best field agreement first."""
    score = Score(gold=len(gold), rows=len(rows))
    candidates = []
    for i, row in enumerate(rows):
        for j, label in enumerate(gold):
            overlap = min(row.end, label["end"]) - max(row.start, label["start"])
            if overlap > 0:
                agreed = sum(field_matches(row, label, strict=False, place=place).values())
                candidates.append((agreed, overlap, -i, -j))
    candidates.sort(reverse=True)
    used_rows: set[int] = set()
    used_gold: set[int] = set()
    for _, _, i, j in candidates:
        if -i in used_rows or -j in used_gold:
            continue
        used_rows.add(-i)
        used_gold.add(-j)
        _count(score, rows[-i], gold[-j], place)
    score.rows = len(rows) if spurious else len(used_rows)
    for j, label in enumerate(gold):
        if j not in used_gold:
            score.errors.append(
                f"MISSED {label['raw']} {label['subject']}|{label['measure']} :: "
                f"{label.get('text', '')[:90]}"
            )
    for i, row in enumerate(rows):
        if i not in used_rows and spurious:
            score.errors.append(
                f"SPURIOUS {row.raw} {row.subject}|{row.measure} {row.confidence} :: "
                f"{row.text[:90]}"
            )
    return score


def _count(score: Score, row: Statement, label: dict[str, Any], place: str) -> None:
    lenient = field_matches(row, label, strict=False, place=place)
    exact = field_matches(row, label, strict=True, place=place)
    score.paired += 1
    score.full += all(lenient.values())
    score.strict += all(exact.values())
    score.fields.update(name for name, ok in lenient.items() if ok)
    if row.kind != label["kind"] and "estimate" not in (row.kind, label["kind"]):
        score.kind_confused += 1
    if not lenient["value"]:
        score.magnitude.append(f"{row.raw} got {row.value} want {label['value']}")
    if not all(exact.values()):
        tag = "WRONG" if not all(lenient.values()) else "loose"
        wrong = [
            f"{name}: {getattr(row, name)} != {label[name]}" for name, ok in exact.items() if not ok
        ]
        score.errors.append(
            f"{tag} {row.raw} [{row.measure}] {'; '.join(wrong)} :: {label.get('text', '')[:100]}"
        )


def load_gold(path: Path) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Header and labels of a JSONL file."""
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    return lines[0], lines[1:]


def score_text(text: str, gold: list[dict[str, Any]], *, place: str = "") -> Score:
    """Compile and score one completely labelled text."""
    return score_rows(list(compile_text(text).statements), gold, place=place)
