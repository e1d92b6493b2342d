"""Finished documents as downloads."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.http import content_disposition_header

_OFFICE = "application/vnd.openxmlformats-officedocument."
CONTENT_TYPES = {
    "docx": f"{_OFFICE}wordprocessingml.document",
    "pdf": "application/pdf",
    "pptx": f"{_OFFICE}presentationml.presentation",
    "xlsx": f"{_OFFICE}spreadsheetml.sheet",
}


def document_answer(content: bytes, kind: str, name: str) -> HttpResponse:
    """A finished document as a download of a kind of CONTENT_TYPES; `name` without its ending."""
    answer = HttpResponse(content, content_type=CONTENT_TYPES[kind])
    answer["Content-Disposition"] = str(content_disposition_header(True, f"{name}.{kind}"))
    return answer
