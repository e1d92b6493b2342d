"""What is kept of files that people send: harmless ones, pictures of pixels alone."""

from __future__ import annotations

import errno
import io
import os
import time
from collections.abc import Collection, Iterator
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from district.kernel.base import images, sniffing
from district.kernel.base.attachments import (
    checked_file,
    discard,
    download,
    harmless_file,
    keep,
    keep_harmless,
    show_picture,
    sweep,
)
from district.kernel.base.errors import Invalid, NotFound
from district.kernel.base.images import NotAPicture, TooManyPixels, redrawn
from district.kernel.base.tests.malicious import (
    MARK,
    NAMES,
    PDF_WITH_SCRIPT,
    PIXELS_ALONE,
    Sample,
    drawn,
    moving,
    parts_of,
    photo_with_place,
    samples,
    written,
)

pytestmark = pytest.mark.one_database
ALL = list(samples())


def seen(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content)).convert("RGB")


@pytest.mark.parametrize("sample", ALL, ids=[sample.label for sample in ALL])
def test_a_file_made_to_do_harm_is_refused_in_words_or_harmless(sample: Sample) -> None:
    if sample.fate == "refused":
        with pytest.raises(Invalid) as refused:
            harmless_file(sample.name, sample.content, field="photos")
        assert refused.value.field == "photos"
        assert refused.value.problem
        assert refused.value.remedy
        return
    kept = harmless_file(sample.name, sample.content)
    assert kept.is_image == (sample.fate == "redrawn")
    if sample.fate == "kept":
        assert (kept.content, kept.small) == (sample.content, b"")
        return
    ending = {"image/jpeg": "jpg", "image/png": "png"}[kept.content_type]
    assert kept.name.endswith(f".{ending}")
    for content in (kept.content, kept.small):
        assert set(parts_of(content)) <= PIXELS_ALONE
        assert MARK not in content
        assert not seen(content).getexif()


@pytest.mark.parametrize(("name", "shown"), NAMES.items(), ids=range(len(NAMES)))
def test_a_name_leads_nowhere(name: str, shown: str) -> None:
    assert harmless_file(name, photo_with_place()).name == shown


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_stands_upright_without_its_note_of_how_the_camera_was_held(
    orientation: int,
) -> None:
    kept = seen(redrawn(photo_with_place(orientation)).content)
    assert kept.size == ((64, 48) if orientation < 5 else (48, 64))
    corners = [(8, 8), (kept.width - 8, 8), (8, kept.height - 8)]
    red = [kept.getpixel(at)[0] > 128 for at in corners]  # type: ignore[index]  # a picture in RGB has three
    # Red was on the left: mirrored on the right, turned above or below.
    assert (
        red
        == {
            1: [True, False, True],
            2: [False, True, False],
            3: [False, True, False],
            4: [True, False, True],
            5: [True, True, False],
            6: [True, True, False],
            7: [False, False, True],
            8: [False, False, True],
        }[orientation]
    )


def test_a_large_photo_is_sized_down_and_a_small_one_is_left() -> None:
    large = redrawn(photo_with_place(6, 4032, 3024))
    assert seen(large.content).size == (1536, 2048)
    assert seen(large.small).size == (240, 320)
    assert len(large.small) < 20_000
    assert seen(redrawn(written(drawn(9000, 20))).content).size == (2048, 5)
    assert seen(redrawn(photo_with_place()).content).size == (64, 48)


@pytest.mark.parametrize("kind", ["WEBP", "PNG"])
def test_of_moving_pictures_the_first_frame_is_kept(kind: str) -> None:
    kept = seen(redrawn(moving(kind)).content)
    red, green, blue = kept.getpixel((8, 8))  # type: ignore[misc]  # a picture in RGB has three
    assert red > 200
    assert max(green, blue) < 60


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_kind_of_png_is_drawn_anew(mode: str) -> None:
    picture = drawn(mode=mode) if mode != "I;16" else Image.new("I;16", (64, 48), 0x8000)
    kept = redrawn(written(picture, "PNG"))
    assert (kept.content_type, seen(kept.content).size) == ("image/png", (64, 48))
    if mode == "I;16":
        assert seen(kept.content).getpixel((1, 1)) == (128, 128, 128)


def test_what_is_see_through_stays_so_and_is_white_when_small() -> None:
    glass = drawn(mode="RGBA")
    glass.putalpha(0)
    kept = redrawn(written(glass, "WEBP", lossless=True))
    assert kept.content_type == "image/png"
    assert Image.open(io.BytesIO(kept.content)).mode == "RGBA"
    assert seen(kept.small).getpixel((8, 8)) == (255, 255, 255)
    assert redrawn(written(drawn(), "WEBP")).content_type == "image/jpeg"


def test_a_photo_for_print_is_drawn_in_colours_of_the_screen() -> None:
    kept = redrawn(written(drawn(mode="CMYK")))
    assert Image.open(io.BytesIO(kept.content)).mode == "RGB"


