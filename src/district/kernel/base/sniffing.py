"""What a file really is, whatever it is called: only kinds that evidence may have. Pure."""

from __future__ import annotations

import io
import unicodedata
import zipfile
from pathlib import PurePosixPath, PureWindowsPath

import puremagic

LARGEST = 20 * 1024 * 1024
MOST_FILES = 10
_LONGEST_NAME = 120
_OFFICE = "application/vnd.openxmlformats-officedocument."
# Ending -> content type. Nothing that a browser would run (no HTML, no SVG, no scripts).
TYPES: dict[str, str] = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "docx": f"{_OFFICE}wordprocessingml.document",
    "xlsx": f"{_OFFICE}spreadsheetml.sheet",
    "pptx": f"{_OFFICE}presentationml.presentation",
    "doc": "application/msword",
    "xls": "application/vnd.ms-excel",
    "csv": "text/csv",
    "txt": "text/plain",
    "md": "text/markdown",
}
_PARTS = {"docx": "word/", "xlsx": "xl/", "pptx": "ppt/"}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MARKUP = (b"<!doctype", b"<html", b"<svg", b"<script", b"<?xml", b"<?php", b"#!")


def clean_name(name: str) -> str:
    """The bare file name to show and to offer for download: no folders, no control characters.

    Raises ValueError when nothing is left of it.
    """
    bare = PurePosixPath(PureWindowsPath(name).name).name
    shown = "".join(c for c in bare if unicodedata.category(c)[0] != "C").strip(". ")
    if not shown:
        raise ValueError("a file needs a name")
    stem, dot, ending = shown.rpartition(".")
    return f"{stem[: _LONGEST_NAME - len(ending)]}{dot}{ending[:10]}" if dot else shown[:100]


def content_type_of(name: str, content: bytes) -> str | None:
    """The content type when the ending is allowed and the content is of that kind; else None."""
    ending = name.rpartition(".")[2].lower()
    expected = TYPES.get(ending)
    if expected is None or not content:
        return None
    if ending in ("csv", "txt", "md"):
        return expected if _is_text(content) else None
    if ending in ("doc", "xls"):
        return expected if content.startswith(_OLE) else None
    if ending in _PARTS:
        return expected if _holds_part(content, _PARTS[ending]) else None
    try:
        found = puremagic.magic_string(content)
    except puremagic.PureError:
        return None
    return expected if any(match.mime_type == expected for match in found) else None


def _is_text(content: bytes) -> bool:
    if b"\x00" in content or content.lstrip()[:64].lower().startswith(_MARKUP):
        return False
    for encoding in ("utf-8", "gb18030"):
        try:
            content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False


def _holds_part(content: bytes, folder: str) -> bool:
    """Whether the archive is an office document of that kind, without macros."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return False
    if any(name.endswith("vbaProject.bin") for name in names):
        return False
    return "[Content_Types].xml" in names and any(name.startswith(folder) for name in names)
