"""What the interface refuses, as the standard has it: a status and a sentence."""

from __future__ import annotations


class Problem(Exception):
    """A request that is not answered: 400 malformed, 404 not there, 501 left out here."""

    def __init__(self, status: int, message: str) -> None:
        self.status, self.message = status, message
        super().__init__(message)
