"""Packs of dispatch meetings: made by one click, as a page and as files."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from district.kernel.base.documents import document_answer
from district.kernel.organisation.public import actor_of, authorise, permitted
from district.systems.economy.models import Pack
from district.systems.economy.names import MEETING_PREPARE, MEETING_VIEW
from district.systems.economy.pack_files import KINDS, file_of, file_title
from district.systems.economy.pages.meetings import crumbs_to
from district.systems.economy.selectors.meetings import owned_meetings
from district.systems.economy.selectors.packs.reading import pack_for, pack_view
from district.systems.economy.selectors.packs.sources import figure_detail
from district.systems.economy.services.packs import make_pack, note_export


@require_POST
def make(request: HttpRequest, key: UUID) -> HttpResponse:
    """Make the next pack and open it: as a page, or with `format` at once as a file."""
    pack = make_pack(key, actor=actor_of(request))
    kind = request.POST.get("format", "")
    if kind in KINDS:
        return _file(request, pack_for(pack.pk), kind)
    messages.success(request, _("第%(number)s份材料已生成。") % {"number": pack.number})
    return redirect(pack)


@require_safe
def pack(request: HttpRequest, key: UUID) -> HttpResponse:
    """A pack; `?format=pptx` and `?format=docx` hand it out as a file."""
    actor = actor_of(request)
    authorise(actor, MEETING_VIEW)
    row = pack_for(key)
    kind = request.GET.get("format", "")
    if kind in KINDS:
        return _file(request, row, kind)
    view = pack_view(row)
    number = _("第%(number)s份材料") % {"number": row.number}
    context = {
        "row": row,
        "meeting": row.meeting,
        "view": view,
        "may_make": row.meeting.is_open and permitted(actor, MEETING_PREPARE, owned_meetings()),
        "crumbs": crumbs_to(row.meeting, number),
    }
    return render(request, "economy/pack.html", context)


def _file(request: HttpRequest, row: Pack, kind: str) -> HttpResponse:
    content = file_of(pack_view(row), kind)
    note_export(row, kind, content, actor=actor_of(request))
    return document_answer(content, kind, file_title(row))


@require_safe
def figure(request: HttpRequest, key: UUID) -> HttpResponse:
    """A number of a pack: on what it rests, each opening its rows as they were."""
    authorise(actor_of(request), MEETING_VIEW)
    detail = figure_detail(key)
    row = detail.row
    number = _("第%(number)s份材料") % {"number": row.pack.number}
    context = {
        "row": row,
        "detail": detail,
        "crumbs": [
            *crumbs_to(row.pack.meeting, number)[:-1],
            (number, reverse("economy_pack", args=[row.pack_id])),
            (row.get_name_display(), ""),
        ],
    }
    return render(request, "economy/pack_figure.html", context)
