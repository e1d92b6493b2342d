"""Reading a report file into text: UTF-8 text and Markdown, .docx, .pdf.

The text that is returned is "the file's text" of every offset in a compilation.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from district.compiler.model import ReportError

#: Larger files are refused before they are read; the longest city reports are below 2 MB.
MAX_BYTES = 20 * 1024 * 1024
#: A report has at least this many Chinese characters.
MIN_HAN = 20
#: Extracted text beyond this is refused too (a small .docx can unpack to gigabytes).
MAX_CHARACTERS = 20_000_000

_HAN = re.compile("[\u4e00-\u9fff]")
_PAGE_NUMBER = re.compile(r"^\s*[-—–]?\s*\d{1,4}\s*[-—–]?\s*$")
_ENDS = "。;；!！?？:：”》"
_STARTS = re.compile(
    r"\s*(?:第[一二三四五六七八九十]+[部章节条]|[一二三四五六七八九十]+[、.．]|"
    r"[（(][一二三四五六七八九十\d]+[)）]|\d{1,2}[.、．](?!\d)|——|#|[-*●■◆▪•·] )"
)


def read_report(path: Path) -> str:
    """The text of a report file; raises ``ReportError`` with one clear line."""
    name = path.name
    try:
        if path.is_dir():
            raise ReportError(f"{name}: is a directory, not a report")
        size = path.stat().st_size
        if size == 0:
            raise ReportError(f"{name}: is empty")
        if size > MAX_BYTES:
            raise ReportError(
                f"{name}: is too large ({size / 1048576:.0f} MB; the limit is "
                f"{MAX_BYTES // 1048576} MB)"
            )
        text = _text_of(path, name)
    except FileNotFoundError:
        raise ReportError(f"{name}: no such file") from None
    except OSError as error:
        raise ReportError(f"{name}: cannot be read ({error.strerror or 'read error'})") from None
    check_report(text, name)
    return text


def check_report(text: str, name: str) -> None:
    """Refuse text that is empty or is not Chinese prose."""
    if not text.strip():
        raise ReportError(f"{name}: is empty (no text in it)")
    if len(text) > MAX_CHARACTERS:
        raise ReportError(f"{name}: is too large (more than {MAX_CHARACTERS} characters)")
    han = sum(1 for _ in _HAN.finditer(text[:200_000]))
    if han < MIN_HAN or han < 0.1 * len(text[:200_000].strip()):
        raise ReportError(f"{name}: is no plan report (hardly any Chinese text)")


def _text_of(path: Path, name: str) -> str:
    with path.open("rb") as stream:
        head = stream.read(8)
    if head.startswith(b"%PDF"):
        return _pdf_text(path, name)
    if head.startswith(b"PK\x03\x04"):
        return _docx_text(path, name)
    if path.suffix.lower() == ".pdf":
        raise ReportError(f"{name}: is no PDF file although its name says so")
    if path.suffix.lower() == ".docx":
        raise ReportError(f"{name}: is no Word document although its name says so")
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise ReportError(f"{name}: is an old Word file; save it as .docx first")
    data = path.read_bytes()
    if b"\x00" in data:
        raise ReportError(f"{name}: is no text, .docx or .pdf file")
    try:
        return data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise ReportError(f"{name}: is not UTF-8 text (byte {error.start})") from None


def _docx_text(path: Path, name: str) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(item.file_size for item in archive.infolist())
        if unpacked > 10 * MAX_BYTES:
            raise ReportError(f"{name}: is too large when unpacked")
        import docx

        document = docx.Document(str(path))
        return "\n".join(_docx_lines(document))
    except ReportError:
        raise
    except Exception:  # noqa: BLE001 - any damage in the archive is the same to the reader
        raise ReportError(f"{name}: is no Word document that can be read") from None


def _docx_lines(document: Any) -> Iterator[str]:
    """Paragraphs and tables in their order; a table row is one line, cells apart by a tab."""
    from docx.table import Table

    for block in document.iter_inner_content():
        if isinstance(block, Table):
            for row in block.rows:
                cells: list[str] = []
                for cell in row.cells:
                    text = " ".join(cell.text.split())
                    if not cells or cells[-1] != text:
                        cells.append(text)
                yield "\t".join(cells)
        else:
            yield block.text


def _pdf_text(path: Path, name: str) -> str:
    import pypdfium2  # type: ignore[import-untyped]

    try:
        document = pypdfium2.PdfDocument(str(path))
    except Exception:  # noqa: BLE001 - the library raises its own error for each damage
        raise ReportError(f"{name}: is no PDF file that can be read") from None
    lines: list[str] = []
    try:
        for page in document:
            text_page = page.get_textpage()
            lines.extend(str(text_page.get_text_bounded()).splitlines())
            text_page.close()
            page.close()
            if sum(map(len, lines[-1:])) > MAX_CHARACTERS:
                break
    except Exception:  # noqa: BLE001
        raise ReportError(f"{name}: is no PDF file that can be read") from None
    finally:
        document.close()
    text = join_wrapped(lines)
    if not text.strip():
        raise ReportError(f"{name}: holds no text (a scanned PDF needs OCR first)")
    return text


def join_wrapped(lines: list[str]) -> str:
    """Undo the line wraps of a page: a full line without an end mark goes on in the next.

    Page numbers are left out; blanks between Chinese characters are closed.
    """
    kept = [line.strip("\x00\ufffe \t") for line in lines if not _PAGE_NUMBER.match(line)]
    kept = [line.replace("\ufffe", "").replace("\x02", "") for line in kept if line]
    if not kept:
        return ""
    lengths = sorted(len(line) for line in kept)
    full = lengths[int(len(lengths) * 0.8)] * 0.8
    joined: list[str] = []
    open_line = False
    for line in kept:
        if open_line and not _STARTS.match(line):
            joined[-1] += line
        else:
            joined.append(line)
        open_line = line[-1] not in _ENDS and len(line) >= full
    return "\n".join(
        re.sub(r"(?<=[\u4e00-\u9fff，。、；：]) +(?=[\u4e00-\u9fff])", "", line) for line in joined
    )
