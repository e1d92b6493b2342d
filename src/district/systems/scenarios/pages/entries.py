"""Entries: the list, one of them, offering and changing one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from district.kernel.base.errors import Conflict, Invalid, NotPermitted
from district.kernel.base.forms import submitted
from district.kernel.cases.public import said
from district.kernel.conditions.public import describe, parse
from district.kernel.history.public import Actor, events_of
from district.kernel.organisation.public import Owned, actor_of, permitted, units
from district.kernel.registers.public import list_view
from district.systems.scenarios.catalogue import catalogue, kind_of, label, tag_words
from district.systems.scenarios.forms import EntryForm
from district.systems.scenarios.models import Entry
from district.systems.scenarios.names import ACCEPT, ENTRIES, READ_CONTACT, offer_action
from district.systems.scenarios.rules.kinds import Kind
from district.systems.scenarios.selectors.entries import (
    SCHEMA,
    WAITING,
    entry_for,
    entry_subject,
    keeper_of,
    offered_kinds,
    own_units,
    owned_entry,
    waits,
)
from district.systems.scenarios.selectors.firms import changes_proposed
from district.systems.scenarios.services.entries import (
    make_ready,
    read_contact,
    save_entry,
    withdraw_entry,
)
from district.systems.scenarios.services.offering import accept_entry, refuse_entry


@require_safe
def index(request: HttpRequest) -> HttpResponseBase:
    """All entries, of every list."""
    kinds = [(kind.key, said(kind.label)) for kind in offered_kinds(actor_of(request))]
    return list_view(
        request, ENTRIES, template="scenarios/entries.html", extra={"offered_kinds": kinds}
    )


@require_safe
def entry(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """An entry with everything but who to call."""
    return _shown(request, entry_id)


def _shown(
    request: HttpRequest, entry_id: UUID, *, problem: str = "", status: int = 200, **more: Any
) -> HttpResponse:
    actor = actor_of(request)
    found = entry_for(entry_id, actor)
    kind, words = kind_of(found.kind), catalogue()
    keeper = keeper_of(kind.list)
    on = owned_entry(found, keeper)
    context = {
        "entry": found,
        "kind": said(kind.label),
        "list": said(words.lists[kind.list].label),
        "list_key": kind.list,
        "area": label(words.areas, found.area) if found.area else "",
        "stage": label(words.stages, found.stage) if found.stage else "",
        "stage_label": said(kind.stage),
        "money_label": said(kind.money),
        "tags": tag_words(found.tags),
        "own": own_facts(kind, found.own),
        "requires": str(describe(parse(found.requires, SCHEMA))) if found.requires else "",
        "may_change": permitted(actor, offer_action(kind.key), on)
        and found.state not in (*WAITING, Entry.State.WITHDRAWN),
        "offer": _offered(found, kind, actor, keeper),
        "may_read": found.contact is not None and permitted(actor, READ_CONTACT, on),
        "meets": bool(kind.meets),
        "events": events_of(entry_subject(found), limit=20),
        "problem": problem,
        "crumbs": [(_("清单条目"), "/scenarios/entries/"), (found.number, "")],
        **more,
    }
    return render(request, "scenarios/entry.html", context, status=status)


def _offered(found: Entry, kind: Kind, actor: Actor, keeper: str) -> dict[str, Any] | None:
    """What an enterprise offered itself, as the card shows it; None of an entry of a unit."""
    if not found.offered_by:
        return None
    may = waits(found) and permitted(actor, ACCEPT, Owned(keeper))
    return {
        "changes": changes_proposed(found, kind),
        "waits": waits(found),
        "may_decide": may,
        "is_new": found.state == Entry.State.OFFERED,
        "units": [(one.pk, one.display_short) for one in units()] if may else [],
        "keeper": keeper,
    }


def own_facts(kind: Kind, own: dict[str, str]) -> list[tuple[str, str]]:
    """A kind's own fields of an entry, in words."""
    found = []
    for one in kind.own:
        value = own.get(one.key, "")
        word = next((said(w) for key, w in one.choices if key == value), value)
        if value:
            found.append((said(one.label), word))
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def new_entry(request: HttpRequest, kind_key: str) -> HttpResponse:
    """Offer an entry of a kind."""
    kind = kind_of(kind_key)
    own = own_units(actor_of(request), offer_action(kind.key))
    if not own:
        raise NotPermitted(_("您没有登记这类条目的权限。如确需登记，请联系系统管理员。"))
    return _entered(request, kind, own, None, {"lead_unit": own[0]})


@require_http_methods(["GET", "HEAD", "POST"])
def change_entry(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """Change an entry; the published editions stay as they are."""
    actor = actor_of(request)
    known = entry_for(entry_id, actor)
    kind = kind_of(known.kind)
    if not permitted(actor, offer_action(kind.key), owned_entry(known)):
        raise NotPermitted(_("这个条目由牵头单位修改。"))
    initial = {
        "title": known.title,
        "text": known.text,
        "organisation": known.organisation,
        "code": known.organisation_code,
        "area": known.area,
        "tags": known.tags,
        "stage": known.stage,
        "money": known.money,
        "street": known.street_unit_id or "",
        "place": known.place,
        "valid_until": known.valid_until,
        "requires": known.requires,
        "lead_unit": known.lead_unit_id,
        **known.own,
    }
    own = [*dict.fromkeys((*own_units(actor, offer_action(kind.key)), known.lead_unit_id))]
    return _entered(request, kind, own, known, initial)


def _entered(
    request: HttpRequest, kind: Kind, own: list[str], known: Entry | None, initial: dict[str, Any]
) -> HttpResponse:
    form = EntryForm(request.POST or None, kind=kind, own=own, initial=initial)
    actor = actor_of(request)
    saved = submitted(form, lambda data: save_entry({**data, "kind": kind.key}, known, actor))
    if saved is not None:
        messages.success(request, _("条目已保存。"))
        return redirect(saved)
    context = {"form": form, "known": known, "kind": said(kind.label)}
    status = 422 if request.method == "POST" else 200
    return render(request, "scenarios/entry_form.html", context, status=status)


@require_POST
def step(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """Put a draft forward, decide what an enterprise offered, withdraw an entry, or read who to
    call; the last shows it once."""
    actor, reason = actor_of(request), request.POST.get("reason", "")
    doing = request.POST.get("do", "")
    try:
        if doing == "contact":
            name, phone = read_contact(entry_id, reason, actor=actor)
            shown = _shown(request, entry_id, contact=(name, phone))
            shown["Cache-Control"] = "no-store"
            return shown
        done = _stepped(request, entry_id, doing, reason, actor)
    except (Invalid, Conflict) as error:
        return _shown(request, entry_id, problem=str(error), status=error.status)
    return redirect(done)


def _stepped(request: HttpRequest, entry_id: UUID, doing: str, reason: str, actor: Actor) -> Entry:
    """Take the step that was asked for, and say what follows."""
    if doing == "ready":
        done = make_ready(entry_id, actor=actor)
        messages.success(request, _("已提交，将列入下一版清单。"))
        return done
    if doing == "accept":
        lead_unit = request.POST.get("lead_unit", "")
        done = accept_entry(entry_id, actor=actor, lead_unit=lead_unit)
        messages.success(request, _("已受理，将列入下一版清单。"))
        return done
    if doing == "refuse":
        done = refuse_entry(entry_id, reason, actor=actor)
        messages.success(request, _("已退回，企业可以看到原因。"))
        return done
    done = withdraw_entry(entry_id, reason, actor=actor)
    messages.success(request, _("已撤下，下一版清单不再列入。"))
    return done
