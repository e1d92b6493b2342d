"""Leads whoever must have a second factor and has none to the page that sets it up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.deprecation import MiddlewareMixin
from django.utils.translation import gettext as _

from district.kernel.base.errors import NotPermitted
from district.ui.access import is_public
from district.ui.middleware import error_response, is_fragment, wants_json

View = TypeVar("View", bound=Callable[..., Any])


def before_second_factor(view: View) -> View:
    """Let whoever has still to set up a second factor open this view."""
    view.before_second_factor = True  # type: ignore[attr-defined]  # a mark on the function itself
    return view


class SecondFactorMiddleware(MiddlewareMixin):
    """Whoever is waited for acts as the public already (ActorMiddleware) and is refused
    everything; this tells them where to go."""

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        """Let public pages and those of the second factor through."""
        if getattr(request, "waiting_member", None) is None or is_public(view):
            return None
        if getattr(view, "before_second_factor", False):
            return None
        if wants_json(request) or is_fragment(request):
            error = NotPermitted(_("您的角色必须使用两步验证。请先在“登录安全”里启用。"))
            return error_response(request, error.status, str(error))
        return redirect("my_sign_in")
