"""What a file really is, whatever it is called: only kinds that evidence may have. Pure."""

from __future__ import annotations

import codecs
import io
import re
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
#: Endings of files that are read as pictures where pictures are drawn anew.
PICTURES = frozenset({"jpg", "jpeg", "jfif", "png", "webp"})
_PARTS = {"docx": "word/", "xlsx": "xl/", "pptx": "ppt/"}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MACROS = "_VBA_PROJECT".encode("utf-16-le")
_MARKUP = (b"<!doctype", b"<html", b"<svg", b"<script", b"<?xml", b"<?php", b"#!")
# What an office document may unpack to; more is made to fill the memory of whoever opens it.
_LARGEST_UNPACKED = 200 * 1024 * 1024
_MOST_PARTS = 10_000
# Names and letters that Windows keeps for itself: a download under them fails or goes astray.
_RESERVED = re.compile(r"(CON|PRN|AUX|NUL|COM\d|LPT\d)\s*(\.|$)", re.IGNORECASE)
_LETTERS = str.maketrans(dict.fromkeys('<>:"|?*', "_"))


def clean_name(name: str) -> str:
    """The bare file name to show and to offer for download: no folders, no control characters,
    no letters that turn the reading direction, nothing that Windows keeps for itself.

    Raises ValueError when nothing is left of it.
    """
    bare = PurePosixPath(PureWindowsPath(name).name).name
    shown = "".join(c for c in bare if not _is_unseen(c)).strip(". ").translate(_LETTERS)
    if not shown:
        raise ValueError("a file needs a name")
    if _RESERVED.match(shown):
        shown = f"_{shown}"
    stem, dot, ending = shown.rpartition(".")
    return f"{stem[: _LONGEST_NAME - len(ending)]}{dot}{ending[:10]}" if dot else shown[:100]


def _is_unseen(letter: str) -> bool:
    kind = unicodedata.category(letter)
    return kind[0] == "C" or kind in ("Zl", "Zp")


def content_type_of(name: str, content: bytes) -> str | None:
    """The content type when the ending is allowed and the content is of that kind; else None."""
    ending = name.rpartition(".")[2].lower()
    expected = TYPES.get(ending)
    if expected is None or not content:
        return None
    if ending in ("csv", "txt", "md"):
        return expected if _is_text(content) else None
    if ending in ("doc", "xls"):
        return expected if content.startswith(_OLE) and _MACROS not in content else None
    if ending in _PARTS:
        return expected if _holds_part(content, _PARTS[ending]) else None
    try:
        found = puremagic.magic_string(content)
    except puremagic.PureError:
        return None
    return expected if any(match.mime_type == expected for match in found) else None


def _is_text(content: bytes) -> bool:
    start = content.removeprefix(codecs.BOM_UTF8).lstrip()[:64].lower()
    if b"\x00" in content or start.startswith(_MARKUP):
        return False
    for encoding in ("utf-8", "gb18030"):
        try:
            content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False


def _holds_part(content: bytes, folder: str) -> bool:
    """Whether the archive is an office document of that kind, without macros, and no bomb."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return False
    if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > _LARGEST_UNPACKED:
        return False
    names = [part.filename for part in parts]
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        return False
    return "[Content_Types].xml" in names and any(name.startswith(folder) for name in names)
