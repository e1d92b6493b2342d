"""Reading files: what becomes text, and what gets one clear line."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from district.compiler import ReportError, compile_file
from district.compiler.document import MAX_BYTES, join_wrapped, read_report

REPORT = (
    "关于某区2024年国民经济和社会发展计划执行情况与2025年计划草案的报告\n"
    "一、2024年主要工作和成效\n"
    "全区新增国家高新技术企业204家，总量达1320家，进出口总额5718.9亿元，同比增长8.2%。\n"
    "二、2025年工作安排\n"
    "力争全年新增公办学位1.2万个，城镇登记失业率控制在3%以内。\n"
)


def refused(path: Path) -> str:
    with pytest.raises(ReportError) as caught:
        compile_file(path)
    message = str(caught.value)
    assert "\n" not in message
    assert message.startswith(path.name + ": ")
    return message


def test_utf8_text_with_a_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "report.txt"
    path.write_bytes(b"\xef\xbb\xbf" + REPORT.encode())
    assert len(compile_file(path).statements) == 6


def test_line_ends_of_windows_keep_the_offsets(tmp_path: Path) -> None:
    path = tmp_path / "report.md"
    path.write_bytes(REPORT.replace("\n", "\r\n").encode())
    compiled = compile_file(path)
    assert len(compiled.statements) == 6
    assert all(compiled.text[s.start : s.end] == s.raw for s in compiled.statements)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b"  \n\n ", "is empty"),
        (REPORT.encode("gbk"), "is not UTF-8 text"),
        ("Übermäßig déjà vu, señor".encode("latin-1") * 20, "is not UTF-8 text"),
        (b"\x89PNG\r\n\x1a\n\x00\x00" * 50, "no text, .docx or .pdf"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 50, "old Word file"),
        (b"Lorem ipsum dolor sit amet. " * 50, "no plan report"),
        (("床前明月光，疑是地上霜。举头望明月，低头思故乡。" * 9).encode(), "no plan report"),
        (b"%PDF-1.7\nnothing of a PDF", "no PDF file"),
        (b"PK\x03\x04 nothing of a zip", "no Word document"),
    ],
    ids=["empty", "blank", "gbk", "latin1", "png", "doc", "english", "poem", "pdf", "zip"],
)
def test_unusable_files_get_one_clear_line(tmp_path: Path, data: bytes, words: str) -> None:
    path = tmp_path / "report.txt"
    path.write_bytes(data)
    assert words in refused(path)


@pytest.mark.parametrize("name", ["report.pdf", "report.docx"])
def test_a_wrong_name_is_said_so(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text(REPORT, "utf-8")
    assert "although its name says so" in refused(path)


def test_a_missing_file_and_a_directory(tmp_path: Path) -> None:
    assert "no such file" in refused(tmp_path / "absent.txt")
    assert "is a directory" in refused(tmp_path)


def test_fifty_megabytes_are_refused_at_once(tmp_path: Path) -> None:
    path = tmp_path / "large.txt"
    with path.open("wb") as stream:
        stream.truncate(50 * 1024 * 1024)
    begun = time.perf_counter()
    assert "too large (50 MB; the limit is 20 MB)" in refused(path)
    assert time.perf_counter() - begun < 0.5
    assert MAX_BYTES < 50 * 1024 * 1024


def test_a_word_document_with_a_table(tmp_path: Path) -> None:
    import docx

    document = docx.Document()
    for line in REPORT.splitlines():
        document.add_paragraph(line)
    table = document.add_table(rows=2, cols=2)
    for row, cells in zip(
        table.rows, [("指标", "2025年目标"), ("地区生产总值", "增长6%")], strict=True
    ):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    document.add_paragraph("全年举办促消费活动80场。")
    path = tmp_path / "report.docx"
    document.save(str(path))
    compiled = compile_file(path)
    assert "地区生产总值\t增长6%" in compiled.text
    measures = [s.measure for s in compiled.statements]
    assert measures[:2] == ["国家高新技术企业", "国家高新技术企业"]
    assert measures[-1] == "促消费活动"
    assert all(compiled.text[s.start : s.end] == s.raw for s in compiled.statements)


def pdf_of(lines: list[str]) -> bytes:
    """A PDF with one text line per item, in a font that every reader knows by name."""
    shown = "".join(
        f"BT /F1 11 Tf 60 {780 - 20 * number} Td <{line.encode('utf-16-be').hex()}> Tj ET\n"
        for number, line in enumerate(lines)
    )
    font = "/BaseFont /STSong-Light"
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        "/Resources << /Font << /F1 5 0 R >> >> >>",
        f"<< /Length {len(shown)} >>\nstream\n{shown}endstream",
        f"<< /Type /Font /Subtype /Type0 {font} /Encoding /UniGB-UCS2-H "
        "/DescendantFonts [6 0 R] >>",
        f"<< /Type /Font /Subtype /CIDFontType0 {font} /DW 1000 "
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 4 >> >>",
    ]
    out = bytearray(b"%PDF-1.4\n")
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode()
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n".encode()
    return bytes(out + b"%%EOF\n")


def test_a_pdf_with_wrapped_lines(tmp_path: Path) -> None:
    lines = []
    for line in REPORT.splitlines():
        lines += [line[at : at + 26] for at in range(0, len(line), 26)]
    path = tmp_path / "report.pdf"
    path.write_bytes(pdf_of([*lines, "- 3 -"]))
    compiled = compile_file(path)
    assert [s.raw for s in compiled.statements] == [
        "204家",
        "1320家",
        "5718.9亿元",
        "8.2%",
        "1.2万个",
        "3%",
    ]
    assert [s.kind for s in compiled.statements] == ["actual"] * 4 + ["target"] * 2
    assert compiled.text == read_report(path)


def test_wrapped_lines_are_joined_and_page_numbers_left_out() -> None:
    lines = [
        "全区新增国家高新技术企业204",
        "家，总量达1320家。",
        "— 2 —",
        "二、2025年工作安排",
        "短句。",
    ]
    assert (
        join_wrapped(lines)
        == "全区新增国家高新技术企业204家，总量达1320家。\n二、2025年工作安排\n短句。"
    )
