"""The layout of an official document after GB/T 9704-2012, in millimetres and points. Pure.

Source: GB/T 9704-2012 党政机关公文格式, 5 (版面) and 7 (格式要素): A4; the edge above the text
37 mm, the binding edge 28 mm, the text 156 mm by 225 mm; 22 lines a page of 28 characters, body
in 三号 (16 pt) 仿宋; page numbers in 四号 (14 pt) 宋体 digits between dashes, 7 mm below the text,
outside. 28 characters of 16 pt are wider than the text, so they stand a little closer.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from district.kernel.reports.rules.manuscript import Number, Run

PAGE_MM = (Decimal(210), Decimal(297))
TEXT_MM = (Decimal(156), Decimal(225))
TOP_MM, BINDING_MM = Decimal(37), Decimal(28)
OUTER_MM = PAGE_MM[0] - BINDING_MM - TEXT_MM[0]
BOTTOM_MM = PAGE_MM[1] - TOP_MM - TEXT_MM[1]
#: From the text's lower edge to the page number.
NUMBER_MM = Decimal(7)
LINES, CHARACTERS = 22, 28

POINTS_A_MM = Decimal(72) / Decimal("25.4")
#: The pitch of lines and of characters, in points: 28.99 and 15.79.
LINE = float(TEXT_MM[1] * POINTS_A_MM / LINES)
PITCH = float(TEXT_MM[0] * POINTS_A_MM / CHARACTERS)

#: 2号, 3号, 4号 and 五号 in points.
TITLE_SIZE, BODY_SIZE, NUMBER_SIZE = 22.0, 16.0, 14.0
#: Letters of tables: up to so many columns, so many points.
_TABLE_SIZES = ((5, 12.0), (8, 10.5), (99, 9.0))
#: From here on characters are as wide as they are high.
_FIRST_WIDE = 0x2E80
#: Punctuation of Chinese texts below that border, and the sign for "stale" in print.
_ALSO_WIDE = "“”‘’—…·"
STALE = "*"


def points(millimetres: Decimal) -> float:
    """A length in points."""
    return float(millimetres * POINTS_A_MM)


def ems(text: str) -> float:
    """How wide a text is, in characters as wide as they are high."""
    return sum(1.0 if ord(each) >= _FIRST_WIDE or each in _ALSO_WIDE else 0.5 for each in text)


def printed(run: Run) -> str:
    """A run in print: a number whose rows have changed since carries an asterisk."""
    if isinstance(run, Number):
        return f"{run.text}{STALE}" if run.stale else run.text
    return run


def any_stale(runs: Iterable[Run]) -> bool:
    """Whether a number among them has changed since."""
    return any(isinstance(one, Number) and one.stale for one in runs)


def table_size(columns: int) -> float:
    """How high the letters of a table are, in points."""
    return next(size for most, size in _TABLE_SIZES if columns <= most)


def shares(lines: Sequence[Sequence[str]]) -> list[float]:
    """How much of the width each column of a table takes, by its longest text within bounds."""
    needs = [
        min(16.0, max(3.0, *(ems(line[at]) for line in lines))) + 1.0 for at in range(len(lines[0]))
    ]
    return [need / sum(needs) for need in needs]


def is_numeric(text: str) -> bool:
    """Whether a cell is a number, an empty one or a dash, which stands to the right."""
    plain = text.strip().rstrip("%*").replace(",", "").replace(" ", "")
    return plain in ("", "—", "-") or plain.lstrip("+-−").replace(".", "", 1).isdigit()


def numeric_columns(rows: Sequence[Sequence[str]]) -> list[bool]:
    """Which columns hold nothing but numbers, and at least one."""
    if not rows:
        return []
    return [
        all(is_numeric(row[at]) for row in rows)
        and any(any(each.isdigit() for each in row[at]) for row in rows)
        for at in range(len(rows[0]))
    ]


def signature(issuer: str, dated: str) -> tuple[float, float]:
    """How many characters stay free to the right of the issuer and of the date (7.3.5.2): the
    issuer two, the date begins two after it; a longer date stands two from the edge, and the
    issuer begins two before it."""
    name, day = ems(issuer), ems(dated)
    right = 2 + name - 2 - day
    if right >= 2:
        return 2.0, right
    return 2 + day + 2 - name if name else 2.0, 2.0


def annex_mark(at: int, of: int) -> str:
    """The mark above an annex: 附件, with its number where there are several."""
    return "附件" if of == 1 else f"附件{at}"


def annex_lines(titles: Sequence[str]) -> list[str]:
    """The list of annexes below the text (7.3.4), each of its lines."""
    if len(titles) == 1:
        return [f"附件：{titles[0]}"]
    return [
        f"附件：{at}. {title}" if at == 1 else f"\u3000\u3000\u3000{at}. {title}"
        for at, title in enumerate(titles, 1)
    ]


def day_words(day: date) -> str:
    """A day as documents print it in the reader's language: 2026年1月5日, no leading noughts."""
    told = {"year": day.year, "month": day.month, "day": day.day}
    return _("%(year)s年%(month)s月%(day)s日") % told
