"""Numbers that tell who somebody is, found in free text and hidden. Pure.

Telephone numbers and those of identity cards; names and addresses are not looked for here.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_CJK_DIGITS = str.maketrans("零〇一二三四五六七八九幺", "001234567891")
#: Between the digits of a number people write a space or a dash.
GAP = r"[ \-—_.]?"
NO_DIGIT_BEFORE, NO_DIGIT_BEHIND = r"(?<![0-9a-z])", r"(?![0-9])"
#: Both look at folded text (`fold`); what a group `hide` matched is the number alone.
IDENTITY = re.compile(
    rf"{NO_DIGIT_BEFORE}[1-8]\d{{5}}{GAP}(?:18|19|20)\d{{2}}{GAP}\d{{4}}{GAP}\d{{3}}[0-9x]"
    r"(?![0-9a-z])"
    rf"|{NO_DIGIT_BEFORE}[1-8]\d{{5}}\d{{2}}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d{{3}}"
    rf"{NO_DIGIT_BEHIND}"
)
PHONE = re.compile(
    rf"(?<![0-9])(?:(?:\+|00)?86{GAP})?1[3-9]\d(?:{GAP}\d){{8}}{NO_DIGIT_BEHIND}"
    rf"|(?<![0-9])\(?0\d{{2,3}}\)?{GAP}[2-8]\d{{6,7}}{NO_DIGIT_BEHIND}"
    rf"|(?:电话|座机|号码|打|致电)[是为:： ]{{0,2}}"
    rf"(?P<hide>[2-8]\d{{3}}{GAP}\d{{4}}){NO_DIGIT_BEHIND}"
)
HIDDEN_IDENTITY, HIDDEN_PHONE = "〔证件号〕", "〔电话〕"
_SPOKEN = re.compile("[零〇一二三四五六七八九幺]{7,}")
# Nothing shorter is a number of either kind; most texts are let through at this look.
_MAYBE = re.compile(r"\d(?:[\W_]{0,2}\d){6}|[零〇一二三四五六七八九幺]{7}")


def fold(text: str) -> str:
    """Half-width and small, sign by sign, so that positions stay those of the text."""
    return "".join(map(_sign, text))


@lru_cache(maxsize=8192)
def _sign(sign: str) -> str:
    folded = unicodedata.normalize("NFKC", sign).lower()
    return folded if len(folded) == 1 else sign


def spoken_digits(folded: str) -> str:
    """Numbers that are written as they are said (一三八零零…), as digits; same length."""
    return _SPOKEN.sub(lambda match: match[0].translate(_CJK_DIGITS), folded)


def without_numbers(text: str) -> str:
    """The text with 〔电话〕 and 〔证件号〕 in place of such numbers."""
    if not _MAYBE.search(text):
        return text
    for rule, instead in ((IDENTITY, HIDDEN_IDENTITY), (PHONE, HIDDEN_PHONE)):
        folded = fold(text)
        if rule is PHONE:
            folded = spoken_digits(folded)
        pieces, at = [], 0
        for match in rule.finditer(folded):
            start, end = match.span("hide" if match.groupdict().get("hide") else 0)
            pieces += [text[at:start], instead]
            at = end
        text = "".join([*pieces, text[at:]])
    return text
