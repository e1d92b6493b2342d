"""Documents: what they consist of, how they are put together, and as which files they come out.

Plain values in, bytes out: no database, no clock. The layout is that of GB/T 9704-2012. Everybody
may import this package; what is in its modules is its own.
"""

from __future__ import annotations

from district.kernel.reports.files.composing import (
    DASH,
    Part,
    filled,
    manuscript_of,
    numeral,
    run_of,
    sentence,
)
from district.kernel.reports.files.layout import (
    annex_mark,
    day_words,
    ems,
    numeric_columns,
    printed,
)
from district.kernel.reports.files.sheets import write_xlsx
from district.kernel.reports.files.typefaces import NoTypeface
from district.kernel.reports.files.word import write_docx
from district.kernel.reports.rules.manuscript import (
    Annex,
    Block,
    Chart,
    Heading,
    Manuscript,
    Number,
    Paragraph,
    Run,
    Table,
)

__all__ = [
    "DASH",
    "Annex",
    "Block",
    "Chart",
    "Heading",
    "Manuscript",
    "NoTypeface",
    "Number",
    "Paragraph",
    "Part",
    "Run",
    "Table",
    "annex_mark",
    "day_words",
    "ems",
    "filled",
    "manuscript_of",
    "numeral",
    "numeric_columns",
    "printed",
    "run_of",
    "sentence",
    "write_docx",
    "write_pdf",
    "write_xlsx",
]


def write_pdf(manuscript: Manuscript) -> bytes:
    """The manuscript as PDF; NoTypeface where the machine has no Chinese typeface."""
    # fpdf2 takes most of a second to import, and few processes draw anything.
    from district.kernel.reports.files import pdf

    return pdf.write_pdf(manuscript)
