"""Files made to do harm, drawn up by the test itself, and what a harmless picture holds.

Every sample says what must become of it: `refused` in words, `redrawn` as a picture of our own,
or `kept` as it is for download only.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

from PIL import Image, ImageCms, ImageDraw
from PIL.PngImagePlugin import PngInfo

Fate = Literal["refused", "redrawn", "kept"]
#: Stands in every payload; no picture that is served may hold it.
PAYLOAD = b"<script>alert('GOTCHA')</script>"
MARK = b"GOTCHA"
PDF_WITH_SCRIPT = (
    b"%PDF-1.7\n1 0 obj<</Type/Catalog/OpenAction<</S/JavaScript/JS(app.alert('GOTCHA'))>>>>"
    b"endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


@dataclass(frozen=True)
class Sample:
    """A file as somebody sends it, and its fate."""

    label: str
    name: str
    content: bytes
    fate: Fate


def drawn(width: int = 64, height: int = 48, mode: str = "RGB") -> Image.Image:
    """A picture whose left half is red and whose right half is blue."""
    picture = Image.new("RGB", (width, height), "blue")
    ImageDraw.Draw(picture).rectangle((0, 0, width // 2 - 1, height), fill="red")
    return picture.convert(mode)


def written(picture: Image.Image, kind: str = "JPEG", **how: object) -> bytes:
    """The picture as a file."""
    out = io.BytesIO()
    picture.save(out, kind, **how)
    return out.getvalue()


def photo_with_place(orientation: int = 1, width: int = 64, height: int = 48) -> bytes:
    """A JPEG as a telephone writes it: where, when, with what, a comment, a colour profile."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0110], exif[0x0132] = "GOTCHA-maker", "GOTCHA-model", "2025:09:22 10:00:00"
    exif[0x0112] = orientation
    exif.get_ifd(0x8825).update({1: "N", 2: (22.0, 43.0, 12.5), 3: "E", 4: (114.0, 14.0, 48.0)})
    xmp = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>GOTCHA</x:xmpmeta>"
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    picture = drawn(width, height)
    return written(picture, exif=exif, xmp=xmp, comment=PAYLOAD, icc_profile=profile, quality=95)


def png_with_words() -> bytes:
    """A PNG with a script in a text chunk, plain and packed, and with EXIF."""
    words = PngInfo()
    words.add_text("Comment", PAYLOAD.decode())
    words.add_itxt("XML:com.adobe.xmp", PAYLOAD.decode(), zip=True)
    exif = Image.Exif()
    exif[0x010E] = "GOTCHA"
    return written(drawn(), "PNG", pnginfo=words, exif=exif)


def chunk(kind: bytes, data: bytes) -> bytes:
    """One chunk of a PNG."""
    sum_ = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", sum_)


def png_of(width: int, height: int, *more: bytes) -> bytes:
    """A PNG whose header says that size, with next to nothing behind it."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    body = chunk(b"IDAT", zlib.compress(bytes(100)))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(more) + body + chunk(b"IEND", b"")


def jpeg_of(width: int, height: int) -> bytes:
    """A JPEG whose header says that size."""
    small = written(drawn())
    at = small.index(b"\xff\xc0") + 5
    return small[:at] + struct.pack(">HH", height, width) + small[at + 4 :]


@cache
def docx_bomb() -> bytes:
    """Two hundred kilobytes that unpack to more than two hundred megabytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        with archive.open("word/document.xml", "w") as part:
            for _megabyte in range(201):
                part.write(bytes(1024 * 1024))
    return out.getvalue()


