"""Typefaces as they are kept. A Chinese typeface holds some 65 000 glyphs, a document uses
hundreds: what finds a glyph is read once in a process.

What is kept is bytes and numbers that nothing changes, so threads share it; outlines stay in the
file and are read by place. OpenType 1.9: cmap, hmtx, glyf; outlines of PostScript kind after
Adobe's Technical Note 5176 (CFF), with glyphs by number (CID).
"""

from __future__ import annotations

import os
import struct
import threading
import weakref
from array import array
from collections import OrderedDict
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from fontTools.ttLib import TTFont, newTable
from fontTools.ttLib.tables._c_m_a_p import CmapSubtable
from fontTools.ttLib.tables._g_l_y_f import Glyph

from district.kernel.reports.files.typefaces import Typeface

NOTDEF = ".notdef"
SPACE = 0x20
#: Tables of a document's font besides those of its glyphs.
_COMMON = ("head", "hhea", "maxp", "OS/2", "name", "post")
_HINTING = ("cvt ", "fpgm", "prep", "gasp")
#: A document uses five at most; a few more where typefaces are exchanged under way.
_MOST = 8
#: The two glyphs of a shell: fpdf2 takes no font that maps no character to a glyph of its own.
_SHELL = (NOTDEF, "cid00001")


class _File:
    """A font file read by place, from several threads at once. It stays open, so that another
    put under its name does not mix with it."""

    def __init__(self, path: str) -> None:
        self._number = os.open(path, os.O_RDONLY)
        weakref.finalize(self, os.close, self._number)

    def read(self, at: int, length: int) -> bytes:
        found = os.pread(self._number, length, at)
        if len(found) != length:
            raise OSError("a font file ends before its tables do")
        return found


@dataclass(frozen=True, slots=True)
class _Subroutines:
    """Pieces that outlines have in common: where each begins in `data`, counted from 1."""

    offsets: array[int]
    data: bytes

    def into(self, index: Any) -> Any:
        """An index that reads them as it needs them; one document's alone."""
        index.items = [None] * max(0, len(self.offsets) - 1)
        index.offsets, index.offsetBase, index.file = self.offsets, -1, BytesIO(self.data)
        return index


@dataclass(frozen=True, slots=True)
class Kept:
    """A typeface as read: `glyphs` are glyph numbers by code point (0: it lacks the character),
    `names` their names by glyph number (CIDs; empty where glyphs have none), `metrics` the table
    hmtx, of which the first `advances` glyphs have a width of their own; `offsets` are places of
    outlines in the file. `parts` (by glyph), `local` (by part) and `shared` are of CFF alone."""

    shell: bytes
    file: _File
    glyphs: array[int]
    names: array[int]
    metrics: bytes
    advances: int
    scale: float
    offsets: array[int]
    begins: int
    parts: bytes = b""
    local: tuple[_Subroutines | None, ...] = ()
    shared: _Subroutines | None = None
    first: int = field(default=0)

    def glyph(self, code: int) -> int:
        """A character's glyph; 0 where the typeface lacks it."""
        return self.glyphs[code] if code < len(self.glyphs) else 0

    def name(self, glyph: int) -> str:
        """What the glyph is called: of a CID font its CID, which a PDF refers to."""
        if glyph == 0:
            return NOTDEF
        return f"cid{self.names[glyph]:05d}" if self.names else f"glyph{glyph:05d}"

    def measures(self, glyph: int) -> tuple[int, int]:
        """Its advance width and left side bearing, in the font's units."""
        if glyph < self.advances:
            return struct.unpack_from(">Hh", self.metrics, glyph * 4)
        (width,) = struct.unpack_from(">H", self.metrics, (self.advances - 1) * 4)
        at = self.advances * 4 + (glyph - self.advances) * 2
        return width, struct.unpack_from(">h", self.metrics, at)[0]

    def width(self, glyph: int) -> int:
        """Its advance width in thousandths of the letters' size."""
        width = self.measures(glyph)[0]
        return round(self.scale * (0 if width == 0xFFFF else width) + 0.001)

    def outline(self, glyph: int) -> bytes:
        """Its outline as the file holds it."""
        at, end = self.offsets[glyph], self.offsets[glyph + 1]
        return self.file.read(self.begins + at, end - at)


# -- reading a typeface ---------------------------------------------------------------------------


_kept: OrderedDict[tuple[str, int, int, int, int], Kept | None] = OrderedDict()
_reading = threading.Lock()


def keep(face: Typeface) -> Kept | None:
    """A typeface of this machine, read once in a process and anew where its file has changed;
    None for a kind that is not handled here."""
    now = os.stat(face.file)
    key = (face.file, face.index, now.st_ino, now.st_size, now.st_mtime_ns)
    with _reading:
        if key not in _kept:
            _kept[key] = _read(face)
            while len(_kept) > _MOST:
                _kept.popitem(last=False)
        _kept.move_to_end(key)
        return _kept[key]


