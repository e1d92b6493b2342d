"""Make ``src/district/compiler/vocabulary.json`` from the dictionary of jieba.

    python scripts/make_compiler_vocabulary.py PATH/TO/jieba/dict.txt

The dictionary (word, frequency, part of speech; MIT licence, Sun Junyi) ships with the
``jieba`` package on PyPI: ``pip download jieba==0.42.1 --no-deps`` and unpack it. Kept are
words of two to four characters that a report can use; persons' names are left out. The
result maps ``class + level`` to the words of that class, joined with blanks: the level is
the base-2 logarithm of the frequency, the classes are ``v`` verbs that hardly ever open a
noun, ``w`` verbs that do (``生产线``), ``d`` adverbs and ``n`` everything else.
"""

from __future__ import annotations

import json
import math
import sys
from collections import Counter, defaultdict
from pathlib import Path

TARGET = Path(__file__).resolve().parents[1] / "src/district/compiler/vocabulary.json"
MIN_FREQUENCY = {"v": 8, "w": 20, "d": 20, "n": 40}
#: A verb (verb-noun) that opens longer nouns with more than this share of its frequency is ``w``.
NOMINAL_SHARE = {"v": 0.05, "vn": 0.01}
NAMES = ("nr", "nrt", "nrfg", "zg", "m", "o")
#: Common nouns that the dictionary takes for a person's name (玉米) are frequent.
MIN_NAME_FREQUENCY = 150


def read(path: Path) -> dict[str, tuple[int, str]]:
    """Word -> frequency and part of speech."""
    entries: dict[str, tuple[int, str]] = {}
    for line in path.read_text("utf-8").splitlines():
        word, frequency, speech = line.split()
        if all("\u4e00" <= char <= "\u9fff" for char in word):
            entries[word] = int(frequency), speech
    return entries


def classify(entries: dict[str, tuple[int, str]]) -> dict[str, list[str]]:
    """``class + level`` -> words, sorted."""
    opens: Counter[str] = Counter()
    for word, (frequency, speech) in entries.items():
        if speech.startswith("n") and speech not in NAMES and 3 <= len(word) <= 5:
            opens[word[:2]] += frequency
    groups: dict[str, list[str]] = defaultdict(list)
    for word, (frequency, speech) in entries.items():
        if not 2 <= len(word) <= 4:
            continue
        if speech in NAMES and not (
            speech == "nr" and len(word) == 2 and frequency >= MIN_NAME_FREQUENCY
        ):
            continue
        kind = "n"
        if speech in ("v", "vn", "vd"):
            share = NOMINAL_SHARE.get(speech, 0)
            kind = "v" if len(word) == 2 and opens[word] < share * frequency else "w"
        elif speech == "d":
            kind = "d"
        if frequency >= MIN_FREQUENCY[kind]:
            groups[f"{kind}{int(math.log2(frequency))}"].append(word)
    return {key: sorted(groups[key]) for key in sorted(groups)}


def main() -> int:
    """Write the vocabulary; one line a group."""
    if len(sys.argv) != 2:
        print(__doc__)
        return 2
    groups = classify(read(Path(sys.argv[1])))
    lines = [
        f'  "{key}": {json.dumps(" ".join(words), ensure_ascii=False)}'
        for key, words in groups.items()
    ]
    TARGET.write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")
    print(f"{TARGET.name}: {sum(map(len, groups.values()))} words, {TARGET.stat().st_size} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
