"""Warnings for everybody: a page, Atom, JSON, and the CAP documents at addresses that stay.

Whoever asks again with what an answer's ETag or Last-Modified said is told in a few bytes that
nothing has changed.
"""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, quote_etag
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from district.kernel.organisation.public import address_of, root_names
from district.kernel.throttling.public import refuse_beyond
from district.kernel.warnings import feeds
from district.kernel.warnings.rates import READ_BY_ADDRESS
from district.kernel.warnings.selectors.catalogue import kind_name
from district.kernel.warnings.selectors.feeds import Stamp, entries, published, stamp
from district.ui.access import public_page


def _count(request: HttpRequest) -> None:
    refuse_beyond((READ_BY_ADDRESS, address_of(request) or "unknown"))


def _address(request: HttpRequest) -> Callable[[str], str]:
    """Addresses as readers elsewhere follow them."""
    home = str(settings.DISTRICT_URL).rstrip("/")
    return lambda path: f"{home}{path}" if home else request.build_absolute_uri(path)


def _answer(request: HttpRequest, held: Stamp, make: Callable[[], HttpResponse]) -> HttpResponse:
    """What `make` makes, or 304 where the reader has it already; open to pages of other sites."""
    modified = int(held.modified.timestamp()) if held.modified else None
    known = get_conditional_response(request, etag=held.etag, last_modified=modified)
    answer = known if known is not None else make()
    answer["ETag"] = held.etag
    if modified is not None:
        answer["Last-Modified"] = http_date(modified)
    # A warning must not be stale: kept, but asked for again every time.
    answer["Cache-Control"] = "public, no-cache"
    answer["Access-Control-Allow-Origin"] = "*"
    answer["Cross-Origin-Resource-Policy"] = "cross-origin"
    answer["Vary"] = "Cookie"
    return answer


@require_safe
@public_page
def page(request: HttpRequest) -> HttpResponse:
    """The warnings in force for people."""
    _count(request)
    found = [(each, kind_name(each.alert.kind)) for each in entries()]
    return render(request, "warnings/public.html", {"entries": found})


@require_safe
@public_page
def atom(request: HttpRequest) -> HttpResponse:
    """The warnings in force as an Atom feed."""
    _count(request)
    held = stamp(f"atom {get_language()} {request.get_host()}")

    def make() -> HttpResponse:
        english = (get_language() or "").startswith("en")
        name, name_en = root_names()
        district = (english and name_en) or name
        body = feeds.as_atom(
            entries(),
            held.modified,
            _address(request),
            title=_("%(district)s生效中的预警") % {"district": district},
            author=district,
            own=reverse("warnings_atom"),
            page=reverse("warnings_public"),
        )
        return HttpResponse(body, content_type="application/atom+xml; charset=utf-8")

    return _answer(request, held, make)


@require_safe
@public_page
def as_json(request: HttpRequest) -> HttpResponse:
    """The warnings in force for programs."""
    _count(request)
    held = stamp(f"json {request.get_host()}")

    def make() -> HttpResponse:
        body = feeds.as_json(entries(drawn=True), held.modified, _address(request))
        return HttpResponse(body, content_type="application/json; charset=utf-8")

    return _answer(request, held, make)


@require_safe
@public_page
def document(request: HttpRequest, key: UUID) -> HttpResponse:
    """A CAP document, byte for byte as it came or went; it never changes."""
    _count(request)
    message = published(key)

    def make() -> HttpResponse:
        return HttpResponse(bytes(message.document), content_type="application/cap+xml")

    return _answer(request, Stamp(quote_etag(message.sha256[:32]), message.taken_at), make)
