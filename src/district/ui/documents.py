"""A manuscript as a download: .docx, PDF or, of its tables, .xlsx."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpResponse
from django.utils.translation import gettext as _

from district.kernel.base.documents import document_answer
from district.kernel.base.errors import Invalid
from district.kernel.reports.files import (
    Manuscript,
    NoTypeface,
    write_docx,
    write_pdf,
    write_xlsx,
)

#: How each kind of file is written.
WRITERS: dict[str, Callable[[Manuscript], bytes]] = {
    "docx": write_docx,
    "pdf": write_pdf,
    "xlsx": write_xlsx,
}


def written(manuscript: Manuscript, kind: str) -> bytes:
    """The manuscript as a kind of WRITERS; Invalid where the machine cannot draw it as PDF."""
    try:
        return WRITERS[kind](manuscript)
    except NoTypeface as error:
        raise Invalid(
            "format",
            _("服务器上没有中文字体，不能生成PDF。"),
            _("请下载Word文件，或请系统管理员安装中文字体（如 fonts-noto-cjk）和 fontconfig。"),
        ) from error


def manuscript_answer(manuscript: Manuscript, kind: str, name: str = "") -> HttpResponse:
    """The manuscript as a download of a kind of WRITERS, named by its title or `name`."""
    return document_answer(written(manuscript, kind), kind, name or manuscript.title)
