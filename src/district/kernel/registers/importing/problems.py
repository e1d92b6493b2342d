"""What is wrong with a row of an import file."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext as _

from district.kernel.base.errors import Invalid


@dataclass(frozen=True)
class Problem:
    """Row as the spreadsheet counts (the head is row 1; 0 is the whole file), column, words."""

    row: int
    column: str
    problem: str
    remedy: str = ""

    def to_json(self) -> dict[str, Any]:
        """The problem as the import run keeps it."""
        return asdict(self)

    def __str__(self) -> str:
        where = _("第 %(row)d 行") % {"row": self.row} if self.row else ""
        parts = [where, self.column, self.problem, self.remedy]
        return " ".join(part for part in parts if part)


class Unreadable(Invalid):
    """A file that cannot be read as a table at all."""