def test_the_same_photo_becomes_the_same_file() -> None:
    assert redrawn(photo_with_place()) == redrawn(photo_with_place())


@settings(max_examples=60)
@given(st.sampled_from(["JPEG", "PNG", "WEBP"]), st.integers(0, 2000), st.binary(max_size=6))
def test_no_damage_makes_the_decoder_fail_in_another_way(kind: str, at: int, put: bytes) -> None:
    content = written(drawn(), kind)
    at %= len(content)
    damaged = content[:at] + put + content[at + len(put) :]
    try:
        kept = redrawn(damaged)
    except (NotAPicture, TooManyPixels):
        return
    assert set(parts_of(kept.content)) <= PIXELS_ALONE


def test_a_picture_may_have_so_many_pixels_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(images.MOST_PIXELS, "JPEG", 64 * 48)
    redrawn(photo_with_place())
    monkeypatch.setitem(images.MOST_PIXELS, "JPEG", 64 * 48 - 1)
    with pytest.raises(Invalid, match="像素过大"):
        harmless_file("a.jpg", photo_with_place())


def test_evidence_is_kept_as_it_came() -> None:
    photo = photo_with_place()
    assert checked_file("a.jpg", photo) == ("a.jpg", "image/jpeg")
    with pytest.raises(Invalid, match="不能上传这种文件"):
        checked_file("a.webp", written(drawn(), "WEBP"))


def test_a_file_is_at_most_twenty_megabytes(monkeypatch: pytest.MonkeyPatch) -> None:
    photo = photo_with_place()
    monkeypatch.setattr(sniffing, "LARGEST", len(photo))
    harmless_file("a.jpg", photo)
    with pytest.raises(Invalid, match="20 MB"):
        harmless_file("a.jpg", photo + b" ")


# On the disk ------------------------------------------------------------------------------


@pytest.fixture
def storage(tmp_path: Path) -> FileSystemStorage:
    return FileSystemStorage(location=tmp_path / "kept")


def test_pictures_are_shown_in_a_cage_and_all_else_is_a_download(
    storage: FileSystemStorage,
) -> None:
    stored = keep(storage, redrawn(photo_with_place()).content)
    shown = show_picture(storage, stored, "现场.jpg", "image/jpeg")
    assert shown["Content-Type"] == "image/jpeg"
    assert shown["Content-Disposition"].startswith("inline")
    for kind in ("image/svg+xml", "text/html", "application/pdf", "image/gif"):
        other = show_picture(storage, stored, "a.svg", kind)
        assert other["Content-Type"] == "application/octet-stream"
        assert other["Content-Disposition"].startswith("attachment")
    for answer in (shown, download(storage, stored, "a.pdf")):
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert answer["Cache-Control"] == "private, no-store"
    with pytest.raises(NotFound):
        show_picture(storage, "0" * 48, "a.jpg", "image/jpeg")


def test_a_full_disk_leaves_no_part_of_a_file(
    storage: FileSystemStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def half(file: ContentFile[bytes]) -> Iterator[bytes]:
        yield file.read(20)
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(ContentFile, "chunks", half)
    with pytest.raises(OSError, match="No space"):
        keep(storage, PDF_WITH_SCRIPT)
    assert list(Path(storage.location).iterdir()) == []


def test_a_disk_that_fills_up_between_a_picture_and_its_small_one_leaves_neither(
    storage: FileSystemStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = harmless_file("a.jpg", photo_with_place())
    stored = keep_harmless(storage, file)
    assert {path.name for path in Path(storage.location).iterdir()} == {stored, f"{stored}.small"}
    discard(storage, stored)
    whole = ContentFile.chunks

    def full(content: ContentFile[bytes]) -> Iterator[bytes]:
        if content.size == len(file.small):
            raise OSError(errno.ENOSPC, "No space left on device")
        yield from whole(content)

    monkeypatch.setattr(ContentFile, "chunks", full)
    with pytest.raises(OSError, match="No space"):
        keep_harmless(storage, file)
    assert list(Path(storage.location).iterdir()) == []


def test_files_without_a_row_are_swept_after_a_day(storage: FileSystemStorage) -> None:
    photo = harmless_file("a.jpg", photo_with_place())
    days = {"young": 0.5, "lost": 2.0, "known": 2.0}
    stored = {label: keep_harmless(storage, photo) for label in days}
    for label, age in days.items():
        at = time.time() - age * 86400
        for name in (stored[label], f"{stored[label]}.small"):
            os.utime(storage.path(name), (at, at))
    foreign = Path(storage.location) / "README"
    foreign.write_text("not ours")
    os.utime(foreign, (time.time() - 2 * 86400,) * 2)

    def known(names: Collection[str]) -> Collection[str]:
        return {stored["known"]} & set(names)

    assert sweep(storage, known) == 2
    assert sweep(storage, known) == 0
    left = {path.name.removesuffix(".small") for path in Path(storage.location).iterdir()}
    assert left == {stored["young"], stored["known"], "README"}
    assert sweep(FileSystemStorage(location="/nonexistent"), known) == 0
