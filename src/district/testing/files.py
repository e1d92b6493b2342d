"""What is wrong with an answer that is no page."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

from lxml import etree  # type: ignore[import-untyped]  # it ships no types

_JSON = ("application/json", "application/geo+json")
#: What programs read: feeds, and messages of CAP.
_XML = ("application/atom+xml", "application/cap+xml")


def wrong_file(kind: str, answer: Any, content: bytes) -> list[str]:
    """What is wrong with an answer that is no page: an empty file, or none of its kind."""
    if kind in _JSON:
        json.loads(content)
        return []
    if not content:
        return [f"an empty file of {kind}"]
    if kind.endswith("spreadsheetml.sheet"):
        broken = zipfile.ZipFile(io.BytesIO(content)).testzip()
        return [f"a broken workbook: {broken}"] if broken else []
    if kind == "text/csv":
        content.decode("utf-8-sig")
        return []
    if kind in _XML:
        etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
        return []
    if "attachment" in answer.get("Content-Disposition", "") or kind.startswith("image/"):
        return []
    return [f"an answer of kind {kind!r}"]
