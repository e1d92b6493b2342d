"""The pages of tracking: a row's way to its subject, the work calendars and their years."""

from __future__ import annotations

from urllib.parse import urlsplit
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from district.kernel.base import clock
from district.kernel.base.errors import Invalid
from district.kernel.organisation.public import actor_of, authorise, permitted
from district.kernel.tracking.forms import AnnouncementForm
from district.kernel.tracking.models import WorkCalendar
from district.kernel.tracking.rules.announcement import Announcement, parse_announcement
from district.kernel.tracking.selectors import (
    announced_years,
    months_of,
    refuse_hidden,
    row_by_id,
    year_of,
)
from district.kernel.tracking.services import announce_year
from district.kernel.tracking.services.rows import owned

DAY_SET = "cn"
_FIRST, _LAST = 2000, 2100


@require_safe
def tracked(request: HttpRequest, row_id: UUID) -> HttpResponse:
    """On to the page of the thing itself; the register's row where it has none."""
    actor, row = actor_of(request), row_by_id(row_id)
    authorise(actor, "tracking.row.view", owned(row))
    refuse_hidden(row, actor)
    if _is_open(row.url):
        return redirect(row.url)
    return redirect("register_detail", "tracking-rows", str(row.pk))


def _is_open(address: str) -> bool:
    """Whether this is a page of ours; those of a system that is switched off are not."""
    if not address.startswith("/") or not url_has_allowed_host_and_scheme(address, None):
        return False
    try:
        resolve(urlsplit(address).path)
    except Resolver404:
        return False
    return True


@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """A year's months with holidays and make-up days, and whether it is announced."""
    actor = actor_of(request)
    authorise(actor, "tracking.calendar.view")
    form = AnnouncementForm(initial={"year": _year(request)})
    return _calendar_page(request, _year(request), form, None)


@require_http_methods(["POST"])
def announce(request: HttpRequest) -> HttpResponse:
    """An uploaded announcement: first shown with its errors, then taken in when confirmed."""
    actor = actor_of(request)
    authorise(actor, "tracking.calendar.announce")
    form = AnnouncementForm(request.POST, request.FILES)
    if not form.is_valid():
        return _calendar_page(request, _year(request), form, None, status=422)
    year = form.cleaned_data["year"]
    try:
        parsed = parse_announcement(form.content(), year)
    except Invalid as error:
        form.add_error("file", str(error))
        return _calendar_page(request, year, form, None, status=422)
    if parsed.errors or "confirm" not in request.POST:
        return _calendar_page(request, year, form, parsed, status=422 if parsed.errors else 200)
    result = announce_year(parsed, actor=actor, day_set=DAY_SET)
    messages.success(
        request,
        _("%(year)s 年放假安排已载入，%(moved)s 个期限随之调整。")
        % {"year": year, "moved": result.moved},
    )
    return redirect(f"{reverse('calendars')}?year={year}")


def _calendar_page(
    request: HttpRequest,
    year: int,
    form: AnnouncementForm,
    preview: Announcement | None,
    status: int = 200,
) -> HttpResponse:
    known = year_of(DAY_SET, year)
    months = months_of(DAY_SET, year)
    context = {
        "year": year,
        "previous": year - 1 if year > _FIRST else None,
        "next": year + 1 if year < _LAST else None,
        "known": known if known and known.announced else None,
        "announced": announced_years(DAY_SET),
        "months": months,
        "weekdays": [_("一"), _("二"), _("三"), _("四"), _("五"), _("六"), _("日")],
        "workdays": sum(month.workdays for month in months),
        "calendars": WorkCalendar.objects.all(),
        "form": form,
        "preview": preview,
        "text": form.text_of() if preview and not preview.errors else "",
        "may_announce": permitted(actor_of(request), "tracking.calendar.announce"),
    }
    return render(request, "tracking/calendars.html", context, status=status)


def _year(request: HttpRequest) -> int:
    asked = request.POST.get("year") or request.GET.get("year", "")
    year = int(asked) if asked.isdecimal() and len(asked) == 4 else clock.today().year
    return min(max(year, _FIRST), _LAST)
