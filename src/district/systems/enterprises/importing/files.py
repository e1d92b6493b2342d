"""CSV, XLSX and Parquet files as frames of texts, some hundred thousand rows at a time."""

from __future__ import annotations

import codecs
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import polars as pl
from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

from district.kernel.base.errors import Invalid

#: Rows of a frame.
PART = 100_000
MAX_BYTES = 1 << 30
MAX_ROWS = 2_000_000
MAX_COLUMNS = 100
#: What a workbook may unfold to: a million rows of this register need half of it.
MAX_UNPACKED = 4 << 30
#: The number of the first row below the head, as a sheet counts.
FIRST = 2


@dataclass(frozen=True)
class Part:
    """Some rows of a file: every column a text, null where the cell is empty; `first` is the
    number of the first row in the file."""

    first: int
    frame: pl.DataFrame


def _unreadable(problem: str, remedy: str) -> Invalid:
    return Invalid("file", problem, remedy)


def parts_of(path: Path, name: str) -> Iterator[Part]:
    """The rows of a file in order; empty rows stay, so that numbers are those of the file.

    A CSV file is UTF-8 or GB 18030, of a workbook the first sheet counts. Raises Invalid with
    what is wrong and what to do, at the latest while it is read.
    """
    lower = name.lower()
    if path.stat().st_size == 0:
        raise _unreadable(_("文件是空的。"), _("请填写后再上传。"))
    if lower.endswith((".csv", ".txt")):
        yield from _cut(_csv(path))
    elif lower.endswith((".parquet", ".pq")):
        yield from _cut(_parquet(path))
    elif lower.endswith(".xlsx"):
        yield from _sheet(path)
    else:
        raise _unreadable(_("只能导入 csv、xlsx 或 parquet 文件。"), _("请另存为其中一种。"))


def _check_size(frame: pl.DataFrame) -> None:
    if frame.width > MAX_COLUMNS or frame.height > MAX_ROWS:
        raise _unreadable(
            _("一次最多导入 %(rows)d 行、%(columns)d 列。")
            % {"rows": MAX_ROWS, "columns": MAX_COLUMNS},
            _("请拆成几个文件。"),
        )


def _cut(frame: pl.DataFrame) -> Iterator[Part]:
    _check_size(frame)
    for at in range(0, frame.height, PART):
        yield Part(FIRST + at, frame[at : at + PART])
    if not frame.height:
        yield Part(FIRST, frame)


def _csv(path: Path) -> pl.DataFrame:
    utf8 = _as_utf8(path)
    with utf8.open("rb") as file:
        head = file.readline(1 << 20).decode("utf-8", "replace")
    separator = max(",\t;", key=head.count)
    try:
        return pl.read_csv(utf8, infer_schema=False, separator=separator, encoding="utf8")
    except (pl.exceptions.PolarsError, OSError) as error:
        line = str(error).splitlines()[0][:160]
        raise _unreadable(
            _("文件不是能读的 csv：%(error)s") % {"error": line}, _("请检查引号和列数。")
        ) from error


def _as_utf8(path: Path) -> Path:
    """The file itself where it is UTF-8, else a copy beside it that is."""
    if _is_encoded(path, "utf-8"):
        return path
    if not _is_encoded(path, "gb18030"):
        raise _unreadable(_("认不出文件的文字编码。"), _("请另存为 UTF-8 编码的 csv。"))
    copy = path.with_suffix(".utf8")
    with (
        path.open(encoding="gb18030", newline="") as old,
        copy.open("w", newline="", encoding="utf-8") as new,
    ):
        while text := old.read(1 << 20):
            new.write(text)
    return copy


def _is_encoded(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as file:
            while block := file.read(1 << 22):
                decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _parquet(path: Path) -> pl.DataFrame:
    try:
        frame = pl.read_parquet(path)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise _unreadable(_("文件打不开，可能已损坏。"), _("请重新导出后再上传。")) from error
    nested = [name for name, kind in frame.schema.items() if kind.is_nested()]
    if nested:
        raise _unreadable(
            _("列“%(name)s”不是单个值。") % {"name": nested[0]}, _("请每格只放一个值。")
        )
    floats = [name for name, kind in frame.schema.items() if kind.is_float()]
    # A double's last digits are noise: what six places show is meant.
    exact = [pl.col(name).round(6).cast(pl.Decimal(38, 6), strict=False) for name in floats]
    times = [pl.col(name).dt.date() for name, kind in frame.schema.items() if kind == pl.Datetime]
    return frame.with_columns(*exact, *times).cast(pl.String)


def _sheet(path: Path) -> Iterator[Part]:
    try:
        unpacked = sum(part.file_size for part in zipfile.ZipFile(path).infolist())
        if unpacked > MAX_UNPACKED:
            raise _unreadable(_("文件展开后过大。"), _("请拆成几个文件，或改用 csv。"))
        book = CalamineWorkbook.from_path(str(path))
        if not book.sheet_names:
            raise _damaged()
        rows = book.get_sheet_by_index(0).iter_rows()
    except (zipfile.BadZipFile, CalamineError, OSError) as error:
        raise _damaged() from error
    head = [str(cell).strip() for cell in next(rows, [])]
    names = [name or f"_{at}" for at, name in enumerate(head)]
    if not any(head):
        raise _unreadable(_("文件是空的。"), _("请填写后再上传。"))
    if len(set(names)) < len(names):
        double = next(name for name in names if names.count(name) > 1)
        raise _unreadable(_("列“%(name)s”出现了两次。") % {"name": double}, _("请只留一列。"))
    first = FIRST
    while chunk := list(islice(rows, PART)):
        columns = list(zip(*chunk, strict=True))
        frame = pl.DataFrame(
            {
                name: pl.Series(name, [_text(cell) for cell in column], pl.String)
                for name, column in zip(names, columns, strict=False)
            }
        )
        if first + frame.height - FIRST > MAX_ROWS:
            _check_size(pl.DataFrame({"_": pl.Series([0]).new_from_index(0, MAX_ROWS + 1)}))
        yield Part(first, frame)
        first += frame.height


def _damaged() -> Invalid:
    return _unreadable(_("文件打不开，可能已损坏或加了密码。"), _("请用表格软件另存后再上传。"))


def _text(cell: Any) -> str | None:
    """A sheet's cell as a text; it keeps every number as a double, codes among them."""
    if cell == "" or cell is None:
        return None
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float):
        if cell.is_integer():
            return str(int(cell))
        text = f"{cell:.6f}".rstrip("0")
        return text.removesuffix(".")
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date) else str(cell)
