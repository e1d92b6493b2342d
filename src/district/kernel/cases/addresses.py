"""Addresses of cases' pages."""

from __future__ import annotations

from uuid import UUID

from django.urls import reverse


def case_url(case_id: UUID | str) -> str:
    """The page of one case."""
    return reverse("case", args=[case_id])
