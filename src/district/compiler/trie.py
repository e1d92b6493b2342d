"""Longest words of a list at a place of a text."""

from __future__ import annotations


class Trie:
    """Longest-match lookup of words, forwards or backwards, by their first character."""

    def __init__(self, groups: dict[str, str | list[str]], *, backward: bool = False) -> None:
        self.kinds: dict[str, str] = {}
        for kind, words in groups.items():
            for word in words:
                self.kinds.setdefault(word, kind)
        self.backward = backward
        self.index: dict[str, list[str]] = {}
        for word in sorted(self.kinds, key=len, reverse=True):
            self.index.setdefault(word[-1] if backward else word[0], []).append(word)

    def at(self, text: str, position: int) -> str | None:
        """The longest word that starts (backward: ends) at ``position``."""
        if self.backward:
            if position <= 0:
                return None
            for word in self.index.get(text[position - 1], ()):
                if text.endswith(word, 0, position):
                    return word
            return None
        if position >= len(text):
            return None
        for word in self.index.get(text[position], ()):
            if text.startswith(word, position):
                return word
        return None
