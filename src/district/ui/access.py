"""Marks of views that need no log-in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])


def public_page(view: View) -> View:
    """Let everybody open this view; without it a view asks for a log-in."""
    view.public_page = True  # type: ignore[attr-defined]  # a mark on the function itself
    view.login_required = False  # type: ignore[attr-defined]  # Django's own mark says the same
    return view


def is_public(view: Callable[..., Any]) -> bool:
    """Whether the view, or the class behind it, is marked public."""
    behind = getattr(view, "view_class", None)
    return bool(getattr(view, "public_page", False) or getattr(behind, "public_page", False))
