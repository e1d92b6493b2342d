"""Why somebody takes personal data out: asked for on a page, then good for one file.

The reason is sent by a form and waits in the session under a word that the file's address
carries; so it stands in no address, and the file is made by whichever page shows the list, with
that page's own rows.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Sequence
from urllib.parse import urlsplit

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST

from district.kernel.base.errors import Invalid
from district.kernel.base.forms import submitted
from district.kernel.organisation.public import actor_of
from district.kernel.registers.declaration import Register
from district.kernel.registers.presenting import address
from district.kernel.registers.rules import personal_keys
from district.kernel.registers.selectors import Listing
from district.kernel.registers.services import (
    LONGEST_REASON,
    authorise_export,
    checked_reason,
)
from district.kernel.registers.store import register_of

_KEPT = "registers.reasons"
#: Seconds for which a reason waits for its file, and how many may wait at once.
_WAITS, _MOST = 600, 5
_WORD = "export"


class ReasonForm(forms.Form):
    """Why; and hidden, for which file."""

    where = forms.CharField(widget=forms.HiddenInput, max_length=8000)
    kind = forms.CharField(widget=forms.HiddenInput, max_length=10, required=False)
    count = forms.IntegerField(widget=forms.HiddenInput, required=False)
    reason = forms.CharField(
        label=_lazy("事由"),
        max_length=LONGEST_REASON,
        help_text=_lazy("写明导出这些个人信息做什么，例如“补贴发放前逐人核对账号”。"),
    )


def now() -> float:
    """The machine's clock, in seconds since 1970."""
    return time.time()


def condition_of(request: HttpRequest) -> str:
    """Which rows an address asks for, as history keeps it."""
    asked = request.GET.copy()
    asked.pop(_WORD, None)
    return asked.urlencode()


def _where(path: str, query: str) -> str:
    asked = QueryDict(query, mutable=True)
    asked.pop(_WORD, None)
    return f"{path}?{asked.urlencode()}"


def taken(request: HttpRequest) -> str | None:
    """The reason that was given for this very file, once; None where none was."""
    waiting = request.session.get(_KEPT) or {}
    kept = waiting.pop(request.GET.get(_WORD, ""), None)
    if kept is None:
        return None
    request.session[_KEPT] = waiting
    fresh = 0 <= now() - kept["at"] <= _WAITS
    same = kept["where"] == _where(request.path, request.GET.urlencode())
    return str(kept["reason"]) if fresh and same else None


def asked(request: HttpRequest, listed: Listing, kind: str) -> HttpResponse:
    """The page that asks for the reason; programs are refused."""
    if not request.accepts("text/html"):
        raise Invalid("reason", _("这份文件含个人信息，导出须填写事由。"), _("请在网页上导出。"))
    return _first(request, listed, kind)


def _first(request: HttpRequest, listed: Listing, kind: str) -> HttpResponse:
    where = _where(request.path, request.GET.urlencode())
    form = ReasonForm(initial={"where": where, "kind": kind, "count": listed.count})
    return _drawn(request, listed.register, form, personal_keys(listed.asked.columns))


def _drawn(
    request: HttpRequest, register: Register, form: ReasonForm, personal: Sequence[str] = ()
) -> HttpResponse:
    where = str(form["where"].value() or "")
    parts = urlsplit(where)
    context = {
        "register": register,
        "form": form,
        "count": form["count"].value(),
        "kind": form["kind"].value(),
        "personal": [one for one in register.fields if one.key in personal],
        "list_url": parts.path + address(QueryDict(parts.query), format="", export=""),
    }
    status = 422 if form.errors else 200
    return render(request, "registers/reason.html", context, status=status)


@require_POST
def give_reason(request: HttpRequest, key: str) -> HttpResponse:
    """Take the reason and go on to the file; the form again where it says nothing."""
    register = register_of(key)
    authorise_export(register, actor_of(request))
    form = ReasonForm(request.POST)
    reason = submitted(form, lambda values: checked_reason(values["reason"]))
    where = request.POST.get("where", "")
    if not where.startswith("/") or not url_has_allowed_host_and_scheme(where, None):
        raise Invalid("where", _("没有说明导出哪份清单。"), _("请回到清单重新导出。"))
    if reason is None:
        return _drawn(request, register, form)
    parts = urlsplit(where)
    word = secrets.token_urlsafe(12)
    waiting = dict(list((request.session.get(_KEPT) or {}).items())[-(_MOST - 1) :])
    kept = {"where": _where(parts.path, parts.query), "reason": reason, "at": int(now())}
    request.session[_KEPT] = {**waiting, word: kept}
    asked_for = QueryDict(parts.query, mutable=True)
    asked_for[_WORD] = word
    return redirect(f"{parts.path}?{asked_for.urlencode()}")
