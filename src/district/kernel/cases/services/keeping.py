"""Files of cases on the disk, harmless, before a row says whose they are."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.core.files.storage import FileSystemStorage
from django.utils.translation import gettext as _

from district.kernel.base.attachments import (
    discard,
    harmless_file,
    keep_harmless,
    private_storage,
    small_of,
)
from district.kernel.base.errors import Invalid
from district.kernel.cases.rules.attachments import FIELD, MOST_AT_A_STEP

#: Name and content of each file, read one after the other.
Files = Iterable[tuple[str, bytes]]


def storage() -> FileSystemStorage:
    """Where the files of cases lie."""
    return private_storage("cases")


@dataclass(frozen=True)
class KeptFile:
    """A file that lies on the disk already, and what its row will say of it; `size` in bytes."""

    stored: str
    name: str
    content_type: str
    size: int
    sha256: str
    is_image: bool


def keep_picture(name: str, content: bytes) -> KeptFile:
    """Draw a picture anew and lay it down for a case that is not there yet, for `attach_kept`.

    Without a row it is swept after a day. Raises Invalid naming the file, also for what is no
    picture; OSError on a full disk, with nothing kept.
    """
    return _keep(name, content, pictures_only=True)


def kept_small(file: KeptFile) -> bytes | None:
    """The small JPEG of a kept picture; None where it has been swept."""
    try:
        with storage().open(small_of(file.stored)) as small:
            return bytes(small.read())
    except FileNotFoundError:
        return None


@contextmanager
def kept_files(files: Files) -> Iterator[list[KeptFile]]:
    """The files on the disk, harmless; gone again where what follows fails."""
    kept: list[KeptFile] = []
    try:
        for name, content in files:
            if len(kept) == MOST_AT_A_STEP:
                raise Invalid(
                    FIELD,
                    _("一次最多上传 %(most)s 个文件。") % {"most": MOST_AT_A_STEP},
                    _("请分次上传，或只选最能说明情况的。"),
                )
            kept.append(_keep(name, content))
        yield kept
    except BaseException:
        for one in kept:
            discard(storage(), one.stored)
        raise


def _keep(name: str, content: bytes, *, pictures_only: bool = False) -> KeptFile:
    try:
        file = harmless_file(name, content, field=FIELD)
        if pictures_only and not file.is_image:
            raise Invalid(FIELD, _("不是照片。"), _("请选择 JPEG、PNG 或 WebP 图片。"))
    except Invalid as error:
        problem = _("文件“%(name)s”：%(problem)s") % {"name": name[-60:], "problem": error.problem}
        raise Invalid(FIELD, problem, error.remedy) from error
    digest = hashlib.sha256(file.content).hexdigest()
    return KeptFile(
        stored=keep_harmless(storage(), file),
        name=file.name,
        content_type=file.content_type,
        size=len(file.content),
        sha256=digest,
        is_image=file.is_image,
    )
