"""Messages that were not taken, and the sources that may send."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from district.kernel.base.errors import Conflict, Invalid, NotPermitted
from district.kernel.base.forms import submitted
from district.kernel.organisation.public import Owned, actor_of, authorise, permitted, root_unit
from district.kernel.warnings.forms import SourceForm
from district.kernel.warnings.models import Source
from district.kernel.warnings.names import ENTER, MANAGE_SOURCES, SETTLE_UNFIT
from district.kernel.warnings.selectors.intake import (
    may_see_unfit,
    source_for,
    sources_for,
    unfit_for,
    unfit_one,
)
from district.kernel.warnings.services import create_key, revoke_key, save_source, settle_unfit
from district.kernel.warnings.words import problem_texts

_SHOWN = 20_000


@require_safe
def unfit(request: HttpRequest) -> HttpResponse:
    """The messages that were not taken, with their reasons."""
    actor = actor_of(request)
    if not may_see_unfit(actor):
        raise NotPermitted(_("您没有查看未采用报文的权限。如确需办理，请联系系统管理员调整角色。"))
    rows = [(each, problem_texts(each.problems)) for each in unfit_for(actor)]
    context = {
        "waiting": [pair for pair in rows if pair[0].settled_at is None],
        "settled": [pair for pair in rows if pair[0].settled_at is not None],
    }
    return render(request, "warnings/unfit.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def unfit_page(request: HttpRequest, key: UUID) -> HttpResponse:
    """One as it was sent; a POST says what was done about it."""
    actor = actor_of(request)
    row = unfit_one(key, actor)
    if request.method == "POST":
        try:
            settle_unfit(key, request.POST.get("note", ""), actor=actor)
            messages.success(request, _("已记下处理情况。"))
        except (Invalid, Conflict) as error:
            messages.error(request, str(error))
        return redirect(row)
    root = root_unit()
    home = Owned(root.pk, path=root.path)
    context = {
        "row": row,
        "problems": problem_texts(row.problems),
        "text": bytes(row.document)[:_SHOWN].decode("utf-8", errors="replace"),
        "may_settle": row.settled_at is None and permitted(actor, SETTLE_UNFIT, home),
        "may_enter": row.settled_at is None and permitted(actor, ENTER, home),
    }
    return render(request, "warnings/unfit_one.html", context)


@require_safe
def sources(request: HttpRequest) -> HttpResponse:
    """All sources."""
    rows = sources_for(actor_of(request))
    context = {"rows": rows, "send_url": request.build_absolute_uri(reverse("warnings_send"))}
    return render(request, "warnings/sources.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def source_new(request: HttpRequest) -> HttpResponse:
    """Make a source known."""
    authorise(actor_of(request), MANAGE_SOURCES)
    return _source_page(request, None, _("新增来源"))


@require_http_methods(["GET", "HEAD", "POST"])
def source(request: HttpRequest, key: UUID) -> HttpResponse:
    """Change a source; its keys."""
    row = source_for(key, actor_of(request))
    return _source_page(request, row, row.name)


def _source_page(
    request: HttpRequest, row: Source | None, heading: str, secret: str = ""
) -> HttpResponse:
    actor = actor_of(request)
    initial = (
        {"name": row.name, "senders": "\n".join(row.senders), "is_active": row.is_active}
        if row
        else {}
    )
    data = request.POST if request.method == "POST" and not secret else None
    form = SourceForm(data, initial=initial)

    def save(words: dict[str, Any]) -> Source:
        return save_source(
            row,
            name=words["name"],
            senders=words["senders"].splitlines(),
            is_active=words["is_active"],
            actor=actor,
        )

    made = submitted(form, save) if data is not None else None
    if made is not None:
        messages.success(request, _("来源已保存。"))
        return redirect(made)
    context = {
        "form": form,
        "row": row,
        "keys": list(row.keys.all()) if row else [],
        "secret": secret,
        "heading": heading,
        "send_url": request.build_absolute_uri(reverse("warnings_send")),
        "crumbs": [(_("预警来源"), reverse("warnings_sources")), (heading, "")],
    }
    status = 422 if form.errors else 200
    return render(request, "warnings/source.html", context, status=status)


@require_POST
def key_new(request: HttpRequest, key: UUID) -> HttpResponse:
    """A new key, shown this once."""
    actor = actor_of(request)
    try:
        secret = create_key(key, actor=actor)
    except Conflict as error:
        messages.error(request, str(error))
        return redirect("warnings_source", key)
    row = source_for(key, actor)
    answer = _source_page(request, row, row.name, secret)
    answer["Cache-Control"] = "no-store"
    return answer


@require_POST
def key_revoke(request: HttpRequest, key: UUID) -> HttpResponse:
    """Let a key open nothing any more."""
    row = revoke_key(key, actor=actor_of(request))
    messages.success(request, _("令牌已吊销。"))
    return redirect(row.source)
