"""Texts as conditions write them."""

from __future__ import annotations


def quoted(text: str) -> str:
    """A text inside a condition, in quotation marks."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