def office(*parts: str) -> bytes:
    """An office document with these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for part in ("[Content_Types].xml", *parts):
            archive.writestr(part, "<x/>")
    return out.getvalue()


def moving(kind: str) -> bytes:
    """Two frames, the first red and blue, the second green."""
    second = Image.new("RGB", (64, 48), "green")
    return written(
        drawn(), kind, save_all=True, append_images=[second], duration=100, lossless=True
    )


def samples() -> Iterator[Sample]:
    """The corpus."""
    yield from _scripts()
    yield from _bombs()
    yield from _pictures()
    yield from _documents()


def _scripts() -> Iterator[Sample]:
    gif = b"GIF89a/*" + bytes(20) + b"*/=1;" + PAYLOAD
    svg = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'>" + PAYLOAD + b"</svg>"
    yield Sample("GIF that is a script", "cat.gif", gif, "refused")
    yield Sample("GIF that is a script, called JPEG", "cat.jpg", gif, "refused")
    yield Sample("SVG with a script", "map.svg", svg, "refused")
    yield Sample("SVG called PNG", "map.png", svg, "refused")
    yield Sample("HTML called JPEG", "page.jpg", b"<html>" + PAYLOAD, "refused")
    yield Sample("HTML called PDF", "page.pdf", b"<html>" + PAYLOAD, "refused")
    yield Sample("HTML before a PDF", "page.pdf", PAYLOAD + PDF_WITH_SCRIPT, "refused")
    yield Sample("HTML behind a mark of order", "page.txt", b"\xef\xbb\xbf" + PAYLOAD, "refused")
    yield Sample("PDF with a script called PNG", "scan.png", PDF_WITH_SCRIPT, "refused")
    yield Sample("PDF with a script", "scan.pdf", PDF_WITH_SCRIPT, "kept")
    yield Sample("shell script", "notes.txt", b"#!/bin/sh\nrm -rf /\n", "refused")
    yield Sample("program called PDF", "bill.pdf", b"MZ\x90\x00" + bytes(60), "refused")
    yield Sample("nothing", "photo.jpg", b"", "refused")


def _bombs() -> Iterator[Sample]:
    yield Sample("document that unpacks to a disk full", "plan.docx", docx_bomb(), "refused")
    yield Sample("PNG of a header", "wall.png", png_of(50_000, 50_000), "refused")
    yield Sample(
        "PNG beyond the decoder's own bound", "wall.png", png_of(10_000, 10_000), "refused"
    )
    yield Sample("PNG of no width", "wall.png", png_of(0, 10), "refused")
    yield Sample("JPEG of a header", "wall.jpg", jpeg_of(65_000, 65_000), "refused")
    black = written(Image.new("1", (6000, 6000)), "PNG")
    assert len(black) < 20_000
    yield Sample("PNG that swells a thousandfold", "wall.png", black, "refused")
    packed = chunk(b"zTXt", b"x\x00\x00" + zlib.compress(bytes(80 * 1024 * 1024), 1))
    yield Sample("PNG with a packed text that swells", "wall.png", png_of(8, 8, packed), "refused")


def _pictures() -> Iterator[Sample]:
    jpeg = photo_with_place()
    yield Sample("photo with its place", "IMG_0001.JPG", jpeg, "redrawn")
    yield Sample("PNG with a script in its words", "shot.png", png_with_words(), "redrawn")
    yield Sample("JPEG with a page behind it", "a.jpg", jpeg + b"<html>" + PAYLOAD, "redrawn")
    yield Sample("JPEG with an archive behind it", "a.jpg", jpeg + office("x.exe"), "redrawn")
    yield Sample("PNG called JPEG", "a.jpg", png_with_words(), "redrawn")
    yield Sample("JPEG called PNG", "a.png", jpeg, "redrawn")
    yield Sample("JPEG without an ending", "1000012345", jpeg, "redrawn")
    yield Sample("picture and programme in one name", "a.php.jpg", jpeg, "redrawn")
    yield Sample("moving WebP", "a.webp", moving("WEBP"), "redrawn")
    yield Sample("moving PNG", "a.png", moving("PNG"), "redrawn")
    yield Sample("JPEG cut off", "a.jpg", jpeg[: len(jpeg) * 2 // 3], "refused")
    yield Sample("JPEG of a header's start", "a.jpg", jpeg[:20], "refused")
    yield Sample("JPEG called PDF", "a.pdf", jpeg, "refused")
    yield Sample("JPEG called programme", "a.jpg.exe", jpeg, "refused")
    yield Sample("JPEG called page", "a.jpg.html", jpeg, "refused")
    yield Sample("bitmap called JPEG", "a.jpg", written(drawn(), "BMP"), "refused")
    yield Sample("TIFF called JPEG", "a.jpg", written(drawn(), "TIFF"), "refused")
    yield Sample("EPS called JPEG", "a.jpg", b"%!PS-Adobe-3.0 EPSF-3.0\n(x) run\n", "refused")


def _documents() -> Iterator[Sample]:
    macros = office("word/document.xml", "word/VBAPROJECT.BIN")
    old_macros = OLE + "_VBA_PROJECT".encode("utf-16-le")
    yield Sample("document with macros", "plan.docx", macros, "refused")
    yield Sample("old table with macros", "plan.xls", old_macros, "refused")
    yield Sample("archive called document", "plan.docx", office("evil.js"), "refused")
    yield Sample("document called page", "plan.docx.html", office("word/document.xml"), "refused")
    yield Sample("document", "plan.docx", office("word/document.xml"), "kept")


#: Names that lead astray -> what is shown of them, for a JPEG.
NAMES = {
    "../../x.jpg": "x.jpg",
    "..\\..\\windows\\x.jpg": "x.jpg",
    "/etc/passwd\x00.jpg": "passwd.jpg",
    "x\x00.php\x00.jpg": "x.php.jpg",
    "\u202egpj.exe.jpg": "gpj.exe.jpg",
    "ann\u2066\u200b.jpg": "ann.jpg",
    "a\r\nSet-Cookie: x=1.jpg": "aSet-Cookie_ x=1.jpg",
    'a"; filename="b.jpg': "a_; filename=_b.jpg",
    "x.jpg:evil.jpg": "x.jpg_evil.jpg",
    "NUL.jpg": "_NUL.jpg",
    "com1.tar.jpg": "_com1.tar.jpg",
    "CON": "_CON.jpg",
    "…" * 400 + ".jpg": "…" * 117 + ".jpg",
}


def parts_of(content: bytes) -> list[bytes]:
    """The markers of a JPEG or the chunks of a PNG, in order; AssertionError for bytes behind."""
    return _chunks(content) if content.startswith(b"\x89PNG") else _markers(content)


def _chunks(content: bytes) -> list[bytes]:
    at, found = 8, []
    while at < len(content):
        (length,) = struct.unpack(">I", content[at : at + 4])
        found.append(content[at + 4 : at + 8])
        at += 12 + length
    assert found[-1] == b"IEND"
    assert at == len(content)
    return found


def _markers(content: bytes) -> list[bytes]:
    assert content.startswith(b"\xff\xd8")
    assert content.endswith(b"\xff\xd9")
    at, found = 2, []
    while content[at + 1] != 0xDA:
        assert content[at] == 0xFF
        found.append(content[at : at + 2])
        at += 2 + struct.unpack(">H", content[at + 2 : at + 4])[0]
    # Behind the scan's start an FF is stuffed or restarts: the next real marker is the end.
    scan = content[at + 2 :].replace(b"\xff\x00", b"")
    assert scan.index(b"\xff\xd9") == len(scan) - 2
    return found


#: What a picture of pixels alone is made of.
PIXELS_ALONE = {
    b"IHDR", b"PLTE", b"IDAT", b"IEND",
    b"\xff\xe0", b"\xff\xdb", b"\xff\xc0", b"\xff\xc4",
}  # fmt: skip
