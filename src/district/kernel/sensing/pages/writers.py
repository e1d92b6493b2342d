"""The pages of a source: what it is, its secrets, what it sends, what of that was not accepted."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Q, Window
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid
from district.kernel.base.forms import submitted
from district.kernel.history.public import Actor, events_of
from district.kernel.organisation.public import (
    Owned,
    actor_of,
    authorise,
    authorise_somewhere,
    permitted,
    visible,
)
from district.kernel.registers.public import Figure
from district.kernel.sensing import services
from district.kernel.sensing.forms import SourceForm
from district.kernel.sensing.models import Source
from district.kernel.sensing.names import (
    DATASTREAMS,
    QUARANTINE_VIEW,
    SOURCE_MANAGE,
    VIEW,
    subject,
)
from district.kernel.sensing.pages.lists import reason_figures
from district.kernel.sensing.selectors import (
    held_newest,
    source_for,
    streams_seen,
)

_SHOWN = 50


def _crumbs(name: str) -> list[tuple[str, str]]:
    return [(_("数据来源"), reverse("sensing_sources")), (name, "")]


@require_safe
def source(request: HttpRequest, key: int) -> HttpResponse:
    """One source."""
    actor = actor_of(request)
    return _page(request, source_for(key, actor), actor)


def _page(request: HttpRequest, row: Source, actor: Actor, secret: str = "") -> HttpResponse:
    owned = Owned(row.lead_unit_id, path=row.lead_unit.path)
    may_manage = permitted(actor, SOURCE_MANAGE, owned)
    now = clock.now()
    context = {
        "row": row,
        "secret": secret,
        "credentials": list(row.credentials.all()[:_SHOWN]) if may_manage else [],
        "now": now,
        "may_manage": may_manage,
        **_sent(row, actor),
        **_held(row, actor),
        "events": events_of(subject("source", row.pk), limit=_SHOWN),
        "root_url": request.build_absolute_uri(reverse("sensorthings_root")),
        "crumbs": _crumbs(row.name),
    }
    answer = render(request, "sensing/source.html", context)
    if secret:
        answer["Cache-Control"] = "no-store"
    return answer


def _sent(row: Source, actor: Actor) -> dict[str, object]:
    """Its datastreams, the number opening the list."""
    if visible(actor, VIEW).nothing:
        return {"streams": []}
    seen = streams_seen(row, actor).annotate(every=Window(Count("pk")))
    streams = list(seen[:_SHOWN])
    count = streams[0].every if streams else 0
    where = f'source = "{row.code}"'
    figure = Figure(DATASTREAMS, where, value=count, label=_("数据流"))
    return {"streams": streams, "stream_count": figure}


def _held(row: Source, actor: Actor) -> dict[str, object]:
    """What of it was not accepted in the last days."""
    if visible(actor, QUARANTINE_VIEW).nothing:
        return {"held": [], "reasons": []}
    held = held_newest(actor, 10, Q(source=row))
    return {"reasons": reason_figures(actor, row), "held": held}


@require_http_methods(["GET", "HEAD", "POST"])
def source_new(request: HttpRequest) -> HttpResponse:
    """Make a source known."""
    actor = actor_of(request)
    authorise_somewhere(actor, SOURCE_MANAGE)
    form = SourceForm(request.POST or None, actor=actor)
    status = 200
    if request.method == "POST":
        made = submitted(form, lambda values: services.register_source(**values, actor=actor))
        if made is not None:
            messages.success(request, _("已登记“%(name)s”，请签发密钥。") % {"name": made.name})
            return redirect("sensing_source", made.pk)
        status = 422
    context = {"form": form, "heading": _("登记来源"), "crumbs": _crumbs(_("登记来源"))}
    return render(request, "sensing/source_edit.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def source_edit(request: HttpRequest, key: int) -> HttpResponse:
    """Change a source's name, kind, unit, and whether it registers things."""
    actor = actor_of(request)
    row = source_for(key, actor)
    authorise(actor, SOURCE_MANAGE, Owned(row.lead_unit_id, path=row.lead_unit.path))
    names = ("code", "name", "kind", "may_register")
    initial = {name: getattr(row, name) for name in names} | {"lead_unit": row.lead_unit_id}
    form = SourceForm(request.POST or None, actor=actor, initial=initial, fixed=True)
    status = 200
    if request.method == "POST":
        made = submitted(form, lambda values: services.change_source(row.pk, values, actor=actor))
        if made is not None:
            messages.success(request, _("已保存“%(name)s”。") % {"name": made.name})
            return redirect("sensing_source", row.pk)
        status = 422
    context = {"row": row, "form": form, "heading": row.name, "crumbs": _crumbs(row.name)}
    return render(request, "sensing/source_edit.html", context, status=status)


@require_POST
def credential_issue(request: HttpRequest, key: int) -> HttpResponse:
    """A further secret, shown on this one page and never again."""
    actor = actor_of(request)
    row = source_for(key, actor)
    try:
        secret = services.issue_credential(row.pk, actor=actor)
    except Conflict as error:
        messages.error(request, str(error))
        return redirect("sensing_source", row.pk)
    return _page(request, row, actor, secret)


@require_POST
def credential_rotate(request: HttpRequest, key: int) -> HttpResponse:
    """A secret in place of the others, which stay valid for some hours if that is asked for."""
    actor = actor_of(request)
    row = source_for(key, actor)
    text = request.POST.get("hours", "0").strip()
    if not text.isdecimal() or len(text) > 4:
        raise Invalid("hours", _("应为0至168的整数小时。"), _("例如 24。"))
    secret = services.rotate_credential(row.pk, actor=actor, overlap=timedelta(hours=int(text)))
    return _page(request, row, actor, secret)


@require_POST
def credential_revoke(request: HttpRequest, credential: UUID) -> HttpResponse:
    """Let a secret open nothing any more."""
    found = services.revoke_credential(credential, actor=actor_of(request))
    messages.success(request, _("已吊销密钥 %(hint)s…。") % {"hint": found.hint})
    return redirect("sensing_source", found.source_id)


@require_POST
def source_suspend(request: HttpRequest, key: int) -> HttpResponse:
    """Let a source do nothing until it is resumed."""
    row = services.suspend_source(key, actor=actor_of(request))
    messages.success(
        request, _("已暂停“%(name)s”，它的连接和请求不再被接受。") % {"name": row.name}
    )
    return redirect("sensing_source", row.pk)


@require_POST
def source_resume(request: HttpRequest, key: int) -> HttpResponse:
    """Let a suspended source work again."""
    row = services.resume_source(key, actor=actor_of(request))
    messages.success(request, _("已恢复“%(name)s”。") % {"name": row.name})
    return redirect("sensing_source", row.pk)
