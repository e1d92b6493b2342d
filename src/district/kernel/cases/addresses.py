"""Addresses of cases' pages."""

from __future__ import annotations

from functools import lru_cache
from uuid import UUID

from django.urls import get_script_prefix, get_urlconf, reverse

_ANY = UUID(int=0)


def case_url(case_id: UUID | str) -> str:
    """The page of one case; ValueError where that is no id of one."""
    before, after = _around(get_urlconf(), get_script_prefix())
    key = case_id if isinstance(case_id, UUID) else UUID(case_id)
    return f"{before}{key}{after}"


@lru_cache(maxsize=16)
def _around(urlconf: str | None, prefix: str) -> tuple[str, str]:
    """What stands before and after the id: a map has thousands of cases."""
    before, _any, after = reverse("case", args=[_ANY]).partition(str(_ANY))
    return before, after
