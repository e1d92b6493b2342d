"""What a complaint's text must not hold: who complains. Pure."""

from __future__ import annotations

import re
import unicodedata

#: Shorter names occur in ordinary words.
_SHORTEST = 2


def _folded(text: str) -> str:
    """Without spaces and marks, width and case folded: a name is found however it is written."""
    normal = unicodedata.normalize("NFKC", text).lower()
    return "".join(char for char in normal if char.isalnum())


def tells_who(text: str, name: str, phone: str) -> bool:
    """Whether the text names the complainant: by the name given or by the telephone number."""
    folded, wanted = _folded(text), _folded(name)
    if len(wanted) >= _SHORTEST and wanted in folded:
        return True
    digits = re.sub(r"\D", "", phone)[-11:]
    return len(digits) >= 7 and digits in re.sub(r"\D", "", unicodedata.normalize("NFKC", text))