def _read(face: Typeface) -> Kept | None:
    with TTFont(face.file, fontNumber=face.index, lazy=True, recalcTimestamp=False) as font:
        cff = font["CFF "].cff.topDictIndex[0] if "CFF " in font else None
        if "fvar" in font or not (hasattr(cff, "ROS") or "glyf" in font):
            return None
        count = font["maxp"].numGlyphs
        font.setGlyphOrder([str(at) for at in range(count)])
        glyphs = _by_code(font.getBestCmap() or {})
        if not glyphs:
            return None
        common = {
            "file": _File(face.file),
            "glyphs": glyphs,
            "metrics": font.reader["hmtx"],
            "advances": font["hhea"].numberOfHMetrics,
            "scale": 1000 / float(font["head"].unitsPerEm),
            "first": next(code for code, glyph in enumerate(glyphs) if glyph),
        }
        if cff is None:
            return Kept(
                **common, names=array("H"), offsets=array("I", font["loca"].locations),
                begins=font.reader.tables["glyf"].offset, shell=_shell(font, common["metrics"]),
            )  # fmt: skip
        index, table = cff.CharStrings.charStringsIndex, font.reader.tables["CFF "]
        privates = [one.Private for one in cff.FDArray]
        return Kept(
            **common,
            names=array("H", [0, *(int(name[3:8]) for name in cff.charset[1:])]),
            offsets=array("I", index.offsets),
            begins=table.offset + index.offsetBase,
            parts=bytes(cff.FDSelect.gidArray),
            local=tuple(
                _subroutines(one.Subrs) if hasattr(one, "Subrs") else None for one in privates
            ),
            shared=_subroutines(cff.GlobalSubrs),
            shell=_shell(font, common["metrics"]),
        )


def _by_code(cmap: dict[int, str]) -> array[int]:
    """Glyph numbers by code point, dense: half a megabyte holds the Chinese planes."""
    found = array("H", bytes(2 * (max(cmap, default=-1) + 1)))
    for code, name in cmap.items():
        found[code] = int(name)
    return found if any(found) else array("H")


def _subroutines(index: Any) -> _Subroutines:
    if not index.offsets:
        return _Subroutines(array("I"), b"")
    index.file.seek(index.offsetBase + 1)
    return _Subroutines(array("I", index.offsets), index.file.read(index.offsets[-1] - 1))


def _shell(font: TTFont, metrics: bytes) -> bytes:
    """The font with two glyphs, which `fill` replaces. Uses up `font`'s CFF table."""
    shell = TTFont(sfntVersion=font.sfntVersion, recalcBBoxes=False, recalcTimestamp=False)
    shell.setGlyphOrder(list(_SHELL))
    for tag in _COMMON:
        shell[tag] = font[tag]
    shell["post"].formatType = 3.0  # without names
    shell["hmtx"] = newTable("hmtx")
    shell["hmtx"].metrics = dict.fromkeys(_SHELL, struct.unpack_from(">Hh", metrics))
    shell["cmap"] = newTable("cmap")
    shell["cmap"].tableVersion = 0
    shell["cmap"].tables = [CmapSubtable.newSubtable(12)]
    table = shell["cmap"].tables[0]
    table.platformID, table.platEncID, table.language = 3, 10, 0
    table.cmap = {SPACE: _SHELL[1]}
    if "CFF " in font:
        shell["CFF "] = font["CFF "]
        _empty(font["CFF "].cff.topDictIndex[0])
    else:
        for tag in _HINTING:
            if tag in font:
                shell[tag] = font[tag]
        shell["glyf"], shell["loca"] = newTable("glyf"), newTable("loca")
        shell["glyf"].glyphOrder = list(_SHELL)
        shell["glyf"].glyphs = {name: Glyph() for name in _SHELL}
    output = BytesIO()
    shell.save(output)
    return output.getvalue()


def _empty(top: Any) -> None:
    """Take all glyphs but two, and all subroutines, out of a CFF font."""
    strings = top.CharStrings
    strings.charStringsIndex.items = [strings.charStringsIndex[at] for at in (0, 1)]
    strings.charStrings = {name: at for at, name in enumerate(_SHELL)}
    top.charset, top.numGlyphs = list(_SHELL), len(_SHELL)
    top.FDSelect.format, top.FDSelect.gidArray = None, top.FDSelect.gidArray[:2]
    top.GlobalSubrs.items = []
    for one in top.FDArray:
        if hasattr(one.Private, "Subrs"):
            del one.Private.Subrs
            one.Private.rawDict.pop("Subrs", None)
