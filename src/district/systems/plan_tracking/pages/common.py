"""What the pages share: rights, fragments for HTMX."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from district.kernel.organisation.public import actor_of, authorise, permitted_somewhere

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def page(action: str, *methods: str, somewhere: bool = False) -> Callable[[View], View]:
    """A view that needs `action`, answering `methods` (GET and HEAD if none).

    The right counts in relation `any`; with `somewhere` it is enough to have it on some object,
    and the selectors show no more. Both stay on the view as `view.action` and `view.somewhere`,
    so that a test can hold every page against every role. What an object's owner may do besides
    is authorised by the services.
    """
    allowed = list(methods) or ["GET", "HEAD"]

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            actor = actor_of(request)
            if not (somewhere and permitted_somewhere(actor, action)):
                authorise(actor, action)
            return view(request, *args, **kwargs)

        answer = require_http_methods(allowed)(guarded)
        setattr(answer, "action", action)  # noqa: B010  # a mark on the function itself
        setattr(answer, "somewhere", somewhere)  # noqa: B010  # as above
        return answer  # type: ignore[return-value]  # the decorators keep the view's signature

    return decorate


def wants_fragment(request: HttpRequest) -> bool:
    """Whether HTMX asked for a part of the page, not for the page with its shell."""
    htmx = getattr(request, "htmx", None)
    return htmx is not None and bool(htmx) and not (htmx.boosted or htmx.history_restore_request)


def done(request: HttpRequest, text: str, address: str) -> HttpResponse:
    """Say what was done and go there; HTMX goes there too, so that the whole page is fresh."""
    messages.success(request, text)
    if wants_fragment(request):
        answer = HttpResponse(status=204)
        answer["HX-Redirect"] = address
        return answer
    return redirect(address)


def said(request: HttpRequest, error: Exception, address: str) -> HttpResponse:
    """Say why something could not be done and go back to where it was asked."""
    messages.error(request, str(error))
    if wants_fragment(request):
        answer = HttpResponse(status=204)
        answer["HX-Redirect"] = address
        return answer
    return redirect(address)


def number_of(text: Any) -> int | None:
    """A small whole number of an address; None for anything else."""
    word = str(text or "")
    return int(word) if word.isdigit() and len(word) < 10 else None
