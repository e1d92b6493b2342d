"""The glossary at the end of a report: terms that pages explain on hover."""

from __future__ import annotations

import re

from district.compiler.layout import lines_of
from district.compiler.model import GlossaryTerm

_ENTRY = re.compile(
    r"[(\[【]?\d{1,3}[)\]】]?[.、 ]? *(?P<term>[^:]{1,60}?) *:(?P<text>.*)$", re.DOTALL
)
_LOOSE = re.compile(r"(?:[*#·●-] *)?(?P<term>[^:。]{2,40}?) *:(?P<text>.+)$", re.DOTALL)


def read_glossary(text: str, folded: str, start: int) -> list[GlossaryTerm]:
    """The entries from ``start`` on; lines without a term continue the entry above."""
    if start >= len(text):
        return []
    found: list[tuple[str, int, int, int]] = []
    for begin, end in lines_of(text[start:]):
        begin, end = begin + start, end + start
        match = _ENTRY.match(folded[begin:end]) or _LOOSE.match(folded[begin:end])
        if match:
            term = text[begin + match.start("term") : begin + match.end("term")].strip("* ")
            if term:
                found.append((term, begin + match.start("text"), begin, end))
                continue
        if found:
            term, body, first, _ = found[-1]
            found[-1] = (term, body, first, end)
    report = text[:start]
    return [
        GlossaryTerm(term, text[body:end].strip(), first, end, _aliases(term, report))
        for term, body, first, end in found
        if text[body:end].strip()
    ]


def _aliases(term: str, report: str) -> tuple[str, ...]:
    """Other spellings of the term that the report uses: parts of a list, without marks."""
    names = [term, re.sub('[“”"]', "", term)]
    names += [f"“{part}”" for part in re.findall("“([^”]{2,})”", term)]
    parts = re.split("[、/]", term)
    if len(parts) > 1:
        names += [part + parts[-1][len(part) :] if part.isascii() else part for part in parts]
        names += parts
    names += [re.sub("的", "", term)]
    kept = []
    for name in names:
        if name != term and len(name) >= 2 and name not in kept and name in report:
            kept.append(name)
    return tuple(kept)
