"""Telling that two names are one organisation's. Pure."""

from __future__ import annotations

import re
import unicodedata

#: What a name may lack or have without being another organisation's.
_LEGAL = re.compile(
    r"(股份有限公司|有限责任公司|有限公司|集团公司|公司|集团"
    r"|co\.?,?\s*ltd\.?|limited|ltd\.?|inc\.?|corporation|corp\.?|gmbh|plc|llc|s\.?a\.?)$"
)


def organisation_key(name: str) -> str:
    """What finds the same organisation again: width, case, brackets, spaces and marks do not count,
    nor does the legal form at the end.

    A name that is nothing but its legal form stays as it is.
    """
    text = unicodedata.normalize("NFKC", name).lower().strip()
    while (shorter := _LEGAL.sub("", text).rstrip(" ,，.")) != text and _letters(shorter):
        text = shorter
    return _letters(text)[:120]


def _letters(text: str) -> str:
    return "".join(char for char in text if char.isalnum())
