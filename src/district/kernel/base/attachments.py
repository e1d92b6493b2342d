"""Files that people attach: checked for what they really are, kept where no address leads."""

from __future__ import annotations

import contextlib
import re
import secrets
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage
from django.http import FileResponse
from django.utils.translation import gettext as _

from district.kernel.base import sniffing
from district.kernel.base.errors import Invalid, NotFound
from district.kernel.base.images import NotAPicture, TooManyPixels, redrawn

_STORED = re.compile(r"([0-9a-f]{48})(\.small)?")
_SHOWN = frozenset({"image/jpeg", "image/png"})


@dataclass(frozen=True)
class Harmless:
    """An upload as it may be kept: clean name, sniffed content type, content.

    A picture was drawn anew; `small` is a little JPEG of it, empty for everything else.
    """

    name: str
    content_type: str
    content: bytes
    small: bytes = b""

    @property
    def is_image(self) -> bool:
        """Whether it is a picture of our own making, which may be shown in place."""
        return bool(self.small)


def private_storage(folder: str) -> FileSystemStorage:
    """Where the files of one part lie: below `MEDIA_ROOT`, which no address leads to."""
    return FileSystemStorage(
        location=Path(settings.MEDIA_ROOT) / folder,
        file_permissions_mode=0o600,
        directory_permissions_mode=0o700,
    )


def checked_file(name: str, content: bytes, *, field: str = "file") -> tuple[str, str]:
    """The clean name and the sniffed content type of an upload.

    Raises Invalid under `field` where the file is empty, too large, without a name, or of a kind
    that may not be attached, or is not what its ending says.
    """
    shown = _named(name, content, field)
    content_type = sniffing.content_type_of(shown, content)
    if content_type is None:
        raise Invalid(
            field,
            _("不能上传这种文件，或内容与扩展名不符。"),
            _("请上传 PDF、图片、Office 文档（不含宏）、CSV 或文本。"),
        )
    return shown, content_type


def _named(name: str, content: bytes, field: str) -> str:
    if not content:
        raise Invalid(field, _("文件是空的。"), _("请检查后重新选择。"))
    if len(content) > sniffing.LARGEST:
        raise Invalid(field, _("文件超过 20 MB。"), _("请压缩或拆分后再上传。"))
    try:
        return sniffing.clean_name(name)
    except ValueError as error:
        raise Invalid(field, _("文件没有名称。"), _("请改名后重新选择。")) from error


def harmless_file(name: str, content: bytes, *, field: str = "file") -> Harmless:
    """An upload for others to look at: pictures are drawn anew and lose all that is not seen,
    everything else is as `checked_file` takes it.

    A picture may be called by the ending of another kind of picture, or have none; it then gets
    its own. Raises Invalid under `field`.
    """
    shown = _named(name, content, field)
    stem, dot, ending = shown.rpartition(".")
    if dot and ending.lower() not in sniffing.PICTURES:
        shown, content_type = checked_file(name, content, field=field)
        return Harmless(shown, content_type, content)
    try:
        picture = redrawn(content)
    except TooManyPixels as error:
        raise Invalid(
            field, _("图片像素过大。"), _("请缩小到 3200 万像素以内，或改用 JPEG 格式。")
        ) from error
    except NotAPicture as error:
        raise Invalid(
            field,
            _("图片打不开：不是 JPEG、PNG 或 WebP 图片，或文件不完整。"),
            _("请用手机或电脑另存为 JPEG 后再上传。"),
        ) from error
    name = f"{stem if dot else shown}.{picture.ending}"
    return Harmless(name, picture.content_type, picture.content, picture.small)


def harmless_pictures(
    files: Iterable[tuple[str, bytes]], most: int, *, field: str = "photos"
) -> list[Harmless]:
    """Photos sent together, by name and content, each as `harmless_file` takes it.

    Raises Invalid under `field` where there is none, more than `most`, or one that is no picture.
    """
    found = []
    for name, content in list(files)[: most + 1]:
        file = harmless_file(name or "photo.jpg", content, field=field)
        if not file.is_image:
            raise Invalid(field, _("这不是照片。"), _("请选择 JPEG、PNG 或 WebP 图片。"))
        found.append(file)
    if not found:
        raise Invalid(field, _("还没有选择照片。"), _("请选择现场照片。"))
    if len(found) > most:
        raise Invalid(field, _("一次最多上传 %(most)s 张。") % {"most": most}, _("请分次上传。"))
    return found


