"""Telling that two names are one organisation's. Pure."""

from __future__ import annotations

import re
import unicodedata

#: Legal forms behind a name, which it may lack or have without being another organisation's.
_CHINESE = re.compile(r"(股份|有限责任公司|有限公司|集团|公司)$")
_LATIN = frozenset({"co", "company", "ltd", "limited", "inc", "corp", "corporation", "gmbh", "llc"})
_LATIN |= {"plc", "pte", "ag", "group", "holdings"}
_WORD = re.compile(r"[^\W_]+")


def organisation_key(name: str) -> str:
    """What finds the same organisation again: width, case, brackets, spaces and marks do not count,
    nor does the legal form at the end.

    A name that is nothing but its legal form stays as it is; "" for one without letters.
    """
    words = _WORD.findall(unicodedata.normalize("NFKC", name).lower())
    while len(words) > 1 and words[-1] in _LATIN:
        words.pop()
    text = "".join(words)
    while (shorter := _CHINESE.sub("", text)) not in (text, ""):
        text = shorter
    return text[:120]
