"""A file that comes with progress is what it says it is, and is kept where no address leads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from district.kernel.base.errors import Invalid
from district.kernel.plan.models import ProgressReport
from district.kernel.plan.services.progress import _attach, progress_storage

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = str(tmp_path)
    return tmp_path


def test_a_real_file_is_kept_under_a_random_name(media: Path) -> None:
    report = ProgressReport()
    _attach(report, PDF, "../../进展.pdf")
    assert report.evidence_name == "进展.pdf"
    stored = Path(progress_storage().path(report.evidence))
    assert stored.is_relative_to(media)
    assert "进展" not in stored.name
    assert stored.read_bytes() == PDF


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.html", b"<html></html>"),
        ("a.pdf", b"<html></html>"),
        ("a.docx", b"PK\x03\x04 not an archive"),
        ("a.txt", b"<script>alert(1)</script>"),
        ("a.pdf", b""),
        ("", PDF),
    ],
)
def test_what_is_not_what_it_says_is_refused_and_nothing_is_kept(
    media: Path, name: str, content: bytes
) -> None:
    with pytest.raises(Invalid) as caught:
        _attach(ProgressReport(), content, name)
    assert caught.value.field == "evidence"
    assert not [path for path in media.rglob("*") if path.is_file()]
