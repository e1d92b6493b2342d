"""What is known of a sentence while its clauses are read, for the clauses behind."""

from __future__ import annotations

from district.compiler import owners
from district.compiler.before import LeftReader
from district.compiler.rows import Row


class SentenceState:
    """The rows so far, and what later clauses may leave out.

    ``previous`` is the last row of the sentence before; ``groups`` are the rows clause by
    clause, ``topic`` is what a clause without numbers spoke of, ``opener`` the works that the
    sentence opens with, ``subject`` whose the
    numbers are (``acts``: it did something; ``counts``: to what is counted), ``estimate``
    that a forecast opened the sentence, in the clause that starts at ``estimated``;
    ``year_over``: the report was given when the year that it looks back on had ended.
    """

    def __init__(
        self,
        folded: str,
        text: str,
        start: int,
        end: int,
        previous: Row | None,
        *,
        estimate: bool = False,
        year_over: bool = True,
    ) -> None:
        self.folded = folded
        self.text = text
        self.start = start
        self.end = end
        self.rows: list[Row] = []
        self.previous = previous
        self.subject = ""
        self.groups: list[list[Row]] = []
        self.topic = owners.Topic(start=start)
        self.opener = ""
        self.acts = False
        self.counts = False
        self.estimate = estimate
        self.estimated = -1
        self.year_over = year_over
        self.clause_start = start
        self.left_reader = LeftReader(folded, text)
