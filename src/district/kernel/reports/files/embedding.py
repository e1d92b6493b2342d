"""One document's part of a typeface: its font begins as the `shell` of the one that is kept (its
tables, without glyphs) and is given its glyphs when it is written. Nothing of it is shared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Any

from fontTools.cffLib import SubrsIndex
from fontTools.misc.psCharStrings import T2CharString
from fontTools.ttLib.tables._g_l_y_f import Glyph
from fpdf.fonts import SubsetMap, TTFFont

from district.kernel.reports.files.keeping import NOTDEF, SPACE, Kept

if TYPE_CHECKING:
    from fpdf import FPDF

#: Glyphs that a TrueType font begins with, by recommendation.
_FIRST = 4


class _Local(SubrsIndex):  # type: ignore[misc]  # fontTools has no types
    """Subroutines of a part of a font, some 20 000. fontTools goes through all of them for a set
    that it does not use; here that reads none."""

    def __iter__(self) -> Iterator[Any]:
        return iter(self.items)


class _Widths(dict[int, float]):
    """Widths of characters; of those that the typeface lacks, its sign for them."""

    def __init__(self, kept: Kept, default: float) -> None:
        super().__init__()
        self._kept, self._default = kept, default

    def __missing__(self, code: int) -> float:
        glyph = self._kept.glyph(code)
        found = self[code] = self._kept.width(glyph) if glyph else self._default
        return found


class _Names(dict[int, str]):
    """Names of characters' glyphs; `numbers` are those that have been asked for."""

    def __init__(self, kept: Kept) -> None:
        super().__init__()
        self._kept = kept
        self.numbers = {NOTDEF: 0}
        for code in (kept.first, SPACE):  # fpdf2 looks for these two without asking
            if kept.glyph(code):
                self[code] = self.__missing__(code)

    def __missing__(self, code: int) -> str:
        glyph = self._kept.glyph(code)
        if not glyph:
            raise KeyError(code)
        name = self._kept.name(glyph)
        self.numbers[name] = glyph
        return name


class _Numbers(dict[int, int]):
    """Glyph numbers of characters."""

    def __init__(self, kept: Kept) -> None:
        super().__init__()
        self._kept = kept

    def get(self, code: int, default: Any = None) -> Any:
        return self._kept.glyph(code) or default


class _Used(SubsetMap):
    """The characters that a document uses. fpdf2 asks for the names of their glyphs once, when
    it is about to write the font: then the font is given them."""

    def get_all_glyph_names(self) -> Sequence[str]:
        names = super().get_all_glyph_names()
        assert isinstance(self.font, EmbeddedFont)  # noqa: S101  # its maker, below
        self.font.fill(names)
        return names


class EmbeddedFont(TTFFont):
    """A typeface in one document, with the state of that document alone."""

    def __init__(self, page: FPDF, kept: Kept, key: str) -> None:
        # A file that has been read serves as well as one that has not.
        super().__init__(page, BytesIO(kept.shell), key, "")  # type: ignore[arg-type]
        self._kept = kept
        self._names = _Names(kept)
        self.cw = _Widths(kept, self.desc.missing_width)
        self.cmap = self._names
        self.glyph_ids = _Numbers(kept)
        self.subset = _Used(self)
        self.ttfont.recalcBBoxes = False  # the typeface's own box holds each of its glyphs

    def fill(self, names: Iterable[str]) -> None:
        """Put the glyphs of these names into the document's font."""
        wanted = {self._names.numbers[name] for name in names} | {0}
        font, kept = self.ttfont, self._kept
        if "glyf" in font:
            wanted.update(range(min(_FIRST, len(kept.offsets) - 1)))
            outlines = _with_components(kept, wanted)
            order = self._ordered(outlines)
            font["glyf"].glyphs = dict(zip(order, outlines.values(), strict=True))
            font["glyf"].setGlyphOrder(order)
        else:
            order = self._ordered(sorted(wanted))
            _fill_cff(font["CFF "].cff, kept, sorted(wanted), order)

    def _ordered(self, glyphs: Iterable[int]) -> list[str]:
        """Tell the font which glyphs it holds, and their widths; returns their names."""
        measures = {self._kept.name(one): self._kept.measures(one) for one in glyphs}
        order = list(measures)
        self.ttfont.setGlyphOrder(order)
        self.ttfont["hmtx"].metrics = measures
        self.ttfont["maxp"].numGlyphs = len(order)
        self.ttfont["cmap"].tables[0].cmap = {
            code: name for code, name in self._codes() if name in measures
        }
        return order

    def _codes(self) -> Iterator[tuple[int, str]]:
        for glyph in [each for each, _place in self.subset.items()]:
            if glyph is not None and isinstance(glyph.unicode, tuple):
                yield glyph.unicode[0], glyph.glyph_name


def _with_components(kept: Kept, wanted: set[int]) -> dict[int, Any]:
    """TrueType outlines by glyph number, in order, with those that they are composed of; these
    are counted by their places here."""
    found: dict[int, Any] = {}
    while wanted:
        number = wanted.pop()
        found[number] = outline = Glyph(kept.outline(number))
        wanted.update(set(outline.getComponentNames(_ByNumber)) - set(found))
    ordered = dict(sorted(found.items()))
    places = {number: at for at, number in enumerate(ordered)}
    for outline in ordered.values():
        if hasattr(outline, "data"):
            outline.remapComponentsFast(places)
    return ordered


class _ByNumber:
    """Stands for a table of glyphs whose names are their numbers, of two bytes."""

    extended = False

    @staticmethod
    def getGlyphName(number: int) -> int:  # noqa: N802  # the name that fontTools calls
        return number


def _fill_cff(cff: Any, kept: Kept, glyphs: Sequence[int], order: list[str]) -> None:
    """Glyphs and the subroutines of their outlines into a shell's CFF table."""
    top = cff.topDictIndex[0]
    if kept.shared is not None:
        kept.shared.into(cff.GlobalSubrs)
    privates = [one.Private for one in top.FDArray]
    for private, local in zip(privates, kept.local, strict=True):
        if local is not None:
            private.Subrs = local.into(_Local())
    strings = top.CharStrings
    parts = [kept.parts[one] for one in glyphs]
    strings.charStringsIndex.items = [
        T2CharString(kept.outline(one), private=privates[part], globalSubrs=cff.GlobalSubrs)
        for one, part in zip(glyphs, parts, strict=True)
    ]
    strings.charStrings = {name: at for at, name in enumerate(order)}
    top.charset, top.numGlyphs = order, len(order)
    top.FDSelect.format, top.FDSelect.gidArray = None, parts
    strings.charStringsIndex.fdSelect = top.FDSelect