@contextlib.contextmanager
def kept_or_discarded(storage: FileSystemStorage) -> Iterator[list[str]]:
    """The names of files that are written within; where anything fails there, they are deleted.

    Around the transaction whose rows name them, so that its failure leaves no file either.
    """
    stored: list[str] = []
    try:
        yield stored
    except BaseException:
        for name in stored:
            discard(storage, name)
        raise


def keep(storage: FileSystemStorage, content: bytes) -> str:
    """Write the content under a random name; returns that name.

    A disk that is full raises OSError and leaves no part of the file.
    """
    name = secrets.token_hex(24)
    try:
        return storage.save(name, ContentFile(content))
    except OSError:
        storage.delete(name)
        raise


def keep_harmless(storage: FileSystemStorage, file: Harmless) -> str:
    """`keep` for a file and, of a picture, the small one beside it; returns the file's name."""
    stored = keep(storage, file.content)
    if file.small:
        try:
            storage.save(small_of(stored), ContentFile(file.small))
        except OSError:
            discard(storage, stored)
            raise
    return stored


def small_of(stored: str) -> str:
    """Under which name the small picture of a kept picture lies."""
    return f"{stored}.small"


def discard(storage: FileSystemStorage, stored: str) -> None:
    """Delete a kept file and the small one beside it; nothing happens where they are gone."""
    storage.delete(stored)
    storage.delete(small_of(stored))


def sweep(
    storage: FileSystemStorage,
    known: Callable[[Collection[str]], Collection[str]],
    *,
    older_than: timedelta = timedelta(days=1),
) -> int:
    """Delete files that no row knows of, left by a transaction that was taken back or a process
    that was killed; returns how many.

    `known` answers which of some names from `keep` a row has. Young files are left alone: the
    transaction that wants them may still run.
    """
    # A file's age is the machine's, whatever day the product lives on.
    due = _written_before(storage, time.time() - older_than.total_seconds())
    gone = 0
    while files := dict(islice(due, 500)):
        kept = set(known(set(files.values())))
        for name, stored in files.items():
            if stored not in kept:
                storage.delete(name)
                gone += 1
    return gone


def _written_before(storage: FileSystemStorage, until: float) -> Iterator[tuple[str, str]]:
    """Files of ours that are older, each with the name that its row would have."""
    folder = Path(storage.location)
    for path in folder.iterdir() if folder.is_dir() else ():
        ours = _STORED.fullmatch(path.name)
        with contextlib.suppress(FileNotFoundError):  # deleted meanwhile
            if ours and path.stat().st_mtime < until:
                yield path.name, ours[1]


def show_picture(
    storage: FileSystemStorage, stored: str, name: str, content_type: str
) -> FileResponse:
    """A picture of our own making, shown in place; anything else is a download."""
    if content_type not in _SHOWN:
        return download(storage, stored, name)
    answer = FileResponse(_opened(storage, stored), filename=name, content_type=content_type)
    return _sealed(answer)


def download(storage: FileSystemStorage, stored: str, name: str) -> FileResponse:
    """A kept file as a download, never shown or run in place; NotFound when it is gone."""
    answer = FileResponse(
        _opened(storage, stored),
        as_attachment=True,
        filename=name,
        content_type="application/octet-stream",
    )
    return _sealed(answer)


def _opened(storage: FileSystemStorage, stored: str) -> IO[Any]:
    try:
        return storage.open(stored)
    except FileNotFoundError:
        raise NotFound(_("这份材料的文件不在了。请联系系统管理员。")) from None


def _sealed(answer: FileResponse) -> FileResponse:
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Cache-Control"] = "private, no-store"
    return answer
