"""Files that people attach: checked for what they really are, kept where no address leads."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage
from django.http import FileResponse
from django.utils.translation import gettext as _

from district.kernel.base import sniffing
from district.kernel.base.errors import Invalid, NotFound


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
    if not content:
        raise Invalid(field, _("文件是空的。"), _("请检查后重新选择。"))
    if len(content) > sniffing.LARGEST:
        raise Invalid(field, _("文件超过 20 MB。"), _("请压缩或拆分后再上传。"))
    try:
        shown = sniffing.clean_name(name)
    except ValueError as error:
        raise Invalid(field, _("文件没有名称。"), _("请改名后重新选择。")) from error
    content_type = sniffing.content_type_of(shown, content)
    if content_type is None:
        raise Invalid(
            field,
            _("不能上传这种文件，或内容与扩展名不符。"),
            _("请上传 PDF、图片、Office 文档（不含宏）、CSV 或文本。"),
        )
    return shown, content_type


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


def download(storage: FileSystemStorage, stored: str, name: str) -> FileResponse:
    """A kept file as a download, never shown or run in place; NotFound when it is gone."""
    try:
        content: IO[Any] = storage.open(stored)
    except FileNotFoundError:
        raise NotFound(_("这份材料的文件不在了。请联系系统管理员。")) from None
    answer = FileResponse(
        content, as_attachment=True, filename=name, content_type="application/octet-stream"
    )
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Cache-Control"] = "private, no-store"
    return answer
